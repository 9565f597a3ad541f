/**
 * The battery kernel: columns of typed arrays, one row a device; a single battery is a fleet of one.
 *
 * Laws, each with a property test in test/battery/laws.test.ts that cites its number:
 *  1. Energy balance: charged − discharged − loss − standby − drawn = change of stored energy, for every device and any run.
 *  2. Bounds: 0 <= SoC <= 100; every book only grows.
 *  3. Sign and limits: delivered power has the sign of the requested power or is 0, and is at most the request and the limit.
 *  4. Monotonicity: asking for more power (towards charging) never ends at a lower SoC.
 *  5. Step-size independence: at a constant request one long step equals many short ones.
 *  6. Reserve: discharging stops exactly at the reserve; below it only standby and drawn energy go on.
 *  7. Independence: a device in a fleet does what it does alone, wherever it stands and however the fleet is cut into ranges.
 *
 * Power is positive while charging. It is limited first and solved after: what can't be delivered is curtailed.
 * While idle the pack drains by the DC share of standby, `r0 + r1·s` in percent per hour, with the exact exponential step, and sleeps at 0 %.
 * A battery that is asked to charge and can take no more is held where it is: its site then feeds the DC share too.
 */
import { type BatteryClass, chargeDcKw, type ClassConstants, dcFromAcKw, dischargeDcKw } from './battery-class.js';
import { type ClassColumns, classColumns } from './class-columns.js';
import { createLimitWalk, type LimitWalk, walkLimit } from './limit-walk.js';

/**
 * The state of a fleet. Read any column at any time; write only `socPercent`, `reservePercent` and `requestedPowerKw`, between steps.
 */
export interface Batteries {
  readonly size: number;
  readonly classes: readonly BatteryClass[];
  /** Index into `classes` of each device. */
  readonly classOf: Uint16Array;
  /** True state of charge, 0 to 100. */
  readonly socPercent: Float64Array;
  /** Share that only standby and `drawEnergy` go below, 0 to 100. */
  readonly reservePercent: Float64Array;
  /** Input of the next step, kW at the port; + charges. ±Infinity asks for all there is; NaN throws. */
  readonly requestedPowerKw: Float64Array;
  /** Mean over the last step, kW at the port; + charges. */
  readonly powerKw: Float64Array;
  /** Energy in at the port. */
  readonly chargedKwh: Float64Array;
  /** Energy out at the port. */
  readonly dischargedKwh: Float64Array;
  /** Lost in conversion and in the pack. */
  readonly lossKwh: Float64Array;
  /** Taken from the pack by standby. */
  readonly standbyKwh: Float64Array;
  /** Taken from the site by standby and peripherals: not in `chargedKwh`, not part of law 1. */
  readonly siteStandbyKwh: Float64Array;
  /** Taken from the pack by `drawEnergy`. */
  readonly drawnKwh: Float64Array;
  /** The air around the pack, °C; 25 until written. */
  readonly ambientCelsius: Float64Array;
  readonly constants: ClassColumns;
  readonly walk: LimitWalk;
}

/**
 * @param input `classOf`, `socPercent` and `reservePercent` are of one length, the size of the fleet; they become columns and are not copied
 * @throws RangeError for columns of unequal length, a class that is not there, or a percentage outside 0 to 100
 */
export function createBatteries(input: {
  classes: readonly BatteryClass[];
  classOf: Uint16Array;
  socPercent: Float64Array;
  reservePercent: Float64Array;
}): Batteries {
  const { classes, classOf, socPercent, reservePercent } = input;
  const size = classOf.length;
  if (socPercent.length !== size || reservePercent.length !== size) throw new RangeError('columns differ in length');
  if (!classOf.every((c) => c < classes.length)) throw new RangeError('classOf points beyond classes');
  const isPercent = (value: number): boolean => value >= 0 && value <= 100;
  if (!socPercent.every(isPercent)) throw new RangeError('socPercent must be 0 to 100');
  if (!reservePercent.every(isPercent)) throw new RangeError('reservePercent must be 0 to 100');
  return {
    size,
    classes,
    classOf,
    socPercent,
    reservePercent,
    requestedPowerKw: new Float64Array(size),
    powerKw: new Float64Array(size),
    chargedKwh: new Float64Array(size),
    dischargedKwh: new Float64Array(size),
    lossKwh: new Float64Array(size),
    standbyKwh: new Float64Array(size),
    siteStandbyKwh: new Float64Array(size),
    drawnKwh: new Float64Array(size),
    ambientCelsius: new Float64Array(size).fill(25),
    constants: classColumns(classes),
    walk: createLimitWalk(),
  };
}

/** Energy that device `index` would still give at its pack's DC terminals, kWh. */
export function storedKwh(batteries: Batteries, index: number): number {
  return (at(batteries.socPercent, index) / 100) * usableKwh(batteries, index);
}

/** Energy that device `index` gives at its pack's DC terminals from full to empty, kWh. */
export function usableKwh(batteries: Batteries, index: number): number {
  return classOfDevice(batteries, index).constants.usableKwh;
}

