// A product that is one cell: what a truth file tells of a cell can be asked of the kernel itself.
import { type BatteryClass, compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, stepBatteries } from '../../src/battery/batteries.js';
import { type CellModel, curveAt, type PackDesign } from '../../src/battery/cell.js';
import { nmcSamsung94 } from '../../src/battery/cells.js';
import type { BatteryProduct } from '../../src/battery/product.js';

/** Energy below the open-circuit curve, Wh, by the trapezoid rule over half percents. */
function cellWh(cell: CellModel): number {
  let sumV = 0;
  for (let k = 0; k < 200; k += 1) {
    sumV += (curveAt(cell.openCircuitV, k / 2) + curveAt(cell.openCircuitV, (k + 1) / 2)) / 2;
  }
  return (sumV / 200) * cell.capacityAh;
}

/** A cell at its own terminals, behind a charger of four times its energy an hour. */
export function cellClass(cell: CellModel, pack?: Partial<PackDesign>): BatteryClass {
  const usableKwh = cellWh(cell) / 1000;
  const most = 4 * usableKwh;
  const none = { aW: 0, bW: 0, cW: 0, ratedDcKw: 1 };
  const product: BatteryProduct = {
    id: 'cell',
    name: 'One cell',
    kind: 'ev',
    usableKwh,
    packRoundTripFraction: 1,
    maxChargeKw: most,
    maxDischargeKw: most,
    maxDcChargeKw: most,
    maxDcDischargeKw: most,
    chargeLimit: [],
    dischargeLimit: [],
    chargeLoss: none,
    dischargeLoss: none,
    standby: { dcEmptyW: 0, dcFullW: 0, acEmptyW: 0, acFullW: 0, peripheralAcW: 0 },
    meter: { socQuantumPercent: 0.01, powerQuantumKw: 0.001 },
    pack: {
      cell,
      seriesCells: 1,
      cellWindowPercent: [0, 100],
      coolingHours: 4,
      cooledToCelsius: Infinity,
      ...pack,
    },
    source: 'a test',
  };
  return compileBatteryClass(product, 'dc', 'electrical');
}

/** A cell with nothing but what a test gives it: no self-discharge, full power at any temperature. */
export function plainCell(figures: Partial<CellModel>): CellModel {
  return {
    ...nmcSamsung94,
    chargeShare: [[25, 1]],
    dischargeShare: [[25, 1]],
    selfDischargePercentPerMonth: 0,
    ...figures,
  };
}

/** One step at a current, + charges: power without end, and the current as its limit. */
export function stepAtCurrent(batteries: Batteries, currentA: number, dtS: number): void {
  batteries.currentLimitA[0] = Math.abs(currentA);
  batteries.requestedPowerKw[0] = currentA === 0 ? 0 : Math.sign(currentA) * Infinity;
  stepBatteries(batteries, dtS);
}
