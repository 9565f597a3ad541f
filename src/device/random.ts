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

type Block = [number, number, number, number];

const ROUNDS = 10;

/**
 * Ten rounds of Philox4x32.
 * @param counter four 32-bit words
 * @param key two 32-bit words
 * @returns four random 32-bit words, unsigned
 */
export function philox4x32(counter: Readonly<Block>, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = aLow * bHigh + (middle % 0x10000);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) >>> 0;
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
  const [k0, k1, c2, c3] = key.words;
  const [a, b] = philox4x32([lowWord(tick), highWord(tick), (c2 ^ index) >>> 0, c3], [k0, k1]);
  return toUnitInterval(a, b);
}

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
  return [5, 6, 7, 8]
    .map((salt) => hashWords(words, salt).toString(16).padStart(8, '0'))
    .join('')
    .slice(0, length);
}

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
  for (const label of labels) {
    if (typeof label === 'number') {
      words.push(0x6e, label < 0 ? 1 : 0, lowWord(Math.abs(label)), highWord(Math.abs(label)));
    } else {
      words.push(0x73, label.length);
      for (let at = 0; at < label.length; at++) words.push(label.charCodeAt(at));
    }
  }
  return words;
}

/** MurmurHash3_x86_32 over whole words. */
function hashWords(words: readonly number[], salt: number): number {
  let hash = salt;
  for (const word of words) {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    hash ^= k;
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= words.length * 4;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
