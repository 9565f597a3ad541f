// Protects ageing: the published law in two cases that it was worked out for by hand, and what an aged pack then does on both paths.
import { describe, expect, it } from 'vitest';
import { ageBatteries, observeAgeing, startAgeing } from '../../src/battery/ageing.js';
import { type BatteryPath, compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, stepBatteries, storedKwh, usableKwh } from '../../src/battery/batteries.js';
import { findBatteryProduct } from '../../src/battery/catalogue.js';
import { lfpSony } from '../../src/battery/cells.js';
import truth from '../truth/ageing.json' with { type: 'json' };
import { cellClass, stepAtCurrent } from './cell-product.js';
import { oneBattery } from './product-arbitrary.js';

const DAY_S = 86_400;

function powerwall(path: BatteryPath): Batteries {
  const product = findBatteryProduct('tesla-powerwall-3');
  if (product === undefined) throw new Error('the catalogue has no Powerwall 3');
  return oneBattery(compileBatteryClass(product, 'ac', path), 50);
}

/** Days at rest at one state of charge, observed by the hour. */
function shelve(batteries: Batteries, days: number): void {
  const ageing = startAgeing(batteries);
  for (let day = 0; day < days; day += 1) {
    for (let hour = 0; hour < 24; hour += 1) observeAgeing(ageing, batteries, 3600);
    ageBatteries(ageing, batteries);
  }
}

it.each(truth.calendar)('$years years at $celsius °C and $socPercent % cost $lossPercent % of the capacity', (row) => {
  const batteries = powerwall('energy');
  batteries.socPercent[0] = row.socPercent;
  batteries.temperatureCelsius[0] = row.celsius;
  shelve(batteries, 365.25 * row.years);
  expect(100 * (1 - (batteries.capacityFraction[0] ?? NaN))).toBeCloseTo(row.lossPercent, 1);
});

it.each(truth.cycles)(
  'energy of $fullCycles full cycles in cycles of $depthPercent % at $cRate C costs $lossPercent % beside time',
  (row) => {
    // An even flow at its own terminals for the whole day of a cell that loses nothing, so that only the law is at work.
    const batteries = oneBattery(cellClass({ ...lfpSony, selfDischargePercentPerMonth: 0 }), 50);
    const newKwh = usableKwh(batteries, 0);
    const ageing = startAgeing(batteries);
    for (let day = 0; day < row.fullCycles; day += 1) {
      batteries.socPercent[0] = 50 - row.depthPercent / 2;
      batteries.powerKw[0] = 1;
      observeAgeing(ageing, batteries, 3600 / row.cRate);
      batteries.socPercent[0] = 50 + row.depthPercent / 2;
      observeAgeing(ageing, batteries, 3600 / row.cRate);
      batteries.chargedKwh[0] = (batteries.chargedKwh[0] ?? NaN) + newKwh;
      batteries.dischargedKwh[0] = (batteries.dischargedKwh[0] ?? NaN) + newKwh;
      ageBatteries(ageing, batteries);
    }
    expect(100 * Math.sqrt(ageing.cycleLossSquare[0] ?? NaN)).toBeCloseTo(row.lossPercent, 1);
  },
);

describe.each(['energy', 'electrical'] as const)('a pack of ten years on the %s path', (path) => {
  it('holds and gives less, and its books still close', () => {
    const batteries = powerwall(path);
    const newKwh = usableKwh(batteries, 0);
    const before = storedKwh(batteries, 0);
    shelve(batteries, 3652);
    expect(usableKwh(batteries, 0) / newKwh).toBeCloseTo(1 - 0.134, 2);
    batteries.requestedPowerKw[0] = -2;
    for (let minute = 0; minute < 60; minute += 1) stepBatteries(batteries, 60);
    const fellPercent = 50 - (batteries.socPercent[0] ?? NaN);
    const lossKwh = batteries.lossKwh[0] ?? NaN;
    const net = -(batteries.dischargedKwh[0] ?? NaN) - lossKwh - (batteries.standbyKwh[0] ?? NaN);
    expect(Math.abs(storedKwh(batteries, 0) - before - net)).toBeLessThan(1e-11);
    const young = powerwall(path);
    young.requestedPowerKw[0] = -2;
    for (let minute = 0; minute < 60; minute += 1) stepBatteries(young, 60);
    expect(fellPercent / (50 - (young.socPercent[0] ?? NaN))).toBeCloseTo(1 / (1 - 0.134), 1);
  });
});

it('an aged cell has more resistance: its voltage falls further under the same current', () => {
  const dropV = (years: number): number => {
    const batteries = oneBattery(cellClass(lfpSony), 50);
    shelve(batteries, 365 * years);
    stepAtCurrent(batteries, 0, 1);
    const restV = batteries.voltageV[0] ?? NaN;
    stepAtCurrent(batteries, -3, 1);
    return restV - (batteries.voltageV[0] ?? NaN) - lfpSony.hysteresisV;
  };
  // 3.4194e-10 · 1.5604 a second, linear in time.
  expect(dropV(10) / dropV(0)).toBeCloseTo(1 + 3.4194e-10 * 1.5604 * 3650 * DAY_S, 2);
});
