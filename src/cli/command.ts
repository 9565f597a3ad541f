/** What a command is made of: data for the help and the parser, and a module that is loaded only when it runs. */
import type { Place } from '../errors.js';
import type { ExitCode } from './exit-code.js';
import type { Terminal } from './terminal.js';

export interface OptionSpec {
  /** Without dashes. */
  readonly name: string;
  /** Placeholder of the value in the help; undefined for a switch, which takes none. */
  readonly value: string | undefined;
  readonly repeatable: boolean;
  /** Heading in the help. */
  readonly group: string;
  readonly description: string;
}

export interface PositionalSpec {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** Further lines of its help. */
  readonly details: string;
  readonly positional: PositionalSpec | undefined;
  readonly options: readonly OptionSpec[];
  /** Command line without `voltpact`, and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  readonly load: () => Promise<CommandModule>;
}

export interface CommandModule {
  readonly run: (args: Arguments, context: CommandContext) => Promise<ExitCode>;
}

/** A value that the user gave, and where. */
export interface GivenValue {
  readonly text: string;
  /** `--port` or the name of the positional. */
  readonly name: string;
  /** In the configuration file; empty where it came from the command line. */
  readonly place: Place;
}

export interface Arguments {
  readonly positional: GivenValue | undefined;
  /** By name without dashes; an option that was not given is absent. */
  readonly values: ReadonlyMap<string, readonly GivenValue[]>;
  readonly switches: ReadonlySet<string>;
}

export interface CommandContext {
  readonly version: string;
  readonly terminal: Terminal;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly quiet: boolean;
  /** Wall clock, ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
}
