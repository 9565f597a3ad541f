// Protects the job `verify`: that a provider within the contract passes and one outside it fails with the field and the
// interaction named, and that no trouble of the network, the environment or the credentials makes it hang, lie or leak.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readContract } from '../../dist/http/read-contract.js';
import { startProvider } from '../../dist/http/provider/provider.js';
import type { CaseFinished, RunEvent } from '../../dist/run/event.js';
import { verify } from '../../dist/run/verify.js';
import type { VerifyInput } from '../../dist/run/verify.js';
import { freePort, listen } from '../helpers/scripted-server.js';
import { selfSignedCertificate } from '../helpers/self-signed.js';
import { startRawProvider } from '../http/pact/raw-provider.js';
import type { RawAnswer, RawProvider, RawRequest } from '../http/pact/raw-provider.js';

const recordedFile = new URL('../../contracts/voltpact-flatpeak.json', import.meta.url);
const contract = await readContract();
let names: string[];

interface RecordedPact {
  interactions: { description: string; providerStates: { name: string }[] }[];
}

async function readRecorded(): Promise<RecordedPact> {
  return JSON.parse(await readFile(recordedFile, 'utf8')) as RecordedPact;
}

beforeAll(async () => {
  names = (await readRecorded()).interactions.map(({ description }) => description);
});

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function rawProvider(...args: Parameters<typeof startRawProvider>): Promise<RawProvider> {
  const provider = await startRawProvider(...args);
  cleanups.push(() => provider.close());
  return provider;
}

interface Outcome {
  readonly events: readonly RunEvent[];
  readonly cases: readonly CaseFinished[];
  /** Rule ids that belong to no single interaction. */
  readonly general: readonly string[];
}

async function run(input: Omit<VerifyInput, 'contract'>): Promise<Outcome> {
  const events: RunEvent[] = [];
  for await (const event of verify({ contract, ...input })) events.push(event);
  return {
    events,
    cases: events.filter((event) => event.kind === 'case-finished'),
    general: events.filter((event) => event.kind === 'finding').map(({ finding }) => finding.ruleId),
  };
}

function against({ url, login, deviceId, locationId }: RawProvider): Omit<VerifyInput, 'contract'> {
  return { target: url, credentials: { kind: 'account', ...login }, deviceId, locationId };
}

function failedNames({ cases }: Outcome): string[] {
  return cases.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
}

describe('a provider within the contract', () => {
  it('passes: the embedded mock, every interaction in the order of the file and not one finding', async () => {
    const outcome = await run({});
    expect(outcome.cases.map(({ name }) => name)).toEqual(names);
    expect(outcome.cases.every(({ outcome: each, findings }) => each === 'passed' && findings.length === 0)).toBe(true);
    expect(outcome.general).toEqual([]);
    expect(outcome.events.map(({ kind }) => kind)).toEqual([
      'run-started',
      'stage-started',
      ...names.map(() => 'case-finished'),
      'stage-finished',
      'run-finished',
    ]);
  });

  it('passes with other statuses where the documentation leaves them open, and each of them is told', async () => {
    const outcome = await run(against(await rawProvider()));
    expect(failedNames(outcome)).toEqual([]);
    const told = outcome.cases.flatMap(({ findings }) => findings);
    expect(new Set(told.map(({ ruleId, severity }) => `${ruleId} ${severity}`))).toEqual(
      new Set(['pact/other-status info']),
    );
    expect(
      new Set(told.map(({ evidence }) => `${String(evidence['recorded'])} to ${String(evidence['status'])}`)),
    ).toEqual(new Set(['200 to 201', '400 to 422', '404 to 403', '403 to 401']));
  });

  it('gets the ids and the token of the user, and wrong tokens as recorded; what needs an account is skipped', async () => {
    const provider = await rawProvider();
    const outcome = await run({ ...against(provider), credentials: { kind: 'token', token: provider.token } });
    expect(failedNames(outcome)).toEqual([]);
    const skipped = outcome.cases.filter(({ outcome: each }) => each === 'skipped');
    expect(skipped.map(({ name }) => name)).toEqual(['a token for an account and its key']);
    expect(skipped[0]?.findings[0]?.message).toContain('API key');
    const submissions = provider.seen.filter(({ method }) => method === 'PUT');
    expect(new Set(submissions.map(({ body }) => body['location_id']))).toContain(provider.locationId);
    expect(new Set(submissions.map(({ path }) => path))).toEqual(
      new Set([`/devices/${provider.deviceId}/state`, `/devices/dev_${'0'.repeat(24)}/state`]),
    );
    expect(new Set(submissions.map(({ authorization }) => authorization))).toEqual(
      new Set([`Bearer ${provider.token}`, 'Bearer voltpact-invalid-token', '']),
    );
  });

  it('passes when its token expires in the middle: a new one is fetched', async () => {
    let rejected = 0;
    const provider = await rawProvider(({ body, method }, answer) => {
      if (method === 'PUT' && body['battery_power_kw'] === 5.2 && rejected === 0) {
        rejected += 1;
        Object.assign(answer, {
          status: 401,
          body: { object: 'error', type: 'invalid_request', code: 'expired', message: 'x' },
        });
      }
      return undefined;
    });
    expect(failedNames(await run(against(provider)))).toEqual([]);
    expect(rejected).toBe(1);
  });

  it('passes when it asks to wait once with 429', async () => {
    let asked = 0;
    const provider = await rawProvider(({ body }, answer) => {
      if (body['battery_power_kw'] === 5.2 && asked === 0) {
        asked += 1;
        Object.assign(answer, { status: 429, headers: { 'retry-after': '0' } });
      }
      return undefined;
    });
    expect(failedNames(await run(against(provider)))).toEqual([]);
    expect(asked).toBe(1);
  });
});

