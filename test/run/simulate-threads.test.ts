// Protects fleets on several threads: the bytes and the percentiles are those of one, and nothing goes on once a run is stopped.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// The package as it is built, since a thread loads its code from a file of it.
import { changeScenario, readContract, readScenario, type Scenario, simulate } from 'voltpact';
import { runCli } from '../cli/run-cli.js';

const contract = await readContract();
let folder: string;
let town: Scenario;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-threads-'));
  town = changeScenario(await readScenario('fleet-spring-town'), { devices: 300, durationS: 3600 });
});
afterAll(() => rm(folder, { recursive: true }));

const deps = { now: Date.now, writeStdout: async () => {} };

async function play(workers: number, out: string, signal?: AbortSignal): Promise<number[]> {
  const input = { scenario: town, contract, workers, out: join(folder, out) };
  const done: number[] = [];
  const watched = signal ? { ...deps, signal } : deps;
  for await (const event of simulate(input, watched)) if (event.kind === 'progress') done.push(event.done);
  return done;
}

describe('several threads', () => {
  it.each([
    ['ndjson', [2, 7]],
    ['json', [3]],
    ['csv', [3]],
  ])('write the same .%s as one, whether or not the devices divide evenly', async (form, counts) => {
    await play(1, `one.${form}`);
    const one = await readFile(join(folder, `one.${form}`), 'utf8');
    for (const workers of counts) {
      const done = await play(workers, `many.${form}`);
      expect(done.at(-1)).toBe(3600);
      expect(await readFile(join(folder, `many.${form}`), 'utf8')).toBe(one);
    }
  });

  it('draw the same percentiles', async () => {
    const words = ['simulate', 'fleet-spring-town', '--duration', '2h', '--quiet'];
    for (const workers of ['1', '3']) {
      const { code, stderr } = await runCli([...words, '--workers', workers, '--plot', `${workers}.svg`], {
        cwd: folder,
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    const [one, three] = await Promise.all(['1.svg', '3.svg'].map((file) => readFile(join(folder, file), 'utf8')));
    expect(three).toBe(one);
    expect(one).toContain('5 to 95 % of the fleet');
  });

  it('stop when they are told to, and leave no half file', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    await expect(play(2, 'stopped.ndjson', stop.signal)).rejects.toThrow('stopped');
    expect((await readdir(folder)).filter((name) => name.includes('stopped'))).toEqual([]);
  });

  it('are no more than there are devices, and one does for reporters and Parquet, which need all records in one place', async () => {
    const [spec] = town.devices;
    if (!spec) throw new Error('the town has devices');
    const late = { ...spec, count: 3, reporter: { lostPercent: 20 } };
    for (const scenario of [
      { ...town, devices: [{ ...spec, count: 1 }] },
      { ...town, devices: [late] },
    ]) {
      for (const form of ['ndjson', 'parquet']) {
        const files = [1, 4].map((workers) => ({ workers, out: join(folder, `${workers}.${form}`) }));
        for (const file of files)
          for await (const event of simulate({ scenario, contract, ...file }, deps)) expect(event).toBeDefined();
        const [one, four] = await Promise.all(files.map(({ out }) => readFile(out)));
        expect(four?.equals(one ?? Buffer.alloc(0))).toBe(true);
      }
    }
  });
});
