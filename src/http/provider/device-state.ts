/**
 * What the platform does with a submitted state, in this order: content type, size and JSON of the body, the contract's schema, extra
 * fields, location, reference, time, memory. The first step that objects ends it.
 *
 * Codes of refused bodies: wire name of the first field at fault and what is wrong with it, in snake case:
 * `state_of_charge_percent_maximum`, `time_date_time`, `location_id_type`; `_missing` where a required field is absent,
 * `_unknown` for an extra one, `_mismatch` for a location that isn't the device's, `_in_future`, `_outdated` and
 * `_conflict` by the rules of time and reference; `body_…` where the body as a whole is wrong.
 */
import type { IncomingHttpHeaders } from 'node:http';

import type { Contract, OpenSettings, Violation } from '../../contract/contract.js';
import { type Rfc3339Time, compareTimes, parseRfc3339, renderRfc3339 } from '../../contract/rfc3339.js';
import { unknownField } from '../../contract/violation.js';
import type { DeviceSetup } from './accounts.js';
import type { ArrivedBody } from './arrived-body.js';
import type { Records, StoredRecord } from './records.js';
import { Refusal, snakeCase } from './refusal.js';

type Fields = Readonly<Record<string, unknown>>;

export interface Submission {
  readonly accountId: string;
  readonly device: DeviceSetup;
  readonly headers: IncomingHttpHeaders;
  readonly body: ArrivedBody;
}

export interface Accepted {
  readonly status: number;
  readonly record: StoredRecord;
  /** False where the record had been stored before. */
  readonly stored: boolean;
}

export class DeviceStates {
  readonly #contract: Contract;
  readonly #open: OpenSettings;
  readonly #records: Records;
  readonly #newRecordId: () => string;

  constructor(parts: { contract: Contract; open: OpenSettings; records: Records; newRecordId: () => string }) {
    this.#contract = parts.contract;
    this.#open = parts.open;
    this.#records = parts.records;
    this.#newRecordId = parts.newRecordId;
  }

  /** Runs to its end without a pause, so that of two equal submissions at once exactly one stores. */
  submit(submission: Submission, nowMs: number): Accepted | Refusal {
    const fields = this.#readFields(submission);
    if (fields instanceof Refusal) return fields;
    const earlier = this.#findEarlier(submission, fields);
    if (earlier !== undefined) return earlier;
    const time = this.#readTime(fields, { deviceId: submission.device.deviceId, nowMs });
    if (time instanceof Refusal) return time;
    const { accountId, device } = submission;
    const record = { id: this.#newRecordId(), accountId, deviceId: device.deviceId, time, createdAtMs: nowMs, fields };
    const latest = this.#records.latest(device.deviceId);
    const isLate = latest !== undefined && compareTimes(time, latest.time) < 0;
    this.#records.store(record, {
      becomesLatest: !isLate || this.#open.olderTime === 'becomes-latest',
      scope: this.#scopeOf(submission),
      reference: this.#referenceOf(fields),
    });
    return { status: this.#open.successStatus.default, record, stored: true };
  }

  readLatest(deviceId: string): StoredRecord | Refusal {
    const latest = this.#records.latest(deviceId);
    if (latest !== undefined) return latest;
    return new Refusal(404, 'device_state_missing', { message: `No state of ${deviceId} has been submitted yet.` });
  }

