/** The provider's memory of submitted states: what was stored, under which reference, and what is the latest. */
import type { Rfc3339Time } from '../../contract/rfc3339.js';

export interface StoredRecord {
  readonly id: string;
  readonly accountId: string;
  readonly deviceId: string;
  /** When the measurement was recorded, as the request says. */
  readonly time: Rfc3339Time;
  /** When it was stored, by the provider's clock, ms. */
  readonly createdAtMs: number;
  /** The request's fields that the contract knows, by wire name. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a record is found again by. */
export interface ReferenceKey {
  /** Id of what the reference is unique within. */
  readonly scope: string;
  readonly reference: string;
}

export class Records {
  readonly #byDevice = new Map<string, StoredRecord[]>();
  readonly #latest = new Map<string, StoredRecord>();
  readonly #byReference = new Map<string, Map<string, StoredRecord>>();

  /** Every record of a device, in the order in which they were stored. */
  of(deviceId: string): readonly StoredRecord[] {
    return this.#byDevice.get(deviceId) ?? [];
  }

  latest(deviceId: string): StoredRecord | undefined {
    return this.#latest.get(deviceId);
  }

  /** The first record under a reference. */
  underReference({ scope, reference }: ReferenceKey): StoredRecord | undefined {
    return this.#byReference.get(scope)?.get(reference);
  }

  /** Keeps the reference of the first record only, where several are stored under it. */
  store(record: StoredRecord, { becomesLatest, key }: { becomesLatest: boolean; key: ReferenceKey | undefined }): void {
    const ofDevice = this.#byDevice.get(record.deviceId);
    if (ofDevice === undefined) this.#byDevice.set(record.deviceId, [record]);
    else ofDevice.push(record);
    if (becomesLatest) this.#latest.set(record.deviceId, record);
    if (key === undefined) return;
    let references = this.#byReference.get(key.scope);
    if (references === undefined) {
      references = new Map();
      this.#byReference.set(key.scope, references);
    }
    if (!references.has(key.reference)) references.set(key.reference, record);
  }

  clear(): void {
    this.#byDevice.clear();
    this.#latest.clear();
    this.#byReference.clear();
  }
}
