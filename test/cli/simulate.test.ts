// Protects what simulate takes on the command line: sizes, steps and periods other than the scenario's, each refused by its name.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-cli-simulate-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a fleet from the command line', () => {
  it('has as many devices, steps and records as it is told to', async () => {
    const line = 'simulate home-solar-summer-day --devices 3 --step 60 --every 15m --duration 1h --quiet';
    const { code, stdout, stderr } = await runCli(line.split(' '));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    const ids = lines.map((text) => /"device_id":"(\w+)"/.exec(text)?.[1]);
    expect([lines.length, new Set(ids).size]).toEqual([12, 3]);
  });

  it('is the same on any number of threads, and writes its file and its picture in one go', async () => {
    const line = 'simulate fleet-spring-town --devices 40 --duration 1h --quiet';
    const [one, two] = await Promise.all([
      runCli(line.split(' ')),
      runCli([...line.split(' '), '--workers', '2', '--out', 'town.ndjson', '--plot', 'town.svg'], { cwd: folder }),
    ]);
    expect({ code: two.code, stdout: two.stdout, stderr: two.stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await readFile(join(folder, 'town.ndjson'), 'utf8')).toBe(one.stdout);
    expect(await readFile(join(folder, 'town.svg'), 'utf8')).toContain('40 devices');
  });
});

describe('a wrong number', () => {
  it.each([
    { words: '--devices 0', message: '--devices: expected a whole number from 1 to 10000000, got "0"' },
    { words: '--devices 1e6', message: '--devices: expected a whole number from 1 to 10000000, got "1e6"' },
    { words: '--workers 257', message: '--workers: expected a whole number from 1 to 256, got "257"' },
    { words: '--step 7', message: '--step: a step of 7 s does not divide the report period of 300 s' },
    { words: '--step 0', message: '--step: expected a duration of more than nothing, got "0"' },
    { words: '--every 90s', message: '--every: a step of 60 s does not divide the report period of 90 s' },
    { words: '--every 90s --step 30s --duration 1m', message: 'a duration of 60 s is shorter than the report period' },
    { words: '--out town.txt', message: 'cannot tell the format of town.txt by its ending' },
  ])('is refused by its option: $words', async ({ words, message }) => {
    const { code, stdout, stderr } = await runCli(['simulate', 'fleet-spring-town', ...words.split(' ')], {
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});
