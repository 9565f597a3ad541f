/** What a cell's temperature means for its resistance and its limits as a table, and what the kernel looks up in it. */
import { type CellModel, curveAt } from './cell.js';

/** The table has a row for each degree between these. */
export const COLDEST_CELSIUS = -40;
const HOTTEST_CELSIUS = 80;
/** The last one repeats the one before, so that there always is a next. */
const ROWS = HOTTEST_CELSIUS - COLDEST_CELSIUS + 1;
export const LAST_DEGREE = ROWS - 1;
/** Numbers of one row: resistance over that at 25 °C, share of full charge power, share of full discharge power. */
export const TEMPERATURE_STRIDE = 3;

const GAS_J_PER_MOL_K = 8.314462618;
const ZERO_CELSIUS_K = 273.15;
const REFERENCE_K = 25 + ZERO_CELSIUS_K;

export function compileTemperatureTable(cell: CellModel): Float64Array {
  const table = new Float64Array((ROWS + 1) * TEMPERATURE_STRIDE);
  for (let k = 0; k <= ROWS; k += 1) {
    const celsius = Math.min(COLDEST_CELSIUS + k, HOTTEST_CELSIUS);
    const row = k * TEMPERATURE_STRIDE;
    const activation = celsius < 25 ? cell.coldActivationJPerMol : cell.hotActivationJPerMol;
    table[row] = Math.exp((activation / GAS_J_PER_MOL_K) * (1 / (celsius + ZERO_CELSIUS_K) - 1 / REFERENCE_K));
    table[row + 1] = curveAt(cell.chargeShare, celsius);
    table[row + 2] = curveAt(cell.dischargeShare, celsius);
  }
  return table;
}