interface Fault {
  readonly sentence: string;
  readonly change: (request: RawRequest, answer: RawAnswer) => 'drop' | undefined;
  /** Interactions that must fail, and no other. */
  readonly fails: readonly string[];
  readonly ruleId: string;
  /** Text that the title or the message of the finding must have. */
  readonly says: readonly string[];
}

function isReceipt(answer: RawAnswer): answer is RawAnswer & { body: Record<string, unknown> } {
  return answer.status === 201;
}

const accepted = [
  'a state with every field',
  'a state with only the required fields',
  'a battery that charges',
  'a battery that discharges',
  'an idle battery at 0 kW',
  'an empty battery at 0 %',
  'a full battery at 100 %',
  'a battery at its reserve',
  'a time with an offset',
  'a time with a fraction of a second',
  'the same record again',
];

const faults: readonly Fault[] = [
  {
    sentence: 'refuses a state of charge of 0, as `if (!soc)` does',
    change: ({ body }, answer) => {
      if (body['state_of_charge_percent'] === 0) answer.status = 400;
      return undefined;
    },
    fails: ['an empty battery at 0 %'],
    ruleId: 'pact/status',
    says: ['400'],
  },
  {
    sentence: 'leaves a required field out of its receipts',
    change: (_, answer) => {
      if (isReceipt(answer)) delete answer.body['account_id'];
      return undefined;
    },
    fails: accepted,
    ruleId: 'pact/missing-field',
    says: ['"account_id"'],
  },
  {
    sentence: 'leaves two fields out of what is read back',
    change: ({ method, path }, answer) => {
      const { body } = answer as { body: Record<string, unknown> };
      if (method === 'GET' && path.endsWith('/state')) {
        delete body['battery_power_kw'];
        delete body['backup_reserve_percent'];
      }
      return undefined;
    },
    fails: ['the latest state read back'],
    ruleId: 'pact/missing-field',
    says: ['"battery_power_kw"', '"backup_reserve_percent"'],
  },
  {
    sentence: 'gives the record id as a number',
    change: (_, answer) => {
      if (isReceipt(answer)) answer.body['id'] = 5;
      return undefined;
    },
    fails: accepted,
    ruleId: 'pact/body',
    says: ['$.id'],
  },
  {
    sentence: 'takes a state of charge of 140 %',
    change: ({ body }, answer) => {
      if (body['state_of_charge_percent'] === 140) answer.status = 200;
      return undefined;
    },
    fails: ['a state of charge over 100 %'],
    ruleId: 'pact/status',
    says: ['200'],
  },
  {
    sentence: 'answers errors with a page of HTML',
    change: (_, answer) => {
      if (answer.status === 422) Object.assign(answer, { headers: { 'content-type': 'text/html' }, body: '<p>no</p>' });
      return undefined;
    },
    fails: ['a state without its state of charge', 'a state of charge given as text', 'a state of charge over 100 %'],
    ruleId: 'pact/content-type',
    says: ['text/html'],
  },
  {
    sentence: 'closes the connection on a time with an offset',
    change: ({ body }) => (String(body['time']).includes('+') ? 'drop' : undefined),
    fails: ['a time with an offset'],
    ruleId: 'pact/no-answer',
    says: ['closed the connection'],
  },
  {
    sentence: 'refuses the record that a provider state needs',
    change: ({ body }, answer) => {
      if (String(body['record_reference_id']).endsWith('REPEATED')) answer.status = 503;
      return undefined;
    },
    fails: ['the same record again'],
    ruleId: 'pact/state',
    says: ['503'],
  },
];

