/**
 * Devices in step: each a battery at a site, under a controller, seen through a meter. State lies in columns, all batteries go
 * through one kernel, and a single device is a fleet of one.
 *
 * A device is known by its group and its number in the group. Whatever is drawn for it depends on the seed, these two and
 * the time, so devices and groups can be added without changing what the others do, and a fleet can be stepped in parts.
 */
import { type Batteries, createBatteries, drawEnergy, stepBatteries } from '../battery/batteries.js';
import { DAY_S } from './clock-window.js';
import { type ControlColumns, lookAtLimits, type Moment } from './controller.js';
import { checkSpecs, type DeviceSpec, type FleetOptions, lowestPercent } from './device-spec.js';
import { draw } from './drawn.js';
import { createGroups, type Group } from './group.js';
import { createIdentities, fillIdentities, type Identities } from './identity.js';
import { addToPeriods, createPeriods, type Periods } from './period.js';
import type { RandomKey } from './random.js';
import { createRecords, type RecordColumns } from './records.js';
import { createSiteColumns, fillSites, type SiteColumns, siteMinute, type SiteMinute, stepSites } from './site.js';
import { meteredPercent, stepSocMeter } from './soc-meter.js';
import { skyKey } from './solar.js';
import { stepTrips } from './trips.js';
import { ambientCelsius } from './weather.js';

/** Devices and their clock. Change it by `stepFleet` and by taking records only. */
export interface Fleet extends SiteColumns {
  readonly size: number;
  readonly options: FleetOptions;
  /** Its `powerKw` is that of the last minute or less; a record has the mean over its period. */
  readonly batteries: Batteries;
  readonly groups: readonly Group[];
  readonly groupOf: Uint16Array;
  readonly targetPercent: Float64Array;
  readonly control: ControlColumns;
  readonly periods: Periods;
  /** How many records each device has taken. */
  readonly sequence: Uint32Array;
  readonly identities: Identities;
  readonly sky: RandomKey;
  /** For a single record on its way. */
  readonly oneRecord: RecordColumns;
  /** Since the start, s. */
  elapsedS: number;
  /** Since 1970, the one that `loadKw` and `solarKw` stand for; undefined before the first step. */
  minute: number | undefined;
}

const MINUTE_S = 60;
/** Devices that go through all parts of a step together: their columns stay in the processor's cache from part to part. */
const BLOCK_DEVICES = 1024;

/**
 * @throws RangeError where two specs have the same name, or a device id would be given to several devices
 * @throws UserError where a product has no such port
 */
export function createFleet(specs: readonly DeviceSpec[], options: FleetOptions): Fleet {
  checkSpecs(specs);
  const groups = createGroups(specs, options);
  const size = groups.at(-1)?.to ?? 0;
  const sites = createSiteColumns(size);
  const batteries = createFleetBatteries(groups, size);
  const control = createControlColumns(groups, batteries, sites);
  const identities = createIdentities(size);
  for (const group of groups) {
    control.targetPercent.fill(group.spec.targetPercent, group.from, group.to);
    fillSites(sites, group, { spec: group.spec, seed: options.seed });
    fillIdentities(identities, group, options);
  }
  return {
    size,
    options,
    batteries,
    groups,
    groupOf: batteries.classOf,
    ...sites,
    targetPercent: control.targetPercent,
    control,
    periods: createPeriods(size),
    sequence: new Uint32Array(size),
    identities,
    sky: skyKey(options.seed),
    oneRecord: createRecords(1),
    elapsedS: 0,
    minute: undefined,
  };
}

/** Each group has a class of battery of its own. */
function createFleetBatteries(groups: readonly Group[], size: number): Batteries {
  const classOf = new Uint16Array(size);
  const socPercent = new Float64Array(size);
  const reservePercent = new Float64Array(size);
  for (const [number, { spec, from, to, numberShift, socKey }] of groups.entries()) {
    classOf.fill(number, from, to);
    reservePercent.fill(lowestPercent(spec), from, to);
    for (let index = from; index < to; index++) {
      socPercent[index] = draw(spec.socPercent, socKey, { index: index + numberShift, tick: 0 });
    }
  }
  const classes = groups.map(({ batteryClass }) => batteryClass);
  return createBatteries({ classes, classOf, socPercent, reservePercent });
}

