// Protects the fleet: one seed gives one story, devices do not disturb each other, and a record is what the meter shows.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batteryProducts } from '../../src/battery/catalogue.js';
import { createFleet, type Fleet, stepFleet } from '../../src/device/fleet.js';
import { deviceTruth, sampleFleet } from '../../src/device/take-records.js';
import type { TelemetrySample } from '../../src/device/telemetry.js';
import { carSpec, fleetOf, homeArbitrary, homeSpec, START_MS } from './device-arbitrary.js';

/** All records of some devices of a fleet over some hours, every 5 minutes. */
function play(fleet: Fleet, hours: number, devices: readonly number[]): TelemetrySample[] {
  const samples: TelemetrySample[] = [];
  while (fleet.elapsedS < hours * 3600) {
    for (let step = 0; step < 5; step++) stepFleet(fleet, 60);
    for (const device of devices) samples.push(sampleFleet(fleet, device));
  }
  return samples;
}

const night = { kind: 'ev', arrivesS: 64_800, departsS: 25_200, tripKwh: { from: 5, to: 15 } } as const;
const street = homeSpec({ name: 'street', count: 7, socPercent: { from: 10, to: 90 } });

describe('a fleet', () => {
  it('tells the same story for the same seed, and another for another', () => {
    const story = (seed: number): string =>
      JSON.stringify(play(fleetOf([street, carSpec(night)], { seed }), 24, [0, 6, 7]));
    expect(story(1)).toBe(story(1));
    expect(story(1)).not.toBe(story(2));
  });

  it.each([
    { change: 'one more of the same kind', specs: [{ ...street, count: 8 }, carSpec(night)], car: 8 },
    { change: 'a kind in front', specs: [homeSpec({ name: 'new' }), street, carSpec(night)], shift: 1, car: 8 },
    { change: 'a kind at the end', specs: [street, carSpec(night), homeSpec({ name: 'new' })], car: 7 },
  ])('goes on as before for everybody else when there is $change', ({ specs, shift = 0, car }) => {
    const before = play(fleetOf([street, carSpec(night)]), 24, [0, 6, 7]);
    const after = play(fleetOf(specs), 24, [shift, 6 + shift, car]);
    expect(after).toEqual(before);
  });

  it('draws its devices apart', () => {
    const fleet = fleetOf([street]);
    expect(new Set(fleet.batteries.socPercent).size).toBe(7);
    expect([...fleet.batteries.socPercent].every((soc) => soc >= 10 && soc <= 90)).toBe(true);
    for (let hour = 0; hour < 12; hour++) stepFleet(fleet, 3600);
    for (let index = 0; index < 7; index++) sampleFleet(fleet, index);
    expect(new Set([0, 1, 2, 3, 4, 5, 6].map((index) => deviceTruth(fleet, index).loadKw)).size).toBe(7);
  });

  it('gives ids in the form of the platform, each its own', () => {
    const samples = play(fleetOf([street, carSpec(night)]), 5 / 60, [0, 1, 2, 3, 4, 5, 6, 7]);
    const ids = samples.flatMap(({ deviceId, locationId }) => [deviceId, locationId]);
    for (const id of ids) expect(id).toMatch(/^(?:dev|loc)_[0-9a-f]{24}$/);
    expect(new Set(ids).size).toBe(16);
  });

  it('uses the ids that a spec gives', () => {
    const fleet = fleetOf([homeSpec({ deviceId: 'dev_1', locationId: 'loc_1' })]);
    expect(sampleFleet(fleet, 0)).toMatchObject({ deviceId: 'dev_1', locationId: 'loc_1' });
  });

  it('is the same when it is stepped in parts, with more than one block of devices or half of one', () => {
    const specs = [
      { ...street, count: 1500 },
      { ...carSpec(night), count: 40 },
    ];
    const options = { seed: 1, startMs: START_MS, utcOffsetMinutes: 0, runLabel: 'test' };
    const parts = [
      { from: 3, to: 4 },
      { from: 1490, to: 1512 },
    ];
    const whole = play(createFleet(specs, options), 9, [3, 1490, 1499, 1500, 1511]);
    expect(play(createFleet(specs, { ...options, parts }), 9, [0, 1, 10, 11, 22])).toEqual(whole);
  });

  it('draws the sites of a group from its ranges: sizes for each, places for up to sixteen neighbourhoods', () => {
    const { solar } = homeSpec();
    if (!solar) throw new Error('the home has a roof');
    const spread = homeSpec({
      count: 400,
      annualLoadKwh: { from: 2000, to: 6000 },
      solar: { ...solar, peakKw: { from: 3, to: 9 }, latitudeDegrees: { from: 47, to: 55 } },
    });
    const fleet = fleetOf([spread]);
    for (let hour = 0; hour < 11; hour++) stepFleet(fleet, 3600);
    const inRange = (column: Float64Array, from: number, to: number): boolean =>
      column.every((value) => value >= from && value <= to);
    expect(inRange(fleet.peakKw, 3, 9) && inRange(fleet.annualKwh, 2000, 6000)).toBe(true);
    const suns = Array.from(fleet.solarKw, (kw, index) => Math.round((1e6 * kw) / (fleet.peakKw[index] ?? NaN)));
    expect(new Set(suns).size).toBe(16);
    expect(new Set(fleet.solarKw).size).toBe(400);
  });

  it('takes so little memory that a million devices fit into half a gigabyte', () => {
    const fleet = fleetOf([{ ...street, count: 1000 }, carSpec(night, { count: 1000 })]);
    const seen = new Set<unknown>();
    const bytesIn = (value: unknown): number => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return 0;
      seen.add(value);
      if (!ArrayBuffer.isView(value)) return Object.values(value).reduce((sum: number, part) => sum + bytesIn(part), 0);
      if (seen.has(value.buffer)) return 0;
      seen.add(value.buffer);
      return value.buffer.byteLength;
    };
    expect(bytesIn(fleet) / fleet.size).toBeLessThan(500);
    const objects = [...seen].filter((value) => !(value instanceof ArrayBuffer));
    expect(objects.length).toBeLessThan(500);
  });

  it('refuses specs that could not be told apart', () => {
    expect(() => fleetOf([homeSpec(), homeSpec()])).toThrow('same name');
    expect(() => fleetOf([homeSpec({ count: 2, deviceId: 'dev_1' })])).toThrow('share');
    expect(() => sampleFleet(fleetOf([homeSpec()]), 1)).toThrow('no device 1');
  });
});

