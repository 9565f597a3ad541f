/**
 * The energy path of the kernel: conversion losses, the product's limits and standby, exact at any step. Its fast path is for constant power
 * through the whole step, the walk along a limit for all else.
 */
import { dcFromAcKw } from './battery-class.js';
import type { Batteries } from './battery-state.js';
import { walkLimit } from './limit-walk.js';
import { heldKw, idle } from './standby.js';

/** Takes devices of energy classes one step of `walk.stepHours` on. Functions here are handed no number but an index, for speed. */
export function stepEnergyRun(batteries: Batteries, from: number, to: number): void {
  const { classOf, socPercent, reservePercent, requestedPowerKw, capacityFraction, flow } = batteries;
  const { powerKw, chargedKwh, dischargedKwh, lossKwh } = batteries;
  const hours = batteries.walk.stepHours;
  for (let i = from; i < to; i += 1) {
    const requestedKw = at(requestedPowerKw, i);
    const isCharge = requestedKw > 0;
    const row = 2 * (classOf[i] ?? -1) + (isCharge ? 0 : 1);
    const askedKw = Math.abs(requestedKw);
    if (!(askedKw > at(flow.startKw, row))) {
      standBy(batteries, i);
      continue;
    }
    const portKw = Math.min(askedKw, at(flow.maxKw, row));
    const dcKwh = dcFromAcKw(portKw + at(flow.offsetKw, row), at(flow.slope, row), at(flow.square, row)) * hours;
    const goesPercent = (dcKwh * at(flow.percentPerKwh, row)) / at(capacityFraction, i);
    const startPercent = at(socPercent, i);
    const startX = isCharge ? startPercent : 100 - startPercent;
    const stopX = isCharge ? 100 : 100 - at(reservePercent, i);
    if (startX < at(flow.freeFrom, row) || startX + goesPercent > Math.min(at(flow.freeTo, row), stopX)) {
      flowAlongLimit(batteries, i, row);
      continue;
    }
    const portKwh = portKw * hours;
    const keptKwh = dcKwh * at(flow.keptFraction, row);
    socPercent[i] = isCharge ? startPercent + goesPercent : startPercent - goesPercent;
    powerKw[i] = isCharge ? portKw : -portKw;
    add(isCharge ? chargedKwh : dischargedKwh, i, portKwh);
    add(lossKwh, i, isCharge ? portKwh - keptKwh : keptKwh - portKwh);
    if (at(flow.siteActiveKw, row) > 0) add(batteries.siteStandbyKwh, i, at(flow.siteActiveKw, row) * hours);
  }
}

function standBy(batteries: Batteries, i: number): void {
  const { walk } = batteries;
  if (Number.isNaN(batteries.requestedPowerKw[i])) {
    throw new RangeError(`the power requested of device ${i} is not a number`);
  }
  batteries.powerKw[i] = 0;
  walk.hoursLeft = walk.stepHours;
  idle(batteries, i);
}

/** @param row of the class and direction in the flow columns */
function flowAlongLimit(batteries: Batteries, i: number, row: number): void {
  const { flow, walk } = batteries;
  const hours = walk.stepHours;
  const isCharge = at(batteries.requestedPowerKw, i) > 0;
  const portKw = Math.min(Math.abs(at(batteries.requestedPowerKw, i)), at(flow.maxKw, row));
  walkFrom(batteries, i, isCharge);
  walk.percentPerKwh = at(flow.percentPerKwh, row) / at(batteries.capacityFraction, i);
  walk.demandKw = dcFromAcKw(portKw + at(flow.offsetKw, row), at(flow.slope, row), at(flow.square, row));
  const segments = batteries.segments[row];
  if (segments === undefined) throw new RangeError(`there is no device ${i}`);
  walkLimit(walk, segments);
  const activeHours = hours - walk.hoursLeft;
  const portKwh =
    walk.dcKwh * at(flow.slope, row) + walk.dcSquareKw2h * at(flow.square, row) - activeHours * at(flow.offsetKw, row);
  const keptKwh = walk.dcKwh * at(flow.keptFraction, row);
  const meanKw = activeHours > 0 ? Math.min(portKwh / hours, portKw) : 0;
  if (activeHours > 0) batteries.socPercent[i] = isCharge ? walk.x : walkedDown(batteries, i);
  batteries.powerKw[i] = isCharge || meanKw === 0 ? meanKw : -meanKw;
  add(isCharge ? batteries.chargedKwh : batteries.dischargedKwh, i, portKwh);
  add(batteries.lossKwh, i, isCharge ? portKwh - keptKwh : keptKwh - portKwh);
  add(batteries.siteStandbyKwh, i, activeHours * at(flow.siteActiveKw, row));
  if (isCharge) add(batteries.siteStandbyKwh, i, walk.hoursLeft * heldKw(batteries, i));
  else if (walk.hoursLeft > 0) idle(batteries, i);
}

function walkFrom(batteries: Batteries, i: number, isCharge: boolean): void {
  const { walk } = batteries;
  const startPercent = at(batteries.socPercent, i);
  walk.x = isCharge ? startPercent : 100 - startPercent;
  walk.stopX = isCharge ? 100 : 100 - at(batteries.reservePercent, i);
  walk.hoursLeft = walk.stepHours;
  walk.dcKwh = 0;
  walk.dcSquareKw2h = 0;
}

/** At the reserve it stands on it to the last bit. */
function walkedDown(batteries: Batteries, i: number): number {
  const { walk } = batteries;
  return walk.x >= walk.stopX ? at(batteries.reservePercent, i) : 100 - walk.x;
}

/** A column's value; the caller knows that the index is inside. Each file of the kernel has its own: imports are slow in a test runner. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? NaN) + amount;
}
