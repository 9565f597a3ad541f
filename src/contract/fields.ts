/** What the fields of a schema carry: names, required names and `x-voltpact-quantity`, through `$ref` and `allOf`. */
import type { Quantity } from './contract.js';
import { nameKind } from './document.js';
import type { ContractDocument, Located } from './document.js';
import { childPointer, isObject } from './json.js';
import { wordHint } from './nearest.js';

/** The JSON type by which each quantity travels. */
const QUANTITY_TYPES: Readonly<Record<Quantity, 'number' | 'string'>> = {
  locationId: 'string',
  time: 'string',
  socPercent: 'number',
  targetSocPercent: 'number',
  powerKw: 'number',
  powerMagnitudeKw: 'number',
  flowDirection: 'string',
  energyKwh: 'number',
  reservePercent: 'number',
  recordReferenceId: 'string',
  recordId: 'string',
  deviceId: 'string',
  accountId: 'string',
  timeCreated: 'string',
  objectName: 'string',
};
const QUANTITY_KEY = 'x-voltpact-quantity';

export function isQuantity(word: unknown): word is Quantity {
  return typeof word === 'string' && Object.hasOwn(QUANTITY_TYPES, word);
}

export interface Fields {
  /** Every named property. */
  readonly names: ReadonlySet<string>;
  /** Wire names that must be there, in the document's order. */
  readonly required: readonly string[];
  readonly byQuantity: Readonly<Partial<Record<Quantity, string>>>;
}

/** @throws UserError for an unknown quantity, one on a field of the wrong type, or one that two fields claim */
export function readFields(document: ContractDocument, schema: Located): Fields {
  const names = new Set<string>();
  const required = new Set<string>();
  const byQuantity: Partial<Record<Quantity, string>> = {};
  const seen = new Set<string>();
  const visit = (located: Located): void => {
    const { value, pointer } = document.follow(located);
    if (!isObject(value) || seen.has(pointer)) return;
    seen.add(pointer);
    const properties = document.child({ value, pointer }, 'properties');
    for (const name of isObject(properties.value) ? Object.keys(properties.value) : []) {
      names.add(name);
      readQuantity(document, { name, properties, byQuantity });
    }
    if (Array.isArray(value['required'])) for (const name of value['required']) required.add(String(name));
    const parts: unknown = value['allOf'];
    if (Array.isArray(parts)) {
      const list = childPointer(pointer, 'allOf');
      parts.forEach((part: unknown, index) => visit({ value: part, pointer: childPointer(list, index) }));
    }
  };
  visit(schema);
  return { names, required: [...required], byQuantity };
}

interface FieldInput {
  readonly name: string;
  readonly properties: Located;
  readonly byQuantity: Partial<Record<Quantity, string>>;
}

function readQuantity(document: ContractDocument, { name, properties, byQuantity }: FieldInput): void {
  const pointer = childPointer(properties.pointer, name);
  const raw = document.at(pointer).value;
  const field = document.child(properties, name);
  if (!isObject(field.value) || !isObject(raw)) return;
  // A quantity beside a `$ref` is this field's own, so it goes before that of the schema referred to.
  const word = raw[QUANTITY_KEY] ?? field.value[QUANTITY_KEY];
  if (word === undefined) return;
  const at = childPointer(raw[QUANTITY_KEY] === undefined ? field.pointer : pointer, QUANTITY_KEY);
  if (!isQuantity(word)) {
    const hint = wordHint(typeof word === 'string' ? word : '', Object.keys(QUANTITY_TYPES));
    throw document.error(`unknown quantity ${nameKind(word)} on "${name}"`, at, hint);
  }
  const type = field.value['type'];
  const expected = QUANTITY_TYPES[word];
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (type !== undefined && !types.includes(expected) && !(expected === 'number' && types.includes('integer'))) {
    throw document.error(`"${name}" carries ${word}: expected type ${expected}, got ${nameKind(type)}`, at);
  }
  const other = byQuantity[word];
  if (other !== undefined && other !== name) {
    throw document.error(`"${name}" and "${other}" both carry ${word}`, at, 'One quantity belongs to one field.');
  }
  byQuantity[word] = name;
}
