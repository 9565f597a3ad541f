/** Every command: what the help says and the parser accepts. The work itself is loaded when a command runs. */
import type { CommandSpec } from './command.js';
import { everywhere, groups, option, shared, switchOption } from './option-table.js';

const { target, deviceId, locationId, contract, allowLive, seed, report } = shared;
const provider = [target, deviceId, locationId, contract, allowLive];

const check: CommandSpec = {
  name: 'check',
  summary: 'The whole gate for CI: send a simulated day and read it back, and verify the recorded contract.',
  details: 'Ends with one scorecard. The day is that of the scenario home-solar-summer-day, moved so that it ends now.',
  positional: undefined,
  options: [...provider, seed, report, ...everywhere],
  examples: [
    ['check', 'against the built-in mock provider'],
    ['check --target https://staging.example.com --report junit=voltpact.xml', 'against yours, in CI'],
  ],
  load: () => import('./command/check.js'),
};

const simulate: CommandSpec = {
  name: 'simulate',
  summary: 'Run a scenario on the model alone and write its telemetry.',
  details:
    'The same scenario and seed give the same bytes on every machine. Without --out and --plot it writes NDJSON to standard output.',
  positional: { name: 'scenario', required: true, description: 'one of `voltpact scenarios`, or a YAML file' },
  options: [
    option('duration', '24h', { group: groups.run, description: 'how long to run instead of what the scenario says' }),
    option('devices', 'N', {
      group: groups.run,
      description: 'how many devices instead of what the scenario says, in its proportions',
    }),
    option('step', '60s', { group: groups.run, description: 'step of the model; a bare number is seconds' }),
    option('every', '5m', { group: groups.run, description: 'period of the records' }),
    option('workers', 'N', {
      group: groups.run,
      description: 'threads for NDJSON, CSV, JSON and plots of fleets; the bytes are the same for any number',
    }),
    seed,
    contract,
    option('out', 'file', {
      group: groups.output,
      description: 'telemetry as .ndjson, .csv, .json or .parquet; - writes NDJSON to standard output',
    }),
    option('plot', 'file', { group: groups.output, description: 'a chart as .svg, .png or .html' }),
    ...everywhere,
  ],
  examples: [
    ['simulate home-solar-summer-day --plot day.svg', 'a picture of the day'],
    ['simulate my-scenario.yaml --seed 7 --out - | head', 'the first records'],
    ['simulate my-scenario.yaml --devices 100000 --workers 4 --out fleet.ndjson', 'a fleet of them'],
  ],
  load: () => import('./command/simulate.js'),
};

const mock: CommandSpec = {
  name: 'mock',
  summary: 'Serve the mock provider until Ctrl-C, which ends it with exit code 0.',
  details:
    'Prints its address and the VOLTPACT_* variables to paste. With a scenario it knows the devices of that scenario.',
  positional: { name: 'scenario', required: false, description: 'one of `voltpact scenarios`, or a YAML file' },
  options: [
    option('port', 'N', { group: groups.provider, description: 'port to listen on; left out, any that is free' }),
    option('host', 'address', { group: groups.provider, description: 'address to listen on; left out, 127.0.0.1' }),
    contract,
    option('fault', 'fault', {
      group: groups.mock,
      repeatable: true,
      description:
        'trouble on purpose, any number of times: 503, 503:10%, 503:2x, drop:5%, drop-after, slow=2s, truncate, malformed',
    }),
    option('bug', 'name', {
      group: groups.mock,
      repeatable: true,
      description: 'a seeded defect, any number of times: something that the provider does wrong from then on',
    }),
    switchOption('list-bugs', { group: groups.mock, description: 'list the seeded defects and end' }),
    option('latency', '5..50ms', { group: groups.mock, description: 'how long an answer takes, or a range' }),
    option('rate-limit', '100/s', { group: groups.mock, description: 'requests that an account may make' }),
    option('set', 'key=value', {
      group: groups.mock,
      repeatable: true,
      description:
        'an answer to a question that the API leaves open, for instance olderTime=refused or futureToleranceS=60',
    }),
    seed,
    option('journal', 'file.ndjson', { group: groups.output, description: 'a line for each request, without secrets' }),
    ...everywhere,
  ],
  examples: [
    ['mock --port 8080', 'a provider to develop against'],
    ['mock --bug power-sign-lost --bug soc-zero-missing', 'a provider with defects, to try tests on'],
    ['mock --fault 503:10% --latency 5..50ms --rate-limit 20/s', 'a provider on a bad day'],
  ],
  load: () => import('./command/mock.js'),
};

