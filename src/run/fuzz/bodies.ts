/** The bodies that probes are made of: every field plain, the required ones alone, one field special. */
import type { Contract } from '../../contract/contract.js';
import { numberRange, onGrid, requestShape } from '../../contract/request-shape.js';
import type { FieldShape } from '../../contract/request-shape.js';
import type { FieldText, FieldTexts, ReferenceHole, TimeHole } from './step.js';

/** Nothing special: letters, a hyphen and digits. */
export const PLAIN_REFERENCE = '"vp-@@"';

export interface BodyWish {
  /** Default 0. */
  readonly tick?: number;
  /** Name of the reference within the probe; null for none. Default `a`. */
  readonly reference?: string | null;
  /** Only what the contract demands, and the reference. */
  readonly isMinimal?: boolean;
  /** Fields that are written otherwise; undefined leaves one out. */
  readonly fields?: Readonly<Record<string, FieldText | undefined>>;
}

/** A right body, every field with the value of the document's example unless another is wished for. */
export function bodyOf(contract: Contract, wish: BodyWish = {}): FieldTexts {
  const { tick = 0, reference = 'a', isMinimal = false, fields: special = {} } = wish;
  const entries = requestShape(contract).fields.flatMap((field): [string, FieldText][] => {
    if (Object.hasOwn(special, field.name)) {
      const text = special[field.name];
      return text === undefined ? [] : [[field.name, text]];
    }
    if (field.quantity === 'recordReferenceId') {
      return reference === null ? [] : [[field.name, referenceHole(reference)]];
    }
    return isMinimal && !field.isRequired ? [] : [[field.name, plainText(field, tick)]];
  });
  return Object.fromEntries(entries);
}

export function plainText(field: FieldShape, tick: number): FieldText {
  if (field.quantity === 'locationId') return { hole: 'location' };
  if (field.quantity === 'time') return timeHole(tick);
  return field.plain;
}

export function timeHole(tick: number, rest: Omit<TimeHole, 'hole' | 'tick'> = {}): TimeHole {
  return { hole: 'time', tick, ...rest };
}

export function referenceHole(name: string, form: string = PLAIN_REFERENCE): ReferenceHole {
  return { hole: 'reference', name, form };
}

/** The name of a reference by its number, from 0: `a`, `b` and so on. */
export function letterOf(index: number): string {
  return String.fromCodePoint(97 + (index % 26));
}

/** Another value that the field's schema allows, or undefined where there is none to be had. */
export function otherText({ schema, plain, types }: FieldShape): string | undefined {
  if (Array.isArray(schema['enum'])) {
    const other: unknown = schema['enum'].find((value) => JSON.stringify(value) !== plain);
    return other === undefined ? undefined : JSON.stringify(other);
  }
  if (!types.includes('number') && !types.includes('integer')) return undefined;
  const { lowest, highest, step } = numberRange(schema);
  const value = Number(plain);
  const next = onGrid(value + step * 7);
  const other = next <= highest ? next : onGrid(value - step * 7);
  return other >= lowest ? JSON.stringify(other) : undefined;
}

/**
 * JSON text with `@@` where a reference of this form can be made unique, undefined where that would make it another form:
 * the empty one, a single character, a reserved word.
 */
export function uniqueForm(token: string): string | undefined {
  const text: unknown = JSON.parse(token);
  if (typeof text !== 'string' || WORDS.has(text)) return undefined;
  const characters = Array.from(text);
  if (characters.length < 2) return undefined;
  // An escape in the token is the point of it: it has to stay as it is written.
  if (token.includes('\\u') && !/[\p{Cc}\p{Cf}]/u.test(text)) return `${token.slice(0, -1)}@@"`;
  const middle = Math.floor(characters.length / 2);
  const head = characters.slice(0, middle).join('');
  const tail = characters.slice(characters.length > LONG ? middle + DIGITS : middle).join('');
  return JSON.stringify(`${head}@@${tail}`);
}

/** How many digits make a reference unique, see `frame.ts`: a text of the greatest length gives up as many for them. */
export const DIGITS = 20;
const LONG = 100;
const WORDS: ReadonlySet<string> = new Set(['null', 'false', '__proto__', 'constructor']);
