// Protects the gauge of charge: true when nothing is switched on, and each behaviour errs as it says and no further.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceSpec } from '../../src/device/device-spec.js';
import { type Fleet, stepFleet } from '../../src/device/fleet.js';
import type { SocMeterSpec } from '../../src/device/soc-meter.js';
import { sampleFleet } from '../../src/device/take-records.js';
import { fleetOf, homeSpec } from './device-arbitrary.js';

const FINE = { socPercent: 0.000001, powerKw: 0.001, energyKwh: 0.000001 };

/** A battery that its house empties by night and its roof fills by day. */
function cycling(socMeter?: SocMeterSpec, changes: Partial<DeviceSpec> = {}): DeviceSpec {
  return homeSpec({ reservePercent: 0, quanta: FINE, ...(socMeter ? { socMeter } : {}), ...changes });
}

interface Reading {
  readonly truePercent: number;
  readonly shownPercent: number;
  readonly shownKwh: number;
  readonly cycles: number;
}

function* read(fleet: Fleet, hours: number): Generator<Reading> {
  const { batteries } = fleet;
  while (fleet.elapsedS < hours * 3600) {
    stepFleet(fleet, 60);
    const { socPercent, energyKwh } = sampleFleet(fleet, 0);
    const throughputKwh = (batteries.chargedKwh[0] ?? NaN) + (batteries.dischargedKwh[0] ?? NaN);
    yield {
      truePercent: batteries.socPercent[0] ?? NaN,
      shownPercent: socPercent,
      shownKwh: energyKwh,
      cycles: throughputKwh / 27,
    };
  }
}

function errorOf({ shownPercent, truePercent }: Reading): number {
  return shownPercent - truePercent;
}

function readingAt(readings: readonly Reading[], index: number): Reading {
  const reading = readings[index];
  if (!reading) throw new Error(`no reading ${index}`);
  return reading;
}

describe('a gauge with nothing switched on', () => {
  it('is true, and changes no byte', () => {
    const plain = fleetOf([cycling()]);
    const metered = fleetOf([cycling({})]);
    for (let report = 0; report < 288; report++) {
      stepFleet(plain, 300);
      stepFleet(metered, 300);
      expect(sampleFleet(metered, 0)).toEqual(sampleFleet(plain, 0));
    }
  });
});

describe('drift', () => {
  it('grows with what goes through, by the drawn points a full cycle, until full charge sets it right', () => {
    const readings = [...read(fleetOf([cycling({ driftPercent: 0.4 })]), 48)];
    const full = readings.findIndex(({ truePercent }) => truePercent >= 99.9);
    expect(full).toBeGreaterThan(300);
    const before = readings.slice(60, full);
    for (const reading of before) expect(Math.abs(errorOf(reading))).toBeCloseTo(0.4 * reading.cycles, 2);
    expect(new Set(before.map((reading) => Math.sign(errorOf(reading)))).size).toBe(1);
    expect(readings[full]?.shownPercent).toBeCloseTo(readings[full]?.truePercent ?? NaN, 5);
    const evening = readings.filter(({ truePercent }, at) => at > full && truePercent < 90).at(-1);
    expect(Math.abs(errorOf(evening ?? readingAt(readings, 0)))).toBeGreaterThan(0.01);
  });

  it('is each device’s own, up or down', () => {
    const fleet = fleetOf([cycling({ driftPercent: { from: 0.2, to: 0.5 } }, { count: 20 })]);
    stepFleet(fleet, 6 * 3600);
    const errors = Array.from({ length: 20 }, (_, index) => {
      return sampleFleet(fleet, index).socPercent - (fleet.batteries.socPercent[index] ?? NaN);
    });
    expect(errors.some((error) => error > 0.01)).toBe(true);
    expect(errors.some((error) => error < -0.01)).toBe(true);
  });

  it('ends at three points where full charge never comes, and the device stops where its gauge says', () => {
    const changes = { targetPercent: 80, reservePercent: 20, socPercent: 50 };
    const readings = [...read(fleetOf([cycling({ driftPercent: 5 }, changes)]), 24 * 20)];
    for (const reading of readings) {
      expect(Math.abs(errorOf(reading))).toBeLessThan(3.001);
      // A minute at full power is half a point.
      expect(reading.shownPercent).toBeLessThan(80.7);
    }
    expect(Math.max(...readings.map((reading) => Math.abs(errorOf(reading))))).toBeGreaterThan(2.9);
  });
});

describe('snap', () => {
  it('shows 100 % from its threshold on while charging, and is ahead by that until full charge or the next one', () => {
    const readings = [...read(fleetOf([cycling({ snapPercent: 97 })]), 24)];
    const at = readings.findIndex(({ truePercent }) => truePercent >= 97);
    expect(errorOf(readingAt(readings, at - 1))).toBeCloseTo(0, 5);
    for (const { truePercent, shownPercent } of readings.slice(0, at)) expect(shownPercent).toBeCloseTo(truePercent, 5);
    const charging = readings.slice(at).filter(({ truePercent }, index, all) => {
      return truePercent > (all[index - 1]?.truePercent ?? 0) && truePercent >= 97;
    });
    for (const { shownPercent } of charging) expect(shownPercent).toBe(100);
  });
});

describe('slump', () => {
  const slump = { belowPercent: 12, byPercent: 4 };
  const { solar: _, ...dark } = cycling({ slump }, { socPercent: 30 });
  const readings = [...read(fleetOf([dark]), 48)];

  it('runs ahead below its threshold, and falls to the truth in one step at half of it', () => {
    const knee = readings.findIndex(({ truePercent }) => truePercent <= 6);
    expect(knee).toBeGreaterThan(60);
    for (const reading of readings) {
      if (reading.truePercent >= 12 || reading.truePercent <= 6) expect(errorOf(reading)).toBeCloseTo(0, 5);
    }
    const [before, after] = [readingAt(readings, knee - 1), readingAt(readings, knee)];
    expect(errorOf(before)).toBeGreaterThan(3.5);
    expect(before.shownPercent - after.shownPercent).toBeGreaterThan(3.5);
  });

  it('never rises while the battery falls', () => {
    for (const [at, { shownPercent }] of readings.entries()) {
      expect(shownPercent).toBeLessThanOrEqual((readings[at - 1]?.shownPercent ?? 100) + 1e-5);
    }
  });
});

describe('any gauge', () => {
  const specs: fc.Arbitrary<SocMeterSpec> = fc.record(
    {
      driftPercent: fc.double({ min: 0, max: 20, noNaN: true }),
      snapPercent: fc.double({ min: 50, max: 100, noNaN: true }),
      slump: fc.record({
        belowPercent: fc.double({ min: 1, max: 50, noNaN: true }),
        byPercent: fc.double({ min: 0.1, max: 20, noNaN: true }),
      }),
    },
    { requiredKeys: [] },
  );

  it('shows 0 to 100, and the energy that belongs to the charge it shows', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        for (const { shownPercent, shownKwh } of read(fleetOf([cycling(spec)]), 24)) {
          expect(shownPercent).toBeGreaterThanOrEqual(0);
          expect(shownPercent).toBeLessThanOrEqual(100);
          expect(shownKwh).toBeCloseTo((shownPercent / 100) * fullKwh, 4);
        }
      }),
      { numRuns: 15 },
    );
  });

  const fullKwh = homeSpec().product.usableKwh;
});
