// Protects the sizes of a fleet's kinds: they add up, follow the shares, and a larger fleet takes nothing from anybody.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion } from '../../src/run/apportion.js';

const sharesArbitrary = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 5 }), fc.double({ min: 0.01, max: 100, noNaN: true })),
  {
    minLength: 1,
    maxLength: 12,
  },
);

describe('apportion', () => {
  it.each([
    { total: 10, shares: [3, 1], parts: [8, 2], why: 'three quarters and one, a half rounded to the larger share' },
    { total: 4, shares: [1, 1, 1], parts: [2, 1, 1], why: 'the first of equals gets the odd one' },
    { total: 1, shares: [1, 5], parts: [0, 1], why: 'one device is of the commonest kind' },
    { total: 7, shares: [2, 0], parts: [7, 0], why: 'a share of nothing gets nothing' },
    {
      total: 1_000_000,
      shares: [0.5, 0.35, 0.15],
      parts: [500_000, 350_000, 150_000],
      why: 'a million divides evenly',
    },
  ])('divides $total by $shares: $why', ({ total, shares, parts }) => {
    expect(apportion(total, shares)).toEqual(parts);
  });

  it('gives out all, and no kind has a better claim to what another got: one divisor rounds all shares', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), sharesArbitrary, (total, shares) => {
        const parts = apportion(total, shares);
        expect(parts.reduce((before, part) => before + part, 0)).toBe(total);
        const each = parts.map((part, index) => ({ part, share: shares[index] ?? NaN }));
        const strongest = Math.max(...each.map(({ part, share }) => (part - 0.5) / share));
        const weakest = Math.min(...each.map(({ part, share }) => (part + 0.5) / share));
        expect(strongest).toBeLessThanOrEqual(weakest * (1 + 1e-12));
      }),
    );
  });

  it('never takes one from a kind when the fleet grows', () => {
    fc.assert(
      fc.property(fc.nat({ max: 300 }), sharesArbitrary, (total, shares) => {
        const larger = apportion(total + 1, shares);
        for (const [index, part] of apportion(total, shares).entries()) {
          expect(larger[index]).toBeGreaterThanOrEqual(part);
        }
      }),
    );
  });
});
