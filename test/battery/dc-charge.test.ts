// Protects DC charging against a real charge of an electric car, logged by charger and car (test/truth/dc-charge.json, made by make-dc-charge.py).
// Given: the current that the charger drove, which in this charge is the limit all through, and the car's state of charge before. Taken from another charge of the same
// day: the scale of the pack (Ah per 100 points, cells in series). Predicted: power over state of charge (charge
// counts the same for both, so second by second), and when the car's last state of charge is reached.
import { expect, it } from 'vitest';
import type { Batteries } from '../../src/battery/batteries.js';
import { type CellModel, curveAt } from '../../src/battery/cell.js';
import { nmc811LgM50 } from '../../src/battery/cells.js';
import truth from '../truth/dc-charge.json' with { type: 'json' };
import { cellClass, stepAtCurrent } from './cell-product.js';
import { oneBattery } from './product-arbitrary.js';

const { firstCharge: first, secondCharge: second } = truth;

/** One cell with the capacity of the whole pack: its current is the pack's, its voltage a share of the pack's. */
const capacityAh = (100 * first.chargedAh) / (first.endSocPercent - first.startSocPercent);
const scale = nmc811LgM50.capacityAh / capacityAh;
const wholePack: CellModel = {
  ...nmc811LgM50,
  capacityAh,
  chargeOhm: nmc811LgM50.chargeOhm.map(([percent, ohm]) => [percent, ohm * scale] as const),
  relaxationOhm: nmc811LgM50.relaxationOhm * scale,
  heatCapacityJPerK: nmc811LgM50.heatCapacityJPerK / scale,
};
const seriesCells = first.restVoltageV / curveAt(nmc811LgM50.openCircuitV, first.startSocPercent);

interface Row {
  readonly measuredKw: number;
  readonly simulatedKw: number;
}

function start(): Batteries {
  const battery = oneBattery(cellClass(wholePack), second.startSocPercent);
  battery.ambientCelsius[0] = second.startTemperatureCelsius;
  battery.temperatureCelsius[0] = second.startTemperatureCelsius;
  return battery;
}

it('power over state of charge within 5 % RMS of its peak, from a scale that an earlier charge gave', () => {
  const battery = start();
  const rows: Row[] = second.currentA.map((currentA, k) => {
    stepAtCurrent(battery, currentA, second.everyS);
    const [simulatedV, measuredV] = [(battery.voltageV[0] ?? NaN) * seriesCells, second.voltageV[k] ?? NaN];
    return { simulatedKw: (simulatedV * currentA) / 1000, measuredKw: (measuredV * currentA) / 1000 };
  });
  const peakKw = Math.max(...rows.map((row) => row.measuredKw));
  const errorKw = Math.hypot(...rows.map((row) => row.simulatedKw - row.measuredKw)) / Math.sqrt(rows.length);
  expect(rows.length).toBeGreaterThan(1200);
  expect(errorKw / peakKw).toBeLessThan(0.05);
});

it("from the car's first to its last state of charge in the time it took, to 3 %", () => {
  // The charge ends with the last second in which current flows; the car settles on its last figure after it.
  const tookS = second.currentA.findLastIndex((currentA) => currentA > 1) + 1;
  const battery = start();
  let atS = 0;
  // Should the charger's own time not suffice, it would go on with the current that it had.
  for (; (battery.socPercent[0] ?? NaN) < second.endSocPercent && atS < 2 * tookS; atS += 1) {
    stepAtCurrent(battery, second.currentA[Math.min(atS, tookS - 3)] ?? NaN, second.everyS);
  }
  expect(Math.abs(atS / tookS - 1)).toBeLessThan(0.03);
});
