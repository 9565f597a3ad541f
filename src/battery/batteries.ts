/**
 * The battery kernel: columns of typed arrays, one row a device; a single battery is a fleet of one.
 *
 * Laws, each with a property test in test/battery/laws.test.ts that cites its number:
 *  1. Energy balance: charged − discharged − loss − standby − drawn = change of stored energy, for every device and any run.
 *  2. Bounds: 0 <= SoC <= 100; every book only grows.
 *  3. Sign and limits: delivered power has the sign of the requested power or is 0, and is at most the request and the limit.
 *  4. Monotonicity: from the same state, asking for more power (towards charging) never ends at a lower SoC, on the
 *     electrical path to 0.02 points of SoC.
 *  5. Step-size independence: at a constant request one long step equals many short ones, on the electrical path to 0.15 points of SoC.
 *  6. Reserve: discharging stops exactly at the reserve; below it only standby and drawn energy go on.
 *  7. Independence: a device in a fleet does what it does alone, wherever it stands and however the fleet is cut into ranges.
 *
 * Power is positive while charging. It is limited first and solved after: what can't be delivered is curtailed. Each class is stepped on one
 * of two paths, `energy-path.ts` or `electrical-path.ts`; requests, limits, conversion, standby and books are the same on both.
 */
import type { BatteryClass } from './battery-class.js';
import type { Batteries } from './battery-state.js';
import { electricalStep } from './electrical-step.js';
import { stepElectricalRun } from './electrical-path.js';
import { stepEnergyRun } from './energy-path.js';
import { flowColumns } from './flow-columns.js';
import { createLimitWalk } from './limit-walk.js';
import { openCircuitPercent, openCircuitShare } from './soc-table.js';

export type { Batteries } from './battery-state.js';

interface StartingFleet {
  readonly classes: readonly BatteryClass[];
  readonly classOf: Uint16Array;
  readonly socPercent: Float64Array;
  readonly reservePercent: Float64Array;
}

/**
 * @param start `classOf`, `socPercent` and `reservePercent` are of one length, the size of the fleet; they become columns and are not copied
 * @throws RangeError for columns of unequal length, a class that is not there, or a percentage outside 0 to 100
 */
export function createBatteries(start: StartingFleet): Batteries {
  checkStart(start);
  const { classes, classOf, socPercent, reservePercent } = start;
  const size = classOf.length;
  const members = classes.map((c, number) => membersOf(classOf, c.electrical === undefined ? undefined : number));
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
    capacityFraction: new Float64Array(size).fill(1),
    ambientCelsius: new Float64Array(size).fill(25),
    temperatureCelsius: new Float64Array(size).fill(25),
    currentLimitA: new Float64Array(size).fill(Infinity),
    voltageV: new Float64Array(size),
    polarisationA: new Float64Array(size),
    resistanceFactor: new Float64Array(size).fill(1),
    flow: flowColumns(classes),
    segments: classes.flatMap((c) => [c.chargeSegments, c.dischargeSegments]),
    electrical: electricalStep(classes, 60),
    walk: createLimitWalk(),
    members,
    parted: { list: new Int32Array(Math.max(0, ...members.map((list) => list.length))), count: 0 },
  };
}

function checkStart({ classes, classOf, socPercent, reservePercent }: StartingFleet): void {
  const size = classOf.length;
  if (socPercent.length !== size || reservePercent.length !== size) throw new RangeError('columns differ in length');
  if (!classOf.every((c) => c < classes.length)) throw new RangeError('classOf points beyond classes');
  const isPercent = (value: number): boolean => value >= 0 && value <= 100;
  if (!socPercent.every(isPercent)) throw new RangeError('socPercent must be 0 to 100');
  if (!reservePercent.every(isPercent)) throw new RangeError('reservePercent must be 0 to 100');
}

