// Products and missions for the property tests: the catalogue at each of its ports, and products that nobody sells, with rougher curves.
import fc from 'fast-check';
import { type BatteryClass, compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, createBatteries, drawEnergy, stepBatteries } from '../../src/battery/batteries.js';
import { batteryProducts } from '../../src/battery/catalogue.js';
import type { BatteryProduct, ConversionLoss, LimitPoint } from '../../src/battery/product.js';

/** Each catalogue product at each port that it has, by name. */
export const catalogueClasses: readonly (readonly [string, BatteryClass])[] = batteryProducts.flatMap((product) => {
  const ac = [`${product.id} at ac`, compileBatteryClass(product, 'ac')] as const;
  if (product.maxDcChargeKw === 0) return [ac];
  return [ac, [`${product.id} at dc`, compileBatteryClass(product, 'dc')] as const];
});

/** One stretch of time of a device. */
export interface Stretch {
  readonly requestedPowerKw: number;
  readonly dtS: number;
  readonly reservePercent: number;
  /** Taken at its start, kWh. */
  readonly drawKwh: number;
}

export interface Mission {
  readonly startPercent: number;
  readonly stretches: readonly Stretch[];
}

/** Numbers on a grid of 0.1: readable, and free of distances that are nothing but rounding. */
function grid(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: Math.ceil(min * 10), max: Math.floor(max * 10) }).map((tenths) => tenths / 10);
}

const percent = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 5, 20, 90, 91, 100) },
  { weight: 3, arbitrary: grid(0, 100) },
);

/** Requests from far beyond the rating to nothing at all, with the thresholds near zero well covered. */
export function requestArbitrary(battery: BatteryClass): fc.Arbitrary<number> {
  const { maxChargeKw, maxDischargeKw } = battery.constants;
  return fc.oneof(
    fc.constantFrom(0, -0, maxChargeKw, -maxDischargeKw, Infinity, -Infinity),
    fc.integer({ min: -200, max: 200 }).map((watts) => watts / 1000),
    grid(-1.3 * maxDischargeKw, 1.3 * maxChargeKw),
  );
}

export function missionArbitrary(battery: BatteryClass): fc.Arbitrary<Mission> {
  const stretch = fc.record({
    requestedPowerKw: requestArbitrary(battery),
    dtS: fc.oneof(fc.constantFrom(1, 60, 300, 900), grid(1, 900)),
    reservePercent: percent,
    drawKwh: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: grid(0, 20) }),
  });
  return fc.record({ startPercent: percent, stretches: fc.array(stretch, { minLength: 1, maxLength: 12 }) });
}

/** Rising, falling, upright and zero stretches; corners may share a state of charge. */
function curveArbitrary(): fc.Arbitrary<LimitPoint[]> {
  const point = fc.record({ socPercent: grid(0, 100), powerKw: fc.oneof(fc.constantFrom(0, 1, 5), grid(0, 12)) });
  return fc
    .array(point, { maxLength: 7 })
    .map((points) => points.toSorted((one, other) => one.socPercent - other.socPercent));
}

/** A limit that is zero, if anywhere, from empty up to its first corner with power. */
function dischargeCurveArbitrary(): fc.Arbitrary<LimitPoint[]> {
  return curveArbitrary().map((points) => {
    const first = points.findIndex((point) => point.powerKw > 0);
    return points.map((point, i) =>
      i < first ? { ...point, powerKw: 0 } : { ...point, powerKw: Math.max(1, point.powerKw) },
    );
  });
}

/** Losses that are nowhere negative up to 12 kW, and of so little slope that more power on one side is more on the other. */
function lossArbitrary(): fc.Arbitrary<ConversionLoss> {
  return fc.record({ aW: grid(-50, 150), bW: grid(60, 200), cW: grid(0, 60), ratedDcKw: grid(10, 12) });
}

/** A home battery that nobody sells. */
export function productArbitrary(): fc.Arbitrary<BatteryProduct> {
  const watts = fc.oneof(fc.constant(0), grid(0, 80));
  return fc.record({
    id: fc.constant('drawn'),
    name: fc.constant('Drawn battery'),
    kind: fc.constant('home' as const),
    usableKwh: grid(2, 80),
    packRoundTripFraction: fc.integer({ min: 70, max: 100 }).map((share) => share / 100),
    maxChargeKw: grid(1, 10),
    maxDischargeKw: fc.oneof(fc.constant(0), grid(1, 10)),
    maxDcChargeKw: fc.constant(0),
    maxDcDischargeKw: fc.constant(0),
    chargeLimit: curveArbitrary(),
    dischargeLimit: dischargeCurveArbitrary(),
    chargeLoss: lossArbitrary(),
    dischargeLoss: lossArbitrary(),
    standby: fc.record({ dcEmptyW: watts, dcFullW: watts, acEmptyW: watts, acFullW: watts, peripheralAcW: watts }),
    meter: fc.constant({ socQuantumPercent: 1, powerQuantumKw: 0.1 }),
    source: fc.constant('drawn at random'),
  });
}

/** A fleet of one. */
export function oneBattery(battery: BatteryClass, startPercent: number, reservePercent = 0): Batteries {
  return createBatteries({
    classes: [battery],
    classOf: Uint16Array.of(0),
    socPercent: Float64Array.of(startPercent),
    reservePercent: Float64Array.of(reservePercent),
  });
}

/** Lets device `index` live through a stretch. */
export function live(batteries: Batteries, index: number, stretch: Stretch): void {
  batteries.reservePercent[index] = stretch.reservePercent;
  batteries.requestedPowerKw[index] = stretch.requestedPowerKw;
  if (stretch.drawKwh > 0) drawEnergy(batteries, index, stretch.drawKwh);
  stepBatteries(batteries, stretch.dtS, { from: index, to: index + 1 });
}
