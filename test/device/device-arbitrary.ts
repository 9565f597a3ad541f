/** Devices that a scenario could hold, and a way to watch one step by step. */
import fc from 'fast-check';
import { findBatteryProduct } from '../../src/battery/catalogue.js';
import type { BatteryProduct } from '../../src/battery/product.js';
import type { ControllerSpec } from '../../src/device/controller.js';
import type { DeviceSpec } from '../../src/device/device-spec.js';
import { createFleet, type Fleet, stepFleet } from '../../src/device/fleet.js';

export const START_MS = Date.parse('2025-06-21T00:00:00Z');
const QUANTA = { socPercent: 0.1, powerKw: 0.1, energyKwh: 0.1 };

export function product(id: string): BatteryProduct {
  const found = findBatteryProduct(id);
  if (!found) throw new Error(`the tests need ${id} in the catalogue`);
  return found;
}

/** A home battery with house and roof unless the changes say otherwise. */
export function homeSpec(changes: Partial<DeviceSpec> = {}): DeviceSpec {
  return {
    name: 'home',
    count: 1,
    product: product('tesla-powerwall-2'),
    port: 'ac',
    socPercent: 40,
    targetPercent: 100,
    reservePercent: 20,
    controller: { kind: 'self-consumption' },
    annualLoadKwh: 4200,
    solar: {
      peakKw: 7,
      latitudeDegrees: 48,
      longitudeDegrees: 11,
      tiltDegrees: 30,
      azimuthDegrees: 180,
      cloudFraction: 0.4,
    },
    quanta: QUANTA,
    ...changes,
  };
}

/** A vehicle without a house. */
export function carSpec(controller: ControllerSpec, changes: Partial<DeviceSpec> = {}): DeviceSpec {
  return {
    name: 'car',
    count: 1,
    product: product(controller.kind === 'v2g' ? 'nissan-leaf-40-v2g' : 'vw-id3-58'),
    port: 'ac',
    socPercent: 70,
    targetPercent: 80,
    reservePercent: 0,
    controller,
    quanta: QUANTA,
    ...changes,
  };
}

export function fleetOf(specs: readonly DeviceSpec[], changes: { seed?: number; startMs?: number } = {}): Fleet {
  return createFleet(specs, { seed: 1, startMs: START_MS, utcOffsetMinutes: 0, runLabel: 'test', ...changes });
}

/** One device after one step of up to a minute. */
export interface Moment {
  /** Local time at the start of the step, seconds after midnight. */
  readonly secondOfDay: number;
  readonly dtS: number;
  readonly socPercent: number;
  readonly socBeforePercent: number;
  readonly powerKw: number;
  readonly loadKw: number;
  readonly solarKw: number;
}

/** Plays the first device of a fleet. */
export function* watch(fleet: Fleet, hours: number, dtS: number): Generator<Moment> {
  const startS = fleet.options.startMs / 1000 + fleet.options.utcOffsetMinutes * 60;
  while (fleet.elapsedS < hours * 3600) {
    const secondOfDay = (startS + fleet.elapsedS) % 86_400;
    const socBeforePercent = fleet.batteries.socPercent[0] ?? NaN;
    stepFleet(fleet, dtS);
    yield {
      secondOfDay,
      dtS,
      socBeforePercent,
      socPercent: fleet.batteries.socPercent[0] ?? NaN,
      powerKw: fleet.batteries.powerKw[0] ?? NaN,
      loadKw: fleet.loadKw[0] ?? NaN,
      solarKw: fleet.solarKw[0] ?? NaN,
    };
  }
}

/** Up to a minute, within which a controller asks for one power; longer steps are made of such minutes. */
export const stepArbitrary = fc.constantFrom(20, 45, 60);
/** A minute of the day as seconds. */
export const clockArbitrary = fc.integer({ min: 0, max: 1439 }).map((minute) => minute * 60);

/** A home battery of any kind of house, charge, reserve and weather. */
export function homeArbitrary(): fc.Arbitrary<DeviceSpec> {
  return fc
    .record({
      socPercent: fc.double({ min: 0, max: 100, noNaN: true }),
      reservePercent: fc.integer({ min: 0, max: 50 }),
      targetPercent: fc.integer({ min: 60, max: 100 }),
      annualLoadKwh: fc.integer({ min: 0, max: 20_000 }),
      peakKw: fc.double({ min: 0.1, max: 20, noNaN: true }),
      cloudFraction: fc.double({ min: 0, max: 1, noNaN: true }),
      id: fc.constantFrom('tesla-powerwall-2', 'siemens-junelight-9.9', 'enphase-iq-battery-5p'),
    })
    .map(({ peakKw, cloudFraction, id, ...rest }) => {
      const spec = homeSpec({ ...rest, product: product(id) });
      return spec.solar ? { ...spec, solar: { ...spec.solar, peakKw, cloudFraction } } : spec;
    });
}
