/**
 * A small reference model of a provider: what it should know by now, from what was submitted and how it answered. What the
 * vendor's documentation leaves open is learnt from the first answer that shows it, and has to stay that way from then on.
 */
import type { Contract, OpenSettings } from '../contract/contract.js';
import { isObject } from '../contract/json.js';
import type { JsonObject } from '../contract/json.js';
import { compareTimes, parseRfc3339 } from '../contract/rfc3339.js';
import type { Rfc3339Time } from '../contract/rfc3339.js';

/** What became of a submitted state as far as its answer tells; `unknown` where none came or one that settles nothing. */
export type Fate = 'stored' | 'refused' | 'unknown';

/** @typeParam Tag what the caller knows a submission by, to tell which ones a fault rests on */
export interface KnownState<Tag> {
  readonly deviceId: string;
  /** The fields that the contract knows. */
  readonly body: JsonObject;
  /** How it was written; undefined for a state that was there before. */
  readonly text: string | undefined;
  readonly reference: string | undefined;
  /** Undefined where the body has no RFC 3339 time. */
  readonly time: Rfc3339Time | undefined;
  readonly fate: Fate;
  /** As the answer says; undefined where it has none. */
  readonly recordId: string | undefined;
  /** The fields of the answer that say the same in a receipt and in a read-back. */
  readonly receipt: JsonObject;
  /** Undefined for a state that was there before. */
  readonly tag: Tag | undefined;
}

/** How the provider settles what is open; undefined until it has shown it. */
export interface Learnt {
  duplicateSameBody: OpenSettings['duplicateSameBody'] | undefined;
  /** Of another body under a reference that is taken. */
  duplicateOtherBody: 'refused' | 'first-record' | undefined;
  olderTime: OpenSettings['olderTime'] | undefined;
  referenceScope: OpenSettings['referenceScope'] | undefined;
}

export interface DeviceMemory<Tag> {
  /** In the order in which they were submitted. */
  readonly states: KnownState<Tag>[];
  /** What may be the latest; several where times are equal or states came in together. Empty where nothing is known. */
  latest: readonly KnownState<Tag>[];
  /** Something came in of which nobody knows what became of it: whatever reads back next is right. */
  isDoubtful: boolean;
  /** Somebody else reports for the device, with later times. */
  isOvertaken: boolean;
}

export class ProviderMemory<Tag> {
  readonly contract: Contract;
  readonly learnt: Learnt = {
    duplicateSameBody: undefined,
    duplicateOtherBody: undefined,
    olderTime: undefined,
    referenceScope: undefined,
  };
  /** Whose devices they are; where nobody said so, what the first answer names. */
  accountId: string | undefined;
  readonly #devices = new Map<string, DeviceMemory<Tag>>();
  readonly #byId = new Map<string, KnownState<Tag>>();
  readonly #byReference = new Map<string, KnownState<Tag>[]>();

  constructor(contract: Contract, accountId?: string) {
    this.contract = contract;
    this.accountId = accountId;
  }

  device(deviceId: string): DeviceMemory<Tag> {
    const known = this.#devices.get(deviceId);
    if (known !== undefined) return known;
    const device: DeviceMemory<Tag> = { states: [], latest: [], isDoubtful: true, isOvertaken: false };
    this.#devices.set(deviceId, device);
    return device;
  }

  /** The record that an answer gave this id to. */
  withId(recordId: string): KnownState<Tag> | undefined {
    return this.#byId.get(recordId);
  }

  /** Every state that was submitted under a reference, for whatever device, refused ones too. */
  underReference(reference: string): readonly KnownState<Tag>[] {
    return this.#byReference.get(reference) ?? [];
  }

  remember(state: KnownState<Tag>): void {
    this.device(state.deviceId).states.push(state);
    if (state.recordId !== undefined && !this.#byId.has(state.recordId)) this.#byId.set(state.recordId, state);
    if (state.reference === undefined) return;
    const others = this.#byReference.get(state.reference);
    if (others === undefined) this.#byReference.set(state.reference, [state]);
    else others.push(state);
  }

  /** A state was stored: what may be the latest now. `isTogether` where others were on their way at the same time. */
  becomesLatest(state: KnownState<Tag>, isTogether: boolean): void {
    const device = this.device(state.deviceId);
    const { time } = state;
    if (time === undefined) {
      device.isDoubtful = true;
      return;
    }
    if (this.#olderTime() === 'becomes-latest') {
      device.latest = isTogether ? [...device.latest, state] : [state];
      return;
    }
    const orders = device.latest.map((other) => (other.time === undefined ? 0 : compareTimes(time, other.time)));
    if (orders.every((order) => order > 0)) device.latest = [state];
    else if (orders.every((order) => order >= 0)) device.latest = [...device.latest, state];
  }

  /** True where every state that may be the latest has a later time. */
  isOlder({ deviceId, time }: Pick<KnownState<Tag>, 'deviceId' | 'time'>): boolean {
    const { latest } = this.device(deviceId);
    if (time === undefined || latest.length === 0) return false;
    return latest.every((other) => other.time !== undefined && compareTimes(time, other.time) < 0);
  }

  #olderTime(): OpenSettings['olderTime'] {
    return this.learnt.olderTime ?? this.contract.open.olderTime;
  }
}

/** A state from the body of a submission or of a read-back. */
export function stateOf<Tag>(
  { knownFields, requestFields }: Contract,
  content: unknown,
  about: Pick<KnownState<Tag>, 'deviceId' | 'text' | 'fate' | 'recordId' | 'receipt' | 'tag'>,
): KnownState<Tag> {
  const fields = isObject(content) ? content : {};
  const body = Object.fromEntries(
    knownFields.flatMap((name) => (Object.hasOwn(fields, name) ? [[name, fields[name]]] : [])),
  );
  const text = requestFields.time === undefined ? undefined : body[requestFields.time];
  const time = typeof text === 'string' ? parseRfc3339(text) : undefined;
  const reference = requestFields.recordReferenceId === undefined ? undefined : body[requestFields.recordReferenceId];
  return {
    ...about,
    body,
    reference: typeof reference === 'string' ? reference : undefined,
    time: time?.ok === true ? time : undefined,
  };
}

/** True where two bodies say the same to JSON: neither the order of fields nor the spelling of a number counts. */
export function isSameBody(one: JsonObject, other: JsonObject): boolean {
  const names = Object.keys(one);
  const same = (name: string): boolean =>
    Object.hasOwn(other, name) &&
    (one[name] === other[name] || JSON.stringify(one[name]) === JSON.stringify(other[name]));
  return names.length === Object.keys(other).length && names.every(same);
}
