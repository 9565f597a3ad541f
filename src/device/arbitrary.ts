/** Generators of devices, of missions and of whole telemetry streams, for fast-check. */
import fc from 'fast-check';
import { gridArbitrary, productArbitrary, requestArbitrary } from '../battery/arbitrary.js';
import { compileBatteryClass } from '../battery/battery-class.js';
import { batteryProducts } from '../battery/catalogue.js';
import type { BatteryPort, BatteryProduct } from '../battery/product.js';
import type { ControllerSpec } from './controller.js';
import type { DeviceSpec } from './device-spec.js';
import { createFleet, stepFleet } from './fleet.js';
import type { ShownQuanta } from './meter.js';
import { describeMission, type Mission, playMission, type Reporting } from './mission.js';
import type { SolarSpec } from './solar.js';
import { sampleFleet } from './take-records.js';
import type { TelemetrySample } from './telemetry.js';

/** Meters: as most products show it, whole percents, and finer than any. */
const QUANTA: readonly ShownQuanta[] = [
  { socPercent: 0.1, powerKw: 0.1, energyKwh: 0.1 },
  { socPercent: 1, powerKw: 0.1, energyKwh: 0.1 },
  { socPercent: 0.01, powerKw: 0.001, energyKwh: 0.001 },
];
const MINUTE_S = 60;
const DAY_MINUTES = 1440;

/**
 * Schedules of requested powers for one battery that begin where it matters (empty, full, at and around target and reserve)
 * and ask for what matters (nothing, all there is, charging when full, discharging at the reserve, the other sign).
 * Shrinks to a few short legs from half full.
 * @example
 * fc.assert(
 *   fc.property(missionArbitrary(), (mission) => {
 *     const records = playMission(mission, reporting);
 *     expect(records.every(({ socPercent }) => socPercent >= 0 && socPercent <= 100)).toBe(true);
 *   }),
 * );
 */
export function missionArbitrary(): fc.Arbitrary<Mission> {
  return connectedArbitrary().chain(({ product, port }) => {
    const requestedPowerKw = requestArbitrary(compileBatteryClass(product, port));
    const leg = fc.record({ requestedPowerKw, periods: fc.integer({ min: 1, max: 4 }) });
    return fc
      .record({
        limits: limitsArbitrary(),
        quanta: fc.constantFrom(...QUANTA),
        legs: fc.array(leg, { minLength: 1, maxLength: 6 }),
        reverses: fc.boolean(),
      })
      .map(({ limits, quanta, legs, reverses }) => {
        const mission = { product, port, ...limits, quanta, legs: reverses ? withReversal(legs) : legs };
        return shownAs<Mission>(mission, describeMission(mission));
      });
  });
}

/**
 * Devices as a scenario file describes them: any product at a site under a controller that suits it.
 * @example
 * fc.assert(fc.property(deviceArbitrary(), (spec) => createFleet([spec], options).size === 1));
 */
export function deviceArbitrary(): fc.Arbitrary<DeviceSpec> {
  return connectedArbitrary().chain(({ product, port }) => {
    const isCar = product.kind === 'ev';
    return fc
      .record({
        limits: limitsArbitrary(),
        quanta: fc.constantFrom(...QUANTA),
        controller: isCar ? carControllerArbitrary(product) : homeControllerArbitrary(),
        site: isCar ? fc.constant({}) : siteArbitrary(),
      })
      .map(({ limits: { startPercent, ...limits }, quanta, controller, site }) => {
        const name = isCar ? 'car' : 'home';
        return { name, count: 1, product, port, socPercent: startPercent, ...limits, controller, quanta, ...site };
      });
  });
}

/** A device's records in order of time, and how they came about. */
export interface TelemetryStream {
  readonly story: string;
  readonly samples: readonly TelemetrySample[];
}

/**
 * Telemetry of the real model, half from missions and half from devices under a controller: charge, power and energy fit
 * together, at every edge that a battery knows. `telemetryBody` makes a request body of each sample.
 * @example
 * fc.assert(
 *   fc.asyncProperty(telemetryArbitrary(reporting), async ({ samples }) => {
 *     for (const sample of samples) expect((await put(telemetryBody(contract, sample))).status).toBe(200);
 *   }),
 * );
 */
export function telemetryArbitrary(reporting: Reporting): fc.Arbitrary<TelemetryStream> {
  const played = missionArbitrary().map((mission) => ({
    story: describeMission(mission),
    samples: playMission(mission, reporting),
  }));
  const lived = fc
    .record({ spec: deviceArbitrary(), seed: fc.nat(), records: fc.integer({ min: 1, max: 24 }) })
    .map(({ spec, seed, records }) => ({
      story: `${spec.product.id} under ${spec.controller.kind}, seed ${seed}`,
      samples: live(spec, reporting, { seed, records }),
    }));
  return fc.oneof(played, lived).map((stream) => shownAs(stream, `${stream.story}: ${showSamples(stream.samples)}`));
}

