/** Defects of the reference id: what it is compared with, and what becomes of a repeated submission. */
import { fieldCode, Refusal } from '../refusal.js';
import type { ReferenceKey } from '../records.js';
import type { Steps } from '../steps.js';
import type { Bug } from './bug.js';
import { isFields } from './change.js';

export const idempotencyBugs: readonly Bug[] = [
  {
    name: 'duplicate-stored-again',
    category: 'idempotency',
    description: 'does not look whether a reference is taken',
    symptom: 'the same body sent twice is stored twice, under two record ids',
    plant: () => ({ findEarlier: () => undefined }),
  },
  {
    name: 'duplicate-other-body-stored',
    category: 'idempotency',
    description: 'recognises a repeated body but stores any other one under the same reference',
    symptom: 'a reference that is taken is accepted with another body',
    plant: (steps) => ({
      findEarlier: (key, fields, deviceId) => {
        const record = steps.findEarlier(key, fields, deviceId);
        return record !== undefined && steps.isRepetition(record, fields, deviceId) ? record : undefined;
      },
    }),
  },
  {
    name: 'duplicate-optional-not-compared',
    category: 'idempotency',
    description: 'compares the required fields alone to tell a repetition from another state',
    symptom: 'a reference that is taken is answered with the first record where the power is another',
    plant: (steps, { contract }) => ({
      isRepetition: (record, fields, deviceId) => {
        const changed = contract.requiredFields.some((name) => record.fields[name] !== fields[name]);
        return changed ? steps.isRepetition(record, fields, deviceId) : true;
      },
    }),
  },
  {
    name: 'repetition-answer-empty',
    category: 'idempotency',
    description: 'sends no body with the answer to a repeated submission',
    symptom: 'the second answer to the same body is a 200 without a body',
    plant: (steps) => ({
      finish: (answer, request) => {
        const finished = steps.finish(answer, request);
        return answer.stored === false ? { ...finished, body: undefined } : finished;
      },
    }),
  },
  {
    name: 'reference-across-devices',
    category: 'idempotency',
    description: 'looks a reference up among all devices of the account',
    symptom: 'a second device cannot use a reference of the first',
    plant: (steps) => ({
      keyOf: (fields, submission) => {
        const key = steps.keyOf(fields, submission);
        return key === undefined ? undefined : { ...key, scope: submission.accountId };
      },
    }),
  },
  {
    name: 'reference-case-folded',
    category: 'idempotency',
    description: 'compares references without regard to case, as its database does',
    symptom: 'MET1a and MET1A are taken for the same reference',
    plant: (steps) => changeReference(steps, (reference) => reference.toLowerCase()),
  },
  {
    name: 'reference-truncated',
    category: 'idempotency',
    description: 'keeps the first 32 characters of a reference',
    symptom: 'two long references that begin alike are taken for the same',
    plant: (steps) => changeReference(steps, (reference) => reference.slice(0, 32)),
  },
  {
    name: 'reference-empty-ignored',
    category: 'idempotency',
    description: 'tests for a missing reference by truth, so that an empty one counts as missing',
    symptom: 'the same body with an empty reference is stored twice',
    plant: (steps) => changeReference(steps, (reference) => (reference === '' ? undefined : reference)),
  },
  {
    name: 'reference-of-latest-only',
    category: 'idempotency',
    description: 'compares a reference with that of the record stored last alone',
    symptom: 'a body that is repeated after another one is stored twice',
    plant: (steps, { records }) => ({
      findEarlier: (key, fields, deviceId) => {
        const record = steps.findEarlier(key, fields, deviceId);
        return record === records.of(deviceId).at(-1) ? record : undefined;
      },
    }),
  },
  {
    name: 'refused-reference-remembered',
    category: 'idempotency',
    description: 'takes a reference before it checks the body',
    symptom: 'a corrected body is refused as a conflict with the refused one',
    plant: (steps, { contract }) => {
      const name = contract.requestFields.recordReferenceId ?? '';
      const taken = new Set<string>();
      const markOf = (fields: unknown, deviceId: string): string | undefined =>
        isFields(fields) && typeof fields[name] === 'string' ? `${deviceId} ${fields[name]}` : undefined;
      return {
        readBody: (submission) => {
          const content = steps.readBody(submission);
          if (content instanceof Refusal || steps.checkSchema(content.value).length === 0) return content;
          const mark = markOf(content.value, submission.device.deviceId);
          if (mark !== undefined) taken.add(mark);
          return content;
        },
        checkLocation: (fields, device) => {
          if (!taken.has(markOf(fields, device.deviceId) ?? '')) return steps.checkLocation(fields, device);
          return new Refusal(409, `${fieldCode(name)}_conflict`, { message: `This ${name} is taken.` });
        },
      };
    },
  },
];

/** A record is found again by another text than its reference; undefined is none. */
function changeReference(steps: Steps, change: (reference: string) => string | undefined): Partial<Steps> {
  return {
    keyOf: (fields, submission): ReferenceKey | undefined => {
      const key = steps.keyOf(fields, submission);
      const reference = key === undefined ? undefined : change(key.reference);
      return key === undefined || reference === undefined ? undefined : { ...key, reference };
    },
  };
}
