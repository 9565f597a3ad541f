/** The ways in which most defects change a step of the provider. */
import type { Quantity, Violation } from '../../../contract/contract.js';
import type { World } from '../platform-steps.js';
import type { StoredRecord } from '../records.js';
import { Refusal } from '../refusal.js';
import type { Fields, Steps } from '../steps.js';

/** The submitted object is another one before anything is checked. A body that is no object stays. */
export function changeBody(steps: Steps, change: (fields: Fields) => Fields | Refusal): Partial<Steps> {
  return {
    readBody: (submission) => {
      const content = steps.readBody(submission);
      if (content instanceof Refusal || !isFields(content.value)) return content;
      const changed = change(content.value);
      return changed instanceof Refusal ? changed : { value: changed };
    },
  };
}

/** A constraint of the contract is not checked where `isForgiven` says so. */
export function forgive(steps: Steps, isForgiven: (violation: Violation) => boolean): Partial<Steps> {
  return {
    checkSchema: (body) => steps.checkSchema(body).filter((violation) => !isForgiven(violation)),
  };
}

/** A state that the contract allows is refused, as if the contract had one more constraint on a field. */
export function forbid(
  { contract }: World,
  steps: Steps,
  rule: { quantity: Quantity; expected: string; isFine: (value: unknown, body: Fields) => boolean },
): Partial<Steps> {
  const name = contract.requestFields[rule.quantity] ?? '';
  return {
    checkSchema: (body) => {
      const violations = steps.checkSchema(body);
      if (violations.length > 0 || !isFields(body) || !Object.hasOwn(body, name)) return violations;
      if (rule.isFine(body[name], body)) return violations;
      const pointer = `/${name}`;
      const message = `${pointer}: expected ${rule.expected}`;
      return [{ ruleId: 'contract/range', pointer, message, expected: rule.expected, actual: body[name] }];
    },
  };
}

/** A state that passed the schema breaks the provider. */
export function crashOn(steps: Steps, isDeadly: (fields: Fields) => boolean): Partial<Steps> {
  return {
    checkLocation: (fields, device) => steps.checkLocation(fields, device) ?? (isDeadly(fields) ? crash() : undefined),
  };
}

/** What comes back of a record is not what was submitted. */
export function changeReadBack(steps: Steps, change: (body: Fields, record: StoredRecord) => Fields): Partial<Steps> {
  return { renderRecord: (record, receipt) => change(steps.renderRecord(record, receipt), record) };
}

/** An object with one field changed: undefined removes it. An object without the field stays as it is. */
export function changeField(fields: Fields, name: string | undefined, change: (value: unknown) => unknown): Fields {
  if (name === undefined || !Object.hasOwn(fields, name)) return fields;
  const { [name]: value, ...others } = fields;
  const changed = change(value);
  return changed === undefined ? others : { ...fields, [name]: changed };
}

/** The same for a number; other values stay. */
export function changeNumber(
  fields: Fields,
  name: string | undefined,
  change: (value: number) => number | undefined,
): Fields {
  return changeField(fields, name, (value) => (typeof value === 'number' ? change(value) : value));
}

/** What a provider answers that broke over a request. */
export function crash(message = 'Something went wrong on our side.'): Refusal {
  return new Refusal(500, 'internal_error', { message });
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
