// Protects the end of a run: Ctrl-C stops a mock with 0 and any other work with 130, at once, and nothing half is left behind.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalise, startCli } from './run-cli.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-cli-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('mock', () => {
  it('prints what to paste, serves, keeps a journal without secrets, and ends with 0', async () => {
    const mock = startCli(['mock', '--journal', 'journal.ndjson', '--set', 'unauthorizedStatus=403'], { cwd: folder });
    let said = '';
    mock.child.stdout?.on('data', (text: string) => (said += text));
    await mock.shows('Ctrl-C');
    const lines = [...said.matchAll(/^export (\w+)=(.*)$/gm)];
    const valueOf = (name: string): string => lines.find(([, key]) => key === name)?.[2] ?? '';
    const url = `${valueOf('VOLTPACT_URL')}/devices/${valueOf('VOLTPACT_DEVICE_ID')}/state`;
    const answers = await Promise.all([
      fetch(url, { headers: { authorization: `Bearer ${valueOf('VOLTPACT_TOKEN')}` } }),
      fetch(url, { headers: { authorization: 'Bearer wrong' } }),
    ]);
    // No state has been submitted yet; the second answer follows --set.
    expect(answers.map(({ status }) => status)).toEqual([404, 403]);
    mock.child.kill('SIGINT');
    const { code, stdout, stderr } = await mock.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'stopped\n' });
    expect(normalise(stdout)).toMatchInlineSnapshot(`
      "voltpact mock serves http://127.0.0.1:PORT

      export VOLTPACT_URL=http://127.0.0.1:PORT
      export VOLTPACT_ACCOUNT_ID=acc_661677911f2197045e6cf1b1
      export VOLTPACT_API_KEY=sk_test_voltpact
      export VOLTPACT_TOKEN=TOKEN
      export VOLTPACT_DEVICE_ID=dev_6563a6757360a6d6a628e839
      export VOLTPACT_LOCATION_ID=loc_641b90b758fb8e6293716e40

      Ctrl-C ends it.
      "
    `);
    const journal = await readFile(join(folder, 'journal.ndjson'), 'utf8');
    expect(journal.trimEnd().split('\n')).toHaveLength(2);
    expect(journal).not.toContain(valueOf('VOLTPACT_TOKEN'));
  });

  it('knows the devices of a scenario', async () => {
    const mock = startCli(['mock', 'ev-overnight-cheap-tariff', '--quiet']);
    await mock.shows('VOLTPACT_LOCATION_ID');
    mock.child.kill('SIGTERM');
    const { code, stdout, stderr } = await mock.result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain('dev_6563a6757360a6d6a628e839');
  });
});

describe('simulate', () => {
  it('stops at once with 130 and leaves no file behind', async () => {
    const own = await mkdtemp(join(folder, 'simulate-'));
    const run = startCli(['simulate', 'home-solar-summer-day', '--duration', '3650d', '--out', 'day.ndjson'], {
      cwd: own,
    });
    await expect.poll(() => readdir(own), { timeout: 15_000 }).not.toEqual([]);
    const stoppedMs = performance.now();
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.result;
    expect(performance.now() - stoppedMs).toBeLessThan(3000);
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/voltpact: interrupted\n$/);
    expect(await readdir(own)).toEqual([]);
  });
});

describe('check', () => {
  it('writes its report when it is interrupted', { timeout: 60_000 }, async () => {
    const run = startCli(['check', '--report', 'json=check.json'], { cwd: folder });
    let said = '';
    run.child.stderr?.on('data', (text: string) => (said += text));
    await expect.poll(() => said, { timeout: 15_000 }).toContain('a mock provider serves');
    run.child.kill('SIGINT');
    const { code } = await run.result;
    expect(code).toBe(130);
    const report: unknown = JSON.parse(await readFile(join(folder, 'check.json'), 'utf8'));
    expect(report).toMatchObject({ outcome: 'error', findings: [{ ruleId: 'run/interrupted' }] });
  });
});
