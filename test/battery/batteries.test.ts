// Protects the kernel's edges: what is refused, what a trip takes, and how a battery behaves when it is full, empty or barely asked.
import { describe, expect, it } from 'vitest';
import { compileBatteryClass } from '../../src/battery/battery-class.js';
import { createBatteries, drawEnergy, stepBatteries, storedKwh, usableKwh } from '../../src/battery/batteries.js';
import { batteryProducts, findBatteryProduct } from '../../src/battery/catalogue.js';
import { oneBattery } from './product-arbitrary.js';

function catalogueClass(id: string): ReturnType<typeof compileBatteryClass> {
  const product = findBatteryProduct(id);
  if (product === undefined) throw new Error(`the catalogue has no ${id}`);
  return compileBatteryClass(product, 'ac');
}

const junelight = catalogueClass('siemens-junelight-9.9');
const fronius = catalogueClass('fronius-gen24-byd-hvs-11.5');
const leaf = catalogueClass('nissan-leaf-40-v2g');

describe('what is refused', () => {
  const good = {
    classes: [junelight],
    classOf: Uint16Array.of(0),
    socPercent: Float64Array.of(50),
    reservePercent: Float64Array.of(0),
  };

  it.each([
    ['columns of unequal length', { ...good, socPercent: new Float64Array(2) }],
    ['a class that is not there', { ...good, classOf: Uint16Array.of(1) }],
    ['SoC above 100', { ...good, socPercent: Float64Array.of(100.1) }],
    ['SoC that is not a number', { ...good, socPercent: Float64Array.of(NaN) }],
    ['a reserve below 0', { ...good, reservePercent: Float64Array.of(-1) }],
  ])('creating with %s', (_name, input) => {
    expect(() => createBatteries(input)).toThrow(RangeError);
  });

  it.each([0, -1, NaN, Infinity])('a step of %d s', (dtS) => {
    expect(() => stepBatteries(oneBattery(junelight, 50), dtS)).toThrow(RangeError);
  });

  it('a request that is not a number', () => {
    const batteries = oneBattery(junelight, 50);
    batteries.requestedPowerKw[0] = NaN;
    expect(() => stepBatteries(batteries, 1)).toThrow(/device 0/);
  });

  it.each([-1, NaN, Infinity])('drawing %d kWh', (kwh) => {
    expect(() => drawEnergy(oneBattery(leaf, 50), 0, kwh)).toThrow(RangeError);
  });
});

it('a trip takes what it needs from the pack, below the reserve too, and no more than there is', () => {
  const batteries = oneBattery(leaf, 50, 40);
  expect(usableKwh(batteries, 0)).toBe(38);
  expect(storedKwh(batteries, 0)).toBeCloseTo(19, 12);
  expect(drawEnergy(batteries, 0, 9.5)).toBe(9.5);
  expect(batteries.socPercent[0]).toBeCloseTo(25, 12);
  expect(drawEnergy(batteries, 0, 20)).toBeCloseTo(9.5, 12);
  expect(batteries.socPercent[0]).toBe(0);
  expect(batteries.drawnKwh[0]).toBeCloseTo(19, 12);
});

it('a full battery that is asked to charge stays at exactly 100 % and lets its site feed the standby', () => {
  const batteries = oneBattery(fronius, 99.9);
  batteries.requestedPowerKw[0] = 5;
  for (let hour = 0; hour < 10; hour += 1) stepBatteries(batteries, 3600);
  expect(batteries.socPercent[0]).toBe(100);
  expect(batteries.powerKw[0]).toBe(0);
  expect(batteries.standbyKwh[0]).toBe(0);
  expect(batteries.siteStandbyKwh[0]).toBeCloseTo(10 * 0.045, 3);
});

it('an idle Fronius at 100 % loses 44 W from its pack, as measured, and less as it empties', () => {
  const batteries = oneBattery(fronius, 100);
  stepBatteries(batteries, 60);
  expect((batteries.standbyKwh[0] ?? NaN) * 60_000).toBeCloseTo(44, 1);
  for (let day = 0; day < 365; day += 1) stepBatteries(batteries, 86_400);
  expect(batteries.socPercent[0]).toBeGreaterThan(0);
  expect(batteries.socPercent[0]).toBeLessThan(1e-6);
});

it('an idle KOSTAL, which drains 4.71 W when empty, comes to rest at exactly 0 %', () => {
  const batteries = oneBattery(catalogueClass('kostal-plenticore10-byd-11.5'), 0.01);
  stepBatteries(batteries, 86_400);
  expect(batteries.socPercent[0]).toBe(0);
  expect(batteries.standbyKwh[0]).toBeCloseTo(0.0001 * 10.51, 12);
});

it.each([0.036, -0.036])(
  'a request of %d kW, within what the converter of a Junelight needs itself, leaves it in standby',
  (requestKw) => {
    const batteries = oneBattery(junelight, 50);
    batteries.requestedPowerKw[0] = requestKw;
    stepBatteries(batteries, 60);
    expect(batteries.powerKw[0]).toBe(0);
    expect(batteries.chargedKwh[0]).toBe(0);
    expect(batteries.dischargedKwh[0]).toBe(0);
  },
);

it('a step in which the reserve is reached reports the mean power, and its energy is exact', () => {
  const batteries = oneBattery(leaf, 21, 20);
  batteries.requestedPowerKw[0] = -7.4;
  stepBatteries(batteries, 900);
  expect(batteries.socPercent[0]).toBe(20);
  const kwh = batteries.dischargedKwh[0] ?? NaN;
  expect(batteries.powerKw[0]).toBeCloseTo(-kwh / 0.25, 12);
  // 0.38 kWh from the pack at 7.4 kW AC, which takes (7.4 + 0.165) / 0.935 kW from it.
  expect(kwh).toBeCloseTo((0.38 * 7.4 * 0.935) / 7.565, 12);
});

it('the books of a year of random minutes close to 1e-9 for every product on both paths', () => {
  const classes = batteryProducts.flatMap((product) => [
    compileBatteryClass(product, 'ac', 'energy'),
    compileBatteryClass(product, 'ac', 'electrical'),
  ]);
  const batteries = createBatteries({
    classes,
    classOf: Uint16Array.from(classes, (_, i) => i),
    socPercent: new Float64Array(classes.length).fill(50),
    reservePercent: new Float64Array(classes.length).fill(5),
  });
  const before = classes.map((_, i) => storedKwh(batteries, i));
  for (let minute = 0; minute < 525_600; minute += 1) {
    if (minute % 30 === 0) batteries.requestedPowerKw.fill(Math.sin(minute * minute) * 8);
    if (minute % 720 === 0) for (let i = 0; i < batteries.size; i += 1) drawEnergy(batteries, i, 1);
    stepBatteries(batteries, 60);
  }
  classes.forEach((battery, i) => {
    const [charged = NaN, discharged = NaN, loss = NaN] = [
      batteries.chargedKwh[i],
      batteries.dischargedKwh[i],
      batteries.lossKwh[i],
    ];
    const net = charged - discharged - loss - (batteries.standbyKwh[i] ?? NaN) - (batteries.drawnKwh[i] ?? NaN);
    const gap = storedKwh(batteries, i) - (before[i] ?? NaN) - net;
    expect(Math.abs(gap), battery.product.id).toBeLessThan(1e-9 * charged);
  });
});
