// Protects what simulate writes: the same seed the same bytes, three formats of the same records, whole files or none.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '../../src/contract/contract.js';
import { UserError } from '../../src/errors.js';
import { readContract } from '../../src/http/read-contract.js';
import { changeScenario } from '../../src/run/change-scenario.js';
import type { RunEvent } from '../../src/run/event.js';
import { parseScenario } from '../../src/run/scenario/parse-scenario.js';
import { readScenario } from '../../src/run/scenario/read-scenario.js';
import type { Scenario } from '../../src/run/scenario/scenario.js';
import { simulate, type SimulateDeps } from '../../src/run/simulate-job.js';
import { recordCount, simulateScenario, telemetryBody } from '../../src/run/simulate.js';

let folder: string;
let contract: Contract;
let scenario: Scenario;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-simulate-'));
  contract = await readContract();
  scenario = changeScenario(await readScenario('home-solar-summer-day'), { durationS: 3600 });
});
afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly events: RunEvent[];
  readonly stdout: string;
}

async function run(input: { scenario?: Scenario; out?: string }, deps: Partial<SimulateDeps> = {}): Promise<Run> {
  const events: RunEvent[] = [];
  let stdout = '';
  const writeStdout = async (data: string | Uint8Array): Promise<void> => {
    stdout += Buffer.from(data).toString();
  };
  for await (const event of simulate({ scenario, contract, ...input }, { now: Date.now, writeStdout, ...deps })) {
    events.push(event);
  }
  return { events, stdout };
}

