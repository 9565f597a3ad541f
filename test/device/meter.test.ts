// Protects what a device shows: exact decimals, halves away from zero, no negative zero, never further off than half a quantum.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantiser } from '../../src/device/meter.js';

describe('a quantum', () => {
  it.each([
    { quantum: 0.1, value: 34.19999, shown: 34.2, why: 'a tenth reads as a tenth' },
    { quantum: 0.1, value: -3.4499, shown: -3.4, why: 'the nearest, on the negative side too' },
    { quantum: 0.5, value: 0.25, shown: 0.5, why: 'a half goes away from zero' },
    { quantum: 0.5, value: -0.25, shown: -0.5, why: 'a half goes away from zero, downwards too' },
    { quantum: 1, value: 0.49999999999999994, shown: 0, why: 'just under a half is not a half' },
    { quantum: 0.01, value: 45.788, shown: 45.79, why: 'hundredths' },
    { quantum: 0.25, value: 0.6, shown: 0.5, why: 'a quantum that is no power of ten' },
    { quantum: 5, value: 97.4, shown: 95, why: 'a quantum above one' },
    { quantum: 0.000001, value: 1.23456789, shown: 1.234568, why: 'millionths' },
  ])('of $quantum shows $value as $shown: $why', ({ quantum, value, shown }) => {
    expect(quantiser(quantum)(value)).toBe(shown);
  });

  it('never shows a negative zero', () => {
    expect(Object.is(quantiser(0.1)(-0.04), 0)).toBe(true);
    expect(Object.is(quantiser(0.1)(-0), 0)).toBe(true);
  });

  it('shows what it shows unchanged, and mirrors the sign', () => {
    const quantum = fc.constantFrom(0.01, 0.1, 0.25, 0.5, 1, 2.5);
    fc.assert(
      fc.property(quantum, fc.double({ min: -1000, max: 1000, noNaN: true }), (step, value) => {
        const show = quantiser(step);
        const shown = show(value);
        expect(show(shown)).toBe(shown);
        expect(show(-value)).toBe(shown === 0 ? 0 : -shown);
        expect(Math.abs(shown - value)).toBeLessThanOrEqual(step / 2 + 1e-9);
        expect(String(shown).split('.')[1]?.length ?? 0).toBeLessThanOrEqual(2);
      }),
    );
  });
});
