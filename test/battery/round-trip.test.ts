// Protects the measured home batteries: their simulated AC round trip has to match what HTW Berlin measured (test/truth/inverter-permod.json).
import { describe, expect, it } from 'vitest';
import { compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, stepBatteries } from '../../src/battery/batteries.js';
import { findBatteryProduct } from '../../src/battery/catalogue.js';
import truth from '../truth/inverter-permod.json' with { type: 'json' };
import { oneBattery } from './product-arbitrary.js';

/** Charging ends where the taper would begin: full power is not to be had above. */
const LOW_PERCENT = 10;
const HIGH_PERCENT = 90;

function book(batteries: Batteries, name: 'chargedKwh' | 'dischargedKwh' | 'siteStandbyKwh'): number {
  return batteries[name][0] ?? NaN;
}

/** Steps of 10 s at one request until SoC has come to or past a mark. */
function run(batteries: Batteries, requestKw: number, reached: (socPercent: number) => boolean): void {
  batteries.requestedPowerKw[0] = requestKw;
  for (let step = 0; step < 1e6 && !reached(batteries.socPercent[0] ?? NaN); step += 1) stepBatteries(batteries, 10);
}

/** AC energy out over AC energy in, percent, for a cycle that begins and ends at the same SoC; peripherals count as consumption. */
function simulatedRoundTrip(productId: string, share: number): number {
  const product = findBatteryProduct(productId);
  if (product === undefined) throw new Error(`the catalogue has no ${productId}`);
  // The reserve is the exact end of the cycle; the few seconds past the upper mark are part of both halves.
  const batteries = oneBattery(compileBatteryClass(product, 'ac'), LOW_PERCENT, LOW_PERCENT);
  run(batteries, share * product.maxChargeKw, (socPercent) => socPercent >= HIGH_PERCENT);
  const chargePeripheralKwh = book(batteries, 'siteStandbyKwh');
  run(batteries, -share * product.maxDischargeKw, (socPercent) => socPercent <= LOW_PERCENT);
  const dischargePeripheralKwh = book(batteries, 'siteStandbyKwh') - chargePeripheralKwh;
  const outKwh = book(batteries, 'dischargedKwh') - dischargePeripheralKwh;
  return (100 * outKwh) / (book(batteries, 'chargedKwh') + chargePeripheralKwh);
}

/** The same by hand from the fits over AC power, at constant power. */
function measuredRoundTrip(system: (typeof truth.systems)[number], share: number): number {
  const lossW = (terms: readonly number[]): number => {
    const [a = NaN, b = NaN, c = NaN] = terms;
    return a * share * share + b * share + c;
  };
  const inW = share * system.charge.ratedKw * 1000;
  const outW = share * system.discharge.ratedKw * 1000;
  const charge = (inW - lossW(system.charge.lossW)) / (inW + system.peripheralAcW);
  const discharge = (outW - system.peripheralAcW) / (outW + lossW(system.discharge.lossW));
  return charge * discharge * system.packRoundTripPercent;
}

describe.each(truth.systems)('$productId', (system) => {
  it.each(Object.entries(system.roundTripPercent ?? {}))(
    `at %s %% of its power stays within 2 points of the published AC round trip (${LOW_PERCENT} to ${HIGH_PERCENT} % and back)`,
    (powerPercent, publishedPercent) => {
      const simulated = simulatedRoundTrip(system.productId, Number(powerPercent) / 100);
      expect(Math.abs(simulated - publishedPercent)).toBeLessThan(2);
    },
  );

  it.each([100, 75, 50, 25, 10])(
    'at %i %% of its power stays within 0.3 points of the fits over AC power, which it does not use',
    (powerPercent) => {
      const simulated = simulatedRoundTrip(system.productId, powerPercent / 100);
      expect(Math.abs(simulated - measuredRoundTrip(system, powerPercent / 100))).toBeLessThan(0.3);
    },
  );
});

it('standby of the Junelight comes to 12 W from the site when empty and 15 W when full, as measured, with 1 W of peripherals', () => {
  const product = findBatteryProduct('siemens-junelight-9.9');
  if (product === undefined) throw new Error('the catalogue has no Junelight');
  const wattsAt = (socPercent: number): number => {
    const batteries = oneBattery(compileBatteryClass(product, 'ac'), socPercent);
    stepBatteries(batteries, 3600);
    return book(batteries, 'siteStandbyKwh') * 1000;
  };
  expect(wattsAt(0)).toBeCloseTo(12.1 + 1, 3);
  expect(wattsAt(100)).toBeCloseTo(14.9 + 1, 3);
});
