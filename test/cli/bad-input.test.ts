// Protects whoever mistypes: every wrong input to every command ends with exit code 2 and one clear message that names the
// place, without a stack trace.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readContract } from '../../src/http/read-contract.js';
import { startProvider } from '../../src/http/provider/provider.js';
import type { RunningProvider } from '../../src/http/provider/provider.js';
import { runCli } from './run-cli.js';

let folder: string;
let provider: RunningProvider;

const files: Readonly<Record<string, string>> = {
  'broken.yaml': 'title: a\n  b: [1, 2\n',
  'unknown-battery.yaml': `title: A day
start: 2025-06-21T00:00:00Z
duration: 24h
step: 60s
report: 5m
seed: 1
devices:
  - name: home
    battery: tesla-powerwal-2
    soc: 50
    controller: { kind: self-consumption }
`,
  'negative.yaml': `title: A day
start: 2025-06-21T00:00:00Z
duration: -24h
step: 60s
report: 5m
seed: 1
devices:
  - { name: home, battery: tesla-powerwall-2, soc: 50, controller: { kind: self-consumption } }
`,
  'not-a-contract.yaml': 'openapi: 3.1.0\ninfo: { title: x, version: "1" }\n',
  'not-a-pact.json': '{ "interactions": 3 }',
  'unknown-key.yaml': 'seed: 3\ntarrget: http://127.0.0.1\n',
  'bad-port.yaml': 'latency: 10ms\nport: 99999\n',
  'no-map.yaml': '- seed\n',
  'bad-switch.yaml': 'quiet: perhaps\n',
  'broken-config.yaml': 'seed: [1\n',
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-cli-'));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  await mkdir(join(folder, 'a-folder'));
  provider = await startProvider({ contract: await readContract() });
});

afterAll(async () => {
  await provider.close();
  await rm(folder, { recursive: true });
});

