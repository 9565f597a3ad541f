/** The text of a contract document with the place of everything in it, so that each complaint names a line. */
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node } from 'yaml';
import { UserError } from '../errors.js';
import type { Place } from '../errors.js';
import { childPointer, isObject, parsePointer, valueAt } from './json.js';
import type { JsonObject } from './json.js';
import { wordHint } from './nearest.js';

/** A value of the document and where it is. */
export interface Located<T = unknown> {
  readonly value: T;
  /** RFC 6901. */
  readonly pointer: string;
}

/** Keywords below which nothing is read as a reference or a schema: they hold plain data. */
const DATA_KEYS = new Set(['example', 'examples', 'const', 'enum', 'default', 'value']);

export class ContractDocument {
  readonly source: string;
  readonly root: JsonObject;
  /** Names of the `x-…` extensions anywhere in the document. */
  readonly extensions: ReadonlySet<string>;
  readonly #yaml: Document;
  readonly #lines: LineCounter;

  /**
   * @param text YAML 1.2 or JSON
   * @param source file name or address, for messages
   * @throws UserError with line and column where the text is not YAML, is not an object, or a `$ref` leads nowhere
   */
  constructor(text: string, source: string) {
    this.source = source;
    this.#lines = new LineCounter();
    this.#yaml = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false, version: '1.2' });
    const fault = this.#yaml.errors[0];
    if (fault !== undefined) {
      throw new UserError(`${source} is not valid YAML: ${fault.message}`, {
        place: this.#placeAt(fault.pos[0]),
        hint: 'Correct the line, or let a YAML-aware editor show what is wrong.',
        cause: fault,
      });
    }
    const root = this.#toJs();
    if (!isObject(root)) {
      throw new UserError(`${source} is not a contract: expected an OpenAPI document, got ${nameKind(root)}`, {
        place: { file: source, line: 1, column: 1 },
        hint: 'Give an OpenAPI 3.1 document in YAML or JSON with an `x-voltpact` section.',
      });
    }
    this.root = root;
    this.extensions = this.#checkReferences();
  }

  /** An error about the user's document, with the line of the nearest node at or above the pointer. */
  error(message: string, pointer: string, hint?: string): UserError {
    return new UserError(message, { place: this.placeOf(pointer), ...(hint === undefined ? {} : { hint }) });
  }

  placeOf(pointer: string): Place {
    let node: Node | null = this.#yaml.contents;
    let offset = node?.range?.[0];
    for (const token of parsePointer(pointer) ?? []) {
      const next = this.#childOf(node, token);
      if (next === undefined) break;
      node = next.node;
      offset = next.offset;
    }
    return { ...this.#placeAt(offset ?? 0), pointer };
  }

  at(pointer: string): Located {
    return { value: valueAt(this.root, pointer), pointer };
  }

  /** The child of a value, with references followed. */
  child(parent: Located, key: string | number): Located {
    const pointer = childPointer(parent.pointer, key);
    return this.follow({ value: valueAt(parent.value, childPointer('', key)), pointer });
  }

  /** The value itself, or what its `$ref` leads to in the end. */
  follow(located: Located): Located {
    let current = located;
    const seen = new Set<string>();
    while (isObject(current.value) && typeof current.value['$ref'] === 'string') {
      const pointer = pointerOf(current.value['$ref']);
      if (seen.has(pointer)) {
        throw this.error(
          `$ref goes round in a circle: ${[...seen].join(' → ')}`,
          childPointer(current.pointer, '$ref'),
        );
      }
      seen.add(pointer);
      current = this.at(pointer);
    }
    return current;
  }

  object(located: Located, what: string): Located<JsonObject> {
    if (isObject(located.value)) return { value: located.value, pointer: located.pointer };
    throw this.error(`${what}: expected an object, got ${nameKind(located.value)}`, located.pointer);
  }

  text(located: Located, what: string): string {
    if (typeof located.value === 'string' && located.value !== '') return located.value;
    throw this.error(`${what}: expected text, got ${nameKind(located.value)}`, located.pointer);
  }

  #toJs(): unknown {
    try {
      return this.#yaml.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new UserError(`${this.source} cannot be read: ${message}`, { place: { file: this.source }, cause });
    }
  }

  /** Walks the whole document: every `$ref` must lead somewhere inside it. Returns the extension names met. */
  #checkReferences(): ReadonlySet<string> {
    const extensions = new Set<string>();
    const seen = new Set<unknown>();
    const walk = (value: unknown, pointer: string): void => {
      if (typeof value !== 'object' || value === null || seen.has(value)) return;
      seen.add(value);
      for (const [key, child] of Object.entries(value)) {
        if (key.startsWith('x-')) extensions.add(key);
        const childAt = childPointer(pointer, key);
        // A property of a schema may well be called `value` or `example`: then it is no keyword.
        if (DATA_KEYS.has(key) && !pointer.endsWith('/properties')) continue;
        if (key === '$ref' && typeof child === 'string') this.#checkReference(child, childAt);
        else walk(child, childAt);
      }
    };
    walk(this.root, '');
    return extensions;
  }

  #checkReference(reference: string, pointer: string): void {
    if (!reference.startsWith('#')) {
      throw this.error(
        `$ref "${reference}" leads out of the document`,
        pointer,
        'Put everything into one document, for instance with `redocly bundle`.',
      );
    }
    const tokens = parsePointer(pointerOf(reference)) ?? [];
    let value: unknown = this.root;
    for (const token of tokens) {
      const next = valueAt(value, childPointer('', token));
      if (next === undefined) {
        const known = typeof value === 'object' && value !== null ? Object.keys(value) : [];
        throw this.error(`$ref "${reference}" leads nowhere: there is no "${token}"`, pointer, wordHint(token, known));
      }
      value = next;
    }
  }

  #childOf(node: Node | null, token: string): { node: Node | null; offset: number | undefined } | undefined {
    const target = isAlias(node) ? (node.resolve(this.#yaml) ?? null) : node;
    if (isMap<Node, Node | null>(target)) {
      for (const { key, value } of target.items) {
        const name = isScalar(key) ? String(key.value) : undefined;
        if (name === token) return { node: value, offset: key.range?.[0] };
      }
    }
    if (isSeq<Node>(target)) {
      const item = target.items[Number(token)];
      if (item !== undefined) return { node: item, offset: item.range?.[0] };
    }
    return undefined;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.source, line, column: col };
  }
}

/** How a message calls a value that it does not show. */
export function nameKind(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  return `${typeof value} ${JSON.stringify(value)}`;
}

/** The JSON pointer in a reference such as `#/components/schemas/Id`; percent-encoding is undone. */
function pointerOf(reference: string): string {
  const fragment = reference.slice(1);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
