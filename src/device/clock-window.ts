/** Windows of the day, such as 17:30 to 20:00 or 23:30 to 05:30, in local wall-clock time. */

export const DAY_S = 86_400;

/** From a time of the day until a later one; `toS` at or before `fromS` is on the next day. */
export interface ClockWindow {
  /** Seconds after midnight, 0 to 86400, a whole minute. */
  readonly fromS: number;
  readonly toS: number;
}

/** Windows as they lie within one day: in order, apart, none across midnight. */
export type DaySegments = readonly ClockWindow[];

export const WHOLE_DAY: DaySegments = [{ fromS: 0, toS: DAY_S }];

export function daySegments(windows: readonly ClockWindow[]): DaySegments {
  const pieces = windows
    .flatMap(({ fromS, toS }) =>
      toS > fromS
        ? [{ fromS, toS }]
        : [
            { fromS, toS: DAY_S },
            { fromS: 0, toS },
          ],
    )
    .filter(({ fromS, toS }) => toS > fromS)
    .toSorted((a, b) => a.fromS - b.fromS);
  const merged: { fromS: number; toS: number }[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last && piece.fromS <= last.toS) last.toS = Math.max(last.toS, piece.toS);
    else merged.push({ ...piece });
  }
  return merged;
}

/** What lies in both. */
export function intersectSegments(a: DaySegments, b: DaySegments): DaySegments {
  return a.flatMap((one) =>
    b
      .map((other) => ({ fromS: Math.max(one.fromS, other.fromS), toS: Math.min(one.toS, other.toS) }))
      .filter(({ fromS, toS }) => toS > fromS),
  );
}

/** What of the day lies in none. */
export function invertSegments(segments: DaySegments): DaySegments {
  const bounds = [0, ...segments.flatMap(({ fromS, toS }) => [fromS, toS]), DAY_S];
  const gaps: ClockWindow[] = [];
  for (let at = 0; at < bounds.length; at += 2) {
    const fromS = bounds[at] ?? 0;
    const toS = bounds[at + 1] ?? DAY_S;
    if (toS > fromS) gaps.push({ fromS, toS });
  }
  return gaps;
}

export function isWithin(segments: DaySegments, secondOfDay: number): boolean {
  return segments.some(({ fromS, toS }) => secondOfDay >= fromS && secondOfDay < toS);
}

/**
 * How many seconds of a span lie in the segments.
 * @param secondOfDay start of the span, 0 up to and without 86400
 * @param lengthS length of the span, up to a day; it may run past midnight
 */
export function overlapS(segments: DaySegments, secondOfDay: number, lengthS: number): number {
  const endS = secondOfDay + lengthS;
  let total = 0;
  for (const { fromS, toS } of segments) {
    total += Math.max(0, Math.min(endS, toS) - Math.max(secondOfDay, fromS));
    total += Math.max(0, Math.min(endS - DAY_S, toS) - fromS);
  }
  return total;
}

/** Seconds from one time of the day until another comes next, 0 if it is now. */
export function secondsUntil(secondOfDay: number, wantedS: number): number {
  return (((wantedS - secondOfDay) % DAY_S) + DAY_S) % DAY_S;
}
