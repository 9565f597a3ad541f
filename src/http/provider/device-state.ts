/**
 * What the platform does with a submitted state, in this order: content type, size and JSON of the body, the contract's schema, extra
 * fields, location, reference, time, memory. The first step that objects ends it.
 *
 * Codes of refused bodies: wire name of the first field at fault and what is wrong with it, in snake case:
 * `state_of_charge_percent_maximum`, `time_date_time`, `location_id_type`; `_missing` where a required field is absent,
 * `_unknown` for an extra one, `_mismatch` for a location that isn't the device's, `_in_future`, `_outdated` and
 * `_conflict` by the rules of time and reference; `body_…` where the body as a whole is wrong.
 */
import type { Contract, OpenSettings, Violation } from '../../contract/contract.js';
import { type Rfc3339Time, compareTimes, renderRfc3339 } from '../../contract/rfc3339.js';
import type { Records, ReferenceKey } from './records.js';
import { fieldCode, Refusal, snakeCase } from './refusal.js';
import type { Accepted, Fields, Steps, Submission } from './steps.js';

export interface DeviceStateParts {
  readonly contract: Contract;
  readonly open: OpenSettings;
  readonly records: Records;
  readonly steps: Steps;
  readonly newRecordId: () => string;
}

/** A submission that passed every check. */
interface Draft {
  readonly submission: Submission;
  readonly time: Rfc3339Time;
  readonly fields: Fields;
  readonly key: ReferenceKey | undefined;
  /** When it came, by the provider's clock, ms. */
  readonly nowMs: number;
}

export class DeviceStates {
  readonly #contract: Contract;
  readonly #open: OpenSettings;
  readonly #records: Records;
  readonly #steps: Steps;
  readonly #newRecordId: () => string;

  constructor(parts: DeviceStateParts) {
    this.#contract = parts.contract;
    this.#open = parts.open;
    this.#records = parts.records;
    this.#steps = parts.steps;
    this.#newRecordId = parts.newRecordId;
  }

  /** Runs to its end without a pause, so that of two equal submissions at once exactly one stores. */
  async submit(submission: Submission, nowMs: number): Promise<Accepted | Refusal> {
    const fields = this.#readFields(submission);
    if (fields instanceof Refusal) return fields;
    const { deviceId } = submission.device;
    const key = this.#steps.keyOf(fields, submission);
    const earlier = key === undefined ? undefined : this.#answerEarlier(key, fields, deviceId);
    if (earlier !== undefined) return earlier;
    const time = this.#readTime(fields, { deviceId, nowMs });
    if (time instanceof Refusal) return time;
    const delay = this.#steps.reachMemory();
    if (delay !== undefined) await delay;
    return this.#store({ submission, time, fields, key, nowMs });
  }

  #readFields(submission: Submission): Fields | Refusal {
    const content = this.#steps.readBody(submission);
    if (content instanceof Refusal) return content;
    const body = content.value;
    const violations = this.#steps.checkSchema(body);
    const [first] = violations;
    if (first !== undefined) {
      const message = violations.map((violation) => violation.message).join('; ');
      return new Refusal(this.#open.invalidBodyStatus.default, codeOfViolation(first), { message });
    }
    const { knownFields } = this.#contract;
    const entries: [string, unknown][] = typeof body === 'object' && body !== null ? Object.entries(body) : [];
    const fields = Object.fromEntries(entries.filter(([name]) => knownFields.includes(name)));
    return this.#steps.checkLocation(fields, submission.device) ?? fields;
  }

  /** What becomes of a state whose reference is taken, undefined where it isn't. */
  #answerEarlier(key: ReferenceKey, fields: Fields, deviceId: string): Accepted | Refusal | undefined {
    const record = this.#steps.findEarlier(key, fields, deviceId);
    if (record === undefined) return undefined;
    const name = this.#contract.requestFields.recordReferenceId ?? '';
    const { duplicateSameBody, duplicateOtherBodyStatus, successStatus } = this.#open;
    const first = { record, stored: false };
    if (this.#steps.isRepetition(record, fields, deviceId)) {
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
    const time = this.#steps.readTime(String(fields[name]));
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

  #store({ submission, time, fields, key, nowMs }: Draft): Accepted {
    const { accountId, device } = submission;
    const { deviceId } = device;
    const latest = this.#records.latest(deviceId);
    const kept = this.#steps.keepFields(fields, latest);
    const record = { id: this.#newRecordId(), accountId, deviceId, time, createdAtMs: nowMs, fields: kept };
    const becomesLatest = latest === undefined || this.#steps.becomesLatest(record, latest);
    this.#records.store(record, { becomesLatest, key });
    return { status: this.#open.successStatus.default, record, stored: true };
  }
}

function codeOfViolation(violation: Violation): string {
  const keyword = snakeCase(violation.ruleId.slice(violation.ruleId.indexOf('/') + 1));
  const field = fieldCode(violation.pointer.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'required') return `${field}_missing`;
  return keyword.endsWith('additional_properties') ? `${field}_unknown` : `${field}_${keyword}`;
}
