// Protects: the search raises no false alarm, keeps to its budget and its manners, and sends the same requests for the same seed.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import type { Finding } from '../../../src/check/finding.js';
import type { Contract, OpenSettings } from '../../../src/contract/contract.js';
import { TransportError, UserError } from '../../../src/errors.js';
import { defaultAccount } from '../../../src/http/provider/accounts.js';
import { parseFault } from '../../../src/http/provider/fault.js';
import { startProvider } from '../../../src/http/provider/provider.js';
import type { ProviderOptions, RunningProvider } from '../../../src/http/provider/provider.js';
import { readContract } from '../../../src/http/read-contract.js';
import type { RunEvent } from '../../../src/run/event.js';
import { fuzz } from '../../../src/run/fuzz/fuzz.js';
import type { FuzzInput } from '../../../src/run/fuzz/fuzz.js';

const { accountId, apiKey, devices } = defaultAccount;
const credentials = { kind: 'account', accountId, apiKey } as const;
let contract: Contract;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  contract = await readContract();
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});

async function provide(options: Partial<ProviderOptions> = {}): Promise<RunningProvider> {
  const provider = await startProvider({ contract, ...options });
  open.push(provider);
  return provider;
}

async function run(input: Partial<FuzzInput>, now: () => number = Date.now): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of fuzz({ contract, seed: 7, timeoutMs: 10_000, ...input }, { now })) events.push(event);
  return events;
}

const findingsOf = (events: readonly RunEvent[]): Finding[] =>
  events.flatMap((event) => (event.kind === 'finding' ? [event.finding] : []));
const errorsOf = (events: readonly RunEvent[]): Finding[] =>
  findingsOf(events).filter(({ severity }) => severity === 'error');
const summaryOf = (events: readonly RunEvent[]): string =>
  events.flatMap((event) => (event.kind === 'stage-finished' ? [event.summary] : [])).join('');
const status = (code: number) => ({ default: code, accepted: [code] });

describe('no false alarm', () => {
  test.each([1, 2, 3])('the correct provider has nothing to find, seed %i', async (seed) => {
    const events = await run({ seed });
    expect(findingsOf(events)).toEqual([]);
    expect(summaryOf(events)).toMatch(/^\d+ requests, 0 findings$/);
  });

  const settings: [sentence: string, setting: Partial<OpenSettings>][] = [
    ['success is 201', { successStatus: status(201) }],
    ['success is 204', { successStatus: status(204) }],
    ['a wrong body is 422', { invalidBodyStatus: status(422) }],
    ['a wrong token is 403', { unauthorizedStatus: status(403) }],
    ['an unknown device is 403', { unknownDeviceStatus: status(403) }],
    ['a repetition is stored', { duplicateSameBody: 'new-record' }],
    ['a repetition is refused', { duplicateSameBody: 'refused' }],
    ['another body is answered with the first record', { duplicateOtherBodyStatus: status(200) }],
    ['a reference is unique in the account', { referenceScope: 'account' }],
    ['an older time is refused', { olderTime: 'refused' }],
    ['an older time becomes the latest', { olderTime: 'becomes-latest' }],
    ['no time may lie ahead', { futureToleranceS: 0 }],
    ['extra fields are refused', { extraField: 'refused' }],
  ];

  test.each(settings)('%s: nothing worse than a warning, said once', async (_sentence, setting) => {
    const found = findingsOf(await run({ mock: { open: setting } }));
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    const rules = found.map(({ ruleId, severity, evidence }) => `${severity} ${ruleId} ${String(evidence['case'])}`);
    expect(new Set(rules).size).toBe(rules.length);
  });

  it('tells what it has learnt of an open question in one warning', async () => {
    const found = findingsOf(await run({ mock: { open: { olderTime: 'refused' } } }));
    expect(found.map(({ ruleId, severity }) => `${severity} ${ruleId}`)).toEqual(['warning open/older-time']);
  });

  it('waits where it is limited, and holds it against nobody', async () => {
    const events = await run({ maxRequests: 60, mock: { faults: [parseFault('429:2x')] } });
    expect(findingsOf(events)).toEqual([]);
  });

  it('has nothing to say of a single device with a bare token either', async () => {
    const provider = await provide();
    const events = await run({ target: provider.url, credentials: { kind: 'token', token: provider.token() } });
    expect(findingsOf(events)).toEqual([]);
  });

  it('runs twice against the same provider', async () => {
    const provider = await provide();
    const input = { target: provider.url, credentials, maxRequests: 200 };
    await run(input);
    expect(errorsOf(await run(input))).toEqual([]);
  });
});

