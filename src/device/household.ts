/**
 * What a household uses: a published average shape, scaled to the year's energy, of which a part is drawn as single
 * appliances.
 *
 * Shape: standard load profile H0 with its dynamisation function. VDEW, "Repräsentative VDEW-Lastprofile", M-28/99, and
 * "Anwendung der Repräsentativen VDEW-Lastprofile step-by-step", M-05/2000, now kept by BDEW. It is the mean of many
 * households, so a single home needs the appliances on top: bursts of 1 to 3 kW for 3 to 12 minutes (kettle, hob, heater,
 * dryer; an assumption) which carry 40 % of the energy. They begin at any moment, and their expected energy follows the shape, so
 * the year keeps its kWh.
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
const MINUTE_S = 60;
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

/** One row a household. */
export interface Households {
  /** Energy of a year. */
  readonly annualKwh: Float64Array;
  /** Mean over the minute under way. */
  readonly loadKw: Float64Array;
  /** The appliance that begins in the quarter of an hour under way, 0 kW where none does, and when, s into the quarter. */
  readonly applianceKw: Float64Array;
  readonly applianceFromS: Float64Array;
  readonly applianceToS: Float64Array;
  /** The one that began in the quarter before and still runs, 0 kW where none does, and until when. */
  readonly earlierKw: Float64Array;
  readonly earlierToS: Float64Array;
}

/** What all households share in one minute, for each kWh that they use in a year. */
export interface HouseholdMinute {
  /** Of the part that is not drawn. */
  readonly baseKw: number;
  /** The quarter of an hour around it: quarters since 1970, local. */
  readonly slot: number;
  /** How far into it the minute begins, s. */
  readonly intoSlotS: number;
  /** That an appliance begins in the quarter; above 1 it does for certain, and is that much stronger. */
  readonly chance: number;
}

/** Some households of a group. */
export interface HouseholdRange {
  readonly keys: HouseholdKeys;
  /** Rows of the columns: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** What a row's number in its group is above its place in the columns. */
  readonly numberShift: number;
}

/** @param localMs start of the minute: local wall-clock time as if it were UTC, ms since 1970 */
export function householdMinute(localMs: number): HouseholdMinute {
  const slot = Math.floor(localMs / 1000 / SLOT_S);
  const wantedKw = APPLIANCE_SHARE * standardLoadKw(1, (slot + 0.5) * SLOT_S * 1000);
  return {
    baseKw: (1 - APPLIANCE_SHARE) * standardLoadKw(1, localMs + MINUTE_S * 500),
    slot,
    intoSlotS: localMs / 1000 - slot * SLOT_S,
    chance: (wantedKw * SLOT_S) / (between(APPLIANCE_KW, 0.5) * between(APPLIANCE_S, 0.5)),
  };
}

/** Begins a quarter of an hour: what still runs is carried over, and the appliance that begins in it is drawn. */
export function drawAppliances(households: Households, range: HouseholdRange, { slot, chance }: HouseholdMinute): void {
  const { annualKwh, applianceKw, applianceFromS, applianceToS, earlierKw, earlierToS } = households;
  const { keys, from, to, numberShift } = range;
  for (let row = from; row < to; row++) {
    const leftS = (applianceToS[row] ?? 0) - SLOT_S;
    earlierKw[row] = leftS > 0 ? (applianceKw[row] ?? 0) : 0;
    earlierToS[row] = leftS;
    applianceKw[row] = 0;
    applianceToS[row] = 0;
    const number = row + numberShift;
    const probability = chance * (annualKwh[row] ?? 0);
    if (drawAt(keys.starts, number, slot) >= probability) continue;
    const fromS = SLOT_S * drawAt(keys.offset, number, slot);
    applianceKw[row] = between(APPLIANCE_KW, drawAt(keys.power, number, slot)) * Math.max(1, probability);
    applianceFromS[row] = fromS;
    applianceToS[row] = fromS + between(APPLIANCE_S, drawAt(keys.duration, number, slot));
  }
}

/** Sets the load of each household to its mean over the minute, with the appliances that were drawn. */
export function stepHouseholds(households: Households, range: HouseholdRange, minute: HouseholdMinute): void {
  const { annualKwh, loadKw, applianceKw, applianceFromS, applianceToS, earlierKw, earlierToS } = households;
  const { baseKw, intoSlotS: fromS } = minute;
  const toS = fromS + MINUTE_S;
  for (let row = range.from; row < range.to; row++) {
    let load = baseKw * (annualKwh[row] ?? 0);
    const power = applianceKw[row] ?? 0;
    if (power > 0) {
      const overlapS = Math.min(toS, applianceToS[row] ?? 0) - Math.max(fromS, applianceFromS[row] ?? 0);
      load += (power * Math.max(0, overlapS)) / MINUTE_S;
    }
    const earlier = earlierKw[row] ?? 0;
    if (earlier > 0) load += (earlier * Math.max(0, Math.min(toS, earlierToS[row] ?? 0) - fromS)) / MINUTE_S;
    loadKw[row] = load;
  }
}

/** The minute before, at which the quarter before it is drawn where a run begins. */
export function quarterBefore(localMs: number): HouseholdMinute {
  return householdMinute(localMs - SLOT_S * 1000);
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
