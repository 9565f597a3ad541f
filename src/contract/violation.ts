/** Turns what the schema validator found into violations that people and programs can read. */
import type { ErrorObject } from 'ajv';
import type { Violation } from './contract.js';
import { childPointer, isObject } from './json.js';
import type { JsonObject } from './json.js';
import { nearestWord } from './nearest.js';
import { parseRfc3339 } from './rfc3339.js';

const LONGEST_VALUE = 60;

/** How a message shows a value: texts and numbers as JSON, cut where they are long; objects and lists only by kind. */
function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  if (typeof value === 'number') return Object.is(value, -0) ? '0' : String(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (value.length <= LONGEST_VALUE) return JSON.stringify(value);
  // No half of a surrogate pair is left at the cut.
  const start = value.slice(0, LONGEST_VALUE).replace(/[\uD800-\uDBFF]$/, '');
  return `${JSON.stringify(start)}… (${value.length} characters)`;
}

/** A field that the document does not know, where such fields are refused. */
export function unknownField(parent: string, name: string, known: Iterable<string>): Violation {
  const pointer = childPointer(parent, name);
  const nearest = nearestWord(name, known);
  const meant = nearest === undefined ? '' : `; did you mean ${showValue(nearest)}?`;
  return {
    ruleId: 'contract/additional-properties',
    pointer,
    message: `${showPointer(pointer)}: expected only fields of the contract, got the unknown field ${showValue(name)}${meant}`,
    expected: 'a field of the contract',
    actual: name,
  };
}

/** The same violation may be found on two ways through `allOf`: one of each kind and place is enough. */
export function toViolations(errors: readonly ErrorObject[]): Violation[] {
  const byPlace = new Map<string, Violation>();
  for (const error of errors) {
    const violation = toViolation(error);
    const key = `${violation.ruleId} ${violation.pointer} ${JSON.stringify(violation.expected)}`;
    if (!byPlace.has(key)) byPlace.set(key, violation);
  }
  return [...byPlace.values()];
}

function toViolation(error: ErrorObject): Violation {
  const { keyword, instancePath } = error;
  const params: Readonly<Record<string, unknown>> = error.params;
  if (keyword === 'required') {
    const pointer = childPointer(instancePath, String(params['missingProperty']));
    return {
      ruleId: 'contract/required',
      pointer,
      message: `${showPointer(pointer)}: expected a value, since the field is required, got nothing`,
      expected: 'a value',
      actual: undefined,
    };
  }
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const name = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
    return unknownField(instancePath, name, Object.keys(propertiesOf(error.parentSchema)));
  }
  const secret = error.parentSchema?.['format'] === 'password' && typeof error.data === 'string';
  const actual: unknown = secret ? '(secret)' : error.data;
  const [words, reason] = describeExpectation(error, params);
  const got = secret ? 'a secret that is not shown' : showValue(actual);
  return {
    ruleId: `contract/${ruleName(keyword, params)}`,
    pointer: instancePath,
    message: `${showPointer(instancePath)}: expected ${words}, got ${got}${reason === undefined ? '' : ` (${reason})`}`,
    expected: error.schema,
    actual,
  };
}

/** What was expected, and why the value is not that where it isn't plain to see. */
function describeExpectation(
  { keyword, schema, data }: ErrorObject,
  params: Readonly<Record<string, unknown>>,
): [words: string, reason?: string] {
  switch (keyword) {
    case 'type':
      return [withArticle(schema)];
    case 'minimum':
      return [`at least ${String(schema)}`];
    case 'maximum':
      return [`at most ${String(schema)}`];
    case 'exclusiveMinimum':
      return [`more than ${String(schema)}`];
    case 'exclusiveMaximum':
      return [`less than ${String(schema)}`];
    case 'multipleOf':
      return [`a multiple of ${String(schema)}`];
    case 'minLength':
      return [`at least ${String(schema)} characters`];
    case 'maxLength':
      return [`at most ${String(schema)} characters`];
    case 'minItems':
      return [`at least ${String(schema)} items`];
    case 'maxItems':
      return [`at most ${String(schema)} items`];
    case 'pattern':
      return [`text that matches ${String(schema)}`];
    case 'const':
      return [JSON.stringify(schema)];
    case 'enum':
      return [Array.isArray(schema) ? schema.map((item) => JSON.stringify(item)).join(' or ') : String(schema)];
    case 'format':
      return describeFormat(String(params['format']), data);
    default:
      return [`what "${keyword}" of the contract says`];
  }
}

function describeFormat(format: string, data: unknown): [words: string, reason?: string] {
  if (format !== 'date-time' || typeof data !== 'string') return [`the format ${format}`];
  const result = parseRfc3339(data);
  return result.ok ? ['an RFC 3339 date-time'] : ['an RFC 3339 date-time', result.problem];
}

function withArticle(type: unknown): string {
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  return types
    .map((name) => (name === 'null' ? 'null' : `${/^[aio]/.test(String(name)) ? 'an' : 'a'} ${String(name)}`))
    .join(' or ');
}

function ruleName(keyword: string, params: Readonly<Record<string, unknown>>): string {
  const name = keyword === 'format' ? String(params['format']) : keyword;
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function propertiesOf(schema: unknown): JsonObject {
  return isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {};
}

function showPointer(pointer: string): string {
  if (pointer === '') return 'the body';
  return pointer.length <= LONGEST_VALUE ? pointer : `${pointer.slice(0, LONGEST_VALUE)}…`;
}
