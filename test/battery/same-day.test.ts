// Protects against a story that depends on the step: one day of every catalogue product on both of its paths, in steps of 1 s and of 300 s.
import { expect, it } from 'vitest';
import { compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, createBatteries, stepBatteries } from '../../src/battery/batteries.js';
import { batteryProducts } from '../../src/battery/catalogue.js';

const classes = batteryProducts.flatMap((product) =>
  (product.maxDcChargeKw > 0 ? (['ac', 'dc'] as const) : (['ac'] as const)).flatMap((port) =>
    (['energy', 'electrical'] as const).map((path) => compileBatteryClass(product, port, path)),
  ),
);

/** What the day asks, as a share of what the device takes or gives, from the half hour on: sun, evening, night rate, and rests. */
const SHARES = [0, 0.4, 1, 1, 0.2, 0, -0.3, -1, -1, 0, 1, 0.5, -0.6, 0, 1, 1, 1, 0, -1, -0.5, -1, -1, 0, 0];

function fleet(): Batteries {
  return createBatteries({
    classes,
    classOf: Uint16Array.from(classes, (_, i) => i),
    socPercent: Float64Array.from(classes, (_, i) => 5 + ((37 * i) % 90)),
    reservePercent: new Float64Array(classes.length).fill(5),
  });
}

function ask(batteries: Batteries, halfHour: number): void {
  const share = SHARES[halfHour % SHARES.length] ?? 0;
  classes.forEach(({ constants }, i) => {
    batteries.requestedPowerKw[i] = share * (share > 0 ? constants.maxChargeKw : constants.maxDischargeKw);
  });
  // From a frosty morning to a warm afternoon.
  batteries.ambientCelsius.fill(12 - 14 * Math.cos((2 * Math.PI * halfHour) / 48));
}

it('SoC differs by less than 0.15 points anywhere, of every product at each of its ports, on both paths', () => {
  const [fine, coarse] = [fleet(), fleet()];
  for (const batteries of [fine, coarse]) batteries.temperatureCelsius.fill(0);
  for (let block = 0; block < 288; block += 1) {
    if (block % 6 === 0) for (const batteries of [fine, coarse]) ask(batteries, block / 6);
    stepBatteries(coarse, 300);
    for (let second = 0; second < 300; second += 1) stepBatteries(fine, 1);
    classes.forEach(({ product, port, electrical }, i) => {
      const apart = Math.abs((fine.socPercent[i] ?? NaN) - (coarse.socPercent[i] ?? NaN));
      expect(apart, `${product.id} at ${port}, ${electrical ? 'electrical' : 'energy'}, ${block * 300} s`).toBeLessThan(
        0.15,
      );
    });
  }
});
