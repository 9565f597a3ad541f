/**
 * Devices in step: each a battery at a site, under a controller, seen through a meter. State lies in columns, all batteries go
 * through the kernel in one call, and a single device is a fleet of one.
 *
 * A device is known by its group and its number in the group. Whatever is drawn for it depends on the seed, these two and
 * the time, so devices and groups can be added without changing what the others do.
 */
import {
  type Batteries,
  createBatteries,
  drawEnergy,
  stepBatteries,
  storedKwh,
  usableKwh,
} from '../battery/batteries.js';
import { DAY_S } from './clock-window.js';
import { type DeviceView, nextChargeHeld, nextDischargeHeld } from './controller.js';
import { checkSpecs, type DeviceSpec, type FleetOptions, lowestPercent } from './device-spec.js';
import { draw } from './drawn.js';
import { createGroup, type Group } from './group.js';
import { householdLoadKw, householdSpan } from './household.js';
import { createIdentity, type Identity } from './identity.js';
import type { RandomKey } from './random.js';
import { renderReferenceId } from './reference-id.js';
import { skyKey, solarPowerKw } from './solar.js';
import type { TelemetrySample } from './telemetry.js';
import { meteredPercent, stepSocMeter } from './soc-meter.js';
import { stepTrips } from './trips.js';

/** What is true of a device, as no meter shows it. Powers are means over the last reporting period. */
export interface DeviceTruth {
  readonly socPercent: number;
  readonly energyKwh: number;
  readonly powerKw: number;
  readonly loadKw: number;
  readonly solarKw: number;
}

/** One value of each for every device. */
interface PowerColumns {
  readonly powerKw: Float64Array;
  readonly loadKw: Float64Array;
  readonly solarKw: Float64Array;
}

/** Devices and their clock. Change it by `stepFleet` and `sampleFleet` only. */
export interface Fleet {
  readonly size: number;
  readonly options: FleetOptions;
  /** Its `powerKw` is that of the last minute or less; a record has the mean over its period. */
  readonly batteries: Batteries;
  readonly groups: readonly Group[];
  readonly groupOf: Uint16Array;
  readonly targetPercent: Float64Array;
  readonly chargeHeld: Uint8Array;
  readonly dischargeHeld: Uint8Array;
  /** Power of house and roof in the minute under way, kW. */
  readonly loadKw: Float64Array;
  readonly solarKw: Float64Array;
  /** Of the reporting period under way: its length, and kW times seconds. */
  readonly periodS: Float64Array;
  readonly sums: PowerColumns;
  /** Over the last reporting period that was closed. */
  readonly means: PowerColumns;
  readonly sequence: Uint32Array;
  readonly identities: (Identity | undefined)[];
  readonly sky: RandomKey;
  /** Since the start, s. */
  elapsedS: number;
  /** Since 1970, the one that `loadKw` and `solarKw` stand for; undefined before the first step. */
  minute: number | undefined;
}

const MINUTE_S = 60;

/**
 * @throws RangeError where two specs have the same name, or a device id would be given to several devices
 * @throws UserError where a product has no such port
 */
export function createFleet(specs: readonly DeviceSpec[], options: FleetOptions): Fleet {
  checkSpecs(specs);
  const groups: Group[] = [];
  for (const spec of specs) groups.push(createGroup(spec, { from: groups.at(-1)?.to ?? 0, seed: options.seed }));
  const size = groups.at(-1)?.to ?? 0;
  const column = (): Float64Array => new Float64Array(size);
  const fleet = {
    size,
    options,
    groups,
    groupOf: new Uint16Array(size),
    targetPercent: column(),
    chargeHeld: new Uint8Array(size),
    dischargeHeld: new Uint8Array(size),
    loadKw: column(),
    solarKw: column(),
    periodS: column(),
    sums: powerColumns(size),
    means: powerColumns(size),
    sequence: new Uint32Array(size),
    identities: [],
    sky: skyKey(options.seed),
    elapsedS: 0,
    minute: undefined,
  };
  const charge = { socPercent: column(), reservePercent: column() };
  for (const [number, { spec, from, to, socKey }] of groups.entries()) {
    fleet.groupOf.fill(number, from, to);
    fleet.targetPercent.fill(spec.targetPercent, from, to);
    charge.reservePercent.fill(lowestPercent(spec), from, to);
    for (let index = from; index < to; index++) {
      charge.socPercent[index] = draw(spec.socPercent, socKey, { index: index - from, tick: 0 });
    }
  }
  const classes = groups.map(({ batteryClass }) => batteryClass);
  return { ...fleet, batteries: createBatteries({ classes, classOf: fleet.groupOf, ...charge }) };
}

