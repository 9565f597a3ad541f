// Protects the hints of every error message: slips are recognised, and words that are merely other words are not.
import { describe, expect, it } from 'vitest';
import { nearestWord, wordHint } from '../../src/contract/nearest.js';

const words = ['target', 'device-id', 'quiet', 'report', 'seed'];

describe('nearestWord', () => {
  it.each([
    ['a missing letter', 'taget', 'target'],
    ['a letter too many', 'tarrget', 'target'],
    ['another letter', 'tarhet', 'target'],
    ['two neighbours swapped', 'quite', 'quiet'],
    ['capitals', 'TARGET', 'target'],
    ['a missing dash', 'deviceid', 'device-id'],
    ['another word', 'output', undefined],
    ['nothing', '', undefined],
  ])('recognises %s', (_, word, meant) => {
    expect(nearestWord(word, words)).toBe(meant);
  });

  it('counts a swap as one slip, so that a short word allows one', () => {
    expect(nearestWord('titel', ['title', 'start'])).toBe('title');
    expect(nearestWord('tlite', ['title', 'start'])).toBeUndefined();
  });

  it('takes the nearest where several are near', () => {
    expect(nearestWord('reserves', ['reserved', 'reserve'])).toBe('reserved');
  });
});

describe('wordHint', () => {
  it('asks where a word is near, and lists the words where none is', () => {
    expect(wordHint('seeed', words)).toBe('Did you mean "seed"?');
    expect(wordHint('xyz', ['a', 'b'])).toBe('Known: a, b.');
  });
});
