// Protects the air around a battery: one wave for the year and one for the day stay near what was measured at two places.
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ambientCelsius, type Weather } from '../../src/device/weather.js';

const HOUR_MS = 3_600_000;
const YEAR_MS = Date.UTC(2025, 0, 1);
const means = z.array(z.number());
const truth = z
  .object({
    places: z.array(
      z.object({
        name: z.string(),
        latitudeDegrees: z.number(),
        longitudeDegrees: z.number(),
        annualMeanCelsius: z.number(),
        monthlyMeanCelsius: means,
        hourlyMeanCelsiusUtc: means,
      }),
    ),
  })
  .parse(JSON.parse(await readFile(new URL('site-temperature.json', import.meta.url), 'utf8')));

type Place = (typeof truth)['places'][number];

/** With the two figures that a user would read from a climate table: half of the range between months, and between hours. */
function weatherOf(place: Place): Weather {
  const { latitudeDegrees, longitudeDegrees, annualMeanCelsius, monthlyMeanCelsius, hourlyMeanCelsiusUtc } = place;
  const halfRange = (values: readonly number[]): number => (Math.max(...values) - Math.min(...values)) / 2;
  return {
    latitudeDegrees,
    longitudeDegrees,
    annualMeanCelsius,
    annualSwingKelvin: halfRange(monthlyMeanCelsius),
    dailySwingKelvin: halfRange(hourlyMeanCelsiusUtc),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Root mean square of the differences. */
function rms(values: readonly number[], others: readonly number[]): number {
  return Math.sqrt(mean(values.map((value, at) => (value - (others[at] ?? NaN)) ** 2)));
}

const hours = Array.from({ length: 8760 }, (_, hour) => YEAR_MS + hour * HOUR_MS);

describe.each(truth.places)('the air at $name', (place) => {
  const weather = weatherOf(place);
  const values = hours.map((atMs) => ({ atMs, celsius: ambientCelsius(weather, atMs) }));

  it('has the mean of the year', () => {
    expect(mean(values.map(({ celsius }) => celsius))).toBeCloseTo(place.annualMeanCelsius, 1);
  });

  // Measured: 1.7 and 1.4 K. A typical year's months come from different years, so they don't lie on any wave.
  it('follows the months within 2 K', () => {
    const months = place.monthlyMeanCelsius.map((_, month) =>
      mean(values.filter(({ atMs }) => new Date(atMs).getUTCMonth() === month).map(({ celsius }) => celsius)),
    );
    expect(rms(months, place.monthlyMeanCelsius)).toBeLessThan(2);
  });

  // Measured: 0.7 and 0.6 K.
  it('follows the hours of the day within 1 K', () => {
    const day = place.hourlyMeanCelsiusUtc.map((_, hour) =>
      mean(values.filter(({ atMs }) => new Date(atMs).getUTCHours() === hour).map(({ celsius }) => celsius)),
    );
    expect(rms(day, place.hourlyMeanCelsiusUtc)).toBeLessThan(1);
  });
});

describe('any climate', () => {
  const climate: fc.Arbitrary<Weather> = fc.record({
    latitudeDegrees: fc.double({ min: -90, max: 90, noNaN: true }),
    longitudeDegrees: fc.double({ min: -180, max: 180, noNaN: true }),
    annualMeanCelsius: fc.double({ min: -60, max: 50, noNaN: true }),
    annualSwingKelvin: fc.double({ min: 0, max: 40, noNaN: true }),
    dailySwingKelvin: fc.double({ min: 0, max: 20, noNaN: true }),
  });

  it('stays within its swings, and turns the year by half across the equator', () => {
    fc.assert(
      fc.property(climate, fc.integer({ min: 0, max: 4_000_000 }), (weather, minute) => {
        const { annualMeanCelsius, annualSwingKelvin, dailySwingKelvin } = weather;
        const atMs = minute * 60_000;
        const celsius = ambientCelsius(weather, atMs);
        const swing = annualSwingKelvin + dailySwingKelvin;
        expect(Math.abs(celsius - annualMeanCelsius)).toBeLessThanOrEqual(swing + 1e-6);
        const still = { ...weather, dailySwingKelvin: 0, latitudeDegrees: Math.abs(weather.latitudeDegrees) + 1e-9 };
        const south = { ...still, latitudeDegrees: -still.latitudeDegrees };
        expect(ambientCelsius(still, atMs) + ambientCelsius(south, atMs)).toBeCloseTo(2 * annualMeanCelsius, 6);
      }),
    );
  });
});
