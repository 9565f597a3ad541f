/** What the meters of a fleet show: records as columns or one by one, and the truth behind them. */
import { type DeviceRange, storedKwh, usableKwh } from '../battery/batteries.js';
import { type Fleet, groupAt, nowMs } from './fleet.js';
import type { Group } from './group.js';
import { deviceIdOf, locationIdOf } from './identity.js';
import { closePeriods } from './period.js';
import type { RecordColumns } from './records.js';
import { prefixOfWords, REFERENCE_WORDS, renderReferenceId } from './reference-id.js';
import type { TelemetrySample } from './telemetry.js';

/** What is true of a device, as no meter shows it. Powers are means over the last reporting period. */
export interface DeviceTruth {
  readonly socPercent: number;
  readonly energyKwh: number;
  readonly powerKw: number;
  readonly loadKw: number;
  readonly solarKw: number;
  /** Of the battery's cells; 25 all through where the battery is not stepped on its electrical path. */
  readonly temperatureCelsius: number;
  /** Of the air around the battery. */
  readonly ambientCelsius: number;
}

/**
 * Takes the next record of each device of a range: what its meter shows now, with the mean power since its record before.
 * The next reporting period begins here. The records are added to `into`.
 * @throws RangeError where there is no room for them, or no such device
 */
export function takeRecords(fleet: Fleet, range: DeviceRange, into: RecordColumns): void {
  if (!(range.to <= fleet.size)) throw new RangeError(`no device ${range.to - 1}`);
  if (into.size + range.to - range.from > into.capacity) throw new RangeError('no room for so many records');
  closePeriods(fleet.periods, range, fleet.elapsedS);
  for (let from = range.from; from < range.to;) {
    const group = groupAt(fleet, from);
    const to = Math.min(group.to, range.to);
    readMeters(fleet, { from, to, group }, into);
    from = to;
  }
  copyTruth(fleet, range, into);
}

/** Adds a record for each device of a part of a group. */
function readMeters(fleet: Fleet, part: DeviceRange & { group: Group }, into: RecordColumns): void {
  const { from, to, group } = part;
  const { show } = group;
  const { batteries, control, sequence } = fleet;
  const { powerKw } = fleet.periods.means;
  const at = into.size - from;
  for (let index = from; index < to; index++) {
    const row = at + index;
    const number = sequence[index] ?? 0;
    const gaugePercent = control.gaugePercent[index] ?? NaN;
    sequence[index] = number + 1;
    into.device[row] = index;
    into.sequence[row] = number;
    into.socPercent[row] = Math.min(100, show.socPercent(gaugePercent));
    into.powerKw[row] = show.powerKw(powerKw[index] ?? NaN);
    into.energyKwh[row] = show.energyKwh((gaugePercent / 100) * usableKwh(batteries, index));
  }
  into.atMs.fill(nowMs(fleet), into.size, at + to);
  into.targetSocPercent.set(fleet.targetPercent.subarray(from, to), into.size);
  into.reservePercent.set(batteries.reservePercent.subarray(from, to), into.size);
  into.size = at + to;
}

/** Of the records that were just taken, the last ones. */
function copyTruth({ batteries, periods }: Fleet, { from, to }: DeviceRange, { truth, size }: RecordColumns): void {
  const at = size - (to - from);
  truth.socPercent.set(batteries.socPercent.subarray(from, to), at);
  truth.powerKw.set(periods.means.powerKw.subarray(from, to), at);
  truth.loadKw.set(periods.means.loadKw.subarray(from, to), at);
  truth.solarKw.set(periods.means.solarKw.subarray(from, to), at);
  truth.temperatureCelsius.set(batteries.temperatureCelsius.subarray(from, to), at);
  truth.ambientCelsius.set(batteries.ambientCelsius.subarray(from, to), at);
}

/** Takes the next record of one device. @throws RangeError where there is no such device */
export function sampleFleet(fleet: Fleet, index: number): TelemetrySample {
  const { oneRecord } = fleet;
  oneRecord.size = 0;
  takeRecords(fleet, { from: index, to: index + 1 }, oneRecord);
  return recordAt(fleet, oneRecord, 0);
}

/** One of the records that were taken of a fleet. @throws RangeError where there is no such row */
export function recordAt(fleet: Fleet, records: RecordColumns, row: number): TelemetrySample {
  if (!(row < records.size)) throw new RangeError(`no record ${row}`);
  const index = records.device[row] ?? NaN;
  const sequence = records.sequence[row] ?? NaN;
  const { deviceId, locationId } = deviceIdentity(fleet, index);
  const { referenceWords } = fleet.identities;
  return {
    deviceId,
    locationId,
    atMs: records.atMs[row] ?? NaN,
    utcOffsetMinutes: fleet.options.utcOffsetMinutes,
    sequence,
    socPercent: records.socPercent[row] ?? NaN,
    targetSocPercent: records.targetSocPercent[row] ?? NaN,
    powerKw: records.powerKw[row] ?? NaN,
    energyKwh: records.energyKwh[row] ?? NaN,
    reservePercent: records.reservePercent[row] ?? NaN,
    recordReferenceId: renderReferenceId(prefixOfWords(referenceWords, index * REFERENCE_WORDS), sequence),
  };
}

/** What is true of a device, with the means of the reporting period that its last record closed. */
export function deviceTruth(fleet: Fleet, index: number): DeviceTruth {
  const { means } = fleet.periods;
  const value = (column: Float64Array): number => column[index] ?? NaN;
  return {
    socPercent: value(fleet.batteries.socPercent),
    energyKwh: storedKwh(fleet.batteries, index),
    powerKw: value(means.powerKw),
    loadKw: value(means.loadKw),
    solarKw: value(means.solarKw),
    temperatureCelsius: value(fleet.batteries.temperatureCelsius),
    ambientCelsius: value(fleet.batteries.ambientCelsius),
  };
}

/** Ids of a device on the platform, `dev_` and `loc_` with 24 hexadecimal digits unless the spec gives them. */
export function deviceIdentity(fleet: Fleet, index: number): { deviceId: string; locationId: string } {
  const { deviceId, locationId } = groupAt(fleet, index).spec;
  return {
    deviceId: deviceId ?? deviceIdOf(fleet.identities, index),
    locationId: locationId ?? locationIdOf(fleet.identities, index),
  };
}
