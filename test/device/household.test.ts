// Protects the household: the year's energy, the published shape, and that a step's length does not change the energy.
import { describe, expect, it } from 'vitest';
import { householdKeys, householdLoadKw, householdSpan, standardLoadKw } from '../../src/device/household.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = Date.parse('2025-01-01T00:00:00Z');
const keys = householdKeys(1, 'homes');

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
  it('uses the same energy at any step', () => {
    const energy = (dtS: number): number => {
      let kwh = 0;
      for (let atS = 0; atS < 86_400; atS += dtS) {
        const span = { localFromMs: YEAR_MS + atS * 1000, dtS };
        kwh += (householdLoadKw(householdSpan(3500, span), keys, 0) * dtS) / 3600;
      }
      return kwh;
    };
    const fine = energy(10);
    for (const dtS of [60, 300, 420, 900]) expect(Math.abs(energy(dtS) - fine)).toBeLessThan(0.01);
  });

  it('has appliances on top, and keeps the mean of the profile over many homes', () => {
    let mean = 0;
    let most = 0;
    const homes = 200;
    const days = 7;
    for (let index = 0; index < homes; index++) {
      for (let slot = 0; slot < days * 96; slot++) {
        const kw = householdLoadKw(
          householdSpan(3500, { localFromMs: YEAR_MS + slot * 900_000, dtS: 900 }),
          keys,
          index,
        );
        mean += kw / (homes * days * 96);
        most = Math.max(most, kw);
      }
    }
    let expected = 0;
    for (let slot = 0; slot < days * 96; slot++) {
      expected += standardLoadKw(3500, YEAR_MS + (slot + 0.5) * 900_000) / (days * 96);
    }
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.02);
    expect(most).toBeGreaterThan(4 * expected);
  });

  it('keeps its energy when it is large: the appliances grow with it', () => {
    let kwh = 0;
    let expected = 0;
    for (let slot = 0; slot < 96 * 60; slot++) {
      const localFromMs = YEAR_MS + slot * 900_000;
      kwh += householdLoadKw(householdSpan(80_000, { localFromMs, dtS: 900 }), keys, 0) / 4;
      expected += standardLoadKw(80_000, localFromMs + 450_000) / 4;
    }
    expect(Math.abs(kwh / expected - 1)).toBeLessThan(0.03);
  });
});