describe('a record', () => {
  it('shows the mean power since the one before: the energy of all records is that of the books', () => {
    fc.assert(
      fc.property(homeArbitrary(), (spec) => {
        const fleet = fleetOf([spec]);
        let kwh = 0;
        for (let report = 0; report < 288; report++) {
          for (let step = 0; step < 5; step++) stepFleet(fleet, 60);
          sampleFleet(fleet, 0);
          kwh += deviceTruth(fleet, 0).powerKw / 12;
        }
        const { chargedKwh, dischargedKwh } = fleet.batteries;
        expect(kwh).toBeCloseTo((chargedKwh[0] ?? NaN) - (dischargedKwh[0] ?? NaN), 9);
      }),
      { numRuns: 20 },
    );
  });

  it('is within half a quantum of the truth, and within 0 to 100 %', () => {
    const quanta = { socPercent: 3, powerKw: 0.25, energyKwh: 0.5 };
    const fleet = fleetOf([homeSpec({ quanta })]);
    for (let report = 0; report < 288; report++) {
      stepFleet(fleet, 300);
      const sample = sampleFleet(fleet, 0);
      const truth = deviceTruth(fleet, 0);
      expect(Math.abs(sample.socPercent - truth.socPercent)).toBeLessThanOrEqual(1.5 + 1e-9);
      expect(Math.abs(sample.powerKw - truth.powerKw)).toBeLessThanOrEqual(0.125 + 1e-9);
      expect(Math.abs(sample.energyKwh - truth.energyKwh)).toBeLessThanOrEqual(0.25 + 1e-9);
      expect(sample.socPercent).toBeLessThanOrEqual(100);
      expect(Number.isInteger(sample.powerKw * 4)).toBe(true);
    }
  });

  it('carries time, number, target and what is kept back', () => {
    const fleet = createFleet([carSpec({ ...night, kind: 'v2g', dischargeIn: [], floorPercent: 30 })], {
      seed: 1,
      startMs: START_MS,
      utcOffsetMinutes: 120,
      runLabel: 'test',
    });
    stepFleet(fleet, 300);
    sampleFleet(fleet, 0);
    stepFleet(fleet, 300);
    expect(sampleFleet(fleet, 0)).toMatchObject({
      atMs: START_MS + 600_000,
      utcOffsetMinutes: 120,
      sequence: 1,
      targetSocPercent: 80,
      reservePercent: 30,
    });
  });
});

describe('a step', () => {
  // House, roof and controller change at whole minutes whatever the step, so all that is left is rounding, and a battery that
  // finds itself at a limit up to a minute later.
  it.each(batteryProducts)('of 20 s, 420 s or 900 s tells the same day as one of 60 s for $name', (product) => {
    const spec = product.kind === 'home' ? homeSpec({ product }) : carSpec(night, { product, targetPercent: 90 });
    const hourly = (dtS: number): number[] => {
      const fleet = fleetOf([spec]);
      const socs: number[] = [];
      while (fleet.elapsedS < 86_400) {
        const untilS = fleet.elapsedS + 12_600;
        while (fleet.elapsedS < untilS) stepFleet(fleet, dtS);
        socs.push(fleet.batteries.socPercent[0] ?? NaN);
      }
      return socs;
    };
    const reference = hourly(60);
    for (const dtS of [20, 420, 900]) {
      for (const [at, soc] of hourly(dtS).entries()) expect(Math.abs(soc - (reference[at] ?? NaN))).toBeLessThan(0.02);
    }
  });
});
