/** The fields of the submit operation's body as generators need them: each with all that the document says about it. */
import { UserError } from '../errors.js';
import { bodyFromTokens } from './body-text.js';
import type { BodyText } from './body-text.js';
import type { Contract, Quantity } from './contract.js';
import { isQuantity } from './fields.js';
import { childPointer, isObject, valueAt } from './json.js';
import type { JsonObject } from './json.js';

export interface FieldShape {
  readonly name: string;
  /** RFC 6901, in the body. */
  readonly pointer: string;
  readonly quantity: Quantity | undefined;
  readonly isRequired: boolean;
  /** Keywords of the field's schema, those behind `$ref` and `allOf` among them; of two bounds the tighter one. */
  readonly schema: JsonObject;
  /** JSON types that the schema allows; empty where it names none. */
  readonly types: readonly string[];
  /** JSON text of a value with nothing special about it, from the document's examples where they are valid. */
  readonly plain: string;
}

export interface RequestShape {
  /** In the document's order. */
  readonly fields: readonly FieldShape[];
  /** Every field with its plain value. */
  readonly full: BodyText;
  /** Only the fields that must be there. */
  readonly minimal: BodyText;
}

const shapes = new WeakMap<Contract, RequestShape>();

/** @throws UserError where no valid body can be made of the document's schemas and examples */
export function requestShape(contract: Contract): RequestShape {
  const known = shapes.get(contract);
  if (known !== undefined) return known;
  const shape = readShape(contract);
  shapes.set(contract, shape);
  return shape;
}

function readShape(contract: Contract): RequestShape {
  const merged = mergeSchema(contract, requestSchema(contract));
  const properties = isObject(merged['properties']) ? merged['properties'] : {};
  const fields = Object.entries(properties).map(([name, property]) => {
    const schema = mergeSchema(contract, property);
    const pointer = childPointer('', name);
    const quantity = isQuantity(schema[QUANTITY_KEY]) ? schema[QUANTITY_KEY] : undefined;
    const isRequired = contract.requiredFields.includes(name);
    const types = [schema['type'] ?? []].flat().map(String);
    return { name, pointer, quantity, isRequired, schema, types, plain: plainToken(contract, { name, schema, types }) };
  });
  const bodyOf = (chosen: readonly FieldShape[]): BodyText =>
    bodyFromTokens(Object.fromEntries(chosen.map(({ name, plain }) => [name, plain])));
  const full = bodyOf(fields);
  const [violation] = contract.checkRequestBody(full.value);
  if (violation !== undefined) throw noBody(contract, `${violation.message} in a body of the document's own values`);
  return { fields, full, minimal: bodyOf(fields.filter(({ isRequired }) => isRequired)) };
}

const QUANTITY_KEY = 'x-voltpact-quantity';

function noBody({ source }: Contract, why: string): UserError {
  return new UserError(`no request body can be made from ${source}: ${why}`, {
    place: { file: source },
    hint: 'Give the submit operation an example with every field, valid by its schema.',
  });
}

/** The schema of the request body, as it stands in the document. */
function requestSchema(contract: Contract): unknown {
  const { pathTemplate, method } = contract.operations.submit;
  const step = (parent: unknown, key: string): unknown => follow(contract, valueAt(parent, childPointer('', key)));
  const item = step(step(contract.document, 'paths'), pathTemplate);
  const content = step(step(step(item, method.toLowerCase()), 'requestBody'), 'content');
  const types = isObject(content) ? Object.keys(content) : [];
  const type = types.find((name) => /^application\/json\b/i.test(name)) ?? types.find((name) => /\+json\b/i.test(name));
  return type === undefined ? undefined : step(step(content, type), 'schema');
}

/** What a chain of references leads to; `parseContract` has made sure that it leads somewhere. */
function follow({ document }: Contract, value: unknown): unknown {
  let current = value;
  while (isObject(current) && typeof current['$ref'] === 'string') {
    current = valueAt(document, decodeURIComponent(current['$ref'].slice(1)));
  }
  return current;
}

