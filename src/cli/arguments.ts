/** From the words of the command line to a command's arguments; whatever is not known is refused with the nearest word. */
import yargs from 'yargs';
import { UserError } from '../errors.js';
import type { Arguments, CommandSpec, GivenValue, OptionSpec } from './command.js';
import { unknownWord } from './unknown-word.js';

/** Words are taken as they stand: no numbers, no `--no-x` for `x`, no `--a.b`, and an option takes one word at most. */
const PARSING = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'short-option-groups': false,
};
const MISSING_VALUE = /^Not enough arguments following: (.+)$/;
const UNEXPECTED_VALUE = /^Argument unexpected for: (.+)$/;

/**
 * @param words what follows the command's name
 * @throws UserError for an unknown option, a missing or a second value, a missing or unexpected positional
 */
export function parseArguments(words: readonly string[], command: CommandSpec): Arguments {
  const { _: positionals, $0: _program, ...options } = parseWords(words, command);
  const values = new Map<string, GivenValue[]>();
  const switches = new Set<string>();
  for (const [name, parsed] of Object.entries(options)) {
    const option = knownOption(name, command);
    if (option.value === undefined) switches.add(name);
    else
      for (const text of [parsed].flat())
        addValue(values, option, { text: String(text), name: `--${name}`, place: {} });
  }
  return { positional: onlyPositional(positionals.map(String), command), values, switches };
}

function parseWords(words: readonly string[], command: CommandSpec) {
  const options = command.options.map(
    ({ name, value }) =>
      [name, value === undefined ? { boolean: true, nargs: 0 } : { string: true, nargs: 1 }] as const,
  );
  return yargs()
    .parserConfiguration(PARSING)
    .options(Object.fromEntries(options))
    .detectLocale(false)
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail((message, error) => {
      throw refusalOf(message, command) ?? error ?? new UserError(message, hintOf(command));
    })
    .parseSync([...words]);
}

/** yargs says in its own words which option it has no value for, or one too many. */
function refusalOf(message: string | null, command: CommandSpec): UserError | undefined {
  const missing = MISSING_VALUE.exec(message ?? '')?.[1];
  if (missing !== undefined) {
    const { name, value } = knownOption(missing, command);
    return new UserError(`--${name} needs a value: --${name} <${value ?? ''}>`, hintOf(command));
  }
  const unexpected = UNEXPECTED_VALUE.exec(message ?? '')?.[1];
  return unexpected === undefined ? undefined : new UserError(`--${unexpected} takes no value`, hintOf(command));
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

function knownOption(name: string, command: CommandSpec): OptionSpec {
  const option = command.options.find((one) => one.name === name);
  if (option !== undefined) return option;
  throw unknownWord('option', name.length === 1 ? `-${name}` : `--${name}`, {
    words: command.options.map((one) => `--${one.name}`),
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