/**
 * Takes every device one step further. House, roof and controller change at whole minutes only, whatever the step: a longer
 * step is taken minute by minute and a shorter one keeps what its minute began with, so the story is the same at any step.
 * @param dtS seconds, above 0
 */
export function stepFleet(fleet: Fleet, dtS: number): void {
  const endS = fleet.elapsedS + dtS;
  while (fleet.elapsedS < endS) {
    const intoMinuteS = (nowMs(fleet) / 1000) % MINUTE_S;
    stepWithinMinute(fleet, Math.min(endS - fleet.elapsedS, MINUTE_S - intoMinuteS));
  }
}

function stepWithinMinute(fleet: Fleet, dtS: number): void {
  const minute = Math.floor(nowMs(fleet) / 1000 / MINUTE_S);
  for (const group of fleet.groups) {
    if (minute !== fleet.minute) {
      stepSites(fleet, group, minute);
      if (group.trips) stepTrips(group.trips, minute * MINUTE_S + offsetMs(fleet) / 1000);
    }
    drive(fleet, group, dtS);
    requestPower(fleet, group, dtS);
  }
  fleet.minute = minute;
  stepBatteries(fleet.batteries, dtS);
  for (const { socMeter, from } of fleet.groups) if (socMeter) stepSocMeter(socMeter, fleet.batteries, from);
  addToPeriod(fleet, dtS);
  fleet.elapsedS += dtS;
}

/**
 * Takes the next record of a device: what its meter shows now, with the mean power since its record before. The next
 * reporting period begins here.
 */
export function sampleFleet(fleet: Fleet, index: number): TelemetrySample {
  const group = groupAt(fleet, index);
  const { show } = group;
  const socPercent = shownPercent(fleet, group, index);
  closePeriod(fleet, index);
  const sequence = at(fleet.sequence, index);
  fleet.sequence[index] = sequence + 1;
  const { deviceId, locationId, referencePrefix: prefix } = identityAt(fleet, index);
  return {
    deviceId,
    locationId,
    atMs: nowMs(fleet),
    utcOffsetMinutes: fleet.options.utcOffsetMinutes,
    sequence,
    socPercent: Math.min(100, show.socPercent(socPercent)),
    targetSocPercent: at(fleet.targetPercent, index),
    powerKw: show.powerKw(at(fleet.means.powerKw, index)),
    energyKwh: show.energyKwh((socPercent / 100) * usableKwh(fleet.batteries, index)),
    reservePercent: at(fleet.batteries.reservePercent, index),
    recordReferenceId: renderReferenceId(prefix, sequence),
  };
}

/** Charge as the device's own gauge has it, before rounding. */
function shownPercent({ batteries }: Fleet, { socMeter, from }: Group, index: number): number {
  const socPercent = at(batteries.socPercent, index);
  return socMeter ? meteredPercent(socMeter, index - from, socPercent) : socPercent;
}

/** What is true of a device, with the means of the reporting period that its last record closed. */
export function deviceTruth(fleet: Fleet, index: number): DeviceTruth {
  return {
    socPercent: at(fleet.batteries.socPercent, index),
    energyKwh: storedKwh(fleet.batteries, index),
    powerKw: at(fleet.means.powerKw, index),
    loadKw: at(fleet.means.loadKw, index),
    solarKw: at(fleet.means.solarKw, index),
  };
}

/** Ids of a device on the platform, `dev_` and `loc_` with 24 hexadecimal digits unless the spec gives them. */
export function deviceIdentity(fleet: Fleet, index: number): { deviceId: string; locationId: string } {
  const { deviceId, locationId } = identityAt(fleet, index);
  return { deviceId, locationId };
}

/** Made when it is first asked for. */
function identityAt(fleet: Fleet, index: number): Identity {
  const known = fleet.identities[index];
  if (known) return known;
  const { spec, from } = groupAt(fleet, index);
  const identity = createIdentity(spec, index - from, fleet.options);
  fleet.identities[index] = identity;
  return identity;
}

