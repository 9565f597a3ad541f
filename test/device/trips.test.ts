// Protects the days of vehicles: away when the clock or the survey says, and exactly the day's energy gone, while driving.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EvCharging } from '../../src/device/controller.js';
import { driveKwhPerKm, drivePowerKw } from '../../src/device/driving.js';
import { createTrips, stepTrips } from '../../src/device/trips.js';
import { carSpec, clockArbitrary, fleetOf, watch } from './device-arbitrary.js';

const DAY_S = 86_400;
const commute: EvCharging = { kind: 'ev', arrivesS: 64_800, departsS: 28_800, tripKwh: 10 };

interface Minute {
  readonly secondOfDay: number;
  readonly day: number;
  readonly isAway: boolean;
  readonly drivingKw: number;
}

function* minutes(presence: EvCharging, days: number, index = 0): Generator<Minute> {
  const trips = createTrips(presence, { count: index + 1, firstNumber: 0, name: 'cars', seed: 1, usableKwh: 60 });
  for (let atS = 0; atS < days * DAY_S; atS += 60) {
    stepTrips(trips, 20_000 * DAY_S + atS);
    const isAway = trips.away[index] === 1;
    yield { secondOfDay: atS % DAY_S, day: Math.floor(atS / DAY_S), isAway, drivingKw: trips.drivingKw[index] ?? NaN };
  }
}

function drivenKwh(all: Iterable<Minute>): number {
  let kwh = 0;
  for (const { drivingKw } of all) kwh += drivingKw / 60;
  return kwh;
}