function live(spec: DeviceSpec, reporting: Reporting, run: { seed: number; records: number }): TelemetrySample[] {
  const { deviceId, locationId, startMs, utcOffsetMinutes, reportS } = reporting;
  const options = { seed: run.seed, startMs, utcOffsetMinutes, runLabel: JSON.stringify(spec) };
  const fleet = createFleet([{ ...spec, deviceId, locationId }], options);
  return Array.from({ length: run.records }, () => {
    stepFleet(fleet, reportS);
    return sampleFleet(fleet, 0);
  });
}

/** Vehicles that can feed a house or the grid: few of the catalogue can, and they do what no other does. */
const givingCars = batteryProducts.filter(({ kind, maxDischargeKw }) => kind === 'ev' && maxDischargeKw > 0);

/** A product at one of the ports that it has. */
function connectedArbitrary(): fc.Arbitrary<{ readonly product: BatteryProduct; readonly port: BatteryPort }> {
  const product = fc.oneof(
    { withCrossShrink: true },
    { arbitrary: productArbitrary(), weight: 5 },
    { arbitrary: fc.constantFrom(...givingCars), weight: 1 },
  );
  return fc.record({ product, wantsDc: fc.boolean() }).map(({ product, wantsDc }) => ({
    product,
    port: wantsDc && product.maxDcChargeKw > 0 ? ('dc' as const) : ('ac' as const),
  }));
}

interface Limits {
  readonly startPercent: number;
  readonly targetPercent: number;
  readonly reservePercent: number;
}

/** Target and reserve, and a charge that is often one of them or just beside it. */
function limitsArbitrary(): fc.Arbitrary<Limits> {
  const percent = (plain: number, ...edges: number[]): fc.Arbitrary<number> =>
    fc.oneof({ withCrossShrink: true }, fc.constant(plain), fc.constantFrom(...edges), gridArbitrary(0, 100));
  return fc
    .record({
      startPercent: percent(50, 0, 0.1, 99.9, 100),
      targetPercent: percent(80, 0, 100),
      reservePercent: percent(20, 0, 100),
      near: fc.oneof(
        { withCrossShrink: true },
        fc.constant(undefined),
        fc.record({ limit: fc.constantFrom('target', 'reserve'), byPercent: fc.constantFrom(0, 0.1, -0.1) }),
      ),
    })
    .map(({ near, ...limits }) => {
      if (near === undefined) return limits;
      const limit = near.limit === 'target' ? limits.targetPercent : limits.reservePercent;
      const startPercent = Math.round(10 * Math.min(100, Math.max(0, limit + near.byPercent))) / 10;
      return { ...limits, startPercent };
    });
}

/** The legs, each followed by one that asks for the opposite. */
function withReversal(legs: Mission['legs']): Mission['legs'] {
  return legs.flatMap((leg) => [leg, { requestedPowerKw: 0 - leg.requestedPowerKw, periods: 1 }]);
}

/** A whole minute of the day, s after midnight. */
const clockArbitrary = fc.integer({ min: 0, max: DAY_MINUTES - 1 }).map((minute) => minute * MINUTE_S);
const windowArbitrary = fc.record({ fromS: clockArbitrary, toS: clockArbitrary });

function homeControllerArbitrary(): fc.Arbitrary<ControllerSpec> {
  return fc.oneof(
    fc.constant<ControllerSpec>({ kind: 'self-consumption' }),
    fc.constant<ControllerSpec>({ kind: 'hold' }),
    fc.record({ kind: fc.constant('time-of-use' as const), chargeIn: fc.array(windowArbitrary, { maxLength: 2 }) }),
  );
}

function carControllerArbitrary(product: BatteryProduct): fc.Arbitrary<ControllerSpec> {
  const presence = { arrivesS: clockArbitrary, departsS: clockArbitrary, tripKwh: gridArbitrary(0, 20) };
  const charging = fc.record({ kind: fc.constant('ev' as const), ...presence });
  if (product.maxDischargeKw === 0) return charging;
  const giving = { dischargeIn: fc.array(windowArbitrary, { maxLength: 2 }), floorPercent: gridArbitrary(0, 60) };
  return fc.oneof(charging, fc.record({ kind: fc.constant('v2g' as const), ...presence, ...giving }));
}

interface Site {
  readonly annualLoadKwh: number;
  readonly solar: SolarSpec;
}

function siteArbitrary(): fc.Arbitrary<Site> {
  return fc.record({
    annualLoadKwh: fc.integer({ min: 0, max: 20_000 }),
    solar: fc.record({
      peakKw: gridArbitrary(0.1, 20),
      latitudeDegrees: fc.integer({ min: -60, max: 65 }),
      longitudeDegrees: fc.integer({ min: -180, max: 180 }),
      tiltDegrees: fc.integer({ min: 0, max: 90 }),
      azimuthDegrees: fc.integer({ min: 0, max: 359 }),
      cloudFraction: gridArbitrary(0, 1),
    }),
  });
}

function showSamples(samples: readonly TelemetrySample[]): string {
  return samples.map(({ socPercent, powerKw }) => `${socPercent} % ${powerKw} kW`).join(', ');
}

/** The same value, which fast-check prints as this text. */
function shownAs<T extends object>(value: T, text: string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => text });
}
