/** From the words of the command line to a command's arguments; whatever is not known is refused with the nearest word. */
import { parseArgs } from 'node:util';
import { nearestWord } from '../contract/nearest.js';
import { UserError } from '../errors.js';
import type { Place } from '../errors.js';
import type { Arguments, CommandSpec, GivenValue, OptionSpec } from './command.js';

/**
 * @param words what follows the command's name
 * @param config values of the configuration file; the command line goes before them
 * @throws UserError for an unknown option, a missing or a second value, a missing or unexpected positional
 */
export function parseArguments(words: readonly string[], command: CommandSpec): Arguments {
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      command.options.map(({ name, value }) => [name, { type: value === undefined ? 'boolean' : 'string' }] as const),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, GivenValue[]>();
  const switches = new Set<string>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = knownOption(token, command);
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UserError(`--${option.name} takes no value`, hintOf(command));
      switches.add(option.name);
      continue;
    }
    // A value that looks like an option is one: the value itself was forgotten.
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      throw new UserError(`--${option.name} needs a value: --${option.name} <${option.value}>`, hintOf(command));
    }
    addValue(values, option, { text: token.value, name: `--${option.name}`, place: {} });
  }
  return { positional: onlyPositional(positionals, command), values, switches };
}

/** Adds a value, or refuses it where the option has one and takes no more. */
export function addValue(values: Map<string, GivenValue[]>, option: OptionSpec, given: GivenValue): void {
  const known = values.get(option.name);
  if (known === undefined) {
    values.set(option.name, [given]);
    return;
  }
  if (!option.repeatable) {
    throw new UserError(`${given.name} is given twice: ${known[0]?.text ?? ''} and ${given.text}`, {
      place: given.place,
    });
  }
  known.push(given);
}

/** Refuses a word that names nothing, with the nearest that does. */
export function unknownWord(
  what: string,
  word: string,
  known: { words: readonly string[]; hint: string; place?: Place },
): UserError {
  const nearest = nearestWord(
    word.replace(/^-+/, ''),
    known.words.map((one) => one.replace(/^-+/, '')),
  );
  const meant = known.words.find((one) => one.replace(/^-+/, '') === nearest);
  return new UserError(`there is no ${what} ${word === '' ? 'without a name' : word}`, {
    hint: meant === undefined ? known.hint : `Did you mean ${meant}?`,
    place: known.place ?? {},
  });
}

function knownOption(token: { readonly name: string; readonly rawName: string }, command: CommandSpec): OptionSpec {
  const option = token.rawName.startsWith('--') ? command.options.find(({ name }) => name === token.name) : undefined;
  if (option !== undefined) return option;
  throw unknownWord('option', token.rawName, {
    words: command.options.map(({ name }) => `--${name}`),
    ...hintOf(command),
  });
}

function onlyPositional(words: readonly string[], command: CommandSpec): GivenValue | undefined {
  const { positional } = command;
  const allowed = positional === undefined ? 0 : 1;
  const extra = words[allowed];
  if (extra !== undefined) throw new UserError(`unexpected argument ${JSON.stringify(extra)}`, hintOf(command));
  const [text] = words;
  if (positional === undefined) return undefined;
  if (text === undefined) {
    if (!positional.required) return undefined;
    throw new UserError(
      `${command.name} needs a ${positional.name}: voltpact ${command.name} <${positional.name}>`,
      hintOf(command),
    );
  }
  return { text, name: positional.name, place: {} };
}

function hintOf(command: CommandSpec): { hint: string } {
  return { hint: `voltpact ${command.name} --help lists what there is.` };
}