/** House and roof, means over the minute. The roof is taken at the middle of it. */
function stepSites(fleet: Fleet, group: Group, minute: number): void {
  const { annualLoadKwh: annualKwh, solar } = group.spec;
  const minuteMs = minute * MINUTE_S * 1000;
  const solarKw = solar ? solarPowerKw(solar, fleet.sky, minuteMs + MINUTE_S * 500) : 0;
  fleet.solarKw.fill(solarKw, group.from, group.to);
  if (annualKwh === undefined) return;
  const span = householdSpan(annualKwh, { localFromMs: minuteMs + offsetMs(fleet), dtS: MINUTE_S });
  for (let index = group.from; index < group.to; index++) {
    fleet.loadKw[index] = householdLoadKw(span, group.household, index - group.from);
  }
}

/** Takes from the vehicles on the road what they drive with. */
function drive(fleet: Fleet, { trips, from }: Group, dtS: number): void {
  if (!trips) return;
  for (let number = 0; number < trips.drivingKw.length; number++) {
    const kwh = ((trips.drivingKw[number] ?? 0) * dtS) / 3600;
    // At the vehicle's meter it is power out of the battery as any other.
    if (kwh > 0) addTo(fleet.sums.powerKw, from + number, -3600 * drawEnergy(fleet.batteries, from + number, kwh));
  }
}

function requestPower(fleet: Fleet, group: Group, dtS: number): void {
  const { batteries, chargeHeld, dischargeHeld } = fleet;
  const moment = { secondOfDay: (localMs(fleet) / 1000) % DAY_S, dtS };
  for (let index = group.from; index < group.to; index++) {
    const targetPercent = at(fleet.targetPercent, index);
    // A device stops where its own gauge says, but what it takes at the end of a full charge is the battery's affair.
    const gaugePercent = shownPercent(fleet, group, index);
    const socPercent = targetPercent < 100 ? gaugePercent : at(batteries.socPercent, index);
    const view: DeviceView = {
      socPercent,
      targetPercent,
      chargeHeld: nextChargeHeld(chargeHeld[index] === 1, socPercent, targetPercent),
      dischargeHeld: nextDischargeHeld(dischargeHeld[index] === 1, gaugePercent, at(batteries.reservePercent, index)),
      surplusKw: at(fleet.solarKw, index) - at(fleet.loadKw, index),
      isAway: group.trips?.away[index - group.from] === 1,
    };
    chargeHeld[index] = view.chargeHeld ? 1 : 0;
    dischargeHeld[index] = view.dischargeHeld ? 1 : 0;
    batteries.requestedPowerKw[index] = group.control(view, moment);
  }
}

function addToPeriod(fleet: Fleet, dtS: number): void {
  const { sums, periodS, batteries } = fleet;
  for (let index = 0; index < fleet.size; index++) {
    periodS[index] = at(periodS, index) + dtS;
    sums.powerKw[index] = at(sums.powerKw, index) + at(batteries.powerKw, index) * dtS;
    sums.loadKw[index] = at(sums.loadKw, index) + at(fleet.loadKw, index) * dtS;
    sums.solarKw[index] = at(sums.solarKw, index) + at(fleet.solarKw, index) * dtS;
  }
}

function closePeriod(fleet: Fleet, index: number): void {
  const { sums, means, periodS } = fleet;
  const seconds = at(periodS, index);
  for (const column of ['powerKw', 'loadKw', 'solarKw'] as const) {
    means[column][index] = seconds > 0 ? at(sums[column], index) / seconds : 0;
    sums[column][index] = 0;
  }
  periodS[index] = 0;
}

function powerColumns(size: number): PowerColumns {
  const column = (): Float64Array => new Float64Array(size);
  return { powerKw: column(), loadKw: column(), solarKw: column() };
}

function groupAt(fleet: Fleet, index: number): Group {
  const group = fleet.groups[at(fleet.groupOf, index)];
  if (!group) throw new RangeError(`no device ${index}`);
  return group;
}

function nowMs(fleet: Fleet): number {
  return fleet.options.startMs + fleet.elapsedS * 1000;
}

/** Local wall-clock time as if it were UTC. */
function localMs(fleet: Fleet): number {
  return nowMs(fleet) + offsetMs(fleet);
}

function offsetMs(fleet: Fleet): number {
  return fleet.options.utcOffsetMinutes * MINUTE_S * 1000;
}

function addTo(column: Float64Array, index: number, amount: number): void {
  column[index] = at(column, index) + amount;
}

function at(column: Float64Array | Uint8Array | Uint16Array | Uint32Array, index: number): number {
  const value = column[index];
  if (value === undefined) throw new RangeError(`no device ${index}`);
  return value;
}
