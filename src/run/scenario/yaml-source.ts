/** The text of a YAML file with the place of every value in it. */
import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { childPointer } from '../../contract/json.js';
import type { Place } from '../../errors.js';
import type { Path, Problem } from './problem.js';

export class YamlSource {
  readonly value: unknown;
  /** What is wrong with the YAML itself; then `value` is undefined. */
  readonly problems: readonly Problem[];
  readonly #document: Document;
  readonly #lines = new LineCounter();
  readonly #file: string;

  constructor(text: string, file: string) {
    this.#file = file;
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const problems: Problem[] = this.#document.errors.map(({ message, pos }) => ({
      message: `not valid YAML: ${message}`,
      place: this.#placeAt(pos[0]),
    }));
    let value: unknown;
    if (problems.length === 0) {
      try {
        value = this.#document.toJS({ maxAliasCount: 100 });
      } catch (cause) {
        const message = cause instanceof Error ? cause.message : String(cause);
        problems.push({ message: `not valid YAML: ${message}`, place: { file, line: 1, column: 1 } });
      }
    }
    this.value = value;
    this.problems = problems;
  }

  /** Where a value is, or, if it is not there, the nearest one around it. */
  placeOf(path: Path): Place {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#nodeAt(path.slice(0, length));
      if (node?.range) return { ...this.#placeAt(node.range[0]), pointer: pointerOf(path) };
    }
    return { file: this.#file, line: 1, column: 1, pointer: pointerOf(path) };
  }

  /** Where the key of a value is, for a key that should not be there. */
  placeOfKey(path: Path): Place {
    const parent = this.#nodeAt(path.slice(0, -1));
    if (isMap(parent)) {
      for (const { key } of parent.items) {
        if (isScalar(key) && String(key.value) === String(path.at(-1)) && key.range) {
          return { ...this.#placeAt(key.range[0]), pointer: pointerOf(path) };
        }
      }
    }
    return this.placeOf(path);
  }

  #nodeAt(path: Path): Node | undefined {
    const node = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    return isNodeWithRange(node) ? node : undefined;
  }

  #placeAt(offset: number): Place {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.#file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

function pointerOf(path: Path): string {
  return path.reduce<string>((pointer, key) => childPointer(pointer, key), '');
}

function isNodeWithRange(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}
