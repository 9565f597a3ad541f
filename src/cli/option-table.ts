/** The options that mean the same in every command that has them. */
import type { OptionSpec } from './command.js';

export function option(
  name: string,
  value: string,
  rest: { group: string; description: string; repeatable?: boolean },
): OptionSpec {
  return { name, value, repeatable: false, ...rest };
}

export function switchOption(name: string, rest: { group: string; description: string }): OptionSpec {
  return { name, value: undefined, repeatable: false, ...rest };
}

export const groups = {
  provider: 'Provider',
  run: 'Run',
  output: 'Output',
  mock: 'Behaviour of the mock',
  general: 'General',
} as const;

const { provider, run, output, general } = groups;

export const shared = {
  target: option('target', 'URL', {
    group: provider,
    description: 'the provider; left out, a mock provider is started on a free port and stopped at the end',
  }),
  deviceId: option('device-id', 'id', {
    group: provider,
    description: 'the device to write to and read back; left out, the one of the examples in the contract',
  }),
  locationId: option('location-id', 'id', {
    group: provider,
    description: 'the location of that device; left out, the one of the examples in the contract',
  }),
  contract: option('contract', 'file.yaml', {
    group: provider,
    description: 'another contract document than the one that ships',
  }),
  allowLive: switchOption('allow-live', {
    group: provider,
    description: 'write even where the key or the token is that of a live account',
  }),
  seed: option('seed', 'N', {
    group: run,
    description: 'everything random follows it; left out, the one of the scenario',
  }),
  report: option('report', 'kind[=file]', {
    group: output,
    repeatable: true,
    description: 'text, json or junit, to a file or to standard output; any number of times',
  }),
  quiet: switchOption('quiet', { group: output, description: 'no progress and no notes, only the result' }),
  noColor: switchOption('no-color', {
    group: output,
    description: 'no colours; the environment variable NO_COLOR does the same',
  }),
  config: option('config', 'voltpact.yaml', {
    group: general,
    description: 'options from a YAML file, by the same names; the command line goes before it',
  }),
} as const;

/** What every command understands. */
export const everywhere: readonly OptionSpec[] = [shared.quiet, shared.noColor, shared.config];
