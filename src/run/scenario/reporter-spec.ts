/** From the meter and reporter of a scenario file to what the fleet is made of, and what no schema can see in them. */
import { DAY_S, daySegments, overlapS } from '../../device/clock-window.js';
import type { Drawn } from '../../device/drawn.js';
import type { ReporterSpec } from '../../device/reporter-spec.js';
import type { SocMeterSpec } from '../../device/soc-meter.js';
import { clockWindow, durationS } from './clock-text.js';
import type { Complain } from './problem.js';
import type { DeviceFile } from './schema.js';

type MeterFile = NonNullable<DeviceFile['meter']>;
type ReporterFile = NonNullable<DeviceFile['reporter']>;
type OfflineFile = NonNullable<ReporterFile['offline']>;

/** Outages that fill more than this of a day at random would leave no time in which to send. */
const MOST_OFFLINE_S = DAY_S / 2;

/** @returns undefined where the gauge of charge is true */
export function socMeterSpec({ drift, snap, slump }: MeterFile): SocMeterSpec | undefined {
  if (drift === undefined && snap === undefined && slump === undefined) return undefined;
  return {
    ...(drift === undefined ? {} : { driftPercent: drift }),
    ...(snap === undefined ? {} : { snapPercent: snap }),
    ...(slump === undefined ? {} : { slump: { belowPercent: slump.below, byPercent: slump.by } }),
  };
}

/** @param stepS of the scenario */
export function reporterSpec(file: ReporterFile, stepS: number, complain: Complain): ReporterSpec {
  const everyS = optionalS(file.every);
  if (everyS !== undefined && (everyS <= 0 || everyS % stepS !== 0)) {
    complain(['every'], `a period of ${file.every} is no multiple of the step`, 'Choose a multiple of `step`.');
  }
  checkRefresh(file, complain);
  return {
    ...(everyS === undefined ? {} : { everyS }),
    ...(file.onChange ? { onChange: changeThresholds(file.onChange) } : {}),
    ...(file.refresh ? { refresh: refreshPeriods(file.refresh) } : {}),
    power: file.power,
    ...(file.clock ? { clock: file.clock } : {}),
    ...(file.offline ? { offline: offlineSpec(file.offline, complain) } : {}),
    ...(file.duplicates
      ? { duplicates: { percent: file.duplicates.percent, withinS: durationS(file.duplicates.within) } }
      : {}),
    ...(file.lost === undefined ? {} : { lostPercent: file.lost }),
    isSilentAway: file.away === 'silent',
  };
}

function checkRefresh({ refresh = {}, onChange }: ReporterFile, complain: Complain): void {
  for (const [field, period] of Object.entries(refresh)) {
    if (period !== undefined && durationS(period) <= 0)
      complain(['refresh', field], `expected a period above 0s, got ${period}`);
  }
  if (onChange && onChange.soc === undefined && onChange.power === undefined) {
    complain(['onChange'], 'no change is named', 'Give `soc`, `power` or both.');
  }
}

function changeThresholds({
  soc,
  power,
}: NonNullable<ReporterFile['onChange']>): NonNullable<ReporterSpec['onChange']> {
  return {
    ...(soc === undefined ? {} : { socPercent: soc }),
    ...(power === undefined ? {} : { powerKw: power }),
  };
}

function refreshPeriods({
  soc,
  power,
  energy,
}: NonNullable<ReporterFile['refresh']>): NonNullable<ReporterSpec['refresh']> {
  return {
    ...(soc === undefined ? {} : { socS: durationS(soc) }),
    ...(power === undefined ? {} : { powerS: durationS(power) }),
    ...(energy === undefined ? {} : { energyS: durationS(energy) }),
  };
}

function offlineSpec(file: OfflineFile, complain: Complain): NonNullable<ReporterSpec['offline']> {
  const below: Complain = (path, message, hint) => complain(['offline', ...path], message, hint);
  const lastsS = drawnS(file.lasting);
  const longestS = typeof lastsS === 'number' ? lastsS : lastsS.to;
  if (typeof lastsS !== 'number' && lastsS.from > lastsS.to) {
    below(['lasting', 'to'], 'a range of durations is upside down', 'Put the shorter one into `from`.');
  } else if (longestS > DAY_S) {
    below(['lasting'], 'a random outage lasts longer than 24h', 'Shorten it.');
  } else if (file.perDay * longestS > MOST_OFFLINE_S) {
    below(['perDay'], `${file.perDay} such outages may fill more than half of a day`, 'Make them fewer or shorter.');
  }
  const windows = (file.windows ?? []).map(clockWindow);
  if (overlapS(daySegments(windows), 0, DAY_S) >= DAY_S) {
    below(['windows'], 'the device is offline all day', 'Leave it some time in which to send.');
  }
  return {
    windows,
    ...(file.perDay > 0 ? { random: { perDay: file.perDay, lastsS } } : {}),
    backfill: file.backfill,
    withinS: durationS(file.within),
  };
}

function drawnS(value: string | { from: string; to: string }): Drawn {
  return typeof value === 'string' ? durationS(value) : { from: durationS(value.from), to: durationS(value.to) };
}

function optionalS(text: string | undefined): number | undefined {
  return text === undefined ? undefined : durationS(text);
}
