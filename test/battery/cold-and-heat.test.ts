// Protects what a temperature does to a pack: cold and heat limit it, current warms it, cooling and preheating work, and heat is what was lost.
import { describe, expect, it } from 'vitest';
import { compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, preheat, stepBatteries, storedKwh } from '../../src/battery/batteries.js';
import { findBatteryProduct } from '../../src/battery/catalogue.js';
import { leafLmoNmc, lfpSony } from '../../src/battery/cells.js';
import { cellClass, plainCell, stepAtCurrent } from './cell-product.js';
import { oneBattery } from './product-arbitrary.js';

function packAt(productId: string, celsius: number, percent: number): Batteries {
  const product = findBatteryProduct(productId);
  if (product === undefined) throw new Error(`the catalogue has no ${productId}`);
  const port = product.kind === 'ev' ? 'dc' : 'ac';
  const batteries = oneBattery(compileBatteryClass(product, port, 'electrical'), percent);
  batteries.ambientCelsius[0] = celsius;
  batteries.temperatureCelsius[0] = celsius;
  return batteries;
}

function powerOf(batteries: Batteries, requestKw: number): number {
  batteries.requestedPowerKw[0] = requestKw;
  stepBatteries(batteries, 1);
  return batteries.powerKw[0] ?? NaN;
}

/** Minutes from 10 to 80 %. */
function minutesOfFastCharge(batteries: Batteries): number {
  batteries.requestedPowerKw[0] = Infinity;
  let minutes = 0;
  for (; (batteries.socPercent[0] ?? NaN) < 80 && minutes < 600; minutes += 1) stepBatteries(batteries, 60);
  return minutes;
}

describe('an LFP home battery keeps to the GivEnergy figures in the cold', () => {
  it.each([
    ['takes nothing at 0 °C', 0, 0],
    ['takes 0.15 of 0.5 C at 1 °C', 1, 0.3],
    ['takes half of its power at 5 °C', 5, 0.5],
    ['takes two thirds at 15 °C', 15, 0.66],
    ['takes all at 20 °C', 20, 1],
    ['takes half at 50 °C', 50, 0.5],
    ['takes nothing at 55 °C', 55, 0],
  ])('%s', (_sentence, celsius, share) => {
    const full = powerOf(packAt('tesla-powerwall-3', 25, 50), 5);
    expect(powerOf(packAt('tesla-powerwall-3', celsius, 50), 5) / full).toBeCloseTo(share, 1);
  });

  it('gives at 0 °C what it cannot take', () => {
    expect(powerOf(packAt('tesla-powerwall-3', 0, 50), -5)).toBe(-5);
  });
});

it('an ID.3 needs at least three tenths longer at 0 °C than at 25 °C for a fast charge, and warms up on the way', () => {
  const [mild, cold] = [packAt('vw-id3-58', 25, 10), packAt('vw-id3-58', 0, 10)];
  expect(minutesOfFastCharge(cold) / minutesOfFastCharge(mild)).toBeGreaterThan(1.3);
  expect(cold.temperatureCelsius[0]).toBeGreaterThan(5);
});

it('a car with a cooled pack stays at 40 °C through a fast charge on a hot day; an air-cooled one goes on warming', () => {
  const [ioniq, leaf] = [packAt('hyundai-ioniq5-72.6', 35, 10), packAt('nissan-leaf-40', 35, 10)];
  minutesOfFastCharge(ioniq);
  minutesOfFastCharge(leaf);
  expect(ioniq.temperatureCelsius[0]).toBeLessThanOrEqual(40);
  expect(leaf.temperatureCelsius[0]).toBeGreaterThan(40);
});

it('a Model 3 that preheats on a day of −10 °C takes the energy from its pack, and then charges as on a mild day', () => {
  const [cold, warmed, mild] = [-10, -10, 25].map((celsius) => packAt('tesla-model3-lr', celsius, 30));
  if (cold === undefined || warmed === undefined || mild === undefined) throw new Error('three cars');
  const before = storedKwh(warmed, 0);
  const takenKwh = preheat(warmed, 0);
  expect(warmed.temperatureCelsius[0]).toBeCloseTo(25, 9);
  // About 420 kg of cells at 1 kJ/(kg K).
  expect(takenKwh).toBeGreaterThan(2);
  expect(takenKwh).toBeLessThan(6);
  expect(before - storedKwh(warmed, 0)).toBeCloseTo(takenKwh, 9);
  expect(warmed.drawnKwh[0]).toBe(takenKwh);
  expect(powerOf(warmed, 250) / powerOf(mild, 250)).toBeGreaterThan(0.9);
  expect(powerOf(cold, 250) / powerOf(mild, 250)).toBeLessThan(0.3);
});

it('preheating does nothing where the product does not, or where it is warm already', () => {
  for (const batteries of [packAt('nissan-leaf-40', -10, 50), packAt('tesla-model3-lr', 30, 50)]) {
    const celsius = batteries.temperatureCelsius[0];
    expect(preheat(batteries, 0)).toBe(0);
    expect(batteries.temperatureCelsius[0]).toBe(celsius);
  }
});

it('what a cell loses is what warms it: loss booked over an hour equals the heat that reached a perfectly insulated cell, to 0.1 %', () => {
  const insulated = cellClass(
    { ...plainCell({}), ...leafLmoNmc, selfDischargePercentPerMonth: 0 },
    { coolingHours: 1e9 },
  );
  const batteries = oneBattery(insulated, 90);
  for (let second = 0; second < 3600; second += 1) stepAtCurrent(batteries, second % 600 < 300 ? -25 : 0, 1);
  // At the end it has rested for five minutes: no polarisation is left.
  const warmedKwh = (((batteries.temperatureCelsius[0] ?? NaN) - 25) * leafLmoNmc.heatCapacityJPerK) / 3.6e6;
  expect((batteries.lossKwh[0] ?? NaN) / warmedKwh).toBeCloseTo(1, 3);
});

it('an LFP cell loses its hysteresis even at a tiny current: the round trip at C/100 is short of 1 by 2 · 22 mV of 3.3 V', () => {
  const batteries = oneBattery(cellClass({ ...lfpSony, selfDischargePercentPerMonth: 0 }), 40);
  for (let hour = 0; hour < 10; hour += 1) stepAtCurrent(batteries, 0.03, 3600);
  for (let hour = 0; hour < 10; hour += 1) stepAtCurrent(batteries, -0.03, 3600);
  expect(batteries.socPercent[0]).toBeCloseTo(40, 3);
  const roundTrip = (batteries.dischargedKwh[0] ?? NaN) / (batteries.chargedKwh[0] ?? NaN);
  const ohmV = 0.03 * (0.045 + 0.048 + 2 * lfpSony.relaxationOhm);
  expect(1 - roundTrip).toBeCloseTo((2 * lfpSony.hysteresisV + ohmV) / 3.3, 3);
});
