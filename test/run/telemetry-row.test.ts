// Protects the bytes of telemetry: rows written from columns are those that JSON.stringify and RFC 4180 make of the wire body.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/contract/contract.js';
import { wireColumns } from '../../src/contract/telemetry.js';
import { createFleet, type Fleet } from '../../src/device/fleet.js';
import { createRecords, type RecordColumns } from '../../src/device/records.js';
import { recordAt } from '../../src/device/take-records.js';
import { readContract } from '../../src/http/read-contract.js';
import { telemetryBody } from '../../src/run/simulate.js';
import { createCursor } from '../../src/run/telemetry-bytes.js';
import { compileRowWriter, telemetryFrame } from '../../src/run/telemetry-row.js';
import { homeSpec, START_MS } from '../device/device-arbitrary.js';

const contract = await readContract();

/** Two of which the seed makes the ids, and one whose spec gives them. */
function fleetOf(given: { deviceId?: string; locationId?: string }, utcOffsetMinutes: number): Fleet {
  const specs = [homeSpec({ count: 2 }), homeSpec({ name: 'given', ...given })];
  return createFleet(specs, { seed: 1, startMs: START_MS, utcOffsetMinutes, runLabel: 'rows' });
}

interface Row {
  readonly device: number;
  readonly sequence: number;
  readonly atMs: number;
  readonly numbers: readonly number[];
}

function recordsOf(rows: readonly Row[]): RecordColumns {
  const records = createRecords(rows.length);
  for (const [row, { device, sequence, atMs, numbers }] of rows.entries()) {
    records.size++;
    records.device[row] = device;
    records.sequence[row] = sequence;
    records.atMs[row] = atMs;
    for (const [column, name] of (
      ['socPercent', 'targetSocPercent', 'powerKw', 'energyKwh', 'reservePercent'] as const
    ).entries()) {
      records[name][row] = numbers[column] ?? NaN;
    }
  }
  return records;
}

function rendered(
  by: Contract,
  format: 'ndjson' | 'csv' | 'json',
  play: { fleet: Fleet; records: RecordColumns },
): string {
  const cursor = createCursor(16);
  compileRowWriter(format, wireColumns(by))(play.fleet, play.records, cursor);
  return Buffer.from(cursor.bytes.buffer, 0, cursor.at).toString();
}

function objectsOf(
  by: Contract,
  { fleet, records }: { fleet: Fleet; records: RecordColumns },
): Record<string, unknown>[] {
  return Array.from({ length: records.size }, (_, row) => {
    const sample = recordAt(fleet, records, row);
    return { device_id: sample.deviceId, ...telemetryBody(by, sample) };
  });
}

/** Grid values, as meters show them, and values that are none; small, large and beyond what is written digit by digit. */
const numberArbitrary = fc.oneof(
  fc.integer({ min: -110_000, max: 110_000 }).map((steps) => steps / 1000),
  fc.integer({ min: -10_000, max: 10_000 }).map((steps) => steps / 100),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => Math.abs(value) < 1e15),
  fc.constantFrom(0, -0, 0.0004, -0.0004, 0.0005, -0.0005, 9999.999, 10_000, 99.995, 0.1 + 0.2),
);
const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  device: fc.nat({ max: 2 }),
  sequence: fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 4_000_000 })),
  atMs: fc.integer({ min: 0, max: 4e12 }),
  numbers: fc.array(numberArbitrary, { minLength: 5, maxLength: 5 }),
});
const playArbitrary = fc
  .record({
    ids: fc.record({ deviceId: fc.string({ unit: 'binary' }), locationId: fc.string() }, { requiredKeys: [] }),
    utcOffsetMinutes: fc.integer({ min: -840, max: 840 }),
    rows: fc.array(rowArbitrary, { minLength: 1, maxLength: 8 }),
  })
  .map(({ ids, utcOffsetMinutes, rows }) => ({ fleet: fleetOf(ids, utcOffsetMinutes), records: recordsOf(rows) }));

/** The same document with another set of fields, some of them with names that need an escape or that JSON moves to the front. */
const dialectArbitrary: fc.Arbitrary<Contract> = fc
  .shuffledSubarray(Object.entries({ ...contract.requestFields, powerMagnitudeKw: 'size', flowDirection: 'way' }), {
    minLength: 1,
  })
  .chain((fields) => {
    const names = fc.uniqueArray(fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom('7', 'a"b', 'é', 'device_id')), {
      minLength: fields.length,
      maxLength: fields.length,
    });
    return names
      .filter((all) => !all.includes('__proto__'))
      .map((all) => ({
        ...contract,
        requestFields: Object.fromEntries(fields.map(([quantity], index) => [quantity, all[index] ?? ''])),
      }));
  });

describe('rows of JSON', () => {
  it('are those of JSON.stringify, for any values, ids, times and dialects', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constant(contract), dialectArbitrary), playArbitrary, (by, play) => {
        const lines = objectsOf(by, play).map((object) => JSON.stringify(object));
        expect(rendered(by, 'ndjson', play)).toBe(lines.map((line) => `${line}\n`).join(''));
        expect(rendered(by, 'json', play)).toBe(lines.map((line) => `,\n  ${line}`).join(''));
      }),
      { numRuns: 150 },
    );
  });

  it('refuse what JSON can’t carry', () => {
    const play = {
      fleet: fleetOf({}, 0),
      records: recordsOf([{ device: 0, sequence: 0, atMs: 0, numbers: [50, 80, NaN] }]),
    };
    expect(() => rendered(contract, 'ndjson', play)).toThrow('powerKw is NaN');
  });
});

describe('rows of CSV', () => {
  it('have a cell for each column, quoted where RFC 4180 asks for it', () => {
    const ids = { deviceId: 'a,"b"\r\nc', locationId: 'plain' };
    const rows = [2, 0].map((device) => ({ device, sequence: 3, atMs: START_MS, numbers: [34.2, 80, -3.4, 8.3, 20] }));
    const play = { fleet: fleetOf(ids, 120), records: recordsOf(rows) };
    const [given, drawn] = objectsOf(contract, play).map((object) => Object.values(object).map(String));
    expect(rendered(contract, 'csv', play)).toBe(`"a,""b""\r\nc",${given?.slice(1).join(',')}\n${drawn?.join(',')}\n`);
  });

  it('stand under a head, and leave empty what no record has', () => {
    const other = { ...contract, requestFields: { accountId: 'who', socPercent: 'charge, %' } };
    const columns = wireColumns(other);
    expect(Buffer.from(telemetryFrame('csv', columns).head).toString()).toBe('device_id,who,"charge, %"\n');
    const rows = [{ device: 0, sequence: 0, atMs: 0, numbers: [34.2, 0, 0, 0, 0] }];
    const play = {
      fleet: fleetOf({ deviceId: 'dev_1' }, 0),
      records: recordsOf(rows.map((row) => ({ ...row, device: 2 }))),
    };
    expect(rendered(other, 'csv', play)).toBe('dev_1,,34.2\n');
  });
});