describe('a trip', () => {
  it('takes its energy, half right after the departure and half right before the arrival, none at home', () => {
    const all = [...minutes(commute, 1)];
    expect(drivenKwh(all)).toBeCloseTo(10, 9);
    expect(drivenKwh(all.filter(({ secondOfDay }) => secondOfDay < 46_800))).toBeCloseTo(5, 9);
    for (const { secondOfDay, isAway, drivingKw } of all) {
      expect(isAway).toBe(secondOfDay >= 28_800 && secondOfDay < 64_800);
      if (!isAway) expect(drivingKw).toBe(0);
      expect(drivingKw).toBeLessThanOrEqual(drivePowerKw('mixed') + 1e-9);
    }
    const legS = (5 / drivePowerKw('mixed')) * 3600;
    const standing = all.filter(({ secondOfDay }) => secondOfDay >= 28_800 + legS && secondOfDay < 64_740 - legS);
    expect(standing.length).toBeGreaterThan(400);
    expect(standing.every(({ drivingKw }) => drivingKw === 0)).toBe(true);
  });

  it('takes its energy at any hours, across midnight too, however short they are', () => {
    const kwh = fc.double({ min: 0, max: 60, noNaN: true });
    fc.assert(
      fc.property(clockArbitrary, clockArbitrary, kwh, (arrivesS, departsS, tripKwh) => {
        fc.pre(arrivesS !== departsS);
        // Two days, of which the one in the middle has exactly one departure and one arrival.
        const all = [...minutes({ ...commute, arrivesS, departsS, tripKwh }, 3)];
        const start = all.findIndex(({ isAway }, at) => isAway && at > 0 && all[at - 1]?.isAway === false);
        const end = all.findIndex(({ isAway }, at) => at > start && !isAway);
        expect(drivenKwh(all.slice(start, end))).toBeCloseTo(tripKwh, 6);
        expect(all[start]?.secondOfDay).toBe(departsS);
        expect(all[end]?.secondOfDay).toBe(arrivesS);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    { drive: 'city', km: 40 },
    { drive: 'highway', km: 200 },
    { drive: 'fast', km: 100 },
    { drive: 'mixed', km: 60 },
  ] as const)('of $km km takes what driving in style $drive takes', ({ drive, km }) => {
    const { tripKwh: _, ...rest } = commute;
    expect(drivenKwh(minutes({ ...rest, tripKm: km, drive }, 1))).toBeCloseTo(km * driveKwhPerKm(drive), 7);
  });

  it('whose distance a survey draws never empties the battery', () => {
    const { tripKwh: _, ...rest } = commute;
    const days = Array.from({ length: 200 }, () => 0);
    for (const { day, drivingKw } of minutes(rest, 200)) days[day] = (days[day] ?? 0) + drivingKw / 60;
    expect(Math.max(...days)).toBeCloseTo(36, 6);
    expect(days.filter((kwh) => kwh > 35.9).length).toBeLessThan(20);
    expect(new Set(days).size).toBeGreaterThan(150);
  });

  it('falls over the minutes of the drive, and an empty battery gives nothing more', () => {
    const moments = [...watch(fleetOf([carSpec({ ...commute, tripKwh: 20 })]), 24, 60)];
    const drops = moments.map(({ socBeforePercent, socPercent }) => socBeforePercent - socPercent);
    expect(Math.max(...drops)).toBeLessThan(0.25);
    const empty = fleetOf([carSpec({ ...commute, tripKwh: 50 }, { socPercent: 10, targetPercent: 11 })]);
    for (const { socPercent } of watch(empty, 24, 60)) expect(socPercent).toBeGreaterThanOrEqual(0);
    expect(empty.batteries.drawnKwh[0]).toBeLessThan(58 * 0.115);
  });
});

describe('days drawn by the seed', () => {
  const spread: EvCharging = { ...commute, arrivesSpreadS: 2700, departsSpreadS: 1200 };

  it('have one departure and one arrival each, around what the clock says', () => {
    const days = 400;
    const all = [...minutes(spread, days)];
    const changes = all.filter(({ isAway }, at) => at > 0 && isAway !== all[at - 1]?.isAway);
    expect(changes.length).toBe(2 * days);
    const arrivals = changes.filter(({ isAway }) => !isAway).map(({ secondOfDay }) => secondOfDay);
    const mean = arrivals.reduce((sum, atS) => sum + atS, 0) / days;
    const deviation = Math.sqrt(arrivals.reduce((sum, atS) => sum + (atS - mean) ** 2, 0) / days);
    expect(Math.abs(mean - 64_800)).toBeLessThan(450);
    expect(deviation / 2700).toBeGreaterThan(0.88);
    expect(deviation / 2700).toBeLessThan(1.12);
    expect(drivenKwh(all)).toBeCloseTo(10 * days, 6);
  });

  it('never meet each other, even at the widest spread', () => {
    const wide = { ...commute, arrivesSpreadS: 40_000, departsSpreadS: 40_000 };
    const all = [...minutes(wide, 200)];
    const departures = all.filter(({ isAway }, at) => isAway && at > 0 && all[at - 1]?.isAway === false);
    expect(departures.length).toBe(200);
  });

  it('are each vehicle’s own, and the same at any place in the fleet', () => {
    const first = [...minutes(spread, 20, 0)];
    const second = [...minutes(spread, 20, 1)];
    expect(second).not.toEqual(first);
    const trips = createTrips(spread, { count: 1, firstNumber: 1, name: 'cars', seed: 1, usableKwh: 60 });
    for (const { day, secondOfDay, isAway, drivingKw } of second) {
      stepTrips(trips, (20_000 + day) * DAY_S + secondOfDay);
      expect({ isAway: trips.away[0] === 1, drivingKw: trips.drivingKw[0] }).toEqual({ isAway, drivingKw });
    }
  });

  it('do not depend on when the run began', () => {
    const long = [...minutes(spread, 30)].slice(10 * 1440);
    const trips = createTrips(spread, { count: 1, firstNumber: 0, name: 'cars', seed: 1, usableKwh: 60 });
    for (const { day, secondOfDay, isAway } of long) {
      stepTrips(trips, (20_000 + day) * DAY_S + secondOfDay);
      expect(trips.away[0] === 1).toBe(isAway);
    }
  });
});