describe('a provider outside the contract', () => {
  it.each(faults)('fails where it $sentence', async ({ change, fails, ruleId, says }) => {
    const provider = await rawProvider(change);
    const outcome = await run(against(provider));
    expect(outcome.cases.map(({ name }) => name)).toEqual(names);
    expect(failedNames(outcome)).toEqual(fails);
    for (const { findings, outcome: each } of outcome.cases) {
      if (each !== 'failed') continue;
      const finding = findings.find((candidate) => candidate.ruleId === ruleId);
      expect(finding, JSON.stringify(findings)).toBeDefined();
      for (const words of says) expect(`${finding?.title} ${finding?.message}`).toContain(words);
      expect(finding?.reproduce?.curl).toMatch(/^curl .*\$VOLTPACT_TOKEN/);
    }
  });

  it('is warned of a record that it stores twice', async () => {
    let count = 0;
    const provider = await rawProvider((_, answer) => {
      if (isReceipt(answer)) answer.body['id'] = `dsr_${(count += 1)}`;
      return undefined;
    });
    const outcome = await run(against(provider));
    expect(failedNames(outcome)).toEqual([]);
    const findings = outcome.cases.find(({ name }) => name === 'the same record again')?.findings ?? [];
    expect(findings.map(({ ruleId, severity }) => `${ruleId} ${severity}`)).toContain('pact/duplicate-record warning');
  });

  it('fails for the missing state handler, where Pact itself would only warn', async () => {
    const pact = await readRecorded();
    const [first] = pact.interactions;
    if (first !== undefined) first.providerStates = [{ name: 'the moon is full' }];
    const outcome = await run({ pactFile: await pactFileOf(JSON.stringify(pact)) });
    expect(failedNames(outcome)).toEqual([first?.description]);
    expect(outcome.cases[0]?.findings[0]?.ruleId).toBe('pact/state');
    expect(outcome.cases[0]?.findings[0]?.message).toContain('the moon is full');
  });
});

describe('credentials', () => {
  it('says once that a token is refused, and judges nothing that needs it', async () => {
    const provider = await rawProvider();
    const outcome = await run({ ...against(provider), credentials: { kind: 'token', token: 'some-other-token' } });
    expect(outcome.general).toEqual(['pact/token-refused']);
    expect(failedNames(outcome)).toEqual([]);
    const passed = outcome.cases.filter(({ outcome: each }) => each === 'passed').map(({ name }) => name);
    expect(passed).toEqual(['no token', 'a token that is not valid', 'a login that is refused']);
  });

  it('sends nothing to an account that may be live, unless told to', async () => {
    const provider = await rawProvider();
    const credentials = { kind: 'account', accountId: 'acc_raw1', apiKey: 'sk_live_key_of_a_customer' } as const;
    await expect(run({ ...against(provider), credentials })).rejects.toMatchObject({ name: 'UserError' });
    expect(provider.seen).toEqual([]);
    expect((await run({ ...against(provider), credentials, allowLive: true })).general).toEqual(['pact/token-refused']);
  });

  it('says once that a device is not known', async () => {
    const provider = await rawProvider();
    const outcome = await run({ ...against(provider), deviceId: 'dev_elsewhere' });
    // This provider answers 403 for it, which cannot be told from a token without the right to the device.
    expect(outcome.general).toEqual(['pact/token-refused']);
    expect(failedNames(outcome)).toEqual([]);
    const strict = await rawProvider((_, answer) => {
      if (answer.status === 403) answer.status = 404;
      return undefined;
    });
    expect((await run({ ...against(strict), deviceId: 'dev_elsewhere' })).general).toEqual(['pact/device-unknown']);
  });

  it('says once that a login is refused', async () => {
    const provider = await rawProvider();
    const credentials = { kind: 'account', accountId: 'acc_raw1', apiKey: 'sk_test_other_key' } as const;
    const outcome = await run({ ...against(provider), credentials });
    expect(outcome.general).toEqual(['pact/token-refused']);
    expect(failedNames(outcome)).toEqual(['a token for an account and its key']);
  });

  it('never shows a secret, though the provider repeats what it was sent in everything it says', async () => {
    const provider = await rawProvider(({ authorization }, answer) => {
      if (answer.status !== 200) {
        answer.headers['x-echo'] = authorization;
        answer.body = {
          object: authorization,
          id: authorization,
          code: 7,
          message: Buffer.from(authorization).toString(),
        };
      }
      return undefined;
    });
    const outcome = await run(against(provider));
    const { apiKey, accountId } = provider.login;
    const shown = JSON.stringify(outcome.events);
    expect(failedNames(outcome)).not.toEqual([]);
    for (const secret of [provider.token, apiKey, Buffer.from(`${accountId}:${apiKey}`).toString('base64')]) {
      expect(shown).not.toContain(secret);
    }
  });
});

