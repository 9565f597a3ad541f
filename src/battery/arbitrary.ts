/** Generators of batteries and of what is asked of them, for fast-check. */
import fc from 'fast-check';
import type { BatteryClass } from './battery-class.js';
import { batteryProducts } from './catalogue.js';
import type { BatteryProduct, ConversionLoss, LimitPoint } from './product.js';

/**
 * Every product of the catalogue, and batteries that nobody sells. Shrinks to the first product of the catalogue.
 * @example
 * fc.assert(
 *   fc.property(productArbitrary(), (product) => {
 *     const battery = compileBatteryClass(product, 'ac');
 *     expect(battery.constants.maxChargeKw).toBeGreaterThan(0);
 *   }),
 * );
 */
export function productArbitrary(): fc.Arbitrary<BatteryProduct> {
  const catalogue = fc.constantFrom(...batteryProducts).map((product) => shownAs(product));
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: catalogue, weight: 2 },
    { arbitrary: ownProductArbitrary(), weight: 1 },
  );
}

/**
 * Home batteries that nobody sells, rougher than any real one: limits that jump, losses that bend, standby that falls with the
 * charge, a converter that may not discharge at all.
 */
export function ownProductArbitrary(): fc.Arbitrary<BatteryProduct> {
  const watts = fc.oneof(fc.constant(0), gridArbitrary(0, 80));
  return fc
    .record({
      id: fc.constant('drawn'),
      name: fc.constant('Drawn battery'),
      kind: fc.constant('home' as const),
      usableKwh: gridArbitrary(2, 80),
      packRoundTripFraction: fc.integer({ min: 70, max: 100 }).map((share) => share / 100),
      maxChargeKw: gridArbitrary(1, 10),
      maxDischargeKw: fc.oneof(fc.constant(0), gridArbitrary(1, 10)),
      maxDcChargeKw: fc.constant(0),
      maxDcDischargeKw: fc.constant(0),
      chargeLimit: chargeLimitArbitrary(),
      dischargeLimit: dischargeLimitArbitrary(),
      chargeLoss: lossArbitrary(),
      dischargeLoss: lossArbitrary(),
      standby: fc.record({ dcEmptyW: watts, dcFullW: watts, acEmptyW: watts, acFullW: watts, peripheralAcW: watts }),
      meter: fc.constant({ socQuantumPercent: 1, powerQuantumKw: 0.1 }),
      source: fc.constant('Drawn at random.'),
    })
    .map((product) => shownAs(product));
}

/** Power that is asked of a battery, kW: nothing, its rating, around the power with which it starts, far beyond, all there is. */
export function requestArbitrary(battery: BatteryClass): fc.Arbitrary<number> {
  const { maxChargeKw, maxDischargeKw } = battery.constants;
  return fc.oneof(
    fc.constantFrom(0, -0, maxChargeKw, -maxDischargeKw, Infinity, -Infinity),
    fc.integer({ min: -200, max: 200 }).map((watts) => watts / 1000),
    gridArbitrary(-1.3 * maxDischargeKw, 1.3 * maxChargeKw),
  );
}

/** Numbers on a grid of 0.1: readable, and free of distances that are nothing but rounding. */
export function gridArbitrary(min: number, max: number): fc.Arbitrary<number> {
  return fc.integer({ min: Math.ceil(min * 10), max: Math.floor(max * 10) }).map((tenths) => tenths / 10);
}

/** Rising, falling, upright and zero stretches; corners may share a state of charge. */
function chargeLimitArbitrary(): fc.Arbitrary<LimitPoint[]> {
  const powerKw = fc.oneof(fc.constantFrom(0, 1, 5), gridArbitrary(0, 12));
  return fc
    .array(fc.record({ socPercent: gridArbitrary(0, 100), powerKw }), { maxLength: 7 })
    .map((points) => points.toSorted((one, other) => one.socPercent - other.socPercent));
}

/** The same, and zero, if anywhere, from empty up to the first corner with power. */
function dischargeLimitArbitrary(): fc.Arbitrary<LimitPoint[]> {
  return chargeLimitArbitrary().map((points) => {
    const first = points.findIndex((point) => point.powerKw > 0);
    return points.map((point, index) => ({
      ...point,
      powerKw: index < first ? 0 : Math.max(1, point.powerKw),
    }));
  });
}

/** Losses that are nowhere negative up to 12 kW, and of so little slope that more power on one side is more on the other. */
function lossArbitrary(): fc.Arbitrary<ConversionLoss> {
  return fc.record({
    aW: gridArbitrary(-50, 150),
    bW: gridArbitrary(60, 200),
    cW: gridArbitrary(0, 60),
    ratedDcKw: gridArbitrary(10, 12),
  });
}

/** A copy that fast-check prints by its id, or whole where it is no product of the catalogue. */
function shownAs(product: BatteryProduct): BatteryProduct {
  if (product.id === 'drawn') return product;
  return Object.defineProperty({ ...product }, fc.toStringMethod, { value: () => product.id });
}
