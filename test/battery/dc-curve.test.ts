// Protects the cars' DC charging: simulated power against SoC is the published curve (test/truth/ev-dc-curves.json), and so is the time it takes.
import { describe, expect, it } from 'vitest';
import { type BatteryPath, compileBatteryClass } from '../../src/battery/battery-class.js';
import { stepBatteries } from '../../src/battery/batteries.js';
import { findBatteryProduct } from '../../src/battery/catalogue.js';
import truth from '../truth/ev-dc-curves.json' with { type: 'json' };
import { oneBattery } from './product-arbitrary.js';

type Car = (typeof truth.cars)[number];

/** The published curve between its corners, kW. */
function published(car: Car, socPercent: number): number {
  const after = car.dcCurve.findIndex(([percent = NaN]) => percent >= socPercent);
  const [low = [], high = []] = [car.dcCurve[Math.max(after - 1, 0)], car.dcCurve[after]];
  const [[fromPercent = NaN, fromKw = NaN], [toPercent = NaN, toKw = NaN]] = [low, high];
  if (toPercent === fromPercent) return toKw;
  return fromKw + ((toKw - fromKw) * (socPercent - fromPercent)) / (toPercent - fromPercent);
}

/** One DC charge with a charger that is never the limit, at 25 °C: what power flowed at which SoC, and when. */
function charge(car: Car, dtS: number, path: BatteryPath): { atS: number; socPercent: number; powerKw: number }[] {
  const product = findBatteryProduct(car.productId);
  if (product === undefined) throw new Error(`the catalogue has no ${car.productId}`);
  const batteries = oneBattery(compileBatteryClass(product, 'dc', path), 0);
  batteries.requestedPowerKw[0] = 1000;
  const rows = [];
  for (let atS = 0; (batteries.socPercent[0] ?? NaN) < 100 && atS < 86_400; atS += dtS) {
    const before = batteries.socPercent[0] ?? NaN;
    stepBatteries(batteries, dtS);
    const after = batteries.socPercent[0] ?? NaN;
    rows.push({ atS, socPercent: (before + after) / 2, powerKw: batteries.powerKw[0] ?? NaN });
  }
  return rows;
}

/** Seconds from 0 to `endPercent` by the midpoint rule over 100,000 slices of SoC: dt = dE / P, with the pack's loss on top. */
function integratedS(car: Car, endPercent: number, packRoundTripFraction: number): number {
  const slices = 100_000;
  let hours = 0;
  for (let k = 0; k < slices; k += 1) {
    const percent = ((k + 0.5) / slices) * endPercent;
    hours += ((endPercent / slices / 100) * car.usableKwh) / packRoundTripFraction / published(car, percent);
  }
  return hours * 3600;
}

describe.each(truth.cars)('$productId', (car) => {
  const peakKw = Math.max(...car.dcCurve.map(([, kw = NaN]) => kw));

  it('has the published usable energy and on-board charger', () => {
    const product = findBatteryProduct(car.productId);
    expect(product?.usableKwh).toBe(car.usableKwh);
    expect(product?.maxChargeKw).toBe(car.onBoardKw);
  });

  it.each(['energy', 'electrical'] as const)(
    'charges from 0 to 100 %% on the published curve, within 1 %% of its peak in every second, on the %s path',
    (path) => {
      const rows = charge(car, 1, path);
      expect(rows.at(-1)?.socPercent).toBeGreaterThan(99.9);
      // The last second ends part-way, when the pack is full; its mean is no point of the curve.
      for (const row of rows.slice(0, -1)) {
        expect(Math.abs(row.powerKw - published(car, row.socPercent)), `at ${row.socPercent} %`).toBeLessThan(
          0.01 * peakKw,
        );
      }
    },
  );

  it.each([50, 80, 99])(
    'needs the time to %d %% on the energy path that an independent integration of the curve gives, to 2 s',
    (endPercent) => {
      const product = findBatteryProduct(car.productId);
      const expectedS = integratedS(car, endPercent, product?.packRoundTripFraction ?? NaN);
      const reachedS = charge(car, 1, 'energy').find((row) => row.socPercent >= endPercent)?.atS ?? NaN;
      expect(Math.abs(reachedS - expectedS)).toBeLessThan(2);
    },
  );
});

it.each(['vw-id3-58', 'hyundai-ioniq5-72.6', 'tesla-model3-lr'])(
  '%s needs the same time to 80 %% on both paths, to 3 %%: one counts energy, the other charge and heat',
  (productId) => {
    const car = truth.cars.find((row) => row.productId === productId);
    if (car === undefined) throw new Error(`no published curve of ${productId}`);
    const secondsTo80 = (path: BatteryPath): number =>
      charge(car, 1, path).find((row) => row.socPercent >= 80)?.atS ?? NaN;
    expect(Math.abs(secondsTo80('electrical') / secondsTo80('energy') - 1)).toBeLessThan(0.03);
  },
);

it('an ID.3 that charges in steps of 300 s is where it is in steps of 1 s, to a billionth of a point', () => {
  const product = findBatteryProduct('vw-id3-58');
  if (product === undefined) throw new Error('the catalogue has no ID.3');
  const [fine, coarse] = [
    oneBattery(compileBatteryClass(product, 'dc', 'energy'), 0),
    oneBattery(compileBatteryClass(product, 'dc', 'energy'), 0),
  ];
  fine.requestedPowerKw[0] = 80;
  coarse.requestedPowerKw[0] = 80;
  for (let block = 0; block < 12; block += 1) {
    stepBatteries(coarse, 300);
    for (let second = 0; second < 300; second += 1) stepBatteries(fine, 1);
    expect(Math.abs((fine.socPercent[0] ?? NaN) - (coarse.socPercent[0] ?? NaN))).toBeLessThan(1e-9);
  }
});
