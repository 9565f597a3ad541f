// Protects "the same seed gives the same bytes": published known answers, independence of labels, even spread.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawAt, fingerprint, philox4x32, randomKey, randomStream } from '../../src/device/random.js';

describe('the generator', () => {
  // Known answers of Random123 1.09 (D. E. Shaw Research), file kat_vectors, lines philox4x32 10.
  it.each([
    {
      counter: [0, 0, 0, 0] as const,
      key: [0, 0] as const,
      words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff] as const,
      key: [0xffffffff, 0xffffffff] as const,
      words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const,
      key: [0xa4093822, 0x299f31d0] as const,
      words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ])('gives the published words for counter $counter', ({ counter, key, words }) => {
    const block = Uint32Array.from(counter);
    philox4x32(block, key[0], key[1]);
    expect([...block]).toEqual(words);
  });

  it('spreads draws evenly over [0, 1)', () => {
    const stream = randomStream(5, 'spread');
    const bins = Array.from({ length: 10 }, () => 0);
    for (let at = 0; at < 20_000; at++) {
      const bin = Math.floor(stream.next() * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // Chi-square with 9 degrees of freedom stays below 27.9 in 999 of 1000 such streams.
    expect(bins.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0)).toBeLessThan(27.9);
  });
});

describe('streams', () => {
  it('start again the same for the same seed and labels', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.array(fc.oneof(fc.string(), fc.nat())), (seed, labels) => {
        const [one, other] = [randomStream(seed, ...labels), randomStream(seed, ...labels)];
        const draws = [one.next(), one.next(), one.next()];
        expect(draws).toEqual([other.next(), other.next(), other.next()]);
        expect(draws.every((draw) => draw >= 0 && draw < 1)).toBe(true);
      }),
    );
  });

  it('are not shifted by a consumer with another label', () => {
    const alone = randomStream(1, 'a');
    const expected = [alone.next(), alone.next()];
    const [a, b] = [randomStream(1, 'a'), randomStream(1, 'b')];
    const first = a.next();
    b.next();
    expect([first, a.next()]).toEqual(expected);
  });

  it.each([
    { one: ['a', 'b'], other: ['ab'], why: 'where one label ends matters' },
    { one: ['1'], other: [1], why: 'a number is not its text' },
    { one: [0], other: [], why: 'a label more is another list' },
    { one: [1], other: [-1], why: 'the sign counts' },
    { one: [1], other: [2 ** 32 + 1], why: 'the upper half of a large number counts' },
    { one: ['device', 7], other: ['device', 8], why: 'neighbours differ' },
  ])('of $one and $other differ: $why', ({ one, other }) => {
    expect(fingerprint(one, 32)).not.toBe(fingerprint(other, 32));
    expect(randomStream(1, ...one).next()).not.toBe(randomStream(1, ...other).next());
  });

  it('of different labels look unrelated', () => {
    const [a, b] = [randomStream(9, 'left'), randomStream(9, 'right')];
    let sum = 0;
    const count = 5000;
    for (let at = 0; at < count; at++) sum += (a.next() - 0.5) * (b.next() - 0.5);
    // The correlation of unrelated draws has a standard deviation of 1/√count.
    expect(Math.abs((12 * sum) / count)).toBeLessThan(4 / Math.sqrt(count));
  });
});

describe('a draw', () => {
  it('depends on key, index and tick alone, in any order of asking', () => {
    const key = randomKey(3, 'order');
    const forwards = [0, 1, 2, 3].map((tick) => drawAt(key, 7, tick));
    const backwards = [3, 2, 1, 0].map((tick) => drawAt(key, 7, tick)).toReversed();
    expect(backwards).toEqual(forwards);
    expect(drawAt(key, 8, 0)).not.toBe(forwards[0]);
  });

  it('tells ticks apart beyond 32 bits', () => {
    const key = randomKey(3, 'large');
    expect(drawAt(key, 0, 5)).not.toBe(drawAt(key, 0, 5 + 2 ** 32));
  });
});
