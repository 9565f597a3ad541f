/** What a cell's temperature means for its resistance and its limits as a table, and what the kernel looks up in it. */
import { type CellModel, curveAt } from './cell.js';
import type { CellStep } from './cell-step.js';

/** The table has a row for each degree between these. */
const COLDEST_CELSIUS = -40;
const HOTTEST_CELSIUS = 80;
/** The last one repeats the one before, so that there always is a next. */
const ROWS = HOTTEST_CELSIUS - COLDEST_CELSIUS + 1;
/** Numbers of one row: resistance over that at 25 °C, share of full charge power, share of full discharge power. */
const STRIDE = 3;
export const TEMPERATURE_TABLE_SIZE = (ROWS + 1) * STRIDE;

const GAS_J_PER_MOL_K = 8.314462618;
const ZERO_CELSIUS_K = 273.15;
const REFERENCE_K = 25 + ZERO_CELSIUS_K;

export function compileTemperatureTable(cell: CellModel): Float64Array {
  const table = new Float64Array(TEMPERATURE_TABLE_SIZE);
  for (let k = 0; k <= ROWS; k += 1) {
    const celsius = Math.min(COLDEST_CELSIUS + k, HOTTEST_CELSIUS);
    const row = k * STRIDE;
    const activation = celsius < 25 ? cell.coldActivationJPerMol : cell.hotActivationJPerMol;
    table[row] = Math.exp((activation / GAS_J_PER_MOL_K) * (1 / (celsius + ZERO_CELSIUS_K) - 1 / REFERENCE_K));
    table[row + 1] = curveAt(cell.chargeShare, celsius);
    table[row + 2] = curveAt(cell.dischargeShare, celsius);
  }
  return table;
}

/** Looks up resistance factor and shares at `cell.celsius`. */
export function feelTemperature(cell: CellStep, table: Float64Array): void {
  const place = Math.min(Math.max(cell.celsius - COLDEST_CELSIUS, 0), ROWS - 1);
  const degree = Math.floor(place);
  const share = place - degree;
  const row = cell.temperatureTable + degree * STRIDE;
  const factor = table[row] ?? NaN;
  const chargeShare = table[row + 1] ?? NaN;
  const dischargeShare = table[row + 2] ?? NaN;
  cell.resistanceFactor = factor + share * ((table[row + STRIDE] ?? NaN) - factor);
  cell.chargeShare = chargeShare + share * ((table[row + STRIDE + 1] ?? NaN) - chargeShare);
  cell.dischargeShare = dischargeShare + share * ((table[row + STRIDE + 2] ?? NaN) - dischargeShare);
}
