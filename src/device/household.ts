/**
 * What a household uses: a published average shape, scaled to the year's energy, of which a part is drawn as single
 * appliances.
 *
 * Shape: standard load profile H0 with its dynamisation function. VDEW, "Repräsentative VDEW-Lastprofile", M-28/99, and
 * "Anwendung der Repräsentativen VDEW-Lastprofile step-by-step", M-05/2000, now kept by BDEW. It is the mean of many
 * households, so a single home needs the appliances on top: bursts of 1 to 3 kW for 3 to 12 minutes (kettle, hob, heater,
 * dryer; an assumption) which carry 40 % of the energy. Their expected energy in every quarter of an hour is that of the
 * shape, so the year keeps its kWh.
 */
import { drawAt, type RandomKey, randomKey } from './random.js';

type DayShape = readonly number[];
type SeasonShape = Readonly<Record<'workday' | 'saturday' | 'sunday', DayShape>>;

/** Mean W of each hour from midnight, for 1000 kWh a year. VDEW H0; hourly means of its quarter-hour table. */
const H0_W: Readonly<Record<'winter' | 'transition' | 'summer', SeasonShape>> = {
  winter: {
    workday: [
      58.3, 43.2, 39.5, 38.5, 39.1, 46.8, 90.1, 129.4, 133.5, 123.2, 116.2, 118.3, 130.7, 129.5, 115.3, 104.8, 105.2,
      128.7, 166.2, 187.1, 168.2, 141, 116.7, 86.4,
    ],
    saturday: [
      67, 52.9, 42.1, 39.7, 38.5, 40.1, 53.1, 81.9, 119.7, 141.7, 147.9, 155, 166.6, 165.8, 153.4, 143.8, 144.7, 180.5,
      209.4, 210.1, 172, 134.1, 122.5, 103.9,
    ],
    sunday: [
      78.2, 56.3, 45.1, 41.1, 38.7, 38.6, 41, 50, 88.5, 138.5, 174.2, 202.8, 206.7, 173, 136.1, 116.6, 106.7, 125.7,
      156.4, 176.3, 160.1, 135.5, 114.8, 84.6,
    ],
  },
  transition: {
    workday: [
      66.6, 49.2, 44.3, 43.1, 44.1, 52.6, 92.9, 129.7, 137.5, 136, 132, 133.3, 149.6, 145.7, 126.8, 113.4, 106.1, 116.3,
      144.8, 171.9, 168.1, 156, 135.7, 100.3,
    ],
    saturday: [
      73.1, 56.3, 46.5, 43.8, 43.1, 45.2, 58.6, 93.3, 129.7, 150.4, 163.3, 171.8, 181.4, 177.4, 161.3, 148.6, 146.5,
      159.4, 183.3, 198, 180.4, 147.3, 138.6, 116.5,
    ],
    sunday: [
      84.3, 62.2, 48.9, 44.3, 43.1, 43.3, 45.8, 65.6, 111.2, 159.5, 185.1, 205.2, 207.8, 168.6, 136.2, 121, 107.3,
      111.8, 137.6, 160.9, 154.7, 143.9, 127.7, 94,
    ],
  },
  summer: {
    workday: [
      73.7, 54.8, 49.8, 46.9, 48.8, 59.3, 97.9, 129.7, 141.6, 144.1, 139.2, 142, 157.8, 152.7, 131.8, 118.8, 114.8,
      122.5, 142.2, 165.2, 166.6, 157.5, 144.5, 112.1,
    ],
    saturday: [
      83, 64.3, 52.3, 50, 50.5, 51.6, 63.7, 93.1, 128.4, 155.8, 164.9, 171.1, 182.1, 176, 157.2, 148.4, 144.9, 149,
      166.5, 180.4, 172.9, 153.8, 148.6, 124.7,
    ],
    sunday: [
      89.6, 66.7, 54.5, 50.6, 50, 48.8, 51.3, 69.5, 112.5, 160.2, 186.6, 205.7, 209.4, 175.4, 144.1, 124.4, 108.4,
      109.6, 126.6, 152, 159.4, 150.5, 140.2, 108.1,
    ],
  },
};

const APPLIANCE_SHARE = 0.4;
const APPLIANCE_KW = { from: 1, to: 3 };
const APPLIANCE_S = { from: 180, to: 720 };
const SLOT_S = 900;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The draws of a fleet's households. */
export interface HouseholdKeys {
  readonly starts: RandomKey;
  readonly power: RandomKey;
  readonly duration: RandomKey;
  readonly offset: RandomKey;
}

export function householdKeys(seed: number, group: string): HouseholdKeys {
  const key = (what: string): RandomKey => randomKey(seed, 'household', what, group);
  return { starts: key('starts'), power: key('power'), duration: key('duration'), offset: key('offset') };
}

