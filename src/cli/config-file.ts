/** `--config`: the options of the command line from a YAML file, by the same names without dashes. */
import { readFile } from 'node:fs/promises';
import { LineCounter, isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Pair } from 'yaml';
import { UserError } from '../errors.js';
import type { Place } from '../errors.js';
import { addValue } from './arguments.js';
import type { Arguments, CommandSpec, GivenValue, OptionSpec } from './command.js';
import { describeFileTrouble } from './file-trouble.js';
import { unknownWord } from './unknown-word.js';

/** All options by name. A key that another command knows is passed over, so that one file serves all commands. */
interface Known {
  readonly command: CommandSpec;
  readonly commands: readonly CommandSpec[];
}

/**
 * The arguments with what the file adds to them.
 *
 * @throws UserError with line and column where the file cannot be read, is no YAML map, or has a key that no command knows
 */
export async function withConfigFile(args: Arguments, file: string, known: Known): Promise<Arguments> {
  const entries = parseEntries(await readText(file), file);
  const values = new Map<string, GivenValue[]>();
  const switches = new Set(args.switches);
  for (const { key, place, scalars } of entries) {
    const option = optionOf(key, place, known);
    if (option === undefined) continue;
    for (const scalar of scalars) {
      const text = textOf(scalar.value, option, scalar.place);
      if (option.value !== undefined) addValue(values, option, { text, name: key, place: scalar.place });
      else if (text === 'true') switches.add(key);
    }
  }
  return { ...args, switches, values: new Map([...values, ...args.values]) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`cannot read the configuration file: ${describeFileTrouble(cause)}`, {
      place: { file },
      cause,
    });
  }
}

interface Entry {
  readonly key: string;
  readonly place: Place;
  readonly scalars: readonly { readonly value: unknown; readonly place: Place }[];
}

function parseEntries(text: string, file: string): Entry[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) throw new UserError(error.message, { place: placeAt(error.pos[0]) });
  const { contents } = document;
  if (contents === null) return [];
  if (!isMap(contents)) {
    throw new UserError('expected options, one `name: value` a line', { place: placeAt(contents.range[0]) });
  }
  return contents.items.map((pair) => toEntry(pair, placeAt));
}

function toEntry({ key, value }: Pair, placeAt: (offset: number) => Place): Entry {
  const offsetOf = (node: unknown): number =>
    isScalar(node) || isSeq(node) || isMap(node) ? (node.range?.[0] ?? 0) : 0;
  const place = placeAt(offsetOf(key));
  const nodes: readonly unknown[] = isSeq(value) ? value.items : [value];
  const scalars = nodes.map((node) => {
    if (isScalar(node)) return { value: node.value, place: placeAt(offsetOf(node)) };
    throw new UserError(`expected a value or a list of values${isAlias(node) ? ', not an alias' : ''}`, { place });
  });
  return { key: isScalar(key) ? String(key.value) : '', place, scalars };
}

function optionOf(key: string, place: Place, { command, commands }: Known): OptionSpec | undefined {
  const own = command.options.find(({ name }) => name === key);
  if (own !== undefined && key !== 'config') return own;
  const all = commands.flatMap(({ options }) => options.map(({ name }) => name)).filter((name) => name !== 'config');
  if (all.includes(key)) return undefined;
  throw unknownWord('option', key, {
    words: [...new Set(all)],
    place,
    hint: `voltpact ${command.name} --help lists what there is.`,
  });
}

function textOf(value: unknown, { name, value: placeholder }: OptionSpec, place: Place): string {
  const expected = placeholder === undefined ? 'true or false' : 'a text or a number';
  const fits =
    placeholder === undefined ? typeof value === 'boolean' : typeof value === 'string' || typeof value === 'number';
  if (fits) return String(value);
  throw new UserError(`${name}: expected ${expected}, got ${JSON.stringify(value)}`, { place });
}
