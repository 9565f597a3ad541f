// Schemathesis with our OpenAPI document, told all that its documentation lets one tell it: see schemathesis.toml. It is
// `schemathesis` of the PATH, or what the environment variable SCHEMATHESIS names.
//
// Told which device there is, it tries no other and so sees nothing of what an unknown one is answered with; told nothing,
// nearly all of its requests go to unknown ones. So it gets two runs of 500 requests, one of each kind, and a defect counts
// as found where either finds it: where a check fails that fails in no such run against the correct mock. Failures are the
// same where check, method, status and the code of the error object are.
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { withMock } from './mock.js';

const program = process.env['SCHEMATHESIS'] ?? 'schemathesis';
const document = fileURLToPath(new URL('../../../contracts/device-state.openapi.yaml', import.meta.url));
const budget = 500;
const seeds = [1, 2];
const baselineSeeds = [1, 2, 3, 4, 5, 6];

const options = [
  '--include-path',
  '/devices/{id}/state',
  '--continue-on-failure',
  '--no-shrink',
  '--generation-database',
  'none',
  '--report',
  'ndjson',
  '--no-color',
];

/** @returns {Promise<string | undefined>} undefined where it is not installed */
export async function findVersion() {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version']);
    return stdout.trim().replace(/^.*version /, '');
  } catch {
    return undefined;
  }
}

/**
 * @typedef {{ request: number, key: string }} Failure the number of the request, from 1, and what failed
 * @typedef {{ name: string, status: string }} Check
 * @typedef {{ request: { method: string }, response: null | { status_code: number, content: null | { $base64: string } } }} Interaction
 * @typedef {{ interactions?: Record<string, Interaction>, checks?: Record<string, Check[]> }} Recorder
 */

/**
 * @param {string} text the report of one run, an event a line
 * @returns {{ requests: number, failures: Failure[] }}
 */
export function readReport(text) {
  /** @type {Failure[]} */
  const failures = [];
  let requests = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const event = /** @type {{ ScenarioFinished?: { recorder?: Recorder } }} */ (JSON.parse(line));
    const { interactions = {}, checks = {} } = event.ScenarioFinished?.recorder ?? {};
    for (const [id, { request, response }] of Object.entries(interactions)) {
      requests += 1;
      for (const { name, status } of checks[id] ?? []) {
        if (status === 'success') continue;
        const answer = response === null ? 'no answer' : `${response.status_code} ${codeOf(response.content)}`.trim();
        failures.push({ request: requests, key: `${name} ${request.method} ${answer}` });
      }
      if (response === null) failures.push({ request: requests, key: `error ${request.method} no answer` });
    }
  }
  return { requests, failures };
}

/** @param {null | { $base64: string }} content */
function codeOf(content) {
  const text = Buffer.from(content?.$base64 ?? '', 'base64').toString('utf8');
  return /"object":"error".*"code":"([^"]*)"/.exec(text)?.[1] ?? '';
}

/**
 * @param {readonly string[]} bugs
 * @param {number} seed
 * @param {boolean} isDeviceKnown
 */
async function run(bugs, seed, isDeviceKnown) {
  const folder = await mkdtemp(join(tmpdir(), 'voltpact-schemathesis-'));
  try {
    // It keeps files where it runs, and looks for the hooks there.
    const config = await readFile(new URL('schemathesis.toml', import.meta.url), 'utf8');
    await writeFile(join(folder, 'schemathesis.toml'), isDeviceKnown ? config : config.replace(/^"path\.id".*\n/m, ''));
    await copyFile(new URL('hooks.py', import.meta.url), join(folder, 'hooks.py'));
    const report = join(folder, 'events.ndjson');
    await withMock(bugs, async (provider) => {
      const args = [
        '--config-file',
        'schemathesis.toml',
        'run',
        document,
        '--url',
        provider.url,
        '--seed',
        String(seed),
      ];
      const env = { ...process.env, VOLTPACT_TOKEN: provider.token() };
      const child = promisify(execFile)(program, [...args, ...options, '--report-ndjson-path', report], {
        env,
        cwd: folder,
        maxBuffer: 2 ** 28,
        timeout: 300_000,
      });
      // It ends with 1 where it found something; whether it came to its end at all is seen by the report.
      await child.catch(() => undefined);
    });
    const { requests, failures } = readReport(await readFile(report, 'utf8'));
    return { requests, failures: failures.filter(({ request }) => request <= budget) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * @param {readonly string[]} names
 * @param {(name: string, row: object) => void} tell
 */
export async function detect(names, tell) {
  const version = await findVersion();
  if (version === undefined) throw new Error(`${program} is not installed: see the head of schemathesis.js`);
  /** @type {Record<string, number>} */
  const falseAlarms = {};
  for (const seed of baselineSeeds) {
    const [known, unknown] = [await run([], seed, true), await run([], seed, false)];
    if (known.requests < budget) throw new Error(`seed ${seed} sent ${known.requests} requests: raise max-examples`);
    const keys = [...known.failures, ...unknown.failures].map(({ key }) => key);
    for (const key of new Set(keys)) falseAlarms[key] = (falseAlarms[key] ?? 0) + 1;
  }
  tell('the correct provider', falseAlarms);
  /** @type {Record<string, { found: number, firstRequests: (number | null)[], failures: string[] }>} */
  const defects = {};
  for (const name of names) {
    const runs = [];
    for (const seed of seeds) {
      const known = await trueFailures(name, seed, true);
      runs.push(known.length > 0 ? known : await trueFailures(name, seed, false));
    }
    const firstRequests = runs.map(([first]) => first?.request ?? null);
    const failures = [...new Set(runs.flat().map(({ key }) => key))].toSorted();
    defects[name] = { found: firstRequests.filter((first) => first !== null).length, firstRequests, failures };
    tell(name, defects[name]);
  }
  const command = `schemathesis --config-file schemathesis.toml run contracts/device-state.openapi.yaml --url URL --seed SEED ${options.join(' ')}`;
  const tool = { name: 'schemathesis', version: `Schemathesis ${version}`, command };
  return { tool, budget, seeds, baselineSeeds, falseAlarms, defects };

  /**
   * @param {string} name
   * @param {number} seed
   * @param {boolean} isDeviceKnown
   */
  async function trueFailures(name, seed, isDeviceKnown) {
    const { failures } = await run([name], seed, isDeviceKnown);
    return failures.filter(({ key }) => !(key in falseAlarms));
  }
}
