// Protects: generated batteries can be built and stepped, cover the catalogue and what no maker sells, and are asked for the
// powers at which a battery behaves otherwise.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownProductArbitrary, productArbitrary, requestArbitrary } from '../../src/battery/arbitrary.js';
import { compileBatteryClass } from '../../src/battery/battery-class.js';
import { createBatteries, stepBatteries } from '../../src/battery/batteries.js';
import { batteryProducts, findBatteryProduct } from '../../src/battery/catalogue.js';

describe('products', () => {
  test('hold every product of the catalogue, and drawn ones with jumps, losses and no way to discharge', () => {
    const products = fc.sample(productArbitrary(), { numRuns: 1500, seed: 1 });
    const ids = new Set(products.map(({ id }) => id));
    expect(batteryProducts.filter(({ id }) => !ids.has(id)).map(({ id }) => id)).toEqual([]);
    const drawn = products.filter(({ id }) => findBatteryProduct(id) === undefined);
    expect(drawn.length).toBeGreaterThan(300);
    expect(drawn.some(({ maxDischargeKw }) => maxDischargeKw === 0)).toBe(true);
    expect(drawn.some(({ chargeLimit }) => chargeLimit.some(({ powerKw }) => powerKw === 0))).toBe(true);
    expect(drawn.some(({ standby }) => standby.dcEmptyW > standby.dcFullW)).toBe(true);
    expect(new Set(drawn.map(({ usableKwh }) => usableKwh)).size).toBeGreaterThan(100);
  });

  test('a product of the catalogue is the real one, and is printed by its id', () => {
    for (const product of fc.sample(productArbitrary(), { numRuns: 50, seed: 2 })) {
      const real = findBatteryProduct(product.id);
      if (real === undefined) continue;
      expect(product).toEqual(real);
      expect(fc.stringify(product)).toBe(product.id);
    }
  });

  test('a failing product shrinks into the catalogue, where it fails there too', () => {
    const { counterexample } = fc.check(
      fc.property(productArbitrary(), ({ id }) => id === ''),
      { seed: 3 },
    );
    expect(counterexample?.[0].id).toBe(batteryProducts[0]?.id);
  });

  test('a drawn discharge limit is zero, if anywhere, from empty up to its first corner with power', () => {
    fc.assert(
      fc.property(ownProductArbitrary(), ({ dischargeLimit }) => {
        const first = dischargeLimit.findIndex(({ powerKw }) => powerKw > 0);
        expect(dischargeLimit.slice(Math.max(0, first)).every(({ powerKw }) => first < 0 || powerKw > 0)).toBe(true);
      }),
    );
  });

  test('every one can be charged and discharged without a value that is no number', () => {
    fc.assert(
      fc.property(productArbitrary(), fc.constantFrom(Infinity, -Infinity, 0), (product, requestedKw) => {
        const batteries = createBatteries({
          classes: [compileBatteryClass(product, 'ac')],
          classOf: Uint16Array.of(0),
          socPercent: Float64Array.of(50),
          reservePercent: Float64Array.of(20),
        });
        batteries.requestedPowerKw[0] = requestedKw;
        stepBatteries(batteries, 900);
        expect(batteries.powerKw[0]).not.toBeNaN();
        expect(Math.sign(batteries.powerKw[0] ?? NaN) * Math.sign(requestedKw)).toBeGreaterThanOrEqual(0);
        expect(batteries.socPercent[0]).toBeGreaterThanOrEqual(0);
        expect(batteries.socPercent[0]).toBeLessThanOrEqual(100);
      }),
      { numRuns: 500 },
    );
  });
});

test('requests meet nothing, minus nothing, the rating, all there is, less than the converter starts with, and too much', () => {
  const product = batteryProducts.find(({ chargeLoss }) => chargeLoss.cW > 40);
  if (product === undefined) throw new Error('no converter of the catalogue takes 40 W to run');
  const battery = compileBatteryClass(product, 'ac');
  const { maxChargeKw, maxDischargeKw, chargeStartKw } = battery.constants;
  const requests = fc.sample(requestArbitrary(battery), { numRuns: 500, seed: 1 });
  for (const edge of [0, -0, maxChargeKw, -maxDischargeKw, Infinity, -Infinity]) {
    expect(
      requests.some((request) => Object.is(request, edge)),
      String(edge),
    ).toBe(true);
  }
  expect(requests.some((request) => request > 0 && request < chargeStartKw)).toBe(true);
  expect(requests.some((request) => request > maxChargeKw && request < Infinity)).toBe(true);
  expect(requests.some((request) => request < -maxDischargeKw && request > -Infinity)).toBe(true);
});
