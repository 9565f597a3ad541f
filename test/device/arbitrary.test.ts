// Protects: generated missions and streams come from the real model, keep to its bounds, meet every moment at which a battery
// behaves otherwise, and can be put on the wire as they are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Contract } from '../../src/contract/contract.js';
import { deviceArbitrary, missionArbitrary, telemetryArbitrary } from '../../src/device/arbitrary.js';
import type { TelemetryStream } from '../../src/device/arbitrary.js';
import { createFleet } from '../../src/device/fleet.js';
import { describeMission, playMission } from '../../src/device/mission.js';
import type { Mission, Reporting } from '../../src/device/mission.js';
import type { TelemetrySample } from '../../src/device/telemetry.js';
import { telemetryBody } from '../../src/run/simulate.js';
import { deviceState, flowDirection } from '../contract/shipped.js';
import { product } from './device-arbitrary.js';

const reporting: Reporting = {
  deviceId: 'dev_1',
  locationId: 'loc_1',
  startMs: Date.UTC(2025, 5, 21, 6),
  utcOffsetMinutes: 120,
  reportS: 900,
};

/** A Powerwall that does one thing for an hour. */
function mission(startPercent: number, requestedPowerKw: number, changes: Partial<Mission> = {}): Mission {
  return {
    product: product('tesla-powerwall-2'),
    port: 'ac',
    startPercent,
    targetPercent: 80,
    reservePercent: 20,
    quanta: { socPercent: 0.1, powerKw: 0.1, energyKwh: 0.1 },
    legs: [{ requestedPowerKw, periods: 4 }],
    ...changes,
  };
}

describe('a mission', () => {
  test.each<[string, Mission, (samples: readonly TelemetrySample[]) => boolean]>([
    [
      'charges where it is asked to',
      mission(50, 3),
      (samples) => samples.slice(1).every(({ powerKw }) => powerKw === 3),
    ],
    [
      'discharges where it is asked to',
      mission(50, -2),
      (samples) => samples.slice(1).every(({ powerKw }) => powerKw === -2),
    ],
    [
      'takes nothing when it is full',
      mission(100, 3),
      (samples) => samples.every(({ powerKw, socPercent }) => powerKw === 0 && socPercent === 100),
    ],
    ['gives nothing at its reserve', mission(20, -3), (samples) => samples.every(({ powerKw }) => powerKw === 0)],
    ['gives all that is above its reserve and no more', mission(21, -5), (samples) => samples[1]?.socPercent === 20],
    ['rests where nothing is asked for', mission(50, 0), (samples) => samples.every(({ powerKw }) => powerKw === 0)],
  ])('%s', (_sentence, one, holds) => {
    const samples = playMission(one, reporting);
    expect(samples).toHaveLength(5);
    expect(holds(samples), JSON.stringify(samples)).toBe(true);
  });

  test('begins with a record before any power has flowed, then reports at the end of each period', () => {
    const samples = playMission(mission(50, 3), reporting);
    expect(samples[0]).toMatchObject({ sequence: 0, atMs: reporting.startMs, socPercent: 50, powerKw: 0 });
    expect(samples.map(({ atMs }) => atMs - reporting.startMs)).toEqual([0, 1, 2, 3, 4].map((one) => one * 900_000));
    expect(new Set(samples.map(({ recordReferenceId }) => recordReferenceId)).size).toBe(5);
  });

  test('played twice reports the same; another mission, meter or clock never under the same reference', () => {
    const played = (one: Mission, changes: Partial<Reporting> = {}): string[] =>
      playMission(one, { ...reporting, ...changes }).map(({ recordReferenceId }) => recordReferenceId);
    const own = played(mission(50, 3));
    expect(played(mission(50, 3))).toEqual(own);
    const others = [
      played(mission(51, 3)),
      played(mission(50, -3)),
      played(mission(50, Infinity)),
      played(mission(50, -Infinity)),
      played(mission(50, 3, { targetPercent: 90 })),
      played(mission(50, 3, { quanta: { socPercent: 1, powerKw: 0.1, energyKwh: 0.1 } })),
      played(mission(50, 3), { utcOffsetMinutes: 0 }),
      played(mission(50, 3), { reportS: 60 }),
    ];
    const all = [own, ...others].flat();
    expect(new Set(all).size).toBe(all.length);
  });

  test('is described and printed on one line', () => {
    const one = mission(50, 3);
    expect(describeMission(one)).toBe('tesla-powerwall-2 (ac) from 50 %, target 80 %, reserve 20 %: 3 kW × 4');
    const [drawn] = fc.sample(missionArbitrary(), { numRuns: 1, seed: 1 });
    expect(fc.stringify(drawn)).toBe(drawn && describeMission(drawn));
  });

  test('shrinks to one short leg from half full', () => {
    const { counterexample } = fc.check(
      fc.property(missionArbitrary(), ({ legs }) => legs.length === 0),
      { seed: 1 },
    );
    expect(counterexample?.[0].legs).toHaveLength(1);
    expect(counterexample?.[0]).toMatchObject({ startPercent: 50, targetPercent: 80, reservePercent: 20 });
  });
});

