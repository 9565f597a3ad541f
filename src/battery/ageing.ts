/**
 * Ageing: a slow change beside the steps, once a day, that lowers capacity and raises resistance.
 *
 * The law is that of the Sony LFP cell `lfpSony`, by time and by cycles (Naumann et al. 2018, doi 10.1016/j.est.2018.01.019, and 2020, doi
 * 10.1016/j.jpowsour.2019.227666; constants as in simses, BSD-3); for other cells it stands in. Both losses go with a square root,
 * q = k·√t and q = k·√n. Where k changes from day to day, q² grows by k² times the day or its cycles, which is the same for a constant k.
 */
import { type Batteries, storedKwh, usableKwh } from './batteries.js';

/** What a fleet has lived through: columns, one row a device. Make it by `startAgeing`; batteries without it stay as they are. */
export interface Ageing {
  /** Squares of the capacity lost by time and by cycles, as fractions of the new capacity. */
  readonly calendarLossSquare: Float64Array;
  readonly cycleLossSquare: Float64Array;
  readonly day: DayColumns;
}

/** Of the day under way. */
interface DayColumns {
  readonly seconds: Float64Array;
  /** Sums over seconds. */
  readonly percentSeconds: Float64Array;
  readonly celsiusSeconds: Float64Array;
  readonly activeSeconds: Float64Array;
  readonly lowestPercent: Float64Array;
  readonly highestPercent: Float64Array;
  /** In and out, when the day began. */
  readonly startFlowKwh: Float64Array;
}

const GAS_J_PER_MOL_K = 8.314462618;
const ZERO_CELSIUS_K = 273.15;
const REFERENCE_K = 25 + ZERO_CELSIUS_K;

export function startAgeing(batteries: Batteries): Ageing {
  const column = (): Float64Array => new Float64Array(batteries.size);
  const day = {
    seconds: column(),
    percentSeconds: column(),
    celsiusSeconds: column(),
    activeSeconds: column(),
    lowestPercent: column(),
    highestPercent: column(),
    startFlowKwh: column(),
  };
  for (let i = 0; i < batteries.size; i += 1) startDay(batteries, day, i);
  return { calendarLossSquare: column(), cycleLossSquare: column(), day };
}

/** Looks at every device after a step, or after several that took `dtS` seconds together. */
export function observeAgeing(ageing: Ageing, batteries: Batteries, dtS: number): void {
  const { day } = ageing;
  for (let i = 0; i < batteries.size; i += 1) {
    const percent = at(batteries.socPercent, i);
    add(day.seconds, i, dtS);
    add(day.percentSeconds, i, percent * dtS);
    add(day.celsiusSeconds, i, at(batteries.temperatureCelsius, i) * dtS);
    if (batteries.powerKw[i] !== 0) add(day.activeSeconds, i, dtS);
    day.lowestPercent[i] = Math.min(at(day.lowestPercent, i), percent);
    day.highestPercent[i] = Math.max(at(day.highestPercent, i), percent);
  }
}

/** Ends the day: what was observed since the last one lowers capacity, at an unchanged state of charge, and raises resistance. */
export function ageBatteries(ageing: Ageing, batteries: Batteries): void {
  for (let i = 0; i < batteries.size; i += 1) {
    if (at(ageing.day.seconds, i) > 0) ageOne(ageing, batteries, i);
    startDay(batteries, ageing.day, i);
  }
}

function ageOne(ageing: Ageing, batteries: Batteries, i: number): void {
  const { day, calendarLossSquare, cycleLossSquare } = ageing;
  const newKwh = usableKwh(batteries, i) / at(batteries.capacityFraction, i);
  const seconds = at(day.seconds, i);
  const flowKwh = flowOfKwh(batteries, i) - at(day.startFlowKwh, i);
  const fullCycles = flowKwh / (2 * newKwh);
  const activeHours = at(day.activeSeconds, i) / 3600;
  const rates = agePace({
    socFraction: at(day.percentSeconds, i) / seconds / 100,
    celsius: at(day.celsiusSeconds, i) / seconds,
    depthFraction: (at(day.highestPercent, i) - at(day.lowestPercent, i)) / 100,
    cRate: activeHours > 0 ? flowKwh / activeHours / newKwh : 0,
  });
  add(calendarLossSquare, i, rates.calendar ** 2 * seconds);
  add(cycleLossSquare, i, rates.cycle ** 2 * fullCycles);
  const lost = Math.sqrt(at(calendarLossSquare, i)) + Math.sqrt(at(cycleLossSquare, i));
  const heldKwh = storedKwh(batteries, i);
  batteries.capacityFraction[i] = Math.max(1 - lost, LEAST_CAPACITY);
  add(batteries.lossKwh, i, heldKwh - storedKwh(batteries, i));
  add(batteries.resistanceFactor, i, rates.calendarResistance * seconds + rates.cycleResistance * fullCycles);
}

/** The laws are fits of cells with more than half of their capacity left; below it they say nothing. */
const LEAST_CAPACITY = 0.5;

interface Stress {
  readonly socFraction: number;
  readonly celsius: number;
  /** Of the deepest cycle of the day. */
  readonly depthFraction: number;
  readonly cRate: number;
}

interface AgePace {
  /** Fraction of capacity per √s and per √(full cycle). */
  readonly calendar: number;
  readonly cycle: number;
  /** Fraction of resistance per s and per full cycle. */
  readonly calendarResistance: number;
  readonly cycleResistance: number;
}

function agePace({ socFraction, celsius, depthFraction, cRate }: Stress): AgePace {
  const warmer = (1 / REFERENCE_K - 1 / (celsius + ZERO_CELSIUS_K)) / GAS_J_PER_MOL_K;
  const fromMiddle = socFraction - 0.5;
  const deep = 4.0253 * (depthFraction - 0.6) ** 3 + 1.0923;
  const deepForResistance = 6.8477 * (depthFraction - 0.5) ** 3 + 0.91882;
  return {
    calendar: 1.2571e-5 * Math.exp(17_126 * warmer) * (2.8575 * fromMiddle ** 3 + 0.60225),
    cycle: ((0.063 * cRate + 0.0971) * deep) / 100,
    calendarResistance: 3.4194e-10 * Math.exp(71_827 * warmer) * (1.5604 - 3.3903 * fromMiddle ** 2),
    // The fit falls with the rate and would turn below 0 above 1 C.
    cycleResistance: (Math.max(0, 0.0021 - 0.002 * cRate) * deepForResistance) / 100,
  };
}

function startDay(batteries: Batteries, day: DayColumns, i: number): void {
  day.seconds[i] = 0;
  day.percentSeconds[i] = 0;
  day.celsiusSeconds[i] = 0;
  day.activeSeconds[i] = 0;
  day.lowestPercent[i] = at(batteries.socPercent, i);
  day.highestPercent[i] = at(batteries.socPercent, i);
  day.startFlowKwh[i] = flowOfKwh(batteries, i);
}

/** All that has gone in and out so far, trips included. */
function flowOfKwh({ chargedKwh, dischargedKwh, drawnKwh }: Batteries, i: number): number {
  return at(chargedKwh, i) + at(dischargedKwh, i) + at(drawnKwh, i);
}

/** A column's value; the caller knows that the index is inside. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? NaN) + amount;
}