/**
 * Takes energy straight from the pack: a vehicle's trip. Goes below the reserve, never below empty.
 *
 * @returns kWh really taken
 * @throws RangeError where `kwh` is negative or not finite
 */
export function drawEnergy(batteries: Batteries, index: number, kwh: number): number {
  if (!(kwh >= 0 && kwh < Infinity)) throw new RangeError(`energy drawn must be at least 0 kWh, not ${kwh}`);
  const { dischargePercentPerKwh } = classOfDevice(batteries, index).constants;
  const taken = Math.min(kwh, storedKwh(batteries, index));
  const restPercent = at(batteries.socPercent, index) - taken * dischargePercentPerKwh;
  batteries.socPercent[index] = taken < kwh ? 0 : Math.max(restPercent, 0);
  add(batteries.drawnKwh, index, taken);
  return taken;
}

/** Devices from `from` up to, not including, `to`. */
export interface DeviceRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Moves the devices of `range`, all by default, on by `dtS` seconds under `requestedPowerKw`.
 *
 * @throws RangeError where `dtS` is not positive and finite, or a request is NaN
 */
export function stepBatteries(batteries: Batteries, dtS: number, range?: DeviceRange): void {
  if (!(dtS > 0 && dtS < Infinity)) throw new RangeError(`a step takes more than 0 s, not ${dtS}`);
  batteries.walk.stepHours = dtS / 3600;
  stepRange(batteries, range?.from ?? 0, range?.to ?? batteries.size);
}

/** Functions below are handed no number but an index: a call that isn't inlined would put each on the heap. */
function stepRange(batteries: Batteries, from: number, to: number): void {
  const { classOf, requestedPowerKw, constants: k, powerKw, walk } = batteries;
  for (let i = from; i < to; i += 1) {
    const c = classOf[i] ?? -1;
    const requestedKw = at(requestedPowerKw, i);
    if (requestedKw > at(k.chargeStartKw, c)) {
      charge(batteries, i);
    } else if (requestedKw < -at(k.dischargeStartKw, c)) {
      discharge(batteries, i);
    } else {
      if (Number.isNaN(requestedKw)) throw new RangeError(`the power requested of device ${i} is not a number`);
      powerKw[i] = 0;
      walk.hoursLeft = walk.stepHours;
      idle(batteries, i);
    }
  }
}

/** The fast path: constant power for the whole step. */
function charge(batteries: Batteries, i: number): void {
  const { socPercent, constants: k } = batteries;
  const c = batteries.classOf[i] ?? -1;
  const hours = batteries.walk.stepHours;
  const acKw = Math.min(at(batteries.requestedPowerKw, i), at(k.maxChargeKw, c));
  const grossKw = acKw - at(k.chargeLossConstantKw, c);
  const dcKwh = dcFromAcKw(grossKw, 1 + at(k.chargeLossLinear, c), at(k.chargeLossSquare, c)) * hours;
  const startPercent = at(socPercent, i);
  const endPercent = startPercent + dcKwh * at(k.chargePercentPerKwh, c);
  if (startPercent < at(k.freeChargeFromPercent, c) || endPercent > at(k.freeChargeToPercent, c)) {
    chargeAlongLimit(batteries, i);
    return;
  }
  socPercent[i] = endPercent;
  batteries.powerKw[i] = acKw;
  add(batteries.chargedKwh, i, acKw * hours);
  add(batteries.lossKwh, i, acKw * hours - dcKwh * at(k.packFraction, c));
  add(batteries.siteStandbyKwh, i, at(k.siteActiveKw, c) * hours);
}

/** The fast path: constant power for the whole step. */
function discharge(batteries: Batteries, i: number): void {
  const { socPercent, constants: k } = batteries;
  const c = batteries.classOf[i] ?? -1;
  const hours = batteries.walk.stepHours;
  const acKw = Math.min(-at(batteries.requestedPowerKw, i), at(k.maxDischargeKw, c));
  const grossKw = acKw + at(k.dischargeLossConstantKw, c);
  const dcKwh = dcFromAcKw(grossKw, 1 - at(k.dischargeLossLinear, c), -at(k.dischargeLossSquare, c)) * hours;
  const startPercent = at(socPercent, i);
  const endPercent = startPercent - dcKwh * at(k.dischargePercentPerKwh, c);
  const stopPercent = Math.max(at(batteries.reservePercent, i), at(k.freeDischargeToPercent, c));
  if (startPercent > at(k.freeDischargeFromPercent, c) || endPercent < stopPercent) {
    dischargeAlongLimit(batteries, i);
    return;
  }
  socPercent[i] = endPercent;
  batteries.powerKw[i] = -acKw;
  add(batteries.dischargedKwh, i, acKw * hours);
  add(batteries.lossKwh, i, dcKwh - acKw * hours);
  add(batteries.siteStandbyKwh, i, at(k.siteActiveKw, c) * hours);
}