/** Energy that device `index` would still give at its pack's DC terminals, with next to no current, kWh. */
export function storedKwh(batteries: Batteries, index: number): number {
  const { electrical } = classOfDevice(batteries, index);
  const socPercent = at(batteries.socPercent, index);
  const share = electrical === undefined ? socPercent / 100 : openCircuitShare(electrical.socTable, socPercent);
  return share * usableKwh(batteries, index);
}

/** Energy that device `index` gives at its pack's DC terminals from full to empty, with next to no current, as it has aged, kWh. */
export function usableKwh(batteries: Batteries, index: number): number {
  return classOfDevice(batteries, index).constants.usableKwh * at(batteries.capacityFraction, index);
}

/**
 * Takes energy straight from the pack: a vehicle's trip. Goes below the reserve, never below empty.
 *
 * @returns kWh really taken
 * @throws RangeError where `kwh` is negative or not finite
 */
export function drawEnergy(batteries: Batteries, index: number, kwh: number): number {
  if (!(kwh >= 0 && kwh < Infinity)) throw new RangeError(`energy drawn must be at least 0 kWh, not ${kwh}`);
  const { electrical } = classOfDevice(batteries, index);
  const storedBefore = storedKwh(batteries, index);
  const taken = Math.min(kwh, storedBefore);
  const leftShare = taken < kwh ? 0 : (storedBefore - taken) / usableKwh(batteries, index);
  const leftPercent = electrical === undefined ? leftShare * 100 : openCircuitPercent(electrical.socTable, leftShare);
  batteries.socPercent[index] = Math.min(leftPercent, at(batteries.socPercent, index));
  add(batteries.drawnKwh, index, taken);
  return taken;
}

/**
 * Warms a pack before a DC charge, with its own energy, to the temperature that its product is preheated to. Does nothing where the product
 * doesn't, on the energy path, or where the pack is as warm already.
 *
 * @returns kWh taken from the pack
 */
export function preheat(batteries: Batteries, index: number): number {
  const { electrical } = classOfDevice(batteries, index);
  const celsius = at(batteries.temperatureCelsius, index);
  if (electrical === undefined || !(electrical.constants.preheatedToCelsius > celsius)) return 0;
  const { cellCount, heatCapacityJPerK, preheatedToCelsius } = electrical.constants;
  const kwhPerK = (cellCount * heatCapacityJPerK) / 3.6e6;
  const taken = drawEnergy(batteries, index, (preheatedToCelsius - celsius) * kwhPerK);
  batteries.temperatureCelsius[index] = celsius + taken / kwhPerK;
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
  const { classes, classOf, members } = batteries;
  const to = range?.to ?? batteries.size;
  batteries.walk.stepHours = dtS / 3600;
  if (batteries.electrical.dtS !== dtS) batteries.electrical = electricalStep(classes, dtS);
  const from = range?.from ?? 0;
  for (let i = from; i < to;) {
    const start = i;
    const isElectrical = classes[classOf[start] ?? -1]?.electrical !== undefined;
    while (i < to && (classes[classOf[i] ?? -1]?.electrical !== undefined) === isElectrical) i += 1;
    if (!isElectrical) stepEnergyRun(batteries, start, i);
  }
  for (const [classNumber, list] of members.entries()) {
    if (list.length === 0) continue;
    stepElectricalRun(batteries, { classNumber, list, from: firstFrom(list, from), to: firstFrom(list, to) });
  }
}

/** Devices of a class, in order; none for no class. */
function membersOf(classOf: Uint16Array, classNumber: number | undefined): Int32Array {
  const count = classOf.reduce((sum, c) => sum + (c === classNumber ? 1 : 0), 0);
  const members = new Int32Array(count);
  let found = 0;
  for (let i = 0; i < classOf.length && found < count; i += 1) {
    if (classOf[i] !== classNumber) continue;
    members[found] = i;
    found += 1;
  }
  return members;
}

/** Place of the first member at or after a device. */
function firstFrom(members: Int32Array, device: number): number {
  let [low, high] = [0, members.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((members[middle] ?? 0) < device) low = middle + 1;
    else high = middle;
  }
  return low;
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
