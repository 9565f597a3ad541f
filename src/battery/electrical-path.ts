/**
 * The electrical path of the kernel: what a device of an electrical class does in one step. Power is limited at the port, by temperature and
 * by the product's published curve, as on the energy path; then the cell finds its current (`solve-current.ts`) and warms up.
 *
 * Heat is I²R0 + u²/R1 + |I|·H; with a time constant of hours to the air around, T' = T∞ + (T − T∞)·e^(−dt/τ). Loss is booked as what went
 * in less what the pack holds more: heat, and the little that polarisation may give back (under 0.01 % of the capacity).
 */
import { dcFromAcKw } from './battery-class.js';
import type { Batteries } from './battery-state.js';
import { curbPower } from './curb-power.js';
import { heldKw } from './standby.js';
import { closeCell, openCell, SOC_TABLE_SIZE } from './soc-table.js';
import { meanPowerW, solveCurrent } from './solve-current.js';
import { feelTemperature, TEMPERATURE_TABLE_SIZE } from './temperature-table.js';

/** From and to which charge a step is taken in parts, and from which change of charge in one step on. */
const LOW_PERCENT = 5;
const HIGH_PERCENT = 97;
const LARGE_PERCENT = 4;

/** A change of temperature in one part that is worth a second look, K. */
const MID_TEMPERATURE_K = 0.05;

/** Takes devices of electrical classes on by the step of `prepareStep`. Functions here are handed no number but an index, for speed. */
export function stepElectricalRun(batteries: Batteries, from: number, to: number): void {
  for (let i = from; i < to; i += 1) stepElectrical(batteries, i);
}

function stepElectrical(batteries: Batteries, i: number): void {
  const { electrical, cell } = batteries;
  const c = batteries.classOf[i] ?? -1;
  const parts = isSmooth(batteries, i) ? 1 : electrical.step.parts;
  const part = parts === 1 ? 0 : 1;
  cell.row = 2 * c + part;
  cell.socTable = c * SOC_TABLE_SIZE;
  cell.temperatureTable = c * TEMPERATURE_TABLE_SIZE;
  cell.hours = at(electrical.step.hours, part);
  cell.relaxed = at(electrical.step.relaxed, cell.row);
  cell.relaxedMean = at(electrical.step.relaxedMean, cell.row);
  const fade = 1 / at(batteries.capacityFraction, i);
  cell.percentPerA = at(electrical.step.percentPerA, cell.row) * fade;
  cell.percentPerAh = cell.percentPerA / cell.hours;
  cell.leakPercent = at(electrical.selfDischargePercentPerHour, c) * cell.hours;
  cell.portKwh = 0;
  for (let k = 0; k < parts; k += 1) stepPart(batteries, i);
  const powerKw = cell.portKwh / (parts * cell.hours);
  const requestedKw = at(batteries.requestedPowerKw, i);
  batteries.powerKw[i] = requestedKw > 0 ? Math.min(powerKw, requestedKw) : Math.max(powerKw, requestedKw);
}

/** Whether one part is enough: the curve bends near its ends, and where much flows, the published limit changes on the way. */
function isSmooth(batteries: Batteries, i: number): boolean {
  const { flow, walk } = batteries;
  const requestedKw = at(batteries.requestedPowerKw, i);
  const row = 2 * (batteries.classOf[i] ?? -1) + (requestedKw < 0 ? 1 : 0);
  const mostKw = Math.min(Math.abs(requestedKw), at(flow.maxKw, row));
  const goesPercent = (100 * mostKw * walk.stepHours) / at(flow.usableKwh, row);
  const fromPercent = at(batteries.socPercent, i);
  if (goesPercent > LARGE_PERCENT) return false;
  return fromPercent > LOW_PERCENT + goesPercent && fromPercent < HIGH_PERCENT - goesPercent;
}