function chargeAlongLimit(batteries: Batteries, i: number): void {
  const { constants, chargeSegments } = classOfDevice(batteries, i);
  const { walk } = batteries;
  const hours = walk.stepHours;
  const acKw = Math.min(at(batteries.requestedPowerKw, i), constants.maxChargeKw);
  walk.x = at(batteries.socPercent, i);
  walk.stopX = 100;
  walk.percentPerKwh = constants.chargePercentPerKwh;
  startWalk(walk, chargeDcKw(acKw, constants));
  walkLimit(walk, chargeSegments);
  const acKwh =
    walk.dcKwh * (1 + constants.chargeLossLinear) +
    walk.dcSquareKw2h * constants.chargeLossSquare +
    (hours - walk.hoursLeft) * constants.chargeLossConstantKw;
  batteries.socPercent[i] = walk.x;
  batteries.powerKw[i] = Math.min(acKwh / hours, acKw);
  add(batteries.chargedKwh, i, acKwh);
  add(batteries.lossKwh, i, acKwh - walk.dcKwh * constants.packFraction);
  add(
    batteries.siteStandbyKwh,
    i,
    (hours - walk.hoursLeft) * constants.siteActiveKw + walk.hoursLeft * heldKw(constants, walk.x),
  );
}

function dischargeAlongLimit(batteries: Batteries, i: number): void {
  const { constants, dischargeSegments } = classOfDevice(batteries, i);
  const { walk } = batteries;
  const hours = walk.stepHours;
  const acKw = Math.min(-at(batteries.requestedPowerKw, i), constants.maxDischargeKw);
  const reservePercent = at(batteries.reservePercent, i);
  const startPercent = at(batteries.socPercent, i);
  walk.x = 100 - startPercent;
  walk.stopX = 100 - reservePercent;
  walk.percentPerKwh = constants.dischargePercentPerKwh;
  startWalk(walk, dischargeDcKw(acKw, constants));
  walkLimit(walk, dischargeSegments);
  const activeHours = hours - walk.hoursLeft;
  const acKwh =
    walk.dcKwh * (1 - constants.dischargeLossLinear) -
    walk.dcSquareKw2h * constants.dischargeLossSquare -
    activeHours * constants.dischargeLossConstantKw;
  if (activeHours > 0) batteries.socPercent[i] = walk.x >= walk.stopX ? reservePercent : 100 - walk.x;
  batteries.powerKw[i] = activeHours > 0 ? -Math.min(acKwh / hours, acKw) : 0;
  add(batteries.dischargedKwh, i, acKwh);
  add(batteries.lossKwh, i, walk.dcKwh - acKwh);
  add(batteries.siteStandbyKwh, i, activeHours * constants.siteActiveKw);
  if (walk.hoursLeft > 0) idle(batteries, i);
}

function startWalk(walk: LimitWalk, demandKw: number): void {
  walk.demandKw = demandKw;
  walk.hoursLeft = walk.stepHours;
  walk.dcKwh = 0;
  walk.dcSquareKw2h = 0;
}

/** Stands by for `walk.hoursLeft`. */
function idle(batteries: Batteries, i: number): void {
  const { constants: k, socPercent } = batteries;
  const c = batteries.classOf[i] ?? -1;
  const hours = batteries.walk.hoursLeft;
  const startPercent = at(socPercent, i);
  const slopePerHour = at(k.drainSlopePerHour, c);
  const ratePercentPerHour = at(k.drainPercentPerHour, c) + slopePerHour * startPercent;
  const drop = Math.min(ratePercentPerHour * hours * relaxation(slopePerHour * hours), startPercent);
  const siteKw = at(k.siteIdleKw, c) + at(k.siteIdleSlopeKw, c) * (startPercent - drop / 2);
  socPercent[i] = startPercent - drop;
  add(batteries.standbyKwh, i, (drop * at(k.usableKwh, c)) / 100);
  add(batteries.siteStandbyKwh, i, siteKw * hours);
}

/**
 * (1 − e^(−y))/y: what share of the drop at the starting rate remains under `ds/dt = −(r0 + r1·s)`, with y = r1·t. Its series up to y⁴ is
 * exact to the last bit for |y| < 0.002, which covers a quarter of an hour of any real standby.
 */
function relaxation(y: number): number {
  if (Math.abs(y) > 0.002) return -Math.expm1(-y) / y;
  return 1 - y * (1 / 2 - y * (1 / 6 - y * (1 / 24 - y * (1 / 120))));
}

/** What a site feeds to a battery that is held at `socPercent`: both shares of standby, kW. */
function heldKw(constants: ClassConstants, socPercent: number): number {
  const siteKw = constants.siteIdleKw + constants.siteIdleSlopeKw * socPercent;
  const drainPercentPerHour = constants.drainPercentPerHour + constants.drainSlopePerHour * socPercent;
  return siteKw + drainPercentPerHour / constants.dischargePercentPerKwh;
}

function classOfDevice(batteries: Batteries, index: number): BatteryClass {
  const found = batteries.classes[batteries.classOf[index] ?? -1];
  if (found === undefined) throw new RangeError(`there is no device ${index}`);
  return found;
}

/** A column's value; the caller knows that the index is inside. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? NaN) + amount;
}