describe('streams', () => {
  const streams = fc.sample(telemetryArbitrary(reporting), { numRuns: 1500, seed: 1 });

  /** How many streams hold such a record, alone or with the one before it. */
  function share(holds: (sample: TelemetrySample, before: TelemetrySample | undefined) => boolean): number {
    const has = ({ samples }: TelemetryStream): boolean =>
      samples.some((sample, index) => holds(sample, samples[index - 1]));
    return streams.filter(has).length / streams.length;
  }

  test.each<[string, (sample: TelemetrySample, before: TelemetrySample | undefined) => boolean]>([
    ['exactly empty', ({ socPercent }) => socPercent === 0],
    ['exactly full', ({ socPercent }) => socPercent === 100],
    ['exactly at the target', ({ socPercent, targetSocPercent }) => socPercent === targetSocPercent],
    ['above the target', ({ socPercent, targetSocPercent }) => socPercent > targetSocPercent],
    ['exactly at the reserve', ({ socPercent, reservePercent }) => socPercent === reservePercent],
    ['below the reserve', ({ socPercent, reservePercent }) => socPercent < reservePercent],
    ['no power', ({ powerKw }) => powerKw === 0],
    ['charging to full', ({ socPercent, powerKw }) => socPercent === 100 && powerKw > 0],
    [
      'discharging down to the reserve',
      ({ socPercent, reservePercent, powerKw }) => socPercent === reservePercent && powerKw < 0,
    ],
    ['charging, then discharging', ({ powerKw }, before) => powerKw < 0 && (before?.powerKw ?? 0) > 0],
    ['discharging, then charging', ({ powerKw }, before) => powerKw > 0 && (before?.powerKw ?? 0) < 0],
    ['reserve above the target', ({ reservePercent, targetSocPercent }) => reservePercent > targetSocPercent],
  ])('meet: %s', (_sentence, holds) => {
    expect(share(holds)).toBeGreaterThan(0.02);
  });

  test('keep to the bounds and to the order of time, with no number that is none', () => {
    for (const { samples, story } of streams) {
      expect(samples.length, story).toBeGreaterThan(0);
      for (const [index, { socPercent, powerKw, energyKwh, atMs, sequence }] of samples.entries()) {
        expect(socPercent >= 0 && socPercent <= 100 && energyKwh >= 0 && Number.isFinite(powerKw), story).toBe(true);
        expect(atMs).toBeGreaterThan(samples[index - 1]?.atMs ?? 0);
        expect(sequence).toBe(index);
      }
    }
  });

  test('report no more energy after a period of discharging than before it', () => {
    for (const { samples, story } of streams.slice(0, 500)) {
      for (const [index, sample] of samples.entries()) {
        const before = samples[index - 1];
        if (before === undefined || sample.powerKw > -1) continue;
        // What meters round off is less than a quarter of an hour at a kilowatt.
        expect(sample.energyKwh - before.energyKwh, story).toBeLessThanOrEqual(0.05);
      }
    }
  });

  test.each<[string, Contract]>([
    ['the default document', deviceState],
    ['the flow-direction document', flowDirection],
  ])('are valid on the wire by %s', (_name, contract) => {
    for (const { samples } of streams.slice(0, 400)) {
      for (const sample of samples) expect(contract.checkRequestBody(telemetryBody(contract, sample))).toEqual([]);
    }
  });
});

test('devices can be set up as fleets, of every kind of controller and both ports', () => {
  const specs = fc.sample(deviceArbitrary(), { numRuns: 400, seed: 1 });
  const options = { seed: 1, startMs: reporting.startMs, utcOffsetMinutes: 0, runLabel: 'test' };
  for (const spec of specs) expect(createFleet([spec], options).size).toBe(1);
  expect(new Set(specs.map(({ controller }) => controller.kind))).toEqual(
    new Set(['self-consumption', 'time-of-use', 'ev', 'v2g', 'hold']),
  );
  expect(new Set(specs.map(({ port }) => port))).toEqual(new Set(['ac', 'dc']));
});
