// Protects windows of the day: midnight, overlaps, and the seconds that a step spends in them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DAY_S,
  daySegments,
  intersectSegments,
  invertSegments,
  isWithin,
  overlapS,
  secondsUntil,
  WHOLE_DAY,
} from '../../src/device/clock-window.js';

const second = fc.integer({ min: 0, max: DAY_S - 1 });
const windows = fc
  .array(fc.record({ fromS: second, toS: second }), { minLength: 1, maxLength: 4 })
  .filter((list) => list.every(({ fromS, toS }) => fromS !== toS));

/** The meaning in one line: is this second of the day in one of the windows? */
function isIn(list: readonly { fromS: number; toS: number }[], at: number): boolean {
  return list.some(({ fromS, toS }) => (fromS < toS ? at >= fromS && at < toS : at >= fromS || at < toS));
}

describe('windows of the day', () => {
  it('hold the same seconds when laid out as segments, inverted or intersected', () => {
    fc.assert(
      fc.property(windows, windows, second, (one, other, at) => {
        const [a, b] = [daySegments(one), daySegments(other)];
        expect(isWithin(a, at)).toBe(isIn(one, at));
        expect(isWithin(invertSegments(a), at)).toBe(!isIn(one, at));
        expect(isWithin(intersectSegments(a, b), at)).toBe(isIn(one, at) && isIn(other, at));
      }),
    );
  });

  it('split a span into parts that add up, across midnight too', () => {
    fc.assert(
      fc.property(windows, second, fc.integer({ min: 1, max: 43_200 }), (list, from, length) => {
        const segments = daySegments(list);
        const whole = overlapS(segments, from, 2 * length);
        const parts = overlapS(segments, from, length) + overlapS(segments, (from + length) % DAY_S, length);
        expect(whole).toBe(parts);
        expect(overlapS(invertSegments(segments), from, 2 * length)).toBe(2 * length - whole);
      }),
    );
  });

  it('know a window across midnight', () => {
    const night = daySegments([{ fromS: 84_600, toS: 19_800 }]);
    expect(overlapS(night, 84_000, 1200)).toBe(600);
    expect(overlapS(night, 86_100, 600)).toBe(600);
    expect(overlapS(WHOLE_DAY, 86_100, 600)).toBe(600);
  });

  it('count the time until a moment forwards only', () => {
    expect(secondsUntil(3600, 7200)).toBe(3600);
    expect(secondsUntil(7200, 3600)).toBe(DAY_S - 3600);
    expect(secondsUntil(0, 0)).toBe(0);
  });
});
