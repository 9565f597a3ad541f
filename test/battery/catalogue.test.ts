// Protects the catalogue: enough products, each with a source, unique ids, and figures that can be true.
import { describe, expect, it } from 'vitest';
import { chargeDcKw, compileBatteryClass, dischargeDcKw } from '../../src/battery/battery-class.js';
import { batteryProducts, findBatteryProduct } from '../../src/battery/catalogue.js';
import { UserError } from '../../src/errors.js';
import { catalogueClasses } from './product-arbitrary.js';

it('holds at least eight home batteries and eight cars, under unique kebab-case ids', () => {
  expect(batteryProducts.filter((product) => product.kind === 'home').length).toBeGreaterThanOrEqual(8);
  expect(batteryProducts.filter((product) => product.kind === 'ev').length).toBeGreaterThanOrEqual(8);
  expect(new Set(batteryProducts.map((product) => product.id)).size).toBe(batteryProducts.length);
  for (const product of batteryProducts) expect(product.id).toMatch(/^[a-z0-9]+(?:[-.][a-z0-9]+)*$/);
});

it('finds a product by its exact id and nothing by another', () => {
  expect(findBatteryProduct('siemens-junelight-9.9')?.usableKwh).toBe(8.85);
  expect(findBatteryProduct('Siemens-Junelight-9.9')).toBeUndefined();
});

it('refuses a DC port where a product has none, in one sentence with a way out', () => {
  const home = batteryProducts.find((product) => product.kind === 'home');
  if (home === undefined) throw new Error('the catalogue has no home battery');
  expect(() => compileBatteryClass(home, 'dc')).toThrow(UserError);
});

describe.each(batteryProducts.map((product) => [product.id, product] as const))('%s', (_id, product) => {
  it('says where its figures come from and marks what is assumed', () => {
    expect(product.source).toMatch(/CC BY 4\.0|MIT|dealers/);
  });

  it('has figures that can be true: positive energy and power, efficiency below one, limits in order of SoC', () => {
    expect(product.usableKwh).toBeGreaterThan(1);
    expect(product.maxChargeKw).toBeGreaterThan(1);
    expect(product.packRoundTripFraction).toBeGreaterThan(0.8);
    expect(product.packRoundTripFraction).toBeLessThanOrEqual(1);
    for (const limit of [product.chargeLimit, product.dischargeLimit]) {
      const places = limit.map((point) => point.socPercent);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      for (const point of limit) expect(point.powerKw).toBeGreaterThanOrEqual(0);
    }
  });
});

describe.each(catalogueClasses)('%s', (_name, battery) => {
  it('loses power in conversion, never gains any, from the start of the converter to its rating', () => {
    const { constants } = battery;
    for (let share = 0.01; share <= 1; share += 0.01) {
      const inKw = constants.chargeStartKw + share * (constants.maxChargeKw - constants.chargeStartKw);
      expect(chargeDcKw(inKw, constants)).toBeGreaterThan(0);
      expect(chargeDcKw(inKw, constants)).toBeLessThanOrEqual(inKw * (1 + 1e-12));
      if (constants.maxDischargeKw === 0) continue;
      const outKw = share * constants.maxDischargeKw;
      expect(dischargeDcKw(outKw, constants)).toBeGreaterThanOrEqual(outKw * (1 - 1e-12));
    }
  });
});

it("a car's on-board charger is 88 % efficient at 3 kW and 92 % at 11 kW", () => {
  const [, idThree] = catalogueClasses.find(([name]) => name === 'vw-id3-58 at ac') ?? [];
  if (idThree === undefined) throw new Error('the catalogue has no ID.3');
  expect(chargeDcKw(3, idThree.constants) / 3).toBeCloseTo(0.88, 3);
  expect(chargeDcKw(11, idThree.constants) / 11).toBeCloseTo(0.92, 3);
});
