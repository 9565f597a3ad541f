/**
 * The steps in which the provider serves a request, each narrow enough to be wrong by itself. The correct ones are in
 * `device-state.ts` and `platform.ts`; a seeded defect (`bugs/`) stands in front of one or two of them.
 */
import type { IncomingHttpHeaders } from 'node:http';

import type { Violation } from '../../contract/contract.js';
import type { Rfc3339Result } from '../../contract/rfc3339.js';
import type { Account, DeviceSetup } from './accounts.js';
import type { ArrivedBody } from './arrived-body.js';
import type { ArrivedRequest, Route } from './arrived-request.js';
import type { Sender } from './authenticate.js';
import type { ReferenceKey, StoredRecord } from './records.js';
import type { Refusal } from './refusal.js';

/** A JSON object by wire names. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request for an operation of the contract. */
export interface PlatformRequest {
  readonly route: Route;
  /** From the path, decoded. */
  readonly deviceId: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: ArrivedBody;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names. A content type among them goes before that of JSON. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON value; undefined for an answer without a body. */
  readonly body: unknown;
  /** What goes out in place of `body` as JSON text. */
  readonly text?: string;
  /** How long it is held back on top of the latency, ms; Infinity for ever. */
  readonly holdMs?: number;
  readonly sender?: Sender;
  readonly record?: StoredRecord;
  /** True where this request stored the record. */
  readonly stored?: boolean;
}

/** A state that someone submits for a device of theirs. */
export interface Submission {
  readonly accountId: string;
  readonly device: DeviceSetup;
  readonly headers: IncomingHttpHeaders;
  readonly body: ArrivedBody;
}

/** What becomes of a submission that is not refused. */
export interface Accepted {
  readonly status: number;
  readonly record: StoredRecord;
  /** False where the record had been stored before. */
  readonly stored: boolean;
}

/** Of a submission. */
export interface SubmissionSteps {
  /** Content type, size, JSON of the body. */
  readBody(submission: Submission): { readonly value: unknown } | Refusal;
  /** The contract's schema. */
  checkSchema(body: unknown): readonly Violation[];
  checkLocation(fields: Fields, device: DeviceSetup): Refusal | undefined;
  /** Undefined where the state has no reference. */
  keyOf(fields: Fields, submission: Submission): ReferenceKey | undefined;
  /** The record that stands in the way of this one, by its reference. */
  findEarlier(key: ReferenceKey, fields: Fields, deviceId: string): StoredRecord | undefined;
  /** Whether a record under the same reference says the same. */
  isRepetition(record: StoredRecord, fields: Fields, deviceId: string): boolean;
  readTime(text: string): Rfc3339Result;
  /** The fields that are remembered. */
  keepFields(fields: Fields, latest: StoredRecord | undefined): Fields;
  becomesLatest(record: StoredRecord, latest: StoredRecord): boolean;
  /** What passes between the last check and the memory: nothing, lest another request come in between. */
  reachMemory(): Promise<void> | undefined;
}

export interface Steps extends SubmissionSteps {
  route(request: ArrivedRequest): Route | Refusal;
  authenticate(request: PlatformRequest): Sender | Refusal;
  findDevice(deviceId: string, account: Account): DeviceSetup | Refusal;
  findLatest(deviceId: string): StoredRecord | undefined;
  /** What an answer says of a record beside the request's own fields. */
  renderReceipt(record: StoredRecord): Fields;
  /** What is read back. */
  renderRecord(record: StoredRecord, receipt: Fields): Fields;
  renderRefusal(refusal: Refusal, about: { route?: Route | undefined; sender?: Sender }): Answer;
  /** The last look at the answer to a request for an operation. */
  finish(answer: Answer, request: PlatformRequest): Answer;
}
