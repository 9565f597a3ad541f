// Protects the Parquet file: the records of the other forms with types, in several groups of rows, read by a reader that isn't ours.
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContract } from '../../src/http/read-contract.js';
import { changeScenario } from '../../src/run/change-scenario.js';
import { readScenario } from '../../src/run/scenario/read-scenario.js';
import type { Scenario } from '../../src/run/scenario/scenario.js';
import { simulate } from '../../src/run/simulate-job.js';
import { simulateScenario, telemetryBody } from '../../src/run/simulate.js';
import { flowDirection } from '../contract/shipped.js';

const contract = await readContract();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(scenario: Scenario, by = contract): Promise<string> {
  const out = join(folder, `${by === contract ? 'signed' : 'flow'}.parquet`);
  const deps = { now: Date.now, writeStdout: async () => {} };
  for await (const event of simulate({ scenario, contract: by, out }, deps)) expect(event.kind).not.toBe('finding');
  return out;
}

describe('a Parquet file', () => {
  it.each([
    ['the default document', contract],
    ['the document with a flow direction', flowDirection],
  ])('holds every record of %s, with the time in UTC', async (_, by) => {
    const scenario = changeScenario(await readScenario('fleet-spring-town'), { devices: 9, durationS: 7200 });
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(await write(scenario, by)) });
    const expected = Array.from(simulateScenario(scenario), ({ sample }) => ({
      device_id: sample.deviceId,
      ...telemetryBody(by, sample),
      time: new Date(sample.atMs),
    }));
    expect(rows).toEqual(expected);
    expect(Object.keys(rows[0] ?? {})).toEqual(Object.keys(expected[0] ?? {}));
  });

  it('says what its columns are, and lets no reader take the times for local ones', async () => {
    const scenario = changeScenario(await readScenario('home-solar-summer-day'), { durationS: 600 });
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(await write(scenario)));
    const types = parquetSchema(metadata).children.map(({ element: { name, type, repetition_type: must } }) => [
      name,
      type,
      must,
    ]);
    expect(types).toEqual([
      ['device_id', 'BYTE_ARRAY', 'REQUIRED'],
      ['location_id', 'BYTE_ARRAY', 'REQUIRED'],
      ['time', 'INT64', 'REQUIRED'],
      ['state_of_charge_percent', 'DOUBLE', 'REQUIRED'],
      ['target_state_of_charge_percent', 'DOUBLE', 'REQUIRED'],
      ['battery_power_kw', 'DOUBLE', 'REQUIRED'],
      ['energy_remaining_kwh', 'DOUBLE', 'REQUIRED'],
      ['backup_reserve_percent', 'DOUBLE', 'REQUIRED'],
      ['record_reference_id', 'BYTE_ARRAY', 'REQUIRED'],
    ]);
    expect(metadata.schema[3]?.logical_type).toEqual({ type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' });
  });

  it('is written in groups of rows, so that memory doesn’t grow with it', async () => {
    const scenario = changeScenario(await readScenario('home-solar-summer-day'), { devices: 6000, durationS: 7200 });
    const metadata = await parquetMetadataAsync(await asyncBufferFromFile(await write(scenario)));
    expect(Number(metadata.num_rows)).toBe(144_000);
    expect(metadata.row_groups.length).toBeGreaterThan(1);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
