/**
 * Does the answer to a submitted state fit what the provider knows already? Status and shape by `checkExchange`, then
 * references, record ids and times by the reference model.
 */
import type { OpenSettings } from '../contract/contract.js';
import { isObject } from '../contract/json.js';
import type { JsonObject } from '../contract/json.js';
import { parseRfc3339 } from '../contract/rfc3339.js';
import { checkExchange, clockOfAnswer } from './conformance.js';
import type { ExchangeOptions } from './conformance.js';
import type { Finding } from './finding.js';
import { describeExchange } from './observed-exchange.js';
import type { ObservedExchange } from './observed-exchange.js';
import { isSameBody, stateOf } from './provider-memory.js';
import type { KnownState, ProviderMemory } from './provider-memory.js';
import { makeFinding } from './rules.js';
import type { RuleId } from './rules.js';

/** A state that is right in every way, as it was sent, and what came of it. */
export interface Submission<Tag> {
  readonly deviceId: string;
  readonly body: JsonObject;
  readonly exchange: ObservedExchange;
  readonly tag: Tag;
  /** True where nobody can have used its reference before. */
  readonly isOwnReference: boolean;
  /** Of `checkExchange`, for a submission that may be answered otherwise than with success. */
  readonly options?: ExchangeOptions;
}

/** A finding and the submissions that it rests on, the one at hand left out. */
export interface Suspicion<Tag> {
  readonly finding: Finding;
  readonly involved: readonly Tag[];
}

export interface SubmissionSuspicion<Tag> extends Suspicion<Tag> {
  /** The submission at hand. */
  readonly subject: Tag;
}

/** States that were on their way at the same time, or a single one. */
export function checkSubmissions<Tag>(
  memory: ProviderMemory<Tag>,
  group: readonly Submission<Tag>[],
): SubmissionSuspicion<Tag>[] {
  // Whoever was accepted came first, as far as anybody can tell from outside.
  const ordered = group.toSorted((a, b) => Number(isAccepted(b.exchange)) - Number(isAccepted(a.exchange)));
  return ordered.flatMap((submission) =>
    new SubmissionCheck(memory, submission, group.length > 1)
      .run()
      .map((suspicion) => ({ ...suspicion, subject: submission.tag })),
  );
}

export function isAccepted({ response }: ObservedExchange): boolean {
  return response !== undefined && response.status >= 200 && response.status < 300;
}

/** The fields of an answer that belong to the record and not to the moment of the answer. */
export function receiptOf<Tag>({ contract }: ProviderMemory<Tag>, { response }: ObservedExchange): JsonObject {
  const body = response?.body;
  const { recordId, timeCreated, accountId } = contract.answerFields;
  const names = [recordId, timeCreated, accountId].filter((name) => name !== undefined);
  return isObject(body)
    ? Object.fromEntries(names.flatMap((name) => (Object.hasOwn(body, name) ? [[name, body[name]]] : [])))
    : {};
}

class SubmissionCheck<Tag> {
  readonly #memory: ProviderMemory<Tag>;
  readonly #submission: Submission<Tag>;
  readonly #isTogether: boolean;
  readonly #state: KnownState<Tag>;
  readonly #status: number | undefined;

