/** The `record_reference_id` of a record: the same run started again gives the same ids, so nothing is stored twice. */
import { fingerprint } from './random.js';

/** What tells one run of one device from every other. */
export interface ReferenceIdOptions {
  readonly seed: number;
  /** Names the run: two runs whose records differ have different labels. */
  readonly runLabel: string;
  readonly startMs: number;
  readonly deviceId: string;
}

/**
 * What the ids of one device in one run have in front, `vp-` and 64 bits of fingerprint. Two runs of a device share it by
 * an accident of one in 10^19 only.
 */
export function referencePrefix(options: ReferenceIdOptions): string {
  const { seed, runLabel, startMs, deviceId } = options;
  return `vp-${fingerprint([seed, runLabel, startMs, deviceId], 16)}`;
}

/**
 * @param prefix of `referencePrefix`
 * @param sequence number of the record of this device in this run, from 0
 * @returns for instance `vp-3f9a1c27b04e55d1-000123`
 */
export function renderReferenceId(prefix: string, sequence: number): string {
  return `${prefix}-${String(sequence).padStart(6, '0')}`;
}
