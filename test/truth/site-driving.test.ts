// Protects what driving takes against the drive cycles, what EPA measured of the same car, and a travel survey.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { DRIVE_CYCLES, driveKwhPerKm, surveyedKm } from '../../src/device/driving.js';
import { isObject } from '../../src/contract/json.js';
import { randomStream } from '../../src/device/random.js';

const truth: unknown = JSON.parse(await readFile(new URL('site-trip-energy.json', import.meta.url), 'utf8'));

/** A number of the truth file by its path. */
function figure(...path: string[]): number {
  const value = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), truth);
  if (typeof value !== 'number') throw new Error(`no number at ${path.join('.')}`);
  return value;
}

describe('driving', () => {
  it.each([
    { style: 'city', cycle: 'udds' },
    { style: 'highway', cycle: 'hwfet' },
    { style: 'fast', cycle: 'us06' },
  ] as const)('in style $style is the cycle $cycle', ({ style, cycle }) => {
    expect(DRIVE_CYCLES[style]).toEqual({
      whPerKm: figure('cycles', cycle, 'batteryWhPerKm'),
      meanSpeedKmh: figure('cycles', cycle, 'meanSpeedKmh'),
    });
  });

  // Measured: 2 % more in the city, 7 % more on the highway. The model has one efficiency for the motor, a real one a map.
  it.each(['udds', 'hwfet'])('over %s takes what was measured of the car within 10 %%', (cycle) => {
    const share = figure('cycles', cycle, 'batteryWhPerKm') / figure('cycles', cycle, 'publishedBatteryWhPerKm');
    expect(Math.abs(share - 1)).toBeLessThan(0.1);
  });

  it('on the road takes the label’s factor more than on the bench', () => {
    expect(driveKwhPerKm('city') * 1000 * figure('labelFactor')).toBeCloseTo(DRIVE_CYCLES.city.whPerKm, 9);
    expect(driveKwhPerKm('mixed')).toBeGreaterThan(0.15);
    expect(driveKwhPerKm('mixed')).toBeLessThan(0.18);
  });
});

describe('the distance of a day', () => {
  it('has the median and the mean of the survey’s distribution: 24.5 and 36.1 miles', () => {
    expect(surveyedKm(0) / 1.609344).toBeCloseTo(24.53, 2);
    // Twelve uniform draws less six are near enough to normal.
    const { next } = randomStream(1, 'survey');
    const normal = (): number => Array.from({ length: 12 }, next).reduce((sum, draw) => sum + draw, -6);
    const days = Array.from({ length: 20_000 }, () => surveyedKm(normal()));
    const meanMiles = days.reduce((sum, km) => sum + km, 0) / days.length / 1.609344;
    expect(Math.abs(meanMiles / 36.14 - 1)).toBeLessThan(0.03);
  });
});