/** A schema with `$ref` and `allOf` folded into one list of keywords. */
function mergeSchema(contract: Contract, schema: unknown): JsonObject {
  if (!isObject(schema)) return {};
  const { $ref: reference, allOf, ...own } = schema;
  const referred = reference === undefined ? {} : mergeSchema(contract, follow(contract, { $ref: reference }));
  const parts = (Array.isArray(allOf) ? allOf : []).map((part: unknown) => mergeSchema(contract, part));
  return [...parts, own].reduce<JsonObject>(mergeKeywords, referred);
}

function mergeKeywords(one: JsonObject, other: JsonObject): JsonObject {
  const both = { ...one, ...other };
  for (const key of Object.keys(other)) {
    const [a, b] = [one[key], other[key]];
    if (typeof a === 'number' && typeof b === 'number')
      both[key] = /^min|Minimum$/.test(key) ? Math.max(a, b) : Math.min(a, b);
    if (key === 'properties' && isObject(a) && isObject(b)) both[key] = { ...a, ...b };
  }
  return both;
}

/** The first value that the document gives for a field, or that its keywords suggest, which the contract allows. */
function plainToken(contract: Contract, field: Pick<FieldShape, 'name' | 'schema' | 'types'>): string {
  const pointer = childPointer('', field.name);
  const isValid = (value: unknown): boolean =>
    contract
      .checkRequestBody({ [field.name]: value })
      .every((violation) => violation.pointer !== pointer && !violation.pointer.startsWith(`${pointer}/`));
  const found = suggestions(contract, field).find((value) => value !== undefined && isValid(value));
  if (found === undefined) throw noBody(contract, `no value is known that ${pointer} allows`);
  return JSON.stringify(found);
}

function suggestions(
  contract: Contract,
  { name, schema, types }: Pick<FieldShape, 'name' | 'schema' | 'types'>,
): unknown[] {
  const bodies = Object.values(contract.operations.submit.requestExamples);
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  const { lowest, highest } = numberRange(schema);
  const middle = Math.min(Math.max(0, lowest), highest);
  return [
    ...bodies.map((body) => valueAt(body, childPointer('', name))),
    schema['example'],
    ...list(schema['examples']),
    schema['default'],
    schema['const'],
    ...list(schema['enum']),
    middle,
    middle + 1,
    (Math.max(lowest, -1e6) + Math.min(highest, 1e6)) / 2,
    ...(schema['format'] === 'date-time' ? ['2022-02-01T10:30:00Z'] : []),
    'voltpact',
    'v'.repeat(Number(schema['minLength'] ?? 1)),
    'v'.repeat(Number(schema['maxLength'] ?? 1)),
    true,
    ...(types.includes('array') ? [[]] : []),
    ...(types.includes('object') ? [{}] : []),
  ];
}

/** What a number's keywords leave, bounds that are excluded moved in by a step; infinite where there is none. */
export interface NumberRange {
  readonly lowest: number;
  readonly highest: number;
  /** Distance of neighbours on the grid of generated numbers. */
  readonly step: number;
}

export function numberRange(schema: JsonObject): NumberRange {
  const number = (key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);
  const isInteger = [schema['type']].flat().includes('integer');
  const step = number('multipleOf') ?? (isInteger ? 1 : 0.1);
  const above = number('exclusiveMinimum');
  const below = number('exclusiveMaximum');
  return {
    step,
    lowest: Math.max(number('minimum') ?? -Infinity, above === undefined ? -Infinity : onGrid(above + step)),
    highest: Math.min(number('maximum') ?? Infinity, below === undefined ? Infinity : onGrid(below - step)),
  };
}

/** A sum or difference of decimals as it reads: 0.1 + 0.2 is 0.3. */
export function onGrid(value: number): number {
  return Number(value.toPrecision(12));
}
