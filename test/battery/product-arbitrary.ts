// Missions for the property tests of the kernel, and the catalogue at each of its ports.
import fc from 'fast-check';
import { gridArbitrary, requestArbitrary } from '../../src/battery/arbitrary.js';
import { type BatteryClass, compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, createBatteries, drawEnergy, stepBatteries } from '../../src/battery/batteries.js';
import { batteryProducts } from '../../src/battery/catalogue.js';

/** Each catalogue product at each port that it has, by name. */
export const catalogueClasses: readonly (readonly [string, BatteryClass])[] = batteryProducts.flatMap((product) => {
  const ac = [`${product.id} at ac`, compileBatteryClass(product, 'ac', 'energy')] as const;
  if (product.maxDcChargeKw === 0) return [ac];
  return [ac, [`${product.id} at dc`, compileBatteryClass(product, 'dc', 'energy')] as const];
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

const percent = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(0, 5, 20, 90, 91, 100) },
  { weight: 3, arbitrary: gridArbitrary(0, 100) },
);

export function missionArbitrary(battery: BatteryClass): fc.Arbitrary<Mission> {
  const stretch = fc.record({
    requestedPowerKw: requestArbitrary(battery),
    dtS: fc.oneof(fc.constantFrom(1, 60, 300, 900), gridArbitrary(1, 900)),
    reservePercent: percent,
    drawKwh: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: gridArbitrary(0, 20) }),
  });
  return fc.record({ startPercent: percent, stretches: fc.array(stretch, { minLength: 1, maxLength: 12 }) });
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
