// Protects what simulate writes of devices that report late, twice or not at all: every arrival, in the order of arrival.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '../../src/contract/contract.js';
import { readContract } from '../../src/http/read-contract.js';
import { parseScenario } from '../../src/run/scenario/parse-scenario.js';
import { recordCount, simulateScenario, telemetryBody } from '../../src/run/simulate.js';
import { simulate } from '../../src/run/simulate-job.js';

const scenario = parseScenario(
  [
    'title: A street with a poor network beside a home with a good one',
    'start: 2025-06-21T00:00:00+02:00',
    'duration: 6h',
    'devices:',
    '  - name: street',
    '    battery: tesla-powerwall-2',
    '    count: 3',
    '    soc: { from: 30, to: 90 }',
    '    controller: { kind: self-consumption }',
    '    load: { annualKwh: 4200 }',
    '    reporter:',
    '      every: 10m',
    '      offline: { windows: [{ from: 01:00, to: 02:00 }], perDay: 6, lasting: 20m, backfill: out-of-order }',
    '      duplicates: { percent: 20 }',
    '      lost: 10',
    '  - name: home',
    '    battery: tesla-powerwall-2',
    '    soc: 50',
    '    controller: { kind: hold }',
  ].join('\n'),
  'street.yaml',
);
const rows = [...simulateScenario(scenario)];

let folder: string;
let contract: Contract;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-reported-'));
  contract = await readContract();
});
afterAll(() => rm(folder, { recursive: true }));

async function written(workers: number): Promise<{ lines: string[]; summaries: string[] }> {
  const out = join(folder, `${workers}.ndjson`);
  const summaries: string[] = [];
  const deps = { now: Date.now, writeStdout: async (): Promise<void> => {} };
  for await (const event of simulate({ scenario, contract, out, workers }, deps)) {
    if (event.kind === 'stage-finished') summaries.push(event.summary);
  }
  return { lines: (await readFile(out, 'utf8')).trimEnd().split('\n'), summaries };
}

describe('devices with reporters', () => {
  it('yield their rows by arrival, and the others theirs at once', () => {
    const arrivals = rows.map(({ deliveredAtMs }) => deliveredAtMs);
    expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
    const home = rows.filter(({ device }) => device === 3);
    expect(home.length).toBe(72);
    expect(home.every(({ sample, deliveredAtMs }) => sample.atMs === deliveredAtMs)).toBe(true);
    expect(rows.some(({ sample, deliveredAtMs }) => deliveredAtMs > sample.atMs)).toBe(true);
  });

  it('are planned for by their own periods', () => {
    expect(recordCount(scenario)).toBe(3 * 36 + 72);
  });

  it.each([1, 2])('are written as they arrive, by %i threads, and counted as they come', async (workers) => {
    const { lines, summaries } = await written(workers);
    const expected = rows.map(({ sample }) => ({ device_id: sample.deviceId, ...telemetryBody(contract, sample) }));
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(expected);
    expect(summaries).toEqual([`${rows.length} records of 4 devices`]);
  });

  it('never break the contract, and say the same under one reference', () => {
    const bodies = new Map<string, string>();
    for (const { sample } of rows) {
      const body = telemetryBody(contract, sample);
      expect(contract.checkRequestBody(body)).toEqual([]);
      const text = JSON.stringify(body);
      expect(bodies.get(sample.recordReferenceId) ?? text).toBe(text);
      bodies.set(sample.recordReferenceId, text);
    }
    expect(bodies.size).toBeLessThan(rows.length);
  });
});