function stepPart(batteries: Batteries, i: number): void {
  const { cell, electrical } = batteries;
  cell.startPercent = at(batteries.socPercent, i);
  cell.polarisationV = at(batteries.polarisationV, i);
  const startCelsius = at(batteries.temperatureCelsius, i);
  openCell(cell, electrical.socTable);
  cell.celsius = startCelsius;
  solve(batteries, i);
  if (Math.abs(cell.endCelsius - startCelsius) > MID_TEMPERATURE_K) {
    // Resistance and shares as they are half-way: warmth that lets in more power, and so on, would lag behind by half a part.
    cell.celsius = (startCelsius + cell.endCelsius) / 2;
    solve(batteries, i);
  }
  book(batteries, i);
  const pairAndOhmV = cell.endPolarisationV + cell.ohm * cell.currentA;
  batteries.socPercent[i] = cell.endPercent;
  batteries.polarisationV[i] = cell.endPolarisationV;
  batteries.temperatureCelsius[i] = cell.endCelsius;
  batteries.voltageV[i] =
    at(electrical.seriesCells, batteries.classOf[i] ?? -1) * (cell.endOpenV + cell.hysteresisV + pairAndOhmV);
}

/** Finds current, power at the port, and the state at the end, with the cell at `cell.celsius`. */
function solve(batteries: Batteries, i: number): void {
  const { cell } = batteries;
  const requestedKw = at(batteries.requestedPowerKw, i);
  const row = 2 * (batteries.classOf[i] ?? -1) + (requestedKw < 0 ? 1 : 0);
  const isAsked = Math.abs(requestedKw) > at(batteries.flow.startKw, row);
  if (Number.isNaN(requestedKw)) throw new RangeError(`the power requested of device ${i} is not a number`);
  feelTemperature(cell, batteries.electrical.temperatureTable);
  const factor = cell.resistanceFactor * at(batteries.resistanceFactor, i);
  cell.ohm = factor * (requestedKw > 0 ? cell.chargeOhm : cell.dischargeOhm);
  cell.relaxationOhm = factor * at(batteries.electrical.relaxationOhm, batteries.classOf[i] ?? -1);
  cell.portKw = 0;
  if (isAsked) flow(batteries, i, row);
  cell.isHeld = isAsked && requestedKw > 0 && cell.portKw === 0;
  if (cell.portKw === 0) rest(batteries, i);
  warm(batteries, i);
}

/** @param row of the class and direction in the flow columns */
function flow(batteries: Batteries, i: number, row: number): void {
  const { cell, electrical, flow: table } = batteries;
  const c = batteries.classOf[i] ?? -1;
  const isCharge = at(batteries.requestedPowerKw, i) > 0;
  const mostKw = Math.min(Math.abs(at(batteries.requestedPowerKw, i)), at(table.maxKw, row));
  const offsetKw = at(table.offsetKw, row);
  const slope = at(table.slope, row);
  const square = at(table.square, row);
  const wantedKw = dcFromAcKw(mostKw + offsetKw, slope, square);
  const kwPerW = at(electrical.cellCount, c) / 1000;
  bound(batteries, i, isCharge);
  const sharedKw = isCharge
    ? cell.chargeShare * at(electrical.fullChargeDcKw, c)
    : cell.dischargeShare * at(electrical.fullDischargeDcKw, c);
  cell.powerW = ((isCharge ? 1 : -1) * Math.min(wantedKw, sharedKw)) / kwPerW;
  curbPower(batteries, i, row);
  solveCurrent(cell, electrical.socTable);
  const askedKw = Math.abs(cell.powerW) * kwPerW;
  const gotKw = cell.isCurbed ? Math.min(Math.abs(meanPowerW(cell)) * kwPerW, askedKw) : askedKw;
  if (!(gotKw > at(table.endKw, row))) return;
  cell.portKw = gotKw < wantedKw ? Math.min(gotKw * (slope + square * gotKw) - offsetKw, mostKw) : mostKw;
}

/** What the cell must keep to in this direction. */
function bound(batteries: Batteries, i: number, isCharge: boolean): void {
  const { cell, electrical } = batteries;
  const c = batteries.classOf[i] ?? -1;
  cell.limitA = (at(batteries.currentLimitA, i) * at(electrical.seriesCells, c)) / at(electrical.cellCount, c);
  cell.hysteresisV = isCharge ? at(electrical.hysteresisV, c) : -at(electrical.hysteresisV, c);
  cell.boundV = isCharge ? at(electrical.maxVoltageV, c) : at(electrical.minVoltageV, c);
  cell.stopPercent = isCharge ? 100 : Math.min(at(batteries.reservePercent, i), cell.startPercent);
}

/**
 * Nothing flows: the pack gives the DC share of standby and discharges itself. Where it is asked to charge and can take no more, it stays
 * where it is, and its site feeds both.
 */