  #readFields(submission: Submission): Fields | Refusal {
    const unreadable = checkContent(submission.headers, submission.body);
    if (unreadable !== undefined) return unreadable;
    const body = submission.body.value;
    const violations = this.#checkSchema(body);
    const [first] = violations;
    const status = this.#open.invalidBodyStatus.default;
    if (first !== undefined) {
      const message = violations.map((violation) => violation.message).join('; ');
      return new Refusal(status, codeOfViolation(first), { message });
    }
    const { knownFields, requestFields } = this.#contract;
    const entries: [string, unknown][] = typeof body === 'object' && body !== null ? Object.entries(body) : [];
    const fields = Object.fromEntries(entries.filter(([name]) => knownFields.includes(name)));
    const { deviceId, locationId } = submission.device;
    const location = requestFields.locationId;
    if (location !== undefined && fields[location] !== locationId) {
      const message = `/${location}: expected the location of ${deviceId}, got another one`;
      return new Refusal(status, `${fieldCode(location)}_mismatch`, { message });
    }
    return fields;
  }

  /** The contract's violations, with extra fields as this provider's own setting says. */
  #checkSchema(body: unknown): Violation[] {
    const isExtra = (violation: Violation): boolean => violation.ruleId === 'contract/additional-properties';
    const violations = this.#contract.checkRequestBody(body);
    if (this.#open.extraField === 'ignored') return violations.filter((violation) => !isExtra(violation));
    if (typeof body !== 'object' || body === null || violations.some(isExtra)) return violations;
    const { knownFields } = this.#contract;
    const extra = Object.keys(body).filter((name) => !knownFields.includes(name));
    return [...violations, ...extra.map((name) => unknownField('', name, knownFields))];
  }

  /** What becomes of a state whose reference is taken, undefined where it isn't. */
  #findEarlier(submission: Submission, fields: Fields): Accepted | Refusal | undefined {
    const reference = this.#referenceOf(fields);
    if (reference === undefined) return undefined;
    const record = this.#records.underReference(this.#scopeOf(submission), reference);
    if (record === undefined) return undefined;
    const name = this.#contract.requestFields.recordReferenceId ?? '';
    const { duplicateSameBody, duplicateOtherBodyStatus, successStatus } = this.#open;
    const first = { record, stored: false };
    if (record.deviceId === submission.device.deviceId && isSameState(record.fields, fields)) {
      if (duplicateSameBody === 'new-record') return undefined;
      if (duplicateSameBody === 'first-record') return { status: successStatus.default, ...first };
      return new Refusal(409, `${fieldCode(name)}_duplicate`, {
        message: `A record with this ${name} is stored already.`,
      });
    }
    const status = duplicateOtherBodyStatus.default;
    if (status < 300) return { status, ...first };
    const message = `Another record is stored under this ${name} already.`;
    return new Refusal(status, `${fieldCode(name)}_conflict`, { message });
  }

  #readTime(fields: Fields, about: { deviceId: string; nowMs: number }): Rfc3339Time | Refusal {
    const name = this.#contract.requestFields.time ?? '';
    const refuse = (problem: string, message: string): Refusal =>
      new Refusal(this.#open.invalidBodyStatus.default, `${fieldCode(name)}_${problem}`, {
        message: `/${name}: ${message}`,
      });
    const time = parseRfc3339(String(fields[name]));
    if (!time.ok) return refuse('date_time', `expected an RFC 3339 date-time (${time.problem})`);
    const { futureToleranceS, olderTime } = this.#open;
    if (time.epochMs > about.nowMs + futureToleranceS * 1000) {
      const now = renderRfc3339(about.nowMs);
      return refuse('in_future', `expected at most ${futureToleranceS} s after the present time, which is ${now}`);
    }
    const latest = this.#records.latest(about.deviceId);
    if (olderTime === 'refused' && latest !== undefined && compareTimes(time, latest.time) < 0) {
      return refuse('outdated', 'expected a time not before that of the latest state');
    }
    return time;
  }

  #scopeOf(submission: Submission): string {
    return this.#open.referenceScope === 'device' ? submission.device.deviceId : submission.accountId;
  }

  #referenceOf(fields: Fields): string | undefined {
    const name = this.#contract.requestFields.recordReferenceId;
    const reference = name === undefined ? undefined : fields[name];
    return typeof reference === 'string' ? reference : undefined;
  }
}

function checkContent(headers: IncomingHttpHeaders, body: ArrivedBody): Refusal | undefined {
  if (body.tooLarge) {
    return new Refusal(413, 'body_too_large', { message: `The body of ${body.byteLength} bytes is too large.` });
  }
  if (body.text === undefined) return new Refusal(400, 'body_missing', { message: 'The request has no body.' });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new Refusal(415, 'content_encoding_unsupported', { message: 'The body must not be compressed.' });
  }
  if (!isJson(headers['content-type'])) {
    return new Refusal(415, 'content_type_unsupported', {
      message: 'The header Content-Type must be application/json.',
    });
  }
  if (body.problem === undefined) return undefined;
  return new Refusal(400, 'body_malformed', { message: `The body is not JSON: ${body.problem}.` });
}

function isJson(contentType: string | undefined): boolean {
  const [mediaType, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (mediaType !== 'application/json') return false;
  return parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter));
}

function codeOfViolation(violation: Violation): string {
  const keyword = snakeCase(violation.ruleId.slice(violation.ruleId.indexOf('/') + 1));
  const field = fieldCode(violation.pointer.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') return `${field}_missing`;
  return keyword.endsWith('additional_properties') ? `${field}_unknown` : `${field}_${keyword}`;
}

/** A field's part of a code; the empty name is the body as a whole. */
function fieldCode(name: string | undefined): string {
  const code = snakeCase(name ?? '');
  return code === '' ? 'body' : code;
}

/**
 * Two submissions say the same where every known field has the same value: neither key order nor the spelling of a number
 * counts (`5`, `5.0`, `-0`), but the spelling of a time does, and an ignored field doesn't.
 */
function isSameState(one: Fields, other: Fields): boolean {
  const names = Object.keys(one);
  // The contract's known fields are strings and numbers; JSON text compares anything else a document may bring.
  const same = (name: string): boolean =>
    one[name] === other[name] || JSON.stringify(one[name]) === JSON.stringify(other[name]);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(name));
}
