// Protects: a date-time is what RFC 3339 says, no more and no less, and reading undoes writing.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareTimes, parseRfc3339, renderRfc3339 } from '../../src/contract/rfc3339.js';
import type { Rfc3339Time } from '../../src/contract/rfc3339.js';

const YEAR_0_MS = -62_167_219_200_000;
const YEAR_9999_END_MS = 253_402_300_799_999;
const DAY_MS = 86_400_000;

function parsed(text: string): Rfc3339Time {
  const time = parseRfc3339(text);
  if (!time.ok) throw new Error(`${text}: ${time.problem}`);
  return time;
}

describe('what RFC 3339 allows', () => {
  test.each([
    ['UTC by Z', '2022-02-01T10:30:00Z', '2022-02-01T10:30:00.000Z'],
    ['a lower-case t and z', '2022-02-01t10:30:00z', '2022-02-01T10:30:00.000Z'],
    ['an offset ahead of UTC', '2022-02-01T10:30:00+05:45', '2022-02-01T04:45:00.000Z'],
    ['an offset behind UTC that crosses midnight', '2022-02-01T20:30:00-08:00', '2022-02-02T04:30:00.000Z'],
    ['the largest offset', '2022-02-01T10:30:00+23:59', '2022-01-31T10:31:00.000Z'],
    ['the smallest offset', '2022-02-01T10:30:00-23:59', '2022-02-02T10:29:00.000Z'],
    ['-00:00, UTC with unknown local time', '2022-02-01T10:30:00-00:00', '2022-02-01T10:30:00.000Z'],
    ['a fraction of one digit', '2022-02-01T10:30:00.5Z', '2022-02-01T10:30:00.500Z'],
    ['a fraction of nine digits, cut to milliseconds', '2022-02-01T10:30:00.123999999Z', '2022-02-01T10:30:00.123Z'],
    ['a fraction of forty digits', `2022-02-01T10:30:00.${'1'.repeat(40)}+01:00`, '2022-02-01T09:30:00.111Z'],
    ['29 February in a leap year', '2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['29 February in a century that 400 divides', '2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['the first second that can be written', '0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['a year before 100', '0099-12-31T23:59:59Z', '0099-12-31T23:59:59.000Z'],
    ['the last second that can be written', '9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['the leap second at the end of 2016', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['the leap second of June 2015', '2015-06-30T23:59:60.5Z', '2015-07-01T00:00:00.500Z'],
    ['the same leap second in California', '1990-12-31T15:59:60-08:00', '1991-01-01T00:00:00.000Z'],
    ['the same leap second in Nepal', '2017-01-01T05:44:60+05:45', '2017-01-01T00:00:00.000Z'],
  ])('%s: %s', (_sentence, text, utc) => {
    expect(new Date(parsed(text).epochMs).toISOString()).toBe(utc);
  });
});

describe('what RFC 3339 refuses, and the reason given', () => {
  test.each([
    ['30 February', '2023-02-30T10:00:00Z', 'there is no 30 February in 2023'],
    ['29 February in a common year', '2023-02-29T10:00:00Z', 'there is no 29 February in 2023'],
    ['29 February in a century that 400 does not divide', '1900-02-29T10:00:00Z', 'there is no 29 February in 1900'],
    ['31 April', '2023-04-31T10:00:00Z', 'there is no 31 April'],
    ['day 0', '2023-04-00T10:00:00Z', 'there is no 0 April'],
    ['month 0', '2023-00-10T10:00:00Z', 'there is no month 0'],
    ['month 13', '2023-13-10T10:00:00Z', 'there is no month 13'],
    ['24:00, which ISO 8601 knew', '2023-04-01T24:00:00Z', 'there is no hour 24'],
    ['minute 60', '2023-04-01T10:60:00Z', 'there is no minute 60'],
    ['second 61', '2023-04-01T10:00:61Z', 'there is no second 61'],
    ['an offset of 24 hours', '2023-04-01T10:00:00+24:00', 'there is no offset +24:00'],
    ['an offset with 60 minutes', '2023-04-01T10:00:00-01:60', 'there is no offset -01:60'],
    ['a leap second in mid-afternoon', '2016-12-31T15:59:60Z', 'second 60 is only possible'],
    ['a leap second by the local clock only', '2016-12-31T23:59:60+01:00', 'second 60 is only possible'],
    ['a leap second at the end of March', '2016-03-31T23:59:60Z', 'second 60 is only possible'],
    ['a leap second on 29 June', '2016-06-29T23:59:60Z', 'second 60 is only possible'],
    ['a leap second before there were any', '1971-12-31T23:59:60Z', 'second 60 is only possible'],
    ['a space for the T', '2023-04-01 10:00:00Z', 'a "T" must stand between date and time'],
    ['no offset', '2023-04-01T10:00:00', 'the offset from UTC is missing'],
    ['no offset after a fraction', '2022-01-24T14:15:22.003', 'the offset from UTC is missing'],
    ['no seconds', '2023-04-01T10:00Z', 'the seconds are missing'],
    ['only a date', '2023-04-01', 'the time of day is missing'],
    ['an offset without a colon', '2023-04-01T10:00:00+0100', 'the offset must read ±hh:mm'],
    ['an offset of hours only', '2023-04-01T10:00:00+01', 'the offset must read ±hh:mm'],
    ['a true minus sign for the offset', '2023-04-01T10:00:00−01:00', 'the form is not'],
    ['a fraction without digits', '2023-04-01T10:00:00.Z', 'the form is not'],
    ['a fraction after a comma', '2023-04-01T10:00:00,5Z', 'the form is not'],
    ['a year of five digits', '12023-04-01T10:00:00Z', 'the form is not'],
    ['a signed year', '+2023-04-01T10:00:00Z', 'the form is not'],
    ['one digit for the month', '2023-4-01T10:00:00Z', 'the form is not'],
    ['digits of another script', '２０２３-04-01T10:00:00Z', 'the form is not'],
    ['a line break at the end', '2023-04-01T10:00:00Z\n', 'the form is not'],
    ['a space in front', ' 2023-04-01T10:00:00Z', 'the form is not'],
    ['a number of seconds', '1680343200', 'the form is not'],
    ['nothing', '', 'the form is not'],
  ])('%s: %j', (_sentence, text, problem) => {
    const result = parseRfc3339(text);
    expect(result.ok ? 'accepted' : result.problem).toContain(problem);
  });
});

describe('order of times', () => {
  test.each<[string, [string, string], number]>([
    ['the same instant in two zones', ['2022-02-01T10:30:00Z', '2022-02-01T11:30:00+01:00'], 0],
    ['a fraction with and without zeros at the end', ['2022-02-01T10:30:00.5Z', '2022-02-01T10:30:00.500Z'], 0],
    ['a difference in the ninth digit', ['2022-02-01T10:30:00.123456788Z', '2022-02-01T10:30:00.123456789Z'], -1],
    ['fractions of different length', ['2022-02-01T10:30:00.5Z', '2022-02-01T10:30:00.49Z'], 1],
    ['no fraction before a fraction', ['2022-02-01T10:30:00Z', '2022-02-01T10:30:00.000001Z'], -1],
    ['a leap second before the midnight after it', ['2016-12-31T23:59:60.9Z', '2017-01-01T00:00:00Z'], -1],
    ['a leap second after the second before it', ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59.9Z'], 1],
  ])('%s', (_sentence, [a, b], sign) => {
    expect(Math.sign(compareTimes(parsed(a), parsed(b)))).toBe(sign);
    expect(Math.sign(compareTimes(parsed(b), parsed(a)))).toBe(sign === 0 ? 0 : -sign);
  });
});

describe('writing a time', () => {
  test.each<[string, [number, number], string]>([
    ['whole seconds have no fraction', [1_643_711_400_000, 0], '2022-02-01T10:30:00Z'],
    ['milliseconds have three digits', [1_643_711_400_050, 0], '2022-02-01T10:30:00.050Z'],
    ['an offset ahead', [1_643_711_400_000, 345], '2022-02-01T16:15:00+05:45'],
    ['an offset behind', [1_643_711_400_001, -210], '2022-02-01T07:00:00.001-03:30'],
    ['parts of a millisecond are rounded', [1_643_711_400_000.6, 0], '2022-02-01T10:30:00.001Z'],
  ])('%s', (_sentence, [epochMs, offset], text) => {
    expect(renderRfc3339(epochMs, offset)).toBe(text);
  });

  test.each([
    ['NaN', Number.NaN, 0],
    ['a year after 9999', YEAR_9999_END_MS + 1, 0],
    ['a year before 0', YEAR_0_MS - 1, 0],
    ['a local year after 9999', YEAR_9999_END_MS, 60],
    ['an offset of a day', 0, 1440],
    ['an offset with parts of a minute', 0, 0.5],
  ])('%s is a RangeError, never a wrong text', (_sentence, epochMs, offset) => {
    expect(() => renderRfc3339(epochMs, offset)).toThrow(RangeError);
  });
});

describe('laws', () => {
  const offset = fc.integer({ min: -1439, max: 1439 });
  const instant = fc.integer({ min: YEAR_0_MS + DAY_MS, max: YEAR_9999_END_MS - DAY_MS });

  test('what is written reads as the same instant and offset', () => {
    fc.assert(
      fc.property(instant, offset, (epochMs, utcOffsetMinutes) => {
        const time = parsed(renderRfc3339(epochMs, utcOffsetMinutes));
        expect(time).toMatchObject({ epochMs, utcOffsetMinutes, isLeapSecond: false });
      }),
    );
  });

  test('order by compareTimes is order of the instants', () => {
    fc.assert(
      fc.property(instant, instant, offset, (a, b, utcOffsetMinutes) => {
        const order = compareTimes(parsed(renderRfc3339(a, utcOffsetMinutes)), parsed(renderRfc3339(b)));
        expect(Math.sign(order)).toBe(Math.sign(a - b));
      }),
    );
  });

  // The oracle knows nothing of calendars: it lets the engine's own Date build the day and looks whether it came out the same.
  test('a day and a time are accepted exactly where Date keeps them as they are', () => {
    const two = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
    const year = fc.integer({ min: 0, max: 9999 }).map((value) => String(value).padStart(4, '0'));
    fc.assert(
      fc.property(fc.tuple(year, two(14), two(33), two(25), two(61), two(59)), ([y, mo, d, h, mi, s]) => {
        const date = new Date(0);
        date.setUTCFullYear(Number(y), Number(mo) - 1, Number(d));
        date.setUTCHours(Number(h), Number(mi), Number(s), 0);
        const text = `${y}-${mo}-${d}T${h}:${mi}:${s}`;
        const kept = date.getUTCFullYear() >= 0 && date.toISOString() === `${text}.000Z`;
        const time = parseRfc3339(`${text}Z`);
        expect(time.ok).toBe(kept);
        if (time.ok) expect(time.epochMs).toBe(date.getTime());
      }),
      { numRuns: 2000 },
    );
  });

  test('no text makes it throw, and every refusal gives a reason', () => {
    const nearly = fc.stringMatching(
      /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]?[0-9]{2}:[0-9]{2}:[0-9]{2}([.,][0-9]{0,12})?([Zz]|[+-][0-9]{2}:?[0-9]{2})?$/,
    );
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly), (text) => {
        const result = parseRfc3339(text);
        expect(result.ok || result.problem.length > 0).toBe(true);
      }),
    );
  });
});