/** `PORT` stands for a port that is in use. */
const rows: [sentence: string, line: string, says: readonly RegExp[]][] = [
  ['no command', '', [/voltpact <command>/]],
  ['an unknown command', 'simulat', [/no command simulat/, /Did you mean simulate\?/]],
  ['an unknown command that is like none', 'frobnicate', [/no command frobnicate/, /check, simulate, mock/]],
  ['an option before the command', '--quiet check', [/--quiet stands before the command/]],
  ...['check', 'simulate x', 'mock', 'record', 'verify', 'scenarios'].flatMap((command): typeof rows => [
    [`an unknown option of ${command}`, `${command} --quite`, [/no option --quite/, /Did you mean --quiet\?/]],
    [`a superfluous argument of ${command}`, `${command} one two`, [/unexpected argument "(one|two)"/]],
    [
      `a missing configuration file of ${command}`,
      `${command} --config nowhere.yaml`,
      [/nowhere\.yaml/, /no such file/],
    ],
  ]),
  ['a short option', 'check -q', [/no option -q/]],
  ['an option without its value', 'check --seed', [/--seed needs a value/]],
  ['an option whose value is the next option', 'check --seed --quiet', [/--seed needs a value/]],
  ['a switch with a value', 'check --quiet=yes', [/--quiet takes no value/]],
  ['an option given twice', 'check --seed 1 --seed 2', [/--seed is given twice: 1 and 2/]],

  ['check: a seed that is no number', 'check --seed abc', [/--seed: expected a whole number.*"abc"/]],
  ['check: a negative seed', 'check --seed -1', [/--seed: expected a whole number.*"-1"/]],
  ['check: an unknown report', 'check --report jsno', [/no report jsno/, /Did you mean json\?/]],
  ['check: a report of a later version', 'check --report html', [/no report html/, /text, json, junit/]],
  ['check: a report without its file', 'check --report json=', [/--report: expected a file/]],
  [
    'check: a report in a folder that is not there',
    'check --report json=nowhere/x.json',
    [/cannot write nowhere\/x\.json/],
  ],
  ['check: a report that is a folder', 'check --report json=a-folder', [/cannot write a-folder: it is a folder/]],
  ['check: two reports on standard output', 'check --report json --report junit', [/two reports for standard output/]],
  ['check: two reports in one file', 'check --report json=r --report junit=r', [/two reports for r/]],
  ['check: a contract that is not there', 'check --contract nowhere.yaml', [/at nowhere\.yaml/]],
  ['check: a contract that is none', 'check --contract not-a-contract.yaml', [/at not-a-contract\.yaml:\d+:\d+/]],
  ['check: a target that is no URL', 'check --target nonsense', [/--target: .*"nonsense" is not a URL/]],
  ['check: a device of no target', 'check --device-id dev_1', [/no --target/]],

  ['verify: a target that is no web address', 'verify --target ftp://x', [/--target: .*http:\/\/ or https:\/\//]],
  [
    'verify: credentials in the target',
    'verify --target http://user:hunter2@127.0.0.1:PORT',
    [/--target: .*credentials/],
  ],
  ['verify: no credentials', 'verify --target http://127.0.0.1:PORT', [/credentials/, /Set VOLTPACT_TOKEN/]],
  ['verify: a pact file that is not there', 'verify --pact nowhere.json', [/at nowhere\.json/]],
  ['verify: a pact file that is none', 'verify --pact not-a-pact.json', [/not-a-pact\.json/]],

  ['simulate: no scenario', 'simulate', [/simulate needs a scenario/]],
  ['simulate: an unknown scenario', 'simulate home-solar-sumer-day', [/Did you mean "home-solar-summer-day"\?/]],
  ['simulate: a folder as scenario', 'simulate a-folder', [/a-folder/, /folder/]],
  ['simulate: bad YAML', 'simulate broken.yaml', [/at broken\.yaml:\d+:\d+/]],
  [
    'simulate: an unknown battery',
    'simulate unknown-battery.yaml',
    [/at unknown-battery\.yaml:9:14/, /tesla-powerwall-2/],
  ],
  ['simulate: a negative duration in the file', 'simulate negative.yaml', [/at negative\.yaml:3:11/]],
  ['simulate: a negative duration', 'simulate home-solar-summer-day --duration -5h', [/--duration: .*"-5h"/]],
  ['simulate: no duration at all', 'simulate home-solar-summer-day --duration 0h', [/--duration: .*"0h"/]],
  ['simulate: a duration without a unit', 'simulate home-solar-summer-day --duration 24', [/--duration: .*"24"/]],
  [
    'simulate: a duration too short for a record',
    'simulate home-solar-summer-day --duration 10s',
    [/--duration: .*10 s/],
  ],
  [
    'simulate: an output of unknown format',
    'simulate home-solar-summer-day --out day.xls',
    [/--out: .*day\.xls/, /\.ndjson, \.csv, \.json/],
  ],
  [
    'simulate: an output that can’t be written',
    'simulate home-solar-summer-day --out nowhere/day.csv',
    [/--out: cannot write nowhere\/day\.csv/],
  ],
  [
    'simulate: a plot of unknown format',
    'simulate home-solar-summer-day --plot day.gif',
    [/--plot: .*day\.gif/, /\.svg, \.png, \.html/],
  ],
  [
    'simulate: a plot that can’t be written',
    'simulate home-solar-summer-day --plot nowhere/day.svg',
    [/--plot: cannot write nowhere\/day\.svg/],
  ],
  [
    'simulate: a plot of one moment',
    'simulate home-solar-summer-day --duration 5m --plot day.svg',
    [/at least two moments/],
  ],

  ['mock: a port that is none', 'mock --port 70000', [/--port: .*"70000"/]],
  ['mock: a port in use', 'mock --port PORT', [/port \d+ .*in use/]],
  ['mock: a host that is not this machine’s', 'mock --host 203.0.113.1', [/203\.0\.113\.1/]],
  ['mock: a fault that is none', 'mock --fault 200', [/--fault: "200"/, /:10%/]],
  ['mock: the second of two faults is none', 'mock --fault 503:10% --fault dorp', [/--fault: "dorp"/]],
  ['mock: a latency without a unit', 'mock --latency 5', [/--latency: "5"/]],
  ['mock: a rate of nothing', 'mock --rate-limit 0/s', [/--rate-limit: "0\/s"/]],
  [
    'mock: a setting that is none',
    'mock --set olderTme=stored',
    [/--set olderTme=stored: .*olderTme/, /Did you mean "olderTime"\?/],
  ],
  [
    'mock: a value that a setting can’t have',
    'mock --set olderTime=maybe',
    [/--set olderTime=maybe: .*stored, refused, becomes-latest/],
  ],
  [
    'mock: a status that a setting can’t have',
    'mock --set unauthorizedStatus=200',
    [/--set unauthorizedStatus=200: .*400 to 499/],
  ],
  ['mock: a setting without a value', 'mock --set olderTime', [/--set: expected key=value/]],
  [
    'mock: a journal that can’t be written',
    'mock --journal nowhere/x.ndjson',
    [/--journal: cannot write nowhere\/x\.ndjson/],
  ],
  ['mock: an unknown scenario', 'mock nowhere.yaml', [/at nowhere\.yaml/]],

  ['record: an output that can’t be written', 'record --out broken.yaml/pact.json', [/broken\.yaml\/pact\.json/]],
  ['record: a contract that is not there', 'record --contract nowhere.yaml', [/at nowhere\.yaml/]],

  [
    'configuration: an unknown key',
    'check --config unknown-key.yaml',
    [/no option tarrget/, /at unknown-key\.yaml:2:1/, /Did you mean target\?/],
  ],
  ['configuration: a bad value', 'mock --config bad-port.yaml', [/port: .*"99999"/, /at bad-port\.yaml:2:7/]],
  ['configuration: no map', 'check --config no-map.yaml', [/at no-map\.yaml:1:1/]],
  [
    'configuration: a switch that is neither on nor off',
    'check --config bad-switch.yaml',
    [/quiet: expected true or false/, /at bad-switch\.yaml:1:8/],
  ],
  ['configuration: bad YAML', 'check --config broken-config.yaml', [/at broken-config\.yaml:2:1/]],
];

describe('exit code 2, one message, no stack', () => {
  it.concurrent.each(rows)('%s', { timeout: 60_000 }, async (_, line, says) => {
    const words = line
      .replaceAll('PORT', new URL(provider.url).port)
      .split(' ')
      .filter((word) => word !== '');
    const { code, stdout, stderr } = await runCli(words, { cwd: folder });
    for (const pattern of says) expect(stderr).toMatch(pattern);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at .*\(|node:internal|hunter2/m);
    if (line !== '') expect(stderr.match(/voltpact: /g)).toHaveLength(1);
  });
});
