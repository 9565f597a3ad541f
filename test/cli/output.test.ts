// Protects what users and scripts see: whole outputs with their exit codes, streams, colours, pipes and files.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/command-table.js';
import { readContract } from '../../src/http/read-contract.js';
import { startProvider } from '../../src/http/provider/provider.js';
import type { RunningProvider } from '../../src/http/provider/provider.js';
import { normalise, program, runCli } from './run-cli.js';

const escape = /\p{Cc}\[/u;
let folder: string;
let provider: RunningProvider;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-cli-'));
  provider = await startProvider({ contract: await readContract() });
});

afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true });
});

describe('help', () => {
  it('gives the overview', async () => {
    const { code, stdout, stderr } = await runCli(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });

  it.each(commands.map(({ name }) => name))('%s --help gives options and examples', async (name) => {
    const { code, stdout, stderr } = await runCli([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
    expect(await runCli(['help', name])).toMatchObject({ code: 0, stdout });
  });

  it('gives the version of the package', async () => {
    const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { stdout, code } = await runCli(['--version']);
    expect(code).toBe(0);
    expect(manifest).toContain(`"version": "${stdout.trim()}"`);
  });
});

describe('scenarios', () => {
  it('lists a line each', async () => {
    const { code, stdout, stderr } = await runCli(['scenarios']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchSnapshot();
  });
});

describe('simulate', () => {
  it('writes NDJSON to standard output and everything else to standard error', async () => {
    const { code, stdout, stderr } = await runCli(['simulate', 'home-solar-summer-day', '--duration', '1h']);
    expect(code).toBe(0);
    const records: unknown[] = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(records).toHaveLength(12);
    expect(normalise(stderr)).toMatchInlineSnapshot(`
      "seed 21
      A home battery with solar on a summer day: 12 records of 1 device, TIME
      "
    `);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const line = ['simulate', 'home-solar-summer-day', '--duration', '6h', '--quiet', '--seed'];
    const [one, again, other] = await Promise.all([
      runCli([...line, '5']),
      runCli([...line, '5']),
      runCli([...line, '6']),
    ]);
    expect(one.stdout).toBe(again.stdout);
    expect(one.stdout).not.toBe(other.stdout);
    expect(one.stderr).toBe('');
  });

  it('writes telemetry and its picture, and leaves no half file behind', async () => {
    const own = await mkdtemp(join(folder, 'simulate-'));
    const files = ['day.csv', 'day.json', 'day.ndjson', 'day.svg', 'day.png', 'day.html'];
    const results = await Promise.all(
      files.map((file) =>
        runCli(['simulate', 'home-solar-summer-day', /csv|json/.test(file) ? '--out' : '--plot', file], { cwd: own }),
      ),
    );
    expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(files.map(() => [0, '']));
    expect((await readdir(own)).toSorted()).toEqual(files.toSorted());
    expect((await readFile(join(own, 'day.csv'), 'utf8')).split('\n')).toHaveLength(290);
  });

  it('ends quietly when its reader has seen enough', async () => {
    const script = `"${process.execPath}" "${program}" simulate home-solar-summer-day --duration 3650d --quiet | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const shell = spawn('bash', ['-c', script]);
    let [stdout, stderr] = ['', ''];
    shell.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    shell.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
    await new Promise((resolve) => shell.on('close', resolve));
    expect(stdout.split('\n')).toHaveLength(3);
    expect(stdout.split('\n')[1]).toBe('0');
    expect(stderr).toBe('');
  });
});

describe('check', () => {
  it('prints one scorecard and writes its reports', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await runCli(
      ['check', '--report', 'json=check.json', '--report', 'junit=check.xml'],
      { cwd: folder },
    );
    expect(code).toBe(0);
    expect(normalise(stdout)).toMatchInlineSnapshot(`
      "voltpact check  version VERSION  target http://127.0.0.1:PORT  seed 21

        ✓ Send a simulated day: home-solar-summer-day        288 of 288 records accepted, 35 read back TIME
        ✓ Verify the contract between voltpact and flatpeak  20 of 20 interactions TIME

      PASS  343 passed, 0 failed  in TIME
      "
    `);
    expect(normalise(stderr)).toMatchInlineSnapshot(`
      "seed 21
      no --target given: a mock provider serves at http://127.0.0.1:PORT
      Send a simulated day: home-solar-summer-day: 288 of 288 records accepted, 35 read back, TIME
      Verify the contract between voltpact and flatpeak: 20 of 20 interactions, TIME
      wrote check.json
      wrote check.xml
      "
    `);
    expect(JSON.parse(await readFile(join(folder, 'check.json'), 'utf8'))).toMatchObject({ outcome: 'pass', seed: 21 });
    expect(await readFile(join(folder, 'check.xml'), 'utf8')).toContain('<testsuite name="simulated-day" tests="323"');
  });
});

describe('verify', () => {
  it('says once that a token is wrong, with exit code 1', { timeout: 60_000 }, async () => {
    const { code, stdout } = await runCli(['verify', '--target', provider.url], { env: { VOLTPACT_TOKEN: 'wrong' } });
    expect(code).toBe(1);
    expect(stdout.match(/refused the token/g)?.length).toBeLessThanOrEqual(2);
    expect(stdout.match(/✗ The provider refused the token/g)).toHaveLength(1);
    expect(stdout).not.toContain('Bearer wrong');
  });

  it('says within 5 s that nothing answers, with exit code 3, whether or not there are credentials', async () => {
    const startedMs = performance.now();
    const { code, stdout, stderr } = await runCli(['verify', '--target', 'http://127.0.0.1:1']);
    expect(performance.now() - startedMs).toBeLessThan(5000);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "voltpact: nothing listens at http://127.0.0.1:1
        Start the provider, or check host and port of --target; without --target the built-in mock is used.
      "
    `);
  });

  it('writes its report though nothing answers, with outcome error', async () => {
    const { code, stdout } = await runCli(['verify', '--target', 'http://127.0.0.1:1', '--report', 'json']);
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'error',
      target: 'http://127.0.0.1:1',
      findings: [{ ruleId: 'transport/connection-refused' }],
    });
  });

  it('refuses a live key before anything is sent', async () => {
    const before = provider.received.length;
    const env = { VOLTPACT_ACCOUNT_ID: 'acc_661677911f2197045e6cf1b1', VOLTPACT_API_KEY: 'sk_live_hunter2' };
    const { code, stdout, stderr } = await runCli(['verify', '--target', provider.url], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('--allow-live');
    expect(stderr).not.toContain('hunter2');
    expect(provider.received).toHaveLength(before);
  });
});

describe('colours', () => {
  it.each([
    ['a pipe gets none', [], {}, false],
    ['FORCE_COLOR asks for them', [], { FORCE_COLOR: '1' }, true],
    ['NO_COLOR goes before FORCE_COLOR', [], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    ['an empty NO_COLOR says nothing', [], { FORCE_COLOR: '1', NO_COLOR: '' }, true],
    ['--no-color forbids them', ['--no-color'], { FORCE_COLOR: '1' }, false],
  ])('%s', async (_, words, env, coloured) => {
    const { stdout } = await runCli(['scenarios', ...words], { env });
    expect(escape.test(stdout)).toBe(coloured);
  });
});

describe('configuration file', () => {
  it('gives options that the command line may override, and serves several commands', async () => {
    await writeFile(join(folder, 'voltpact.yaml'), 'seed: 5\nduration: 2h\nport: 8080\nquiet: true\n');
    const line = ['simulate', 'home-solar-summer-day', '--config', 'voltpact.yaml'];
    const [fromFile, fromLine, plain] = await Promise.all([
      runCli(line, { cwd: folder }),
      runCli([...line, '--seed', '6'], { cwd: folder }),
      runCli(['simulate', 'home-solar-summer-day', '--seed', '5', '--duration', '2h'], { cwd: folder }),
    ]);
    expect(fromFile).toEqual({ code: 0, stdout: plain.stdout, stderr: '' });
    expect(fromLine.stdout).not.toBe(plain.stdout);
  });
});
