/** The `record_reference_id` of a record: the same run started again gives the same ids, so nothing is stored twice. */
import { fingerprintsAfter, hexOf, type WordPlace } from './random.js';

/** What tells one run from every other. */
export interface RunIdentity {
  readonly seed: number;
  /** Names the run: two runs whose records differ have different labels. */
  readonly runLabel: string;
  readonly startMs: number;
}

/** What tells one run of one device from every other. */
export interface ReferenceIdOptions extends RunIdentity {
  readonly deviceId: string;
}

/** What all reference ids begin with. */
export const REFERENCE_PREFIX = 'vp-';
/** Words of fingerprint that tell the ids of one device in one run from all others: 64 bits, 16 hexadecimal digits. */
export const REFERENCE_WORDS = 2;
/** Least digits of a record's number in its reference id. */
const SEQUENCE_DIGITS = 6;

/** The words of each device of a run, by the device's id. Two runs of a device share them by an accident of one in 10^19 only. */
export function referenceWords({ seed, runLabel, startMs }: RunIdentity): (deviceId: string, place: WordPlace) => void {
  return fingerprintsAfter([seed, runLabel, startMs]);
}

/** What the ids of one device in one run have in front: `vp-` and the digits of its words. */
export function referencePrefix(options: ReferenceIdOptions): string {
  const words = new Uint32Array(REFERENCE_WORDS);
  referenceWords(options)(options.deviceId, { words, at: 0, count: REFERENCE_WORDS });
  return prefixOfWords(words, 0);
}

/** @param at place of the device's first word */
export function prefixOfWords(words: Uint32Array, at: number): string {
  let prefix = REFERENCE_PREFIX;
  for (let word = at; word < at + REFERENCE_WORDS; word++) prefix += hexOf(words[word] ?? 0);
  return prefix;
}

/**
 * @param prefix of `referencePrefix`
 * @param sequence number of the record of this device in this run, from 0
 * @returns for instance `vp-3f9a1c27b04e55d1-000123`
 */
export function renderReferenceId(prefix: string, sequence: number): string {
  return `${prefix}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;
}