function createControlColumns(groups: readonly Group[], batteries: Batteries, sites: SiteColumns): ControlColumns {
  const { size, socPercent, reservePercent, requestedPowerKw } = batteries;
  const hasGauges = groups.some(({ socMeter }) => socMeter !== undefined);
  return {
    socPercent,
    gaugePercent: hasGauges ? Float64Array.from(socPercent) : socPercent,
    targetPercent: new Float64Array(size),
    reservePercent,
    loadKw: sites.loadKw,
    solarKw: sites.solarKw,
    away: new Uint8Array(size),
    chargeHeld: new Uint8Array(size),
    dischargeHeld: new Uint8Array(size),
    requestedPowerKw,
  };
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
  const secondOfDay = (localMs(fleet) / 1000) % DAY_S;
  for (const group of fleet.groups) {
    const site = minute === fleet.minute ? undefined : siteMinuteOf(fleet, group, minute);
    if (site && group.trips) {
      stepTrips(group.trips, minute * MINUTE_S + offsetMs(fleet) / 1000);
      fleet.control.away.set(group.trips.away, group.from);
    }
    if (site) stepWeather(fleet, group, minute);
    drive(fleet, group, dtS);
    stepGroup(fleet, { group, site, moment: { secondOfDay, dtS } });
    readGauges(fleet, group);
  }
  fleet.minute = minute;
  fleet.elapsedS += dtS;
}

interface GroupStep {
  readonly group: Group;
  /** Where a new minute begins. */
  readonly site: SiteMinute | undefined;
  readonly moment: Moment;
}

function stepGroup(fleet: Fleet, { group, site, moment }: GroupStep): void {
  const { sites, numberShift, control } = group;
  for (let from = group.from; from < group.to; from += BLOCK_DEVICES) {
    const range = { from, to: Math.min(from + BLOCK_DEVICES, group.to), sites, numberShift };
    if (site) {
      stepSites(fleet, range, site);
      lookAtLimits(fleet.control, range);
    }
    control(fleet.control, range, moment);
    stepBatteries(fleet.batteries, moment.dtS, range);
    addToPeriods(fleet, range, moment.dtS);
  }
}

function siteMinuteOf(fleet: Fleet, { sites }: Group, minute: number): SiteMinute {
  const atMs = minute * MINUTE_S * 1000;
  return siteMinute(sites, fleet.sky, { atMs, offsetMs: offsetMs(fleet), isFirst: fleet.minute === undefined });
}

/** The air around the batteries of a group, that of the middle of the minute; where no weather is given it stays as it is. */
function stepWeather({ batteries }: Fleet, { spec: { weather }, from, to }: Group, minute: number): void {
  if (!weather) return;
  batteries.ambientCelsius.fill(ambientCelsius(weather, (minute + 0.5) * MINUTE_S * 1000), from, to);
}

/** Takes from the vehicles on the road what they drive with. */
function drive({ batteries, periods }: Fleet, { trips, from }: Group, dtS: number): void {
  if (!trips) return;
  const { powerKw } = periods.sums;
  const { drivingKw } = trips;
  for (let number = 0; number < drivingKw.length; number++) {
    const kw = drivingKw[number] ?? NaN;
    if (kw === 0) continue;
    const index = from + number;
    const kwh = drawEnergy(batteries, index, (kw * dtS) / 3600);
    // At the vehicle's meter it is power out of the battery as any other.
    powerKw[index] = (powerKw[index] ?? NaN) - 3600 * kwh;
  }
}

/** What the gauges of charge have after a step. Where nobody's errs, the column is that of the true charge. */
function readGauges({ batteries, control }: Fleet, { socMeter, from, to }: Group): void {
  const { socPercent } = batteries;
  const { gaugePercent } = control;
  if (gaugePercent === socPercent) return;
  if (!socMeter) {
    gaugePercent.set(socPercent.subarray(from, to), from);
    return;
  }
  stepSocMeter(socMeter, batteries, from);
  for (let index = from; index < to; index++) {
    gaugePercent[index] = meteredPercent(socMeter, index - from, socPercent[index] ?? NaN);
  }
}

/** UTC, ms since 1970. */
export function nowMs(fleet: Fleet): number {
  return fleet.options.startMs + fleet.elapsedS * 1000;
}

/** @throws RangeError where there is no such device */
export function groupAt(fleet: Fleet, index: number): Group {
  const group = fleet.groups[fleet.groupOf[index] ?? -1];
  if (!group) throw new RangeError(`no device ${index}`);
  return group;
}

/** Local wall-clock time as if it were UTC. */
function localMs(fleet: Fleet): number {
  return nowMs(fleet) + offsetMs(fleet);
}

function offsetMs(fleet: Fleet): number {
  return fleet.options.utcOffsetMinutes * MINUTE_S * 1000;
}
