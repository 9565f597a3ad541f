// Protects the percentiles of a fleet: near to the exact ones, the same however the fleet is cut, in memory that has a bound.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRecords, type RecordColumns } from '../../src/device/records.js';
import {
  addToBands,
  createFleetBands,
  type FleetBands,
  mergeBands,
  percentileBands,
} from '../../src/run/fleet-bands.js';

const START_MS = Date.UTC(2025, 5, 21);
const RUN = { startMs: START_MS, durationS: 3600, reportS: 300 };

interface Truth {
  readonly moment: number;
  readonly socPercent: number;
  readonly powerKw: number;
}

function recordsOf(truths: readonly Truth[]): RecordColumns {
  const records = createRecords(truths.length);
  records.size = truths.length;
  for (const [row, { moment, socPercent, powerKw }] of truths.entries()) {
    records.atMs[row] = START_MS + moment * 300_000;
    records.truth.socPercent[row] = socPercent;
    records.truth.powerKw[row] = powerKw;
    records.truth.loadKw[row] = Math.abs(powerKw);
  }
  return records;
}

const truthArbitrary: fc.Arbitrary<Truth> = fc.record({
  moment: fc.integer({ min: 1, max: 12 }),
  socPercent: fc.double({ min: 0, max: 100, noNaN: true }),
  powerKw: fc.oneof(
    fc.double({ min: -50, max: 50, noNaN: true }),
    fc.double({ min: -90_000, max: 90_000, noNaN: true }),
    fc.constantFrom(0, -0.0001, 11, -11),
  ),
});
const truthsArbitrary = fc.array(truthArbitrary, { minLength: 1, maxLength: 60 });

function counted(truths: readonly Truth[]): FleetBands {
  const bands = createFleetBands(RUN);
  addToBands(bands, recordsOf(truths));
  return bands;
}

/** The value of that rank. */
function exact(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
}

describe('percentiles', () => {
  it('are within 0.05 points of charge and 0.8 % of a power, at every moment that has values', () => {
    fc.assert(
      fc.property(truthsArbitrary, (truths) => {
        const moments = percentileBands(counted(truths));
        expect(moments.map(({ atMs }) => (atMs - START_MS) / 300_000)).toEqual(
          [...new Set(truths.map(({ moment }) => moment))].toSorted((a, b) => a - b),
        );
        for (const { atMs, bands } of moments) {
          const now = truths.filter(({ moment }) => START_MS + moment * 300_000 === atMs);
          for (const [name, share] of [
            ['p5', 0.05],
            ['p25', 0.25],
            ['p50', 0.5],
            ['p75', 0.75],
            ['p95', 0.95],
          ] as const) {
            const soc = exact(
              now.map(({ socPercent }) => socPercent),
              share,
            );
            const power = exact(
              now.map(({ powerKw }) => powerKw),
              share,
            );
            expect(Math.abs(bands.socPercent[name] - soc)).toBeLessThanOrEqual(0.05 + 1e-9);
            expect(Math.abs(bands.powerKw[name] - power)).toBeLessThanOrEqual(
              Math.max(0.001, 0.0079 * Math.abs(power)),
            );
          }
        }
      }),
    );
  });

  it('of a fleet that was counted in parts are those of the whole', () => {
    fc.assert(
      fc.property(truthsArbitrary, truthsArbitrary, (some, others) => {
        const whole = counted([...some, ...others]);
        const parts = counted(some);
        mergeBands(parts, counted(others));
        expect(percentileBands(parts)).toEqual(percentileBands(whole));
      }),
    );
  });

  it('keep to a bounded number of spans however long the run is', () => {
    const bands = createFleetBands({ startMs: START_MS, durationS: 10 * 365 * 86_400, reportS: 300 });
    expect(bands.spans).toBeLessThanOrEqual(400);
    const late = recordsOf([{ moment: 10 * 365 * 288 + 5, socPercent: 50, powerKw: 1 }]);
    addToBands(bands, late);
    expect(percentileBands(bands)).toHaveLength(1);
    expect(percentileBands(bands)[0]?.bands.socPercent.p50).toBe(50);
  });
});
