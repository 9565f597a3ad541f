/** Parsers of single values. Each names the option, what came and what is expected. */
import { UserError } from '../errors.js';
import { parseDelayMs } from '../http/provider/latency.js';
import type { Arguments, GivenValue } from './command.js';

/** The value of an option that is given at most once. */
export function given(args: Arguments, name: string): GivenValue | undefined {
  return args.values.get(name)?.[0];
}

/** Parses a value if it was given. A UserError of the parser gains the option's name and place. */
export function parsed<T>(args: Arguments, name: string, parse: (value: GivenValue) => T): T | undefined {
  const value = given(args, name);
  return value === undefined ? undefined : parse(value);
}

/** @throws UserError for anything but a whole number from 0 to 2^53 - 1 */
export function parseSeed(value: GivenValue): number {
  return parseWhole(value, { most: Number.MAX_SAFE_INTEGER, hint: 'Give a whole number such as 42.' });
}

/** 0 asks the system for a free port. */
export function parsePort(value: GivenValue): number {
  return parseWhole(value, { most: 65_535, hint: 'Give a port from 0 to 65535; 0 takes any that is free.' });
}

/** @throws UserError for anything but a whole number from `least`, 0 if left out, to `most` */
export function parseWhole(value: GivenValue, limits: { least?: number; most: number; hint: string }): number {
  const { least = 0, most, hint } = limits;
  const number = /^\d+$/.test(value.text) ? Number(value.text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw badValue(value, `a whole number from ${least} to ${most}`, hint);
}

/** As long as a timer can wait. */
const longestMs = 2 ** 31 - 1;

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/**
 * `90s`, `30m`, `24h`, `1d` and sums such as `1h30m`, in seconds.
 *
 * @throws UserError for anything else and for nothing
 */
export function parseDurationS(value: GivenValue): number {
  const parts = [...value.text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  const durationS = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (secondsOf[unit ?? ''] ?? Number.NaN),
    0,
  );
  const whole = parts.map(([text]) => text).join('') === value.text;
  if (whole && durationS > 0 && Number.isFinite(durationS)) return durationS;
  throw badValue(value, 'a duration of more than nothing', 'Write for instance 24h, 90m, 1h30m or 7d.');
}

/** `500ms`, `2s` and the like, in ms. @throws UserError for anything else and for nothing */
export function parseDurationMs(value: GivenValue): number {
  const durationMs = parseDelayMs(value.text) ?? 0;
  if (durationMs >= 1 && durationMs <= longestMs) return Math.round(durationMs);
  throw badValue(value, 'a duration', 'Write for instance 500ms or 10s.');
}

export function badValue(value: GivenValue, expected: string, hint: string): UserError {
  return new UserError(`${value.name}: expected ${expected}, got ${JSON.stringify(value.text)}`, {
    hint,
    place: value.place,
  });
}

/** Gives the errors of another room's parser the option's name and its place in the configuration file. */
export function withOption<T>(value: GivenValue, parse: (text: string) => T): T {
  try {
    return parse(value.text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`${value.name}: ${error.message}`, {
      place: { ...value.place, ...error.place },
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}
