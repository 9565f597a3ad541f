/** The open-circuit curve and the resistances of a cell as a table over state of charge, and what the kernel looks up in it. */
import { type Curve, curveAt, type PackDesign } from './cell.js';

/** Rows of the table in one percent. */
export const SOC_ROWS_PER_PERCENT = 2;
const LAST = 100 * SOC_ROWS_PER_PERCENT;
/** The last row that has a next. */
export const SOC_LAST_ROW = LAST - 1;

/** Numbers of one row: open-circuit voltage V and the area below it in V times percent; charge and discharge resistance Ω half a row further. */
export const SOC_STRIDE = 4;

export function compileSocTable(pack: PackDesign): Float64Array {
  const { cell, cellWindowPercent } = pack;
  const [fromPercent, toPercent] = cellWindowPercent;
  const inCell = (percent: number): number => fromPercent + (percent / 100) * (toPercent - fromPercent);
  const over = (curve: Curve, index: number): number => curveAt(curve, inCell(index / SOC_ROWS_PER_PERCENT));
  const table = new Float64Array((LAST + 1) * SOC_STRIDE);
  let area = 0;
  for (let k = 0; k <= LAST; k += 1) {
    const row = k * SOC_STRIDE;
    const voltageV = over(cell.openCircuitV, k);
    if (k > 0) area += ((table[row - SOC_STRIDE] ?? NaN) + voltageV) / 2 / SOC_ROWS_PER_PERCENT;
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

/** Share of the energy of a full pack that is in it at `socPercent`, 0 to 1. */
export function openCircuitShare(socTable: Float64Array, socPercent: number): number {
  const k = rowBelow(socPercent);
  return (areaAt(socTable, k) + areaWithin(socTable, k, socPercent - k / SOC_ROWS_PER_PERCENT)) / fullArea(socTable);
}

/** The other way round, %. */
export function openCircuitPercent(socTable: Float64Array, share: number): number {
  const area = share * fullArea(socTable);
  let k = 0;
  while (k < LAST - 1 && areaAt(socTable, k + 1) <= area) k += 1;
  const lowV = voltageAt(socTable, k);
  const slopeV = (voltageAt(socTable, k + 1) - lowV) * SOC_ROWS_PER_PERCENT;
  // Area from the row on is lowV·x + ½·slope·x²; its root in the form that does not cancel where the slope is small or 0.
  const rest = area - areaAt(socTable, k);
  return k / SOC_ROWS_PER_PERCENT + (2 * rest) / (lowV + Math.sqrt(lowV * lowV + 2 * slopeV * rest));
}

function areaWithin(socTable: Float64Array, k: number, abovePercent: number): number {
  const lowV = voltageAt(socTable, k);
  const slopeV = (voltageAt(socTable, k + 1) - lowV) * SOC_ROWS_PER_PERCENT;
  return abovePercent * (lowV + (slopeV * abovePercent) / 2);
}

function voltageAt(socTable: Float64Array, k: number): number {
  return socTable[k * SOC_STRIDE] ?? NaN;
}

function areaAt(socTable: Float64Array, k: number): number {
  return socTable[k * SOC_STRIDE + 1] ?? NaN;
}

function rowBelow(percent: number): number {
  return Math.min(Math.floor(percent * SOC_ROWS_PER_PERCENT), SOC_LAST_ROW);
}