describe('the records', () => {
  it('break nothing in the contract, come in order of time, and never share a reference id', async () => {
    const day = await readScenario('home-solar-summer-day');
    const ids = new Set<string>();
    let beforeMs = 0;
    for (const { sample } of simulateScenario(day)) {
      expect(contract.checkRequestBody(telemetryBody(contract, sample))).toEqual([]);
      expect(sample.atMs).toBeGreaterThan(beforeMs);
      beforeMs = sample.atMs;
      ids.add(sample.recordReferenceId);
    }
    expect(ids.size).toBe(288);
  });

  it('are the same bytes for the same seed, and others for another', async () => {
    const one = await run({ out: '-' });
    const again = await run({ out: '-' });
    const other = await run({ out: '-', scenario: changeScenario(scenario, { seed: 22 }) });
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  // Batteries of its own, so that no row of the catalogue changes the digest. It moves when the model is meant to move.
  it('are the same bytes on every machine', async () => {
    const own = parseScenario(
      [
        'title: One of everything that is drawn',
        'start: 2025-05-03T00:00:00-03:30',
        'duration: 48h',
        'seed: 9007199254740991',
        'devices:',
        '  - battery: { name: Own, kind: home, usableKwh: 8, maxChargeKw: 3, maxDischargeKw: 4, standbyW: 12 }',
        '    count: 3',
        '    soc: { from: 20, to: 60 }',
        '    controller: { kind: time-of-use, chargeIn: [{ from: 23:30, to: 02:00 }] }',
        '    load: { annualKwh: 5000 }',
        '    solar: { kWp: 5, latitude: 47.6, clouds: 0.5 }',
        '    meter: { soc: 0.01, power: 0.001, energy: 0.001 }',
        '  - battery: { name: Car, kind: ev, usableKwh: 60, maxChargeKw: 11, maxDischargeKw: 0 }',
        '    soc: 70',
        '    target: 90',
        '    controller: { kind: ev, arrives: 17:00, departs: 08:00, tripKwh: { from: 3, to: 20 } }',
      ].join('\n'),
      'own.yaml',
    );
    const { stdout } = await run({ scenario: own, out: '-' });
    expect(createHash('sha256').update(stdout).digest('hex')).toMatchInlineSnapshot(
      `"32b1fbb847ff433a88be0ed666811b6f8bf4be6415fc8f2c58d693dbba1edd37"`,
    );
  });

  it('keep their reference ids when only the duration changes, and change them with anything else', () => {
    const first = (changed: Scenario): string | undefined =>
      simulateScenario(changed).next().value?.sample.recordReferenceId;
    const id = first(scenario);
    expect(id).toMatch(/^vp-[0-9a-f]{16}-000000$/);
    expect(first({ ...scenario, durationS: 7200 })).toBe(id);
    expect(first({ ...scenario, name: 'another' })).not.toBe(id);
    expect(first({ ...scenario, startMs: scenario.startMs + 86_400_000 })).not.toBe(id);
    expect(first({ ...scenario, reportS: 600 })).not.toBe(id);
    const devices = scenario.devices.map((spec) => ({ ...spec, reservePercent: 25 }));
    expect(first({ ...scenario, devices })).not.toBe(id);
  });
});

describe('a file', () => {
  it.each(['ndjson', 'csv', 'json'])('of the form .%s holds every record', async (format) => {
    const out = join(folder, `day.${format}`);
    await run({ out });
    const text = await readFile(out, 'utf8');
    const head = text.split('\n').slice(0, 4).join('\n');
    expect(head.replaceAll(/vp-[0-9a-f]{16}/g, 'vp-<run>')).toMatchSnapshot();
    const expected = Array.from(simulateScenario(scenario), ({ sample }) => ({
      device_id: sample.deviceId,
      ...telemetryBody(contract, sample),
    }));
    expect(expected.length).toBe(12);
    if (format === 'ndjson')
      expect(
        text
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line) as unknown),
      ).toEqual(expected);
    if (format === 'json') expect(JSON.parse(text)).toEqual(expected);
    if (format === 'csv') {
      const [head, ...lines] = text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(','));
      expect(head).toEqual(Object.keys(expected[0] ?? {}));
      expect(lines).toEqual(expected.map((record) => Object.values(record).map(String)));
    }
  });

  it('appears only when it is complete: an abort leaves what was there', async () => {
    const out = join(folder, 'kept.ndjson');
    await writeFile(out, 'before\n');
    const controller = new AbortController();
    const onRow = (): void => controller.abort(new Error('stopped'));
    await expect(run({ out }, { onRow, signal: controller.signal })).rejects.toThrow('stopped');
    expect(await readFile(out, 'utf8')).toBe('before\n');
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('leaves nothing behind when the one who listens walks away', async () => {
    const out = join(folder, 'left.ndjson');
    for await (const event of simulate({ scenario, contract, out }, { now: Date.now, writeStdout: async () => {} })) {
      if (event.kind === 'progress') break;
    }
    expect((await readdir(folder)).filter((name) => name.includes('left'))).toEqual([]);
  });

  it('goes through a symbolic link and keeps the link', async () => {
    const [target, link] = [join(folder, 'target.csv'), join(folder, 'link.csv')];
    await writeFile(target, 'before');
    await symlink(target, link);
    await run({ out: link });
    expect(await readlink(link)).toBe(target);
    expect((await readFile(target, 'utf8')).split('\n').length).toBe(14);
  });

  it.each([
    { out: 'day.txt', message: 'cannot tell the format of' },
    { out: 'day', message: 'cannot tell the format of' },
    { out: 'missing/day.csv', message: 'its folder does not exist' },
    { out: 'folder.json', message: 'it is a folder' },
    { out: 'plain.csv/day.csv', message: 'a part of the path is no folder' },
  ])('that can’t be written is the user’s error: $out', async ({ out, message }) => {
    await mkdir(join(folder, 'folder.json'), { recursive: true });
    await writeFile(join(folder, 'plain.csv'), '');
    const error = await run({ out: join(folder, out) }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ place: { file: join(folder, out) } });
    expect(String(error)).toContain(message);
  });
});

describe('the events', () => {
  it('tell the run from start to finish and name the file', async () => {
    const out = join(folder, 'events.ndjson');
    const { events, stdout } = await run({ out }, { now: () => 1000 });
    expect(stdout).toBe('');
    expect(events).toEqual([
      { kind: 'run-started', command: 'simulate', seed: 21, target: undefined, startedAtMs: 1000 },
      { kind: 'stage-started', stage: 'simulate', title: scenario.title, total: 12 },
      { kind: 'progress', stage: 'simulate', done: 12, total: 12 },
      { kind: 'stage-finished', stage: 'simulate', durationMs: 0, summary: '12 records of 1 device' },
      { kind: 'note', message: `wrote ${out}` },
      { kind: 'run-finished', finishedAtMs: 1000, durationMs: 0 },
    ]);
  });

  it('show progress, and every row to whoever plots, without any file', async () => {
    const devices = scenario.devices.map((spec) => ({ ...spec, count: 100 }));
    const street = { ...scenario, devices };
    let rows = 0;
    const { events } = await run({ scenario: street }, { onRow: () => rows++ });
    expect(rows).toBe(recordCount(street));
    expect(events.flatMap((event) => (event.kind === 'progress' ? [event.done] : []))).toEqual([1200]);
  });
});