  constructor(memory: ProviderMemory<Tag>, submission: Submission<Tag>, isTogether: boolean) {
    const { deviceId, body, exchange, tag } = submission;
    this.#memory = memory;
    this.#submission = submission;
    this.#isTogether = isTogether;
    this.#status = exchange.response?.status;
    const receipt = receiptOf(memory, exchange);
    const id = receipt[memory.contract.answerFields.recordId ?? ''];
    this.#state = stateOf<Tag>(memory.contract, body, {
      deviceId,
      text: exchange.request.body,
      fate: isAccepted(exchange) ? 'stored' : this.#isRefused() ? 'refused' : 'unknown',
      recordId: typeof id === 'string' ? id : undefined,
      receipt,
      tag,
    });
  }

  run(): Suspicion<Tag>[] {
    const { reference, deviceId } = this.#state;
    const under = reference === undefined ? [] : this.#memory.underReference(reference);
    const taken = under.filter(({ fate }) => fate !== 'refused');
    const earlier = taken.find((state) => state.deviceId === deviceId);
    if (earlier !== undefined) return this.#checkTaken(earlier);
    const elsewhere = taken.find((state) => state.deviceId !== deviceId);
    return elsewhere === undefined ? this.#checkNew() : this.#checkElsewhere(elsewhere);
  }

  #checkNew(): Suspicion<Tag>[] {
    const refusal = this.#checkOlderRefused();
    if (refusal !== undefined) return refusal;
    const mayBeTaken = !this.#submission.isOwnReference && this.#state.reference !== undefined;
    const { accepted } = this.#memory.contract.open.duplicateOtherBodyStatus;
    const options = mayBeTaken && !this.#isStored() ? { statuses: accepted } : {};
    const found = this.#checkAnswer({ ...options, ...this.#submission.options });
    return [...found, ...this.#store()];
  }

  /** Undefined where the state is not one that is refused for its time. */
  #checkOlderRefused(): Suspicion<Tag>[] | undefined {
    const isRefused = this.#status === 400 || this.#status === 409 || this.#status === 422;
    if (!isRefused || !this.#memory.isOlder(this.#state)) return undefined;
    const { learnt } = this.#memory;
    if (learnt.olderTime !== undefined && learnt.olderTime !== 'refused') return undefined;
    const open = learnt.olderTime === undefined ? this.#learn('olderTime', 'refused') : [];
    this.#memory.remember(this.#state);
    return [...this.#checkAnswer({ statuses: [400, 409, 422] }), ...open];
  }

  /** The reference names a record of this device. */
  #checkTaken(earlier: KnownState<Tag>): Suspicion<Tag>[] {
    if (earlier.fate === 'unknown') {
      this.#memory.device(this.#state.deviceId).isDoubtful = true;
      this.#memory.remember(this.#state);
      return this.#checkAnswer({ expected: 'duplicate-other-body', statuses: [200, 201, 202, 204] });
    }
    const isSame = isSameBody(earlier.body, this.#state.body);
    return isSame ? this.#checkRepetition(earlier) : this.#checkConflict(earlier);
  }

  #checkRepetition(earlier: KnownState<Tag>): Suspicion<Tag>[] {
    const behaviour = this.#isRefused() ? 'refused' : this.#isOther(earlier) ? 'new-record' : 'first-record';
    const answer = this.#checkAnswer(behaviour === 'refused' ? { expected: 'duplicate-other-body' } : {});
    if (this.#status === undefined || this.#status >= 500) return this.#doubt(answer);
    const judged = this.#checkBehaviour(behaviour, earlier);
    return [...answer, ...judged, ...(behaviour === 'new-record' ? this.#store() : [])];
  }

  #checkBehaviour(behaviour: OpenSettings['duplicateSameBody'], earlier: KnownState<Tag>): Suspicion<Tag>[] {
    const { learnt, contract } = this.#memory;
    // Two at once teach nothing: a provider may treat them otherwise than two in a row.
    const usual = learnt.duplicateSameBody ?? (this.#isTogether ? contract.open.duplicateSameBody : undefined);
    if (usual === undefined) {
      const same = behaviour === 'first-record' ? this.#checkReceipt(earlier) : [];
      return [...this.#learn('duplicateSameBody', behaviour, [earlier]), ...same];
    }
    if (behaviour === 'first-record') return this.#checkReceipt(earlier);
    if (behaviour === usual) return [];
    if (behaviour === 'new-record') {
      const message = `Expected the record ${earlier.recordId} for a state that was stored under the same reference, got the new record ${this.#state.recordId}.`;
      return [this.#suspect(this.#isTogether ? 'idempotency/race' : 'idempotency/stored-twice', message, [earlier])];
    }
    // Of two at once, the second may be refused: it cannot be answered with a record that is not there yet.
    if (this.#isTogether) return [];
    const isSpelledAlike = earlier.text === this.#state.text;
    const way = isSpelledAlike ? 'sent again' : 'written in another way';
    const message = `Expected the record ${earlier.recordId} for the same state ${way}, got status ${this.#status}.`;
    return [this.#suspect(isSpelledAlike ? 'idempotency/repeat-refused' : 'idempotency/spelling', message, [earlier])];
  }

  /** The first record, as its first receipt named it. */
  #checkReceipt(earlier: KnownState<Tag>): Suspicion<Tag>[] {
    return Object.entries(earlier.receipt).flatMap(([name, value]) => {
      const now = this.#state.receipt[name];
      if (now === undefined || now === value || this.#isOther(earlier)) return [];
      const message = `/${name}: the first receipt says ${JSON.stringify(value)}, that of the repetition ${JSON.stringify(now)}.`;
      const suspicion = this.#suspect('state/record-changed', message, [earlier]);
      const evidence = { ...suspicion.finding.evidence, pointer: `/${name}` };
      return [{ ...suspicion, finding: { ...suspicion.finding, evidence } }];
    });
  }

  #checkConflict(earlier: KnownState<Tag>): Suspicion<Tag>[] {
    const options =
      this.#isStored() && !this.#isOther(earlier) ? {} : { statuses: this.#isStored() ? [this.#status ?? 0] : [] };
    const answer = this.#checkAnswer({ expected: 'duplicate-other-body', ...options });
    if (!this.#isStored()) {
      if (!this.#isRefused()) return this.#doubt(answer);
      if (!this.#isTogether) this.#memory.learnt.duplicateOtherBody ??= 'refused';
      this.#memory.remember(this.#state);
      return answer;
    }
    if (!this.#isOther(earlier)) return [...answer, ...this.#checkHidden(earlier)];
    const rule: RuleId = this.#isTogether ? 'idempotency/race' : 'idempotency/reference-reused';
    const message = `Expected a refusal or the record ${earlier.recordId} for another state under the same reference, got the new record ${this.#state.recordId}.`;
    return [...answer, this.#suspect(rule, message, [earlier]), ...this.#store()];
  }

  /** Another state was answered with the first record. */
  #checkHidden(earlier: KnownState<Tag>): Suspicion<Tag>[] {
    const { learnt } = this.#memory;
    if (this.#isTogether) return [];
    learnt.duplicateOtherBody ??= 'first-record';
    if (learnt.duplicateOtherBody === 'first-record') return [];
    const names = this.#memory.contract.knownFields.filter(
      (name) => JSON.stringify(earlier.body[name]) !== JSON.stringify(this.#state.body[name]),
    );
    const message = `Expected a refusal, as for other states under a reference that is taken, got the first record ${earlier.recordId}, which differs in ${names.join(', ')}.`;
    return [this.#suspect('idempotency/fields-not-compared', message, [earlier])];
  }

  /** The reference names a record of another device. */
  #checkElsewhere(other: KnownState<Tag>): Suspicion<Tag>[] {
    const { learnt } = this.#memory;
    if (this.#isStored() && other.recordId !== undefined && this.#state.recordId === other.recordId) {
      const message = `Expected a record of ${this.#state.deviceId}, got ${other.recordId}, which is a record of ${other.deviceId} under the same reference.`;
      return [...this.#checkAnswer(), this.#suspect('idempotency/references-mixed-up', message, [other])];
    }
    const scope = this.#isRefused() ? 'account' : 'device';
    if (learnt.referenceScope === undefined && (this.#isStored() || this.#isRefused())) {
      const open = this.#learn('referenceScope', scope, [other]);
      const answer = this.#checkAnswer(scope === 'account' ? { expected: 'duplicate-other-body' } : {});
      return [...answer, ...open, ...this.#store()];
    }
    const options: ExchangeOptions = learnt.referenceScope === 'account' ? { expected: 'duplicate-other-body' } : {};
    return [...this.#checkAnswer(options), ...this.#store()];
  }

  /** Remembers the state with whatever fate the answer gave it. */
  #store(): Suspicion<Tag>[] {
    const { recordId } = this.#state;
    const known = recordId === undefined ? undefined : this.#memory.withId(recordId);
    this.#memory.remember(this.#state);
    if (this.#state.fate === 'unknown') this.#memory.device(this.#state.deviceId).isDoubtful = true;
    if (this.#state.fate !== 'stored') return [];
    this.#memory.becomesLatest(this.#state, this.#isTogether);
    if (known === undefined) return this.#checkCreated();
    const isReference = known.reference !== undefined && this.#state.reference !== undefined;
    const shown = (state: KnownState<Tag>): string => JSON.stringify(state.reference ?? null).slice(0, 80);
    const message = isReference
      ? `Expected a record of its own for the reference ${shown(this.#state)}, got ${recordId}, the record of ${shown(known)}.`
      : `Expected an id of its own for a new record, got ${recordId}, which another record has.`;
    return [
      this.#suspect(isReference ? 'idempotency/references-mixed-up' : 'state/record-id-reused', message, [known]),
    ];
  }

  /** A new record was created just now. */
  #checkCreated(): Suspicion<Tag>[] {
    const { exchange } = this.#submission;
    const text = this.#state.receipt[this.#memory.contract.answerFields.timeCreated ?? ''];
    const created = typeof text === 'string' ? parseRfc3339(text) : undefined;
    if (created?.ok !== true || exchange.response === undefined) return [];
    const lateS = (clockOfAnswer(exchange, exchange.response) - created.epochMs) / 1000;
    if (lateS <= CREATION_TOLERANCE_S) return [];
    const message = `Expected a creation time of at most ${CREATION_TOLERANCE_S} s before the provider's clock, got ${JSON.stringify(text)}, ${Math.round(lateS)} s before it.`;
    return [this.#suspect('state/created-at-another-time', message, [])];
  }

  #doubt(found: Suspicion<Tag>[]): Suspicion<Tag>[] {
    this.#memory.device(this.#state.deviceId).isDoubtful = true;
    return found;
  }

  #learn<K extends 'duplicateSameBody' | 'olderTime' | 'referenceScope'>(
    name: K,
    value: OpenSettings[K] & string,
    involved: readonly KnownState<Tag>[] = [],
  ): Suspicion<Tag>[] {
    const { learnt, contract } = this.#memory;
    Object.assign(learnt, { [name]: value });
    if (contract.open[name] === value) return [];
    const message = `The contract's setting ${name} is ${contract.open[name]}, this provider does ${value}. The vendor's documentation leaves it open.`;
    const suspicion = this.#suspect(OPEN_RULES[name], message, involved);
    const evidence = { ...suspicion.finding.evidence, setting: contract.open[name], observed: value };
    return [{ ...suspicion, finding: { ...suspicion.finding, evidence } }];
  }

  #checkAnswer(options: ExchangeOptions = {}): Suspicion<Tag>[] {
    const { exchange } = this.#submission;
    const { accountId, contract } = this.#memory;
    const found = checkExchange(contract, exchange, { accountId, ...this.#submission.options, ...options });
    const named = this.#state.receipt[contract.answerFields.accountId ?? ''];
    if (typeof named === 'string' && this.#isStored()) this.#memory.accountId ??= named;
    return found.map((finding) => ({ finding, involved: [] }));
  }

  #suspect(ruleId: RuleId, message: string, involved: readonly KnownState<Tag>[]): Suspicion<Tag> {
    const evidence = describeExchange(this.#submission.exchange);
    const tags = involved.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
    return { finding: makeFinding(ruleId, { message, evidence }), involved: tags };
  }

  #isStored(): boolean {
    return this.#state.fate === 'stored';
  }

  #isRefused(): boolean {
    return this.#status !== undefined && this.#status >= 400 && this.#status < 500;
  }

  #isOther({ recordId }: KnownState<Tag>): boolean {
    return recordId !== undefined && this.#state.recordId !== undefined && recordId !== this.#state.recordId;
  }
}

/** Time in a queue and two clocks that differ; an offset from UTC that was forgotten is more. */
const CREATION_TOLERANCE_S = 300;

const OPEN_RULES = {
  duplicateSameBody: 'open/repeated-record',
  olderTime: 'open/older-time',
  referenceScope: 'open/reference-scope',
} as const satisfies Readonly<Record<string, RuleId>>;