/**
 * Mean power of an average household, kW.
 * @param annualKwh energy of a year
 * @param localMs local wall-clock time as if it were UTC, ms since 1970; the hourly means are joined by straight lines
 */
export function standardLoadKw(annualKwh: number, localMs: number): number {
  const hour = Math.floor((localMs - HOUR_MS / 2) / HOUR_MS);
  const share = (localMs - HOUR_MS / 2) / HOUR_MS - hour;
  const watts = hourlyW(hour) * (1 - share) + hourlyW(hour + 1) * share;
  return (watts * dynamisation(localMs) * annualKwh) / 1_000_000;
}

/** What all households of a group share in one minute, or any other span of up to a quarter of an hour. */
export interface HouseholdSpan {
  /** Of the part that is not drawn. */
  readonly baseKw: number;
  readonly fromS: number;
  readonly toS: number;
  /** The quarters of an hour that it touches. */
  readonly slots: readonly ApplianceSlot[];
}

interface ApplianceSlot {
  /** Quarters of an hour since 1970, local. */
  readonly number: number;
  /** That an appliance runs in it; above 1 it runs for certain, and is that much stronger. */
  readonly probability: number;
}

/**
 * @param annualKwh energy of a year
 * @param span local wall-clock time as if it were UTC, ms since 1970, and its length
 */
export function householdSpan(annualKwh: number, span: { localFromMs: number; dtS: number }): HouseholdSpan {
  const { localFromMs, dtS } = span;
  const fromS = localFromMs / 1000;
  const slots: ApplianceSlot[] = [];
  for (let number = Math.floor(fromS / SLOT_S); number * SLOT_S < fromS + dtS; number++) {
    const wantedKw = APPLIANCE_SHARE * standardLoadKw(annualKwh, (number + 0.5) * SLOT_S * 1000);
    slots.push({ number, probability: (wantedKw * SLOT_S) / (between(APPLIANCE_KW, 0.5) * between(APPLIANCE_S, 0.5)) });
  }
  const baseKw = (1 - APPLIANCE_SHARE) * standardLoadKw(annualKwh, localFromMs + dtS * 500);
  return { baseKw, fromS, toS: fromS + dtS, slots };
}

/**
 * Mean power of one household over the span, kW.
 * @param index number of the household in its group
 */
export function householdLoadKw(span: HouseholdSpan, keys: HouseholdKeys, index: number): number {
  const { baseKw, fromS, toS, slots } = span;
  let kwSeconds = 0;
  for (const slot of slots) {
    const use = applianceUse(slot, keys, index);
    if (use) kwSeconds += use.powerKw * Math.max(0, Math.min(toS, use.toS) - Math.max(fromS, use.fromS));
  }
  return baseKw + kwSeconds / (toS - fromS);
}

interface ApplianceUse {
  readonly powerKw: number;
  readonly fromS: number;
  readonly toS: number;
}

/** The appliance that runs within one quarter of an hour, if any does. */
function applianceUse(
  { number, probability }: ApplianceSlot,
  keys: HouseholdKeys,
  index: number,
): ApplianceUse | undefined {
  if (drawAt(keys.starts, index, number) >= probability) return undefined;
  const powerKw = between(APPLIANCE_KW, drawAt(keys.power, index, number)) * Math.max(1, probability);
  const durationS = between(APPLIANCE_S, drawAt(keys.duration, index, number));
  const fromS = number * SLOT_S + (SLOT_S - durationS) * drawAt(keys.offset, index, number);
  return { powerKw, fromS, toS: fromS + durationS };
}

function between(range: { from: number; to: number }, share: number): number {
  return range.from + (range.to - range.from) * share;
}

/** @param hour whole hours since 1970, local */
function hourlyW(hour: number): number {
  const at = new Date(hour * HOUR_MS);
  const weekday = at.getUTCDay();
  const day = weekday === 0 ? 'sunday' : weekday === 6 ? 'saturday' : 'workday';
  return H0_W[season(at)][day][at.getUTCHours()] ?? 0;
}

/** Winter 1 November to 20 March, summer 15 May to 14 September, transition between (VDEW M-28/99). */
function season(at: Date): keyof typeof H0_W {
  const monthDay = (at.getUTCMonth() + 1) * 100 + at.getUTCDate();
  if (monthDay >= 1101 || monthDay <= 320) return 'winter';
  return monthDay >= 515 && monthDay <= 914 ? 'summer' : 'transition';
}

/** VDEW's polynomial in the day of the year, which smooths the steps between the seasons. */
function dynamisation(localMs: number): number {
  const t = dayOfYear(localMs);
  return (((-3.92e-10 * t + 3.2e-7) * t - 7.02e-5) * t + 2.1e-3) * t + 1.24;
}

/** 1 on the first of January. */
export function dayOfYear(localMs: number): number {
  const year = new Date(localMs).getUTCFullYear();
  return Math.floor((localMs - Date.UTC(year, 0, 1)) / DAY_MS) + 1;
}
