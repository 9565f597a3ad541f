/**
 * Date-times as RFC 3339 says, section 5.6 and 5.7:
 * - `T` and `Z` may be lower case; a space in place of `T` is a liberty that the RFC leaves to other formats: refused here;
 * - a fraction has one digit or more, with a full stop; the seconds are never left out;
 * - the offset is `Z` or ±hh:mm from 00:00 to 23:59; `-00:00` (UTC, local offset unknown) is allowed;
 * - the day exists in its month, by the Gregorian rule for leap years, from year 0000 to 9999;
 * - second 60 stands only where a leap second can be: 23:59:60 UTC at the end of 30 June or 31 December from 1972 on. UTC
 *   would allow the end of any month, but none has ever been put anywhere else (IERS Bulletin C).
 */

export type Rfc3339Result = Rfc3339Time | { readonly ok: false; readonly problem: string };

export interface Rfc3339Time {
  readonly ok: true;
  /** Whole seconds since 1970-01-01T00:00:00Z as POSIX counts them: a leap second has the number of the second after it. */
  readonly epochS: number;
  /** Digits of the fraction of a second, without zeros at the end; empty for a whole second. */
  readonly fraction: string;
  /** ms since 1970-01-01T00:00:00Z; what is finer than a millisecond is cut off. */
  readonly epochMs: number;
  /** Minutes that local time is ahead of UTC. */
  readonly utcOffsetMinutes: number;
  readonly isLeapSecond: boolean;
}

const SHAPE = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const MONTHS = 'January February March April May June July August September October November December'.split(' ');
const DAY_S = 86_400;
/** Days from 0000-01-01 to 1970-01-01 in the proleptic Gregorian calendar. */
const EPOCH_DAY = daysBeforeYear(1970);
const FIRST_LEAP_SECOND_YEAR = 1972;

/** Never throws: a text that is no date-time gives a sentence without a full stop that says why. */
export function parseRfc3339(text: string): Rfc3339Result {
  const match = SHAPE.exec(text);
  if (match === null) return { ok: false, problem: describeShape(text) };
  const part = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const [offsetHours, offsetMinutes] = [part(9), part(10)];
  const problem =
    describeDay(year, month, day) ??
    describeClock(hour, minute, second) ??
    (offsetHours > 23 || offsetMinutes > 59 ? `there is no offset ${match[8]}${match[9]}:${match[10]}` : undefined);
  if (problem !== undefined) return { ok: false, problem };

  const utcOffsetMinutes = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -1 : 1);
  const dayS = (daysBeforeYear(year) + daysBeforeMonth(year, month) + day - 1 - EPOCH_DAY) * DAY_S;
  const epochS = dayS + hour * 3600 + minute * 60 + second - utcOffsetMinutes * 60;
  const isLeapSecond = second === 60;
  if (isLeapSecond && !canBeLeapSecond(epochS)) {
    return { ok: false, problem: 'second 60 is only possible at 23:59:60 UTC on 30 June or 31 December from 1972 on' };
  }
  const digits = match[7] ?? '';
  return {
    ok: true,
    epochS,
    fraction: digits.replace(/0+$/, ''),
    epochMs: epochS * 1000 + Number(digits.slice(0, 3).padEnd(3, '0')),
    // `-00:00` would give -0.
    utcOffsetMinutes: utcOffsetMinutes === 0 ? 0 : utcOffsetMinutes,
    isLeapSecond,
  };
}

/** Order of two times as instants, to the last digit of their fractions: below 0 where `a` comes first, 0 for equal. */
export function compareTimes(a: Rfc3339Time, b: Rfc3339Time): number {
  if (a.epochS !== b.epochS) return a.epochS - b.epochS;
  if (a.isLeapSecond !== b.isLeapSecond) return a.isLeapSecond ? -1 : 1;
  if (a.fraction === b.fraction) return 0;
  // Digits after the point compare as text: "5" is after "49", "4" is before "49".
  return a.fraction < b.fraction ? -1 : 1;
}

/**
 * @param epochMs ms since 1970-01-01T00:00:00Z, rounded to whole milliseconds
 * @param utcOffsetMinutes whole minutes from -1439 to 1439; 0 gives `Z`
 * @returns whole seconds where the milliseconds are 0, else three digits of fraction
 * @throws RangeError where the local year is not from 0000 to 9999 or the offset is impossible
 */
export function renderRfc3339(epochMs: number, utcOffsetMinutes = 0): string {
  if (!Number.isInteger(utcOffsetMinutes) || Math.abs(utcOffsetMinutes) > 1439) {
    throw new RangeError(`UTC offset of ${utcOffsetMinutes} minutes: expected whole minutes from -1439 to 1439`);
  }
  const local = new Date(Math.round(epochMs) + utcOffsetMinutes * 60_000);
  const year = local.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw new RangeError(`${epochMs} ms is outside the years 0000 to 9999`);
  const text = local.toISOString().replace(/(?:\.000)?Z$/, '');
  return text + renderOffset(utcOffsetMinutes);
}

function renderOffset(utcOffsetMinutes: number): string {
  if (utcOffsetMinutes === 0) return 'Z';
  const minutes = Math.abs(utcOffsetMinutes);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${utcOffsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function describeShape(text: string): string {
  if (/^\d{4}-\d\d-\d\d \d/.test(text)) return 'a "T" must stand between date and time, not a space';
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return 'the time of day is missing';
  if (/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(?:[Zz]|[+-]\d\d:\d\d)?$/.test(text)) return 'the seconds are missing';
  if (/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?$/.test(text)) return 'the offset from UTC is missing';
  if (/[+-]\d\d(?:\d\d)?$/.test(text) && text.includes(':')) return 'the offset must read ±hh:mm';
  return 'the form is not YYYY-MM-DDThh:mm:ss with an optional fraction and Z or ±hh:mm';
}

function describeDay(year: number, month: number, day: number): string | undefined {
  const name = MONTHS[month - 1];
  if (name === undefined) return `there is no month ${month}`;
  if (day < 1 || day > daysInMonth(year, month)) {
    const inYear = month === 2 ? ` in ${String(year).padStart(4, '0')}` : '';
    return `there is no ${day} ${name}${inYear}`;
  }
  return undefined;
}

function describeClock(hour: number, minute: number, second: number): string | undefined {
  if (hour > 23) return `there is no hour ${hour}`;
  if (minute > 59) return `there is no minute ${minute}`;
  if (second > 60) return `there is no second ${second}`;
  return undefined;
}

/** @param epochS of second 60, so of the first second of the day after it */
function canBeLeapSecond(epochS: number): boolean {
  if (epochS % DAY_S !== 0) return false;
  const next = new Date(epochS * 1000);
  const month = next.getUTCMonth();
  // The day after 30 June is 1 July of the same year; after 31 December it is 1 January of the next.
  const year = month === 0 ? next.getUTCFullYear() - 1 : next.getUTCFullYear();
  return next.getUTCDate() === 1 && (month === 6 || month === 0) && year >= FIRST_LEAP_SECOND_YEAR;
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function daysBeforeMonth(year: number, month: number): number {
  let days = 0;
  for (let earlier = 1; earlier < month; earlier += 1) days += daysInMonth(year, earlier);
  return days;
}

function daysBeforeYear(year: number): number {
  if (year === 0) return 0;
  const last = year - 1;
  // Year 0 is a leap year, hence the 1.
  return 365 * year + 1 + Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400);
}