describe('budget and manners', () => {
  it('sends no more requests than it may', async () => {
    const provider = await provide();
    const logins = () => provider.received.filter(({ operation }) => operation === 'token').length;
    await run({ target: provider.url, credentials, maxRequests: 50, mode: 'valid' });
    expect(provider.received.length - logins()).toBeLessThanOrEqual(50);
    expect(provider.received.length).toBeGreaterThan(40);
  });

  it('keeps to the rate', async () => {
    const started = performance.now();
    await run({ maxRequests: 20, ratePerS: 40 });
    expect(performance.now() - started).toBeGreaterThan(400);
  });

  it('ends at the first error where it should', async () => {
    const events = await run({ mock: { bugs: ['device-id-wrong'] }, stopAt: 'first' });
    expect(errorsOf(events)).toHaveLength(1);
  });

  it('names one cause once, however many requests show it', async () => {
    const found = errorsOf(await run({ mock: { bugs: ['soc-zero-missing'] } }));
    expect(found).toHaveLength(1);
  });

  it('sends the same requests for the same seed and clock', async () => {
    const at = Date.now();
    const bodies = async (): Promise<unknown[]> => {
      const provider = await provide({ now: () => at });
      await run({ target: provider.url, credentials, maxRequests: 150, mode: 'all' }, () => at);
      const sent = provider.received.filter(({ operation }) => operation !== 'token');
      return sent.map(({ method, path, bodyText, status: answered }) => [method, path, bodyText, answered]);
    };
    // Of requests in flight together, either may come first.
    const sorted = (rows: readonly unknown[]): string[] => rows.map((row) => JSON.stringify(row)).toSorted();
    expect(sorted(await bodies())).toEqual(sorted(await bodies()));
  });

  it('refuses a live account', async () => {
    const provider = await provide({ accounts: [{ accountId, apiKey: 'sk_live_voltpact', devices }] });
    const live = { kind: 'account', accountId, apiKey: 'sk_live_voltpact' } as const;
    await expect(run({ target: provider.url, credentials: live })).rejects.toThrow(UserError);
    expect(provider.received).toEqual([]);
  });

  it('ends at once where the login is refused', async () => {
    const provider = await provide();
    const wrong = { kind: 'account', accountId, apiKey: 'sk_test_wrong' } as const;
    await expect(run({ target: provider.url, credentials: wrong })).rejects.toThrow(TransportError);
  });

  it('shows no secret, whatever it finds', async () => {
    const events = await run({ mock: { bugs: ['token-echoed', 'token-signature-unchecked'] } });
    expect(findingsOf(events).length).toBeGreaterThan(1);
    expect(JSON.stringify(events)).not.toMatch(/eyJ[\w-]{20}|sk_test_voltpact/);
  });
});

describe('a run that says nothing', () => {
  it('warns where the device is not there', async () => {
    const provider = await provide();
    const elsewhere = [{ deviceId: 'dev_elsewhere', locationId: 'loc_elsewhere' }];
    const found = findingsOf(await run({ target: provider.url, credentials, devices: elsewhere, maxRequests: 60 }));
    const rules = found.map(({ ruleId }) => ruleId);
    expect(rules).toEqual(expect.arrayContaining(['fuzz/not-found', 'fuzz/nothing-accepted', 'fuzz/no-read-back']));
  });

  it('warns where no token is accepted', async () => {
    const provider = await provide();
    const token = { kind: 'token', token: 'voltpact' } as const;
    const found = findingsOf(await run({ target: provider.url, credentials: token, maxRequests: 60 }));
    expect(found.map(({ ruleId }) => ruleId)).toContain('fuzz/unauthorized');
  });

  it('warns where nothing was repeated', async () => {
    const found = findingsOf(await run({ maxRequests: 20 }));
    expect(found.map(({ ruleId }) => ruleId)).toEqual(['fuzz/no-repetition']);
  });
});

describe('what a run leaves behind', () => {
  it('counts what was tried by field and constraint', async () => {
    const [coverage] = (await run({})).filter((event) => event.kind === 'coverage');
    expect(coverage?.rows).toContainEqual(
      expect.objectContaining({ field: 'state_of_charge_percent', constraint: 'contract/maximum', accepted: 0 }),
    );
    const fields = new Set(coverage?.rows.map(({ field }) => field));
    expect([...contract.knownFields, '(request)'].filter((name) => !fields.has(name))).toEqual([]);
    for (const { tried, refused, accepted } of coverage?.rows ?? [])
      expect(refused + accepted).toBeLessThanOrEqual(tried);
  });

  it('keeps cases, tries them first next time, and tells which still fail', async () => {
    const casesFolder = await mkdtemp(join(tmpdir(), 'voltpact-cases-'));
    const bugs = { mock: { bugs: ['power-sign-lost'] }, casesFolder };
    const [finding] = errorsOf(await run({ ...bugs, stopAt: 'first' }));
    const names = await readdir(casesFolder);
    expect(finding?.reproduce?.replay).toBe(`voltpact replay ${join(casesFolder, names[0] ?? '')}`);
    expect(await readFile(join(casesFolder, names[0] ?? ''), 'utf8')).not.toMatch(/dev_|acc_|eyJ|sk_test/);

    const [again] = errorsOf(await run({ ...bugs, stopAt: 'first' }));
    expect(again?.evidence['afterRequests']).toBeLessThan(15);
    const notes = (await run({ casesFolder, maxRequests: 30 })).flatMap((event) =>
      event.kind === 'note' ? [event.message] : [],
    );
    expect(notes).toContainEqual(expect.stringMatching(/^saved case .* does not fail any more$/));
    await rm(casesFolder, { recursive: true });
  });
});
