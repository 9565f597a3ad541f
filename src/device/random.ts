/**
 * Randomness as a pure function: one seed, any number of labelled streams, integer arithmetic only, so that the same seed
 * gives the same numbers on every machine and a new consumer shifts nobody else's.
 *
 * Generator: Philox4x32-10, a counter-based generator. J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers:
 * as easy as 1, 2, 3", SC '11; its published known answers are in the test. A draw depends on a key and a counter and on
 * nothing that was drawn before, hence the state of a device can be computed for any time without the times before it.
 * Labels are hashed to keys with MurmurHash3_x86_32 (A. Appleby, 2011, public domain), once for each word of the key.
 */

/** 128 bits: two words key the generator, two separate streams that share a key. */
export interface RandomKey {
  readonly words: readonly [number, number, number, number];
}

/** A sequence of draws that belongs to one consumer. */
export interface RandomStream {
  /** The next draw, uniform in [0, 1), with 53 random bits. */
  next(): number;
}

const ROUNDS = 10;
const LEFT = 0xd2511f53;
const RIGHT = 0xcd9e8d57;

/**
 * Ten rounds of Philox4x32, in place: the counter goes in and four random words come out.
 * @param block four 32-bit words
 * @param k0 first word of the key, of which the low 32 bits count
 */
export function philox4x32(block: Uint32Array, k0: number, k1: number): void {
  let c0 = block[0] ?? 0;
  let c1 = block[1] ?? 0;
  let c2 = block[2] ?? 0;
  let c3 = block[3] ?? 0;
  let left = k0 | 0;
  let right = k1 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(LEFT, c0);
    const high1 = multiplyHigh(RIGHT, c2);
    const low0 = Math.imul(LEFT, c0);
    const low1 = Math.imul(RIGHT, c2);
    c0 = high1 ^ c1 ^ left;
    c1 = low1;
    c2 = high0 ^ c3 ^ right;
    c3 = low0;
    left = (left + 0x9e3779b9) | 0;
    right = (right + 0xbb67ae85) | 0;
  }
  block[0] = c0;
  block[1] = c1;
  block[2] = c2;
  block[3] = c3;
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit words. No part of it needs more than 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) >>> 0;
  const carry = (Math.imul(aLow, bHigh) + (middle & 0xffff)) >>> 0;
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * The key of one purpose, for instance `randomKey(seed, 'clouds')`.
 * @param seed a safe integer
 * @param labels what the draws are for; 1 and '1' are different labels
 */
export function randomKey(seed: number, ...labels: readonly (string | number)[]): RandomKey {
  const words = keyWords([seed, ...labels]);
  return { words: [hashWords(words, 1), hashWords(words, 2), hashWords(words, 3), hashWords(words, 4)] };
}

/**
 * One draw that depends on its arguments alone, uniform in [0, 1), with 53 random bits.
 * @param key the purpose
 * @param index whose draw it is, for instance the device's number, an integer from 0 to 2^32 − 1
 * @param tick which draw, for instance the number of a quarter of an hour since 1970, a safe integer not below 0
 */
export function drawAt(key: RandomKey, index: number, tick: number): number {
  const { words } = key;
  scratch[0] = lowWord(tick);
  scratch[1] = highWord(tick);
  scratch[2] = words[2] ^ index;
  scratch[3] = words[3];
  philox4x32(scratch, words[0], words[1]);
  return toUnitInterval(scratch[0] ?? 0, scratch[1] ?? 0);
}

/** Filled and read within one call: a block of its own for each of millions of draws would cost more than the draw. */
const scratch = new Uint32Array(4);

/** A stream of its own for these labels: no other stream of the seed shifts it. */
export function randomStream(seed: number, ...labels: readonly (string | number)[]): RandomStream {
  const key = randomKey(seed, ...labels);
  let tick = 0;
  return { next: () => drawAt(key, 0, tick++) };
}

/**
 * A fingerprint of any labels as lower-case hexadecimal.
 * @param length how many digits, up to 32
 */
export function fingerprint(labels: readonly (string | number)[], length: number): string {
  const words = keyWords(labels);
  return FINGERPRINT_SALTS.map((salt) => hexOf(hashWords(words, salt)))
    .join('')
    .slice(0, length);
}

/** Eight lower-case digits. */
export function hexOf(word: number): string {
  const pair = (shift: number): string => HEX_PAIRS[(word >>> shift) & 0xff] ?? '';
  return pair(24) + pair(16) + pair(8) + pair(0);
}

const HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Where the words of a fingerprint go, and how many of its four there are. */
export interface WordPlace {
  readonly words: Uint32Array;
  readonly at: number;
  readonly count: number;
}

/** The first words of `fingerprint([...first, last])`, for a million lists that differ in the last label only. */
export function fingerprintsAfter(
  first: readonly (string | number)[],
): (last: string | number, place: WordPlace) => void {
  const firstWords = keyWords(first);
  const started = FINGERPRINT_SALTS.map((salt) => mixWords(salt, firstWords));
  const lastWords: number[] = [];
  return (last, { words, at, count }) => {
    lastWords.length = 0;
    pushLabel(lastWords, last);
    for (let word = 0; word < count; word++) {
      const hash = mixWords(started[word] ?? 0, lastWords);
      words[at + word] = finishHash(hash, firstWords.length + lastWords.length);
    }
  };
}

const FINGERPRINT_SALTS = [5, 6, 7, 8] as const;

function toUnitInterval(a: number, b: number): number {
  return ((a >>> 5) * 0x4000000 + (b >>> 6)) / 0x20000000000000;
}

function lowWord(integer: number): number {
  return integer >>> 0;
}

function highWord(integer: number): number {
  return Math.floor(integer / 0x100000000) >>> 0;
}

/** Labels as 32-bit words, each with its kind and length in front so that no two lists look alike. */
function keyWords(labels: readonly (string | number)[]): number[] {
  const words: number[] = [];
  for (const label of labels) pushLabel(words, label);
  return words;
}

function pushLabel(words: number[], label: string | number): void {
  if (typeof label === 'number') {
    words.push(0x6e, label < 0 ? 1 : 0, lowWord(Math.abs(label)), highWord(Math.abs(label)));
  } else {
    words.push(0x73, label.length);
    for (let at = 0; at < label.length; at++) words.push(label.charCodeAt(at));
  }
}

/** MurmurHash3_x86_32 over whole words. */
function hashWords(words: readonly number[], salt: number): number {
  return finishHash(mixWords(salt, words), words.length);
}

function mixWords(start: number, words: readonly number[]): number {
  let hash = start;
  for (const word of words) {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    hash ^= k;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  return hash;
}

function finishHash(mixed: number, wordCount: number): number {
  let hash = mixed ^ (wordCount * 4);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
