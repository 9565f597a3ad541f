/**
 * How a real gauge of charge errs. It counts energy in and out and so drifts from the truth, finds it again where the cell
 * voltage gives it away, at full and near empty, and is then seen to jump.
 *
 * Each behaviour is off unless it is asked for, and all together are one number a device: what the gauge is ahead of the
 * truth, in points of charge. Drift of 0.2 to 0.5 points a full cycle is typical (an assumption); jumps of 0.5 to 5 points
 * have been measured at a grid battery at 1 Hz.
 */
import { type Batteries, usableKwh } from '../battery/batteries.js';
import type { BehaviourGroup } from './behaviour-group.js';
import { draw, type Drawn } from './drawn.js';
import { drawAt, type RandomKey, randomKey } from './random.js';

export interface SocMeterSpec {
  /** Points of charge that the gauge gains or loses, the seed says which, over a full cycle. Full charge sets it right. */
  readonly driftPercent?: Drawn;
  /** True charge from which on, while charging, the gauge shows 100 %. */
  readonly snapPercent?: number;
  /** The gauge runs ahead while the last charge is used, and falls to the truth near empty. */
  readonly slump?: Slump;
}

export interface Slump {
  /** Charge below which it begins, %. The fall comes at half of it. */
  readonly belowPercent: number;
  /** How far the gauge falls, points of charge. */
  readonly byPercent: number;
}

/** The gauges of one group, a value for each device. */
export interface SocMeter {
  readonly spec: SocMeterSpec;
  /** Shown minus true charge, before rounding and within 0 to 100. */
  readonly errorPercent: Float64Array;
  /** Points that a full cycle adds, with sign. */
  readonly driftPercent: Float64Array;
  /** At the last look; NaN before the first. */
  readonly socPercent: Float64Array;
  readonly throughputKwh: Float64Array;
}

/** A gauge that is this far off is set right by the cell voltage at rest (an assumption). */
const MOST_DRIFT_PERCENT = 3;
/** A battery counts as full from here on: an approach to 100 % takes for ever. */
const FULL_PERCENT = 99.9;

export function createSocMeter(spec: SocMeterSpec, group: BehaviourGroup): SocMeter {
  const { count, firstNumber, name, seed } = group;
  const column = (): Float64Array => new Float64Array(count);
  const meter = {
    spec,
    errorPercent: column(),
    driftPercent: column(),
    socPercent: column().fill(NaN),
    throughputKwh: column(),
  };
  const { driftPercent } = spec;
  if (driftPercent === undefined) return meter;
  const keys = { rate: randomKey(seed, 'meter-drift', name), sign: randomKey(seed, 'meter-drift-sign', name) };
  for (let number = 0; number < count; number++) {
    meter.driftPercent[number] = signedRate(driftPercent, keys, number + firstNumber);
  }
  return meter;
}

function signedRate(rate: Drawn, keys: { rate: RandomKey; sign: RandomKey }, number: number): number {
  const size = draw(rate, keys.rate, { index: number, tick: 0 });
  return drawAt(keys.sign, number, 0) < 0.5 ? -size : size;
}

/** Charge as the gauge has it, before rounding, 0 to 100. */
export function meteredPercent(meter: SocMeter, number: number, truePercent: number): number {
  return Math.max(0, Math.min(100, truePercent + at(meter.errorPercent, number)));
}

/**
 * Lets the gauges follow what the batteries did since the last look.
 * @param from of the group's first device in the fleet
 */
export function stepSocMeter(meter: SocMeter, batteries: Batteries, from: number): void {
  const { errorPercent, socPercent, throughputKwh, spec } = meter;
  for (let number = 0; number < errorPercent.length; number++) {
    const index = from + number;
    const soc = at(batteries.socPercent, index);
    const throughput =
      at(batteries.chargedKwh, index) + at(batteries.dischargedKwh, index) + at(batteries.drawnKwh, index);
    const cycles = (throughput - at(throughputKwh, number)) / (2 * usableKwh(batteries, index));
    const before = at(socPercent, number);
    const moved = Number.isNaN(before) ? 0 : soc - before;
    const drifted = drift(at(errorPercent, number), at(meter.driftPercent, number) * cycles);
    const slumped = slump(spec.slump, drifted, { soc, moved });
    errorPercent[number] = setRight(spec, slumped, { soc, moved });
    socPercent[number] = soc;
    throughputKwh[number] = throughput;
  }
}

/** An error that is beyond the limit for other reasons stays and doesn't grow. */
function drift(error: number, change: number): number {
  const limit = Math.max(MOST_DRIFT_PERCENT, Math.abs(error));
  return Math.max(-limit, Math.min(error + change, limit));
}

function slump(spec: Slump | undefined, error: number, at: { soc: number; moved: number }): number {
  if (!spec || at.soc >= spec.belowPercent) return error;
  const knee = spec.belowPercent / 2;
  if (at.soc <= knee) return 0;
  if (at.moved >= 0) return error;
  const fallen = Math.min(-at.moved, spec.belowPercent - at.soc);
  const ahead = error + (spec.byPercent * fallen) / (spec.belowPercent - knee);
  return Math.max(error, Math.min(ahead, spec.byPercent));
}

/** What full charge, or nearly full charge, tells the gauge. */
function setRight(spec: SocMeterSpec, error: number, at: { soc: number; moved: number }): number {
  if (spec.snapPercent !== undefined && at.soc >= spec.snapPercent && at.moved > 0) return 100 - at.soc;
  return spec.driftPercent !== undefined && at.soc >= FULL_PERCENT ? 0 : error;
}

function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}
