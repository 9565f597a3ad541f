/** The open-circuit curve and the resistances of a cell as a table over state of charge, and what the kernel looks up in it. */
import { type Curve, curveAt, type PackDesign } from './cell.js';
import type { CellStep } from './cell-step.js';

/** Rows of the table in one percent. */
const ROWS_PER_PERCENT = 2;
const LAST = 100 * ROWS_PER_PERCENT;

/** Numbers of one row: open-circuit voltage V and the area below it in V times percent; charge and discharge resistance Ω half a row further. */
const STRIDE = 4;
export const SOC_TABLE_SIZE = (LAST + 1) * STRIDE;

export function compileSocTable(pack: PackDesign): Float64Array {
  const { cell, cellWindowPercent } = pack;
  const [fromPercent, toPercent] = cellWindowPercent;
  const inCell = (percent: number): number => fromPercent + (percent / 100) * (toPercent - fromPercent);
  const over = (curve: Curve, index: number): number => curveAt(curve, inCell(index / ROWS_PER_PERCENT));
  const table = new Float64Array(SOC_TABLE_SIZE);
  let area = 0;
  for (let k = 0; k <= LAST; k += 1) {
    const row = k * STRIDE;
    const voltageV = over(cell.openCircuitV, k);
    if (k > 0) area += ((table[row - STRIDE] ?? NaN) + voltageV) / 2 / ROWS_PER_PERCENT;
    table[row] = voltageV;
    table[row + 1] = area;
    table[row + 2] = over(cell.chargeOhm, k + 0.5);
    table[row + 3] = over(cell.dischargeOhm, k + 0.5);
  }
  return table;
}

/** Area below the whole curve, V times percent. */
export function fullArea(socTable: Float64Array): number {
  return areaAt(socTable, LAST);
}

/** Looks up the cell at `startPercent`. */
export function openCell(cell: CellStep, socTable: Float64Array): void {
  const k = rowBelow(cell.startPercent);
  const row = cell.socTable + k * STRIDE;
  const lowV = socTable[row] ?? NaN;
  const slopeV = ((socTable[row + STRIDE] ?? NaN) - lowV) * ROWS_PER_PERCENT;
  const above = cell.startPercent - k / ROWS_PER_PERCENT;
  cell.tableRow = k;
  cell.chargeOhm = socTable[row + 2] ?? NaN;
  cell.dischargeOhm = socTable[row + 3] ?? NaN;
  cell.slopeV = slopeV;
  cell.openV = lowV + slopeV * above;
  cell.startArea = (socTable[row + 1] ?? NaN) + (above * (lowV + cell.openV)) / 2;
}

/** Looks up the cell at `endPercent`. */
export function closeCell(cell: CellStep, socTable: Float64Array): void {
  const k = rowBelow(cell.endPercent);
  const row = cell.socTable + k * STRIDE;
  const lowV = socTable[row] ?? NaN;
  const slopeV = ((socTable[row + STRIDE] ?? NaN) - lowV) * ROWS_PER_PERCENT;
  const above = cell.endPercent - k / ROWS_PER_PERCENT;
  cell.endTableRow = k;
  cell.endOpenV = lowV + slopeV * above;
  cell.endArea = (socTable[row + 1] ?? NaN) + (above * (lowV + cell.endOpenV)) / 2;
}

/** Share of the energy of a full pack that is in it at `socPercent`, 0 to 1. */
export function openCircuitShare(socTable: Float64Array, socPercent: number): number {
  const k = rowBelow(socPercent);
  return (areaAt(socTable, k) + areaWithin(socTable, k, socPercent - k / ROWS_PER_PERCENT)) / fullArea(socTable);
}

/** The other way round, %. */
export function openCircuitPercent(socTable: Float64Array, share: number): number {
  const area = share * fullArea(socTable);
  let k = 0;
  while (k < LAST - 1 && areaAt(socTable, k + 1) <= area) k += 1;
  const lowV = voltageAt(socTable, k);
  const slopeV = (voltageAt(socTable, k + 1) - lowV) * ROWS_PER_PERCENT;
  // Area from the row on is lowV·x + ½·slope·x²; its root in the form that does not cancel where the slope is small or 0.
  const rest = area - areaAt(socTable, k);
  return k / ROWS_PER_PERCENT + (2 * rest) / (lowV + Math.sqrt(lowV * lowV + 2 * slopeV * rest));
}

function areaWithin(socTable: Float64Array, k: number, abovePercent: number): number {
  const lowV = voltageAt(socTable, k);
  const slopeV = (voltageAt(socTable, k + 1) - lowV) * ROWS_PER_PERCENT;
  return abovePercent * (lowV + (slopeV * abovePercent) / 2);
}

function voltageAt(socTable: Float64Array, k: number): number {
  return socTable[k * STRIDE] ?? NaN;
}

function areaAt(socTable: Float64Array, k: number): number {
  return socTable[k * STRIDE + 1] ?? NaN;
}

function rowBelow(percent: number): number {
  return Math.min(Math.floor(percent * ROWS_PER_PERCENT), LAST - 1);
}