function rest(batteries: Batteries, i: number): void {
  const { cell } = batteries;
  const cellCount = at(batteries.electrical.cellCount, batteries.classOf[i] ?? -1);
  const drainAh = (1000 * drainKwh(batteries, i)) / (cellCount * cell.openV);
  cell.currentA = 0;
  cell.hysteresisV = 0;
  const leakPercent = cell.isHeld ? 0 : cell.leakPercent;
  cell.endPercent = Math.max(cell.startPercent - drainAh * cell.percentPerAh - leakPercent, 0);
  closeCell(cell, batteries.electrical.socTable);
}

/** What the DC share of standby takes from the pack in the part. */
function drainKwh(batteries: Batteries, i: number): number {
  const { cell, flow: table } = batteries;
  if (cell.isHeld) return 0;
  const row = 2 * (batteries.classOf[i] ?? -1);
  const percentPerHour = at(table.drainPercentPerHour, row) + at(table.drainSlopePerHour, row) * cell.startPercent;
  return (percentPerHour * at(table.usableKwh, row) * cell.hours) / 100;
}

function book(batteries: Batteries, i: number): void {
  if (batteries.cell.portKw > 0) bookFlow(batteries, i);
  else bookRest(batteries, i);
}

function bookFlow(batteries: Batteries, i: number): void {
  const { cell, flow: table } = batteries;
  const portKwh = cell.portKw * cell.hours;
  const isCharge = cell.powerW > 0;
  const inKwh = isCharge ? portKwh : -portKwh;
  const siteKw = at(table.siteActiveKw, 2 * (batteries.classOf[i] ?? -1));
  cell.portKwh += inKwh;
  add(isCharge ? batteries.chargedKwh : batteries.dischargedKwh, i, portKwh);
  add(batteries.lossKwh, i, inKwh - packKwh(batteries, i));
  if (siteKw > 0) add(batteries.siteStandbyKwh, i, siteKw * cell.hours);
}

function bookRest(batteries: Batteries, i: number): void {
  const { cell, flow: table } = batteries;
  const row = 2 * (batteries.classOf[i] ?? -1);
  const takenKwh = -packKwh(batteries, i);
  const standbyKwh = Math.min(drainKwh(batteries, i), takenKwh);
  const idleKw = at(table.siteIdleKw, row) + at(table.siteIdleSlopeKw, row) * cell.startPercent;
  add(batteries.standbyKwh, i, standbyKwh);
  add(batteries.lossKwh, i, takenKwh - standbyKwh);
  add(batteries.siteStandbyKwh, i, (cell.isHeld ? heldKw(batteries, i) : idleKw) * cell.hours);
}

/** Relaxes the RC pair, and warms or cools the pack. */
function warm(batteries: Batteries, i: number): void {
  const { cell, electrical } = batteries;
  const c = batteries.classOf[i] ?? -1;
  const { currentA, ohm, relaxationOhm, relaxedMean } = cell;
  const finalV = relaxationOhm * currentA;
  const offV = cell.polarisationV - finalV;
  const meanSquare =
    finalV * finalV + offV * (2 * finalV * relaxedMean + offV * at(electrical.step.relaxedSquareMean, cell.row));
  const heatW = currentA * (currentA * ohm + cell.hysteresisV) + meanSquare / relaxationOhm;
  const risesK = (heatW * at(electrical.coolingS, c)) / at(electrical.heatCapacityJPerK, c);
  const finalCelsius = at(batteries.ambientCelsius, i) + risesK;
  const startCelsius = at(batteries.temperatureCelsius, i);
  const endCelsius = finalCelsius + (startCelsius - finalCelsius) * at(electrical.step.cooled, cell.row);
  // Cooling by liquid takes what the current warms above its set point, not what the air does.
  const warmestCelsius = Math.max(at(electrical.cooledToCelsius, c), Math.min(startCelsius, endCelsius));
  cell.endCelsius = Math.min(endCelsius, warmestCelsius);
  cell.endPolarisationV = finalV + offV * cell.relaxed;
}

/** Energy that the pack holds more at the end of the part than at its start. */
function packKwh(batteries: Batteries, i: number): number {
  const { startArea, endArea, percentPerAh } = batteries.cell;
  const cellCount = at(batteries.electrical.cellCount, batteries.classOf[i] ?? -1);
  return (((endArea - startArea) / percentPerAh) * cellCount) / 1000;
}

/** A column's value; the caller knows that the index is inside. Each file of the kernel has its own: imports are slow in a test runner. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? NaN) + amount;
}
