// Protects the household: the year's energy, the published shape, and that a step's length does not change the energy.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawAppliances,
  householdKeys,
  householdMinute,
  type Households,
  standardLoadKw,
  stepHouseholds,
} from '../../src/device/household.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = Date.parse('2025-01-01T00:00:00Z');
const MINUTE_MS = 60_000;
const keys = householdKeys(1, 'homes');

/** Mean load of each home in each quarter of an hour, kW, played minute by minute. */
function* quarters(annualKwh: number, homes: number, slots: number): Generator<Float64Array> {
  const column = (): Float64Array => new Float64Array(homes);
  const columns: Households = {
    annualKwh: column().fill(annualKwh),
    loadKw: column(),
    applianceKw: column(),
    applianceFromS: column(),
    applianceToS: column(),
    earlierKw: column(),
    earlierToS: column(),
  };
  const range = { keys, from: 0, to: homes, numberShift: 0 };
  for (let slot = 0; slot < slots; slot++) {
    const mean = column();
    for (let minute = 0; minute < 15; minute++) {
      const shared = householdMinute(YEAR_MS + (slot * 15 + minute) * MINUTE_MS);
      if (minute === 0) drawAppliances(columns, range, shared);
      stepHouseholds(columns, range, shared);
      for (const [home, kw] of columns.loadKw.entries()) mean[home] = (mean[home] ?? NaN) + kw / 15;
    }
    yield mean;
  }
}

describe('the standard profile', () => {
  it('adds up to the energy of the year within 2 %', () => {
    let kwh = 0;
    for (let hour = 0; hour < 8760; hour++) kwh += standardLoadKw(3500, YEAR_MS + (hour + 0.5) * HOUR_MS);
    expect(Math.abs(kwh / 3500 - 1)).toBeLessThan(0.02);
  });

  it.each([
    { at: '2025-01-14T19:30:00Z', kw: 0.1871, why: 'the peak of a winter workday, times the day’s factor 1.257' },
    { at: '2025-01-14T03:30:00Z', kw: 0.0385, why: 'the valley of the same night' },
  ])('gives the published hour at $at: $why', ({ at, kw }) => {
    const t = 14;
    const factor = -3.92e-10 * t ** 4 + 3.2e-7 * t ** 3 - 7.02e-5 * t ** 2 + 2.1e-3 * t + 1.24;
    expect(standardLoadKw(1000, Date.parse(at))).toBeCloseTo(kw * factor, 9);
  });

  it.each([
    { day: '2025-07-06', hour: 11.5, least: 0.15, why: 'a Sunday in summer cooks at noon' },
    { day: '2025-01-18', hour: 18.5, least: 0.2, why: 'a Saturday in winter peaks in the evening' },
  ])('knows the day: $why', ({ day, hour, least }) => {
    expect(standardLoadKw(1000, Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS)).toBeGreaterThan(least);
  });
});

describe('a household', () => {
  it('has appliances on top, and keeps the mean of the profile over many homes', () => {
    const [homes, slots] = [200, 7 * 96];
    let mean = 0;
    let most = 0;
    for (const loads of quarters(3500, homes, slots)) {
      for (const kw of loads) {
        mean += kw / (homes * slots);
        most = Math.max(most, kw);
      }
    }
    let expected = 0;
    for (let slot = 0; slot < slots; slot++) expected += standardLoadKw(3500, YEAR_MS + (slot + 0.5) * 900_000) / slots;
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.02);
    expect(most).toBeGreaterThan(4 * expected);
  });

  it('keeps its energy when it is large: the appliances grow with it', () => {
    let kwh = 0;
    let expected = 0;
    for (const [slot, [kw = NaN]] of [...quarters(80_000, 1, 96 * 60)].entries()) {
      kwh += kw / 4;
      expected += standardLoadKw(80_000, YEAR_MS + slot * 900_000 + 450_000) / 4;
    }
    expect(Math.abs(kwh / expected - 1)).toBeLessThan(0.03);
  });

  it('runs an appliance for what it takes, whole, wherever in the quarter it begins', () => {
    const range = { keys, from: 0, to: 1, numberShift: 0 };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 899, noNaN: true }), (fromS) => {
        const columns = {
          annualKwh: Float64Array.of(3500),
          loadKw: new Float64Array(1),
          applianceKw: Float64Array.of(2),
          applianceFromS: Float64Array.of(fromS),
          applianceToS: Float64Array.of(fromS + 210),
          earlierKw: new Float64Array(1),
          earlierToS: new Float64Array(1),
        };
        let kilowattMinutes = 0;
        for (let minute = 0; minute < 30; minute++) {
          const shared = { ...householdMinute(YEAR_MS + minute * MINUTE_MS), baseKw: 0, chance: 0 };
          if (minute === 15) drawAppliances(columns, range, shared);
          stepHouseholds(columns, range, shared);
          kilowattMinutes += columns.loadKw[0] ?? NaN;
        }
        expect(kilowattMinutes).toBeCloseTo(2 * 3.5, 9);
      }),
    );
  });
});
