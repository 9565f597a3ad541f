/**
 * When a device has no network: at fixed hours of the day, and at random. Random outages are drawn by the hour, so whether a
 * device is offline at a moment depends on the seed, its number and the moment alone.
 */
import { type ClockWindow, DAY_S, type DaySegments, daySegments, isWithin } from './clock-window.js';
import { draw, type Drawn } from './drawn.js';
import { drawAt, type RandomKey, randomKey } from './random.js';

export interface OutageSpec {
  /** Every day, local wall-clock time. */
  readonly windows?: readonly ClockWindow[];
  readonly random?: RandomOutages;
}

export interface RandomOutages {
  /** How many begin in a day on average, up to 24. */
  readonly perDay: number;
  /** How long each lasts, s, up to a day. */
  readonly lastsS: Drawn;
}

/** The outages of one group. */
export interface Outages {
  readonly windows: DaySegments;
  readonly random: RandomOutages | undefined;
  readonly beginsKey: RandomKey;
  readonly offsetKey: RandomKey;
  readonly lastsKey: RandomKey;
}

const HOUR_S = 3600;
/** An outage of a day or less that covers a moment began at most this many hours before. */
const LOOK_BACK_HOURS = DAY_S / HOUR_S;
/** Outages that follow each other without a gap are followed no further than this. */
const MOST_OUTAGES = 1000;

export function createOutages(spec: OutageSpec, group: { name: string; seed: number }): Outages {
  const key = (what: string): RandomKey => randomKey(group.seed, 'outage', what, group.name);
  return {
    windows: daySegments(spec.windows ?? []),
    random: spec.random,
    beginsKey: key('begins'),
    offsetKey: key('offset'),
    lastsKey: key('lasts'),
  };
}

/**
 * When a device that is offline is online again, s on the clock of `localS`; `undefined` where it is online.
 * @param device its number in its group
 * @param localS local wall-clock time as if it were UTC, s since 1970
 */
export function offlineUntilS(outages: Outages, device: number, localS: number): number | undefined {
  let untilS = localS;
  for (let count = 0; count < MOST_OUTAGES; count++) {
    const endS = Math.max(windowEndS(outages.windows, untilS), randomEndS(outages, device, untilS));
    if (endS <= untilS) break;
    untilS = endS;
  }
  return untilS > localS ? untilS : undefined;
}

/** End of the fixed window around a moment; the moment itself where there is none. */
function windowEndS(windows: DaySegments, localS: number): number {
  const secondOfDay = localS % DAY_S;
  if (!isWithin(windows, secondOfDay)) return localS;
  const around = windows.find(({ fromS, toS }) => secondOfDay >= fromS && secondOfDay < toS);
  return localS - secondOfDay + (around?.toS ?? secondOfDay);
}

/** End of the last random outage around a moment; the moment itself where there is none. */
function randomEndS({ random, ...keys }: Outages, device: number, localS: number): number {
  if (!random) return localS;
  const hour = Math.floor(localS / HOUR_S);
  const longestS = typeof random.lastsS === 'number' ? random.lastsS : random.lastsS.to;
  let endS = localS;
  const first = Math.max(0, hour - Math.min(LOOK_BACK_HOURS, Math.ceil(longestS / HOUR_S)));
  for (let tick = first; tick <= hour; tick++) {
    if (drawAt(keys.beginsKey, device, tick) >= random.perDay / LOOK_BACK_HOURS) continue;
    const beginsS = (tick + drawAt(keys.offsetKey, device, tick)) * HOUR_S;
    const lastsS = draw(random.lastsS, keys.lastsKey, { index: device, tick });
    if (beginsS <= localS && beginsS + lastsS > endS) endS = beginsS + lastsS;
  }
  return endS;
}
