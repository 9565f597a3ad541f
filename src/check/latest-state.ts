/** Does a read-back fit what was submitted? By the reference model: the right record, its fields, and nothing else. */
import { isObject } from '../contract/json.js';
import type { JsonObject } from '../contract/json.js';
import { compareTimes } from '../contract/rfc3339.js';
import { checkExchange } from './conformance.js';
import type { ExchangeOptions } from './conformance.js';
import { describeExchange } from './observed-exchange.js';
import type { ObservedExchange } from './observed-exchange.js';
import { isSameBody, stateOf } from './provider-memory.js';
import type { DeviceMemory, KnownState, ProviderMemory } from './provider-memory.js';
import { checkReadBack } from './read-back.js';
import { makeFinding } from './rules.js';
import type { RuleId } from './rules.js';
import { isAccepted, receiptOf } from './submission.js';
import type { Suspicion } from './submission.js';

export interface Reading {
  readonly deviceId: string;
  readonly exchange: ObservedExchange;
  readonly options?: ExchangeOptions;
}

/** Statuses of a device that nobody knows a state of. */
const ALL_BUT_FAILURES = Array.from({ length: 400 }, (_, index) => 100 + index);

/** Judges a read-back and remembers what it showed. */
export function checkLatestState<Tag>(memory: ProviderMemory<Tag>, reading: Reading): Suspicion<Tag>[] {
  return new ReadingCheck(memory, reading).run();
}

class ReadingCheck<Tag> {
  readonly #memory: ProviderMemory<Tag>;
  readonly #reading: Reading;
  readonly #device: DeviceMemory<Tag>;
  readonly #shown: KnownState<Tag>;

