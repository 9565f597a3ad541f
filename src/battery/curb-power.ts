/** The product's own power limit over state of charge, as the electrical path meets it: lowers `cell.powerW` to the mean over the step. */
import type { Batteries } from './battery-state.js';
import { walkLimit } from './limit-walk.js';

/** @param row of the class and direction in the flow columns */
export function curbPower(batteries: Batteries, i: number, row: number): void {
  const { cell, flow, walk } = batteries;
  const isCharge = cell.powerW > 0;
  const fromX = isCharge ? cell.startPercent : 100 - cell.startPercent;
  if (fromX >= at(flow.freeFrom, row) && fromX + goesPercent(batteries) <= at(flow.freeTo, row)) return;
  walk.x = fromX;
  walk.stopX = isCharge ? 100 : 100 - cell.stopPercent;
  curb(batteries, i, row);
}

/** Change of x at the wanted power, estimated with the voltage that the step starts with. */
function goesPercent(batteries: Batteries): number {
  const { cell } = batteries;
  return (Math.abs(cell.powerW) * cell.hours * cell.percentPerAh) / loadedV(batteries);
}

/** Terminal voltage at the start under the wanted power, V, within its bound: the current is taken from the open circuit. */
function loadedV(batteries: Batteries): number {
  const { openV, hysteresisV, polarisationV, ohm, powerW, boundV } = batteries.cell;
  const loaded = openV + hysteresisV + polarisationV + (ohm * powerW) / openV;
  return powerW > 0 ? Math.min(loaded, boundV) : Math.max(loaded, boundV);
}

/** Along the way of state of charge over energy that the starting voltage means. */
function curb(batteries: Batteries, i: number, row: number): void {
  const { cell, classOf, electrical, walk } = batteries;
  const segments = batteries.segments[row];
  if (segments === undefined) throw new RangeError(`there is no device ${i}`);
  const kwPerW = at(electrical.cellCount, classOf[i] ?? -1) / 1000;
  const isCharge = cell.powerW > 0;
  walk.demandKw = Math.abs(cell.powerW) * kwPerW;
  walk.percentPerKwh = cell.percentPerAh / (loadedV(batteries) * kwPerW);
  walk.hoursLeft = cell.hours;
  walk.dcKwh = 0;
  walk.dcSquareKw2h = 0;
  walkLimit(walk, segments);
  const meanW = Math.min(walk.dcKwh / cell.hours, walk.demandKw) / kwPerW;
  cell.powerW = isCharge ? meanW : -meanW;
}

/** A column's value; the caller knows that the index is inside. Each file of the kernel has its own: imports are slow in a test runner. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}