const record: CommandSpec = {
  name: 'record',
  summary: 'Record the contract with the Pact harness.',
  details: 'Our own client runs against the Pact mock server; recording twice gives the same bytes.',
  positional: undefined,
  options: [
    contract,
    option('out', 'file.json', {
      group: groups.output,
      description: 'the Pact file; left out, contracts/voltpact-flatpeak.json',
    }),
    report,
    ...everywhere,
  ],
  examples: [['record --out pacts/voltpact-flatpeak.json', 'into a folder of your own']],
  load: () => import('./command/record.js'),
};

const verify: CommandSpec = {
  name: 'verify',
  summary: 'Verify a provider against the recorded contract: a result for each interaction.',
  details: '',
  positional: undefined,
  options: [
    ...provider,
    option('pact', 'file.json', {
      group: groups.provider,
      description: 'the recorded contract; left out, the one that ships',
    }),
    report,
    ...everywhere,
  ],
  examples: [
    ['verify', 'against the built-in mock provider'],
    ['verify --target http://127.0.0.1:8080 --report json=verify.json', 'against yours'],
  ],
  load: () => import('./command/verify.js'),
};

/** Of the commands that send requests of their own making. */
const probing = [
  option('devices-file', 'devices.csv', {
    group: groups.provider,
    description: 'devices to write to, with the columns device_id and location_id; two show more than one',
  }),
  option('set', 'key=value', {
    group: groups.provider,
    repeatable: true,
    description: 'what the provider does where the API leaves it open, for instance duplicateSameBody=new-record',
  }),
  option('timeout', '10s', { group: groups.run, description: 'how long an answer may take' }),
  option('bug', 'name', {
    group: groups.mock,
    repeatable: true,
    description: 'without --target: a defect of the mock provider, see `voltpact mock --list-bugs`',
  }),
];

const fuzz: CommandSpec = {
  name: 'fuzz',
  summary: 'Search a provider for violations: edges, single faults, repetitions, times, requests at once.',
  details:
    'The cases of earlier findings are tried first. What is found is made as small as it can be; that takes up to as many requests again as the search. ' +
    'With the credentials of another account in VOLTPACT_OTHER_ACCOUNT_ID, VOLTPACT_OTHER_API_KEY, VOLTPACT_OTHER_DEVICE_ID and VOLTPACT_OTHER_LOCATION_ID it also looks whether accounts are kept apart.',
  positional: undefined,
  options: [
    ...provider,
    ...probing,
    option('max-requests', '500', { group: groups.run, description: 'requests of the search, at most' }),
    option('rate-limit', '20/s', { group: groups.run, description: 'requests that are sent, at most' }),
    option('mode', 'all', {
      group: groups.run,
      description: 'valid (edges), invalid (single faults), stateful (sequences) or all',
    }),
    option('stop-at', 'budget', {
      group: groups.run,
      description: 'first ends at the first error; budget goes on until the requests are used up',
    }),
    option('seed', 'N', {
      group: groups.run,
      description: 'everything random follows it; left out, it comes from the clock and is shown',
    }),
    option('cases', 'folder', { group: groups.output, description: 'where cases are kept; left out, .voltpact/cases' }),
    report,
    ...everywhere,
  ],
  examples: [
    ['fuzz', 'the built-in mock provider, which has nothing to find'],
    ['fuzz --target https://staging.example.com --rate-limit 20/s', 'yours, gently'],
    ['fuzz --bug power-sign-lost --stop-at first', 'what a finding looks like'],
  ],
  load: () => import('./command/fuzz.js'),
};

const replay: CommandSpec = {
  name: 'replay',
  summary: 'Send a saved failing case again: FIXED (exit code 0), FAILED (1) or ERROR (3), where it cannot be judged.',
  details: 'A case holds no ids and no secrets, so that it can be sent to another provider and for another device.',
  positional: {
    name: 'case',
    required: true,
    description: 'a file that `voltpact fuzz` has written to .voltpact/cases',
  },
  options: [...provider, ...probing, report, ...everywhere],
  examples: [
    ['replay .voltpact/cases/state-not-latest-0a1b2c3d.json', 'against the built-in mock provider'],
    ['replay case.json --target http://127.0.0.1:8080', 'against yours'],
  ],
  load: () => import('./command/replay.js'),
};

const scenarios: CommandSpec = {
  name: 'scenarios',
  summary: 'List the scenarios that ship, a line each.',
  details: '',
  positional: undefined,
  options: everywhere,
  examples: [['scenarios', 'what simulate and mock can play']],
  load: () => import('./command/scenarios.js'),
};

export const commands: readonly CommandSpec[] = [check, simulate, mock, record, verify, fuzz, replay, scenarios];
