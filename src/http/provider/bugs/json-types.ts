/** Defects of JSON types: values taken for what they are not. */
import type { Quantity } from '../../../contract/contract.js';
import { Refusal } from '../refusal.js';
import type { Bug } from './bug.js';
import { changeBody, changeNumber, crash } from './change.js';

const numbers: readonly Quantity[] = [
  'socPercent',
  'targetSocPercent',
  'powerKw',
  'powerMagnitudeKw',
  'energyKwh',
  'reservePercent',
];

export const typeBugs: readonly Bug[] = [
  {
    name: 'numeric-strings-accepted',
    category: 'types',
    description: 'lets its framework turn text into numbers',
    symptom: 'a state of charge of "50", as text, is accepted',
    plant: (steps, { contract }) => {
      const names = numbers.map((quantity) => contract.requestFields[quantity]);
      const coerce = (name: string, value: unknown): unknown =>
        names.includes(name) && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
          ? Number(value)
          : value;
      return changeBody(steps, (fields) => mapFields(fields, coerce));
    },
  },
  {
    name: 'booleans-accepted',
    category: 'types',
    description: 'takes true for 1 and false for 0, as its language does',
    symptom: 'a power of true is accepted',
    plant: (steps, { contract }) => {
      const names = numbers.map((quantity) => contract.requestFields[quantity]);
      const coerce = (name: string, value: unknown): unknown =>
        names.includes(name) && typeof value === 'boolean' ? Number(value) : value;
      return changeBody(steps, (fields) => mapFields(fields, coerce));
    },
  },
  {
    name: 'null-accepted',
    category: 'types',
    description: 'takes an optional field that is null for one that is absent',
    symptom: 'a reserve of null is accepted',
    plant: (steps, { contract }) =>
      changeBody(steps, (fields) =>
        mapFields(fields, (name, value) =>
          value === null && !contract.requiredFields.includes(name) ? undefined : value,
        ),
      ),
  },
  {
    name: 'null-crash',
    category: 'types',
    description: 'breaks where a field is there but null',
    symptom: 'any known field of null is a 500',
    plant: (steps, { contract }) =>
      changeBody(steps, (fields) => (contract.knownFields.some((name) => fields[name] === null) ? crash() : fields)),
  },
  {
    name: 'exponent-refused',
    category: 'types',
    description: 'reads numbers with a pattern of its own that knows no exponent',
    symptom: 'a power of -3.4e0 is refused, though JSON allows it',
    plant: (steps, { open }) => ({
      readBody: (submission) => {
        const texts = (submission.body.text ?? '').replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
        if (!/\d[eE][+-]?\d/.test(texts)) return steps.readBody(submission);
        return new Refusal(open.invalidBodyStatus.default, 'body_number', { message: 'A number is malformed.' });
      },
    }),
  },
  {
    name: 'decimals-refused',
    category: 'types',
    description: 'demands a multiple of 0.1 and tests for it with binary fractions',
    symptom: 'a state of charge of 33.35 is refused, and so is one of 0.3',
    plant: (steps, { contract, open }) =>
      changeBody(steps, (fields) => {
        const name = contract.requestFields.socPercent ?? '';
        const value = fields[name];
        if (typeof value !== 'number' || Number.isInteger(value / 0.1)) return fields;
        const message = `/${name}: expected a multiple of 0.1`;
        return new Refusal(open.invalidBodyStatus.default, `${name}_multiple_of`, { message });
      }),
  },
  {
    name: 'array-body-crash',
    category: 'types',
    description: 'looks for fields in a body without asking whether it is an object',
    symptom: 'an array or null as body is a 500',
    plant: (steps) => ({
      readBody: (submission) => {
        const content = steps.readBody(submission);
        if (content instanceof Refusal) return content;
        return content.value === null || Array.isArray(content.value) ? crash() : content;
      },
    }),
  },
  {
    name: 'soc-fraction-guessed',
    category: 'types',
    description: 'takes a state of charge up to 1 for a fraction and multiplies it by 100',
    symptom: 'a state of charge of 0.5 reads back as 50',
    plant: (steps, { contract }) =>
      changeBody(steps, (fields) =>
        changeNumber(fields, contract.requestFields.socPercent, (value) =>
          value > 0 && value <= 1 ? value * 100 : value,
        ),
      ),
  },
];

/** Undefined removes a field. */
function mapFields(
  fields: Readonly<Record<string, unknown>>,
  change: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => [name, change(name, value)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