  constructor(memory: ProviderMemory<Tag>, reading: Reading) {
    this.#memory = memory;
    this.#reading = reading;
    this.#device = memory.device(reading.deviceId);
    const receipt = receiptOf(memory, reading.exchange);
    const id = receipt[memory.contract.answerFields.recordId ?? ''];
    this.#shown = stateOf<Tag>(memory.contract, reading.exchange.response?.body, {
      deviceId: reading.deviceId,
      text: undefined,
      fate: 'stored',
      recordId: typeof id === 'string' ? id : undefined,
      receipt,
      tag: undefined,
    });
  }

  run(): Suspicion<Tag>[] {
    const { exchange, options } = this.#reading;
    const isKnown = this.#device.latest.length > 0;
    const answer = checkExchange(this.#memory.contract, exchange, {
      accountId: this.#memory.accountId,
      ...(isKnown ? {} : { statuses: ALL_BUT_FAILURES }),
      ...options,
    }).map((finding) => ({ finding, involved: [] }));
    const body = exchange.response?.body;
    if (!isAccepted(exchange) || !isObject(body)) {
      // No state, and nobody has submitted one: from here on the device is known.
      if (!isKnown && exchange.response?.status === 404) this.#device.isDoubtful = false;
      return answer;
    }
    const candidate = this.#candidate();
    if (candidate !== undefined) return [...answer, ...this.#checkRecord(candidate, body)];
    return [...answer, ...this.#checkOther()];
  }

  /** The state that this is, among those that may be the latest. */
  #candidate(): KnownState<Tag> | undefined {
    const { latest } = this.#device;
    const { recordId, body } = this.#shown;
    return (
      latest.find((state) => state.recordId !== undefined && state.recordId === recordId) ??
      latest.find((state) => state.recordId === undefined && isSameBody(state.body, body))
    );
  }

  #checkRecord(state: KnownState<Tag>, body: JsonObject): Suspicion<Tag>[] {
    const { contract, learnt } = this.#memory;
    const { exchange } = this.#reading;
    const later = this.#device.states.at(-1);
    const isOlderLeftOut =
      later !== undefined && later !== state && later.fate === 'stored' && this.#memory.isOlder(later);
    if (isOlderLeftOut) learnt.olderTime ??= 'stored';
    this.#device.latest = [state];
    this.#device.isDoubtful = false;
    const involved = state.tag === undefined ? [] : [state.tag];
    return [
      ...checkReadBack(contract, state.body, exchange).map((finding) => ({ finding, involved })),
      ...this.#checkInvented(state, body),
      ...this.#checkReceipt(state, body),
    ];
  }

  /** A field that the record lacks comes from an earlier one, or from nowhere. */
  #checkInvented(state: KnownState<Tag>, body: JsonObject): Suspicion<Tag>[] {
    const invented = this.#memory.contract.knownFields.filter(
      (name) => Object.hasOwn(body, name) && body[name] !== null && !Object.hasOwn(state.body, name),
    );
    return invented.map((name) => {
      const value = JSON.stringify(body[name]);
      const source = this.#device.states.findLast(
        (other) => other !== state && JSON.stringify(other.body[name]) === value,
      );
      const from = source === undefined ? '' : ', as an earlier state had it';
      const message = `/${name}: submitted nothing, read back ${value}${from}.`;
      return this.#suspect('state/invented', message, { states: [state, source], pointer: `/${name}` });
    });
  }

  #checkReceipt(state: KnownState<Tag>, body: JsonObject): Suspicion<Tag>[] {
    return Object.entries(state.receipt).flatMap(([name, value]) => {
      if (!Object.hasOwn(body, name) || body[name] === value) return [];
      const message = `/${name}: the receipt says ${JSON.stringify(value)}, the read-back ${JSON.stringify(body[name])}.`;
      return [this.#suspect('state/record-changed', message, { states: [state], pointer: `/${name}` })];
    });
  }

  /** What reads back is none of those that may be the latest. */
  #checkOther(): Suspicion<Tag>[] {
    const device = this.#device;
    const shown = this.#shown;
    const known = device.states.find((state) => state.recordId !== undefined && state.recordId === shown.recordId);
    if (device.isDoubtful || device.latest.length === 0) {
      this.#acceptAsLatest(known);
      return [];
    }
    if (known !== undefined) return this.#checkOutdated(known);
    const expected = device.latest;
    const refused = device.states.find((state) => state.fate === 'refused' && isSameBody(state.body, shown.body));
    if (refused !== undefined) {
      const message = 'Expected the state before it, got one that was refused.';
      return [this.#suspect('state/refused-stored', message, { states: [refused, ...expected] })];
    }
    const alike = expected.find((state) => isSameBody(state.body, shown.body));
    if (alike !== undefined) {
      const message = `Expected the record ${alike.recordId} of the receipt, got the same state as ${shown.recordId}.`;
      return [this.#suspect('state/record-changed', message, { states: [alike] })];
    }
    return this.#checkStranger();
  }

  /** A state of ours that another one should stand before. */
  #checkOutdated(known: KnownState<Tag>): Suspicion<Tag>[] {
    const { learnt, contract } = this.#memory;
    const device = this.#device;
    const [expected] = device.latest;
    const isOlderLast =
      known === device.states.findLast(({ fate }) => fate === 'stored') && this.#memory.isOlder(known);
    if (isOlderLast && learnt.olderTime === undefined) {
      learnt.olderTime = 'becomes-latest';
      device.latest = [known];
      if (contract.open.olderTime === 'becomes-latest') return [];
      const message = `The contract's setting olderTime is ${contract.open.olderTime}, at this provider an older state becomes the latest. The vendor's documentation leaves it open.`;
      return [this.#suspect('open/older-time', message, { states: [expected] })];
    }
    const times = `its time ${this.#timeOf(known)}, that of the latest ${this.#timeOf(expected)}`;
    const message = `Expected the record ${expected?.recordId ?? 'that was submitted'}, got ${known.recordId}: ${times}.`;
    return [this.#suspect('state/not-latest', message, { states: [known, ...device.latest] })];
  }

  /** Somebody else's, or one of ours that cannot be recognised. */
  #checkStranger(): Suspicion<Tag>[] {
    const shown = this.#shown;
    const device = this.#device;
    const [expected] = device.latest;
    const isLater =
      shown.time !== undefined && expected?.time !== undefined && compareTimes(shown.time, expected.time) > 0;
    const isOurs = device.states.some(({ reference }) => reference !== undefined && reference === shown.reference);
    if (isLater && !isOurs) {
      device.isOvertaken = true;
      this.#acceptAsLatest(undefined);
      return [];
    }
    const message = `Expected the record ${expected?.recordId ?? 'that was submitted'}, got ${shown.recordId ?? 'one without an id'}, which no receipt named.`;
    const differences = checkReadBack(this.#memory.contract, expected?.body, this.#reading.exchange);
    const involved = device.latest.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
    return [
      this.#suspect('state/unknown-record', message, { states: device.latest }),
      ...differences.map((finding) => ({ finding, involved })),
    ];
  }

  #acceptAsLatest(known: KnownState<Tag> | undefined): void {
    const state = known ?? this.#shown;
    if (known === undefined) this.#memory.remember(state);
    this.#device.latest = [state];
    this.#device.isDoubtful = false;
  }

  #timeOf(state: KnownState<Tag> | undefined): string {
    return JSON.stringify(state?.body[this.#memory.contract.requestFields.time ?? ''] ?? null);
  }

  #suspect(
    ruleId: RuleId,
    message: string,
    { states, pointer }: { states: readonly (KnownState<Tag> | undefined)[]; pointer?: string },
  ): Suspicion<Tag> {
    const evidence = { ...describeExchange(this.#reading.exchange), ...(pointer === undefined ? {} : { pointer }) };
    const involved = states.flatMap((state) => (state?.tag === undefined ? [] : [state.tag]));
    return { finding: makeFinding(ruleId, { message, evidence }), involved };
  }
}
