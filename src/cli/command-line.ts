/** From the words behind `voltpact` to an exit code. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../errors.js';
import { commands } from './command-table.js';
import type { CommandContext, CommandSpec } from './command.js';
import { exitCodes } from './exit-code.js';
import type { ExitCode } from './exit-code.js';
import { InterruptedError, failureOf, renderFailure } from './failure.js';
import { renderCommandHelp, renderOverview } from './help.js';
import { given } from './option-value.js';
import { openTerminal } from './terminal.js';
import type { Terminal } from './terminal.js';
import { unknownWord } from './unknown-word.js';

export interface CommandLineOptions {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
}

/** Never throws: what is thrown inside becomes a message on standard error and its exit code. */
export async function runCommandLine(words: readonly string[], options: CommandLineOptions): Promise<ExitCode> {
  const terminal = openTerminal({ ...options, colourless: words.includes('--no-color') });
  try {
    return await dispatch(words, terminal, options);
  } catch (thrown) {
    const failure = failureOf(options.signal.aborted ? new InterruptedError() : thrown);
    terminal.err.write(renderFailure(failure, terminal.err.paint));
    return failure.code;
  } finally {
    await terminal.out.drained();
    await terminal.err.drained();
  }
}

async function dispatch(words: readonly string[], terminal: Terminal, options: CommandLineOptions): Promise<ExitCode> {
  const [first, ...rest] = words;
  const asksHelp = words.some((word) => word === '--help' || word === '-h');
  if (first === '--version' || first === '-V') {
    terminal.out.write(`${await readVersion()}\n`);
    return exitCodes.ok;
  }
  if (first === undefined) {
    terminal.err.write(renderOverview(commands, terminal.err));
    return exitCodes.input;
  }
  const command = first === 'help' ? commands.find(({ name }) => name === rest[0]) : findCommand(first, asksHelp);
  if (first === 'help' || asksHelp) {
    terminal.out.write(
      command === undefined ? renderOverview(commands, terminal.out) : renderCommandHelp(command, terminal.out),
    );
    return exitCodes.ok;
  }
  if (command === undefined)
    throw new UserError(`${first} stands before the command`, { hint: 'Write voltpact <command> [options].' });
  return runCommand(command, rest, { terminal, ...options });
}

/** @throws UserError for a word that is no command, with the nearest one */
function findCommand(word: string, asksHelp: boolean): CommandSpec | undefined {
  const command = commands.find(({ name }) => name === word);
  if (command !== undefined || word.startsWith('-')) {
    if (command === undefined && !asksHelp) return undefined;
    return command;
  }
  throw unknownWord('command', word, {
    words: commands.map(({ name }) => name),
    hint: `Commands: ${commands.map(({ name }) => name).join(', ')}.`,
  });
}

async function runCommand(
  command: CommandSpec,
  words: readonly string[],
  options: CommandLineOptions & { readonly terminal: Terminal },
): Promise<ExitCode> {
  // Loaded late, since help and version need no parser and should come at once.
  const { parseArguments } = await import('./arguments.js');
  let args = parseArguments(words, command);
  const file = given(args, 'config');
  if (file !== undefined) {
    const { withConfigFile } = await import('./config-file.js');
    args = await withConfigFile(args, file.text, { command, commands });
  }
  const { env, signal, now } = options;
  const terminal = args.switches.has('no-color') ? openTerminal({ ...options, colourless: true }) : options.terminal;
  const context: CommandContext = {
    version: await readVersion(),
    terminal,
    env,
    signal,
    now,
    quiet: args.switches.has('quiet'),
  };
  const { run } = await command.load();
  return run(args, context);
}

/** The version of the package that this file belongs to. */
async function readVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) return String(manifest.version);
  throw new TypeError('package.json has no version');
}