describe('trouble on the way', () => {
  it('names a target that is down in under 5 s', async () => {
    const started = performance.now();
    const target = `http://127.0.0.1:${await freePort()}`;
    await expect(run({ target, credentials: { kind: 'none' } })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'connection-refused',
    });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('names a certificate that nobody trusts', async () => {
    const server = createServer(selfSignedCertificate(), (_, response) => response.end());
    const target = (await listen(server)).replace('http:', 'https:');
    cleanups.push(() => new Promise((resolve) => void server.close(() => resolve())));
    await expect(run({ target, credentials: { kind: 'none' } })).rejects.toMatchObject({
      name: 'TransportError',
      code: 'tls',
    });
  });

  it('waits for a provider that hangs no longer than two time-outs, and still gives a result for each interaction', async () => {
    const provider = await rawProvider(() => 'hang');
    const started = performance.now();
    const outcome = await run({
      ...against(provider),
      credentials: { kind: 'token', token: 'a-token' },
      timeoutMs: 400,
    });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(outcome.cases.map(({ name }) => name)).toEqual(names);
    expect(outcome.cases.some(({ outcome: each }) => each === 'passed')).toBe(false);
    expect(outcome.cases[0]?.findings[0]?.message).toContain('400 ms');
  });

  it('ends at its deadline', async () => {
    const provider = await rawProvider(() => 'hang');
    const started = performance.now();
    const credentials = { kind: 'token', token: 'a-token' } as const;
    const outcome = await run({ ...against(provider), credentials, deadlineMs: 2500 });
    expect(performance.now() - started).toBeLessThan(8000);
    expect(outcome.general).toEqual(['pact/deadline']);
    expect(outcome.cases.map(({ outcome: each }) => each)).toEqual(names.map(() => 'skipped'));
  });

  it('ends at once when it is aborted', async () => {
    const provider = await rawProvider(() => 'hang');
    const controller = new AbortController();
    const reason = new Error('the user had enough');
    setTimeout(() => {
      controller.abort(reason);
    }, 1500);
    const started = performance.now();
    await expect(run({ ...against(provider), signal: controller.signal })).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('takes no notice of proxy settings', async () => {
    const dead = `http://127.0.0.1:${await freePort()}`;
    const variables = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
    const before = variables.map((name) => [name, process.env[name]] as const);
    for (const name of variables) process.env[name] = dead;
    try {
      expect(failedNames(await run({}))).toEqual([]);
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
      }
    }
  });

  it('sends the recorded examples as they are where nothing else is given', async () => {
    const provider = await startProvider({ contract });
    cleanups.push(() => provider.close());
    const credentials = { kind: 'token', token: provider.token() } as const;
    expect(failedNames(await run({ target: provider.url, credentials }))).toEqual([]);
  });
});

async function pactFileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'voltpact-test-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'pact.json');
  await writeFile(path, text);
  return path;
}

describe('a pact file that is none', () => {
  it.each([
    ['no JSON', '{\n  "consumer" 1\n}', { line: 2, column: 14 }],
    ['a list', '[]', { pointer: '' }],
    ['no interactions', '{"consumer":{"name":"a"},"provider":{"name":"b"}}', { pointer: '/interactions' }],
    ['an empty list of interactions', '{"interactions":[]}', { pointer: '/interactions' }],
    [
      'an interaction that is a message',
      '{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[{"type":"Asynchronous/Messages"}]}',
      { pointer: '/interactions/0/type' },
    ],
  ])('is a fault of the user, with its place: %s', async (_, text, place) => {
    const pactFile = await pactFileOf(text);
    await expect(run({ pactFile })).rejects.toMatchObject({ name: 'UserError', place: { file: pactFile, ...place } });
  });

  it('is a fault of the user where there is no such file, or no credentials for a target', async () => {
    await expect(run({ pactFile: '/nowhere/pact.json' })).rejects.toMatchObject({
      name: 'UserError',
      place: { file: '/nowhere/pact.json' },
    });
    await expect(run({ target: 'http://127.0.0.1:1' })).rejects.toMatchObject({ name: 'UserError' });
  });
});
