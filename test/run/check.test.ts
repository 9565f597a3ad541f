// Protects the gate: what it sends, that faults of a provider are found, and that nothing is written where it must not be.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Contract } from '../../dist/contract/contract.js';
import { UserError } from '../../dist/errors.js';
import { defaultAccount } from '../../dist/http/provider/accounts.js';
import { parseFault } from '../../dist/http/provider/fault.js';
import { startProvider } from '../../dist/http/provider/provider.js';
import type { ProviderOptions, RunningProvider } from '../../dist/http/provider/provider.js';
import { readContract } from '../../dist/http/read-contract.js';
import { countsOf, findingsOf, outcomeOf, summarize } from '../../dist/report/summary.js';
import type { Summary } from '../../dist/report/summary.js';
import { check } from '../../dist/run/check.js';
import type { CheckDeps, CheckInput } from '../../dist/run/check.js';
import type { RunEvent } from '../../dist/run/event.js';
import { readScenario } from '../../dist/run/scenario/read-scenario.js';
import { dayUntil } from '../../dist/run/simulated-day.js';

const credentials = { kind: 'account', accountId: defaultAccount.accountId, apiKey: defaultAccount.apiKey } as const;
const dayMs = 86_400_000;
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

async function runCheck({ now = Date.now, ...input }: Partial<CheckInput & CheckDeps> = {}): Promise<Summary> {
  const events: RunEvent[] = [];
  for await (const event of check({ contract, ...input }, { now })) events.push(event);
  return summarize('check', events);
}

const errorsOf = (summary: Summary) => findingsOf(summary).filter(({ finding }) => finding.severity === 'error');

/** The provider behind a server that changes what reads back. */
async function withChangedReadBack(provider: RunningProvider, change: (text: string) => string): Promise<string> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const headers = new Headers();
      for (const name of ['authorization', 'content-type']) {
        const value = request.headers[name];
        if (typeof value === 'string') headers.set(name, value);
      }
      const { method = 'GET', url = '/' } = request;
      void fetch(`${provider.url}${url}`, {
        method,
        headers,
        ...(method === 'PUT' && { body: Buffer.concat(chunks) }),
      }).then(async (answer) => {
        const text = await answer.text();
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(method === 'GET' && url.endsWith('/state') ? change(text) : text);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

describe('check', { timeout: 60_000 }, () => {
  it('passes against the embedded mock, with every record accepted and every hour read back', async () => {
    const summary = await runCheck();
    expect(outcomeOf(summary)).toBe('pass');
    expect(findingsOf(summary)).toEqual([]);
    expect(summary.stages.map(({ stage }) => stage)).toEqual(['simulated-day', 'verify']);
    expect(summary.stages[0]?.summary).toBe('288 of 288 records accepted, 35 read back');
    expect(countsOf(summary).cases.failed).toBe(0);
  });

  it('sends a day that ends now, and the same bytes for the same seed and moment', async () => {
    const provider = await provide();
    const nowMs = Date.now();
    const input = { target: provider.url, credentials, now: () => nowMs };
    const dayOf = () =>
      provider.received.filter(({ bodyText }) => bodyText?.includes('"vp-')).map(({ bodyText }) => bodyText);
    await runCheck(input);
    const first = dayOf();
    const times = first.map((text) => Date.parse(/"time":"([^"]+)"/.exec(text ?? '')?.[1] ?? ''));
    expect(times).toHaveLength(288);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(Math.floor(nowMs / 1000) * 1000);
    provider.clear();
    await runCheck(input);
    expect(dayOf()).toEqual(first);
    provider.clear();
    await runCheck({ ...input, seed: 22 });
    expect(dayOf()).toHaveLength(288);
    expect(dayOf()).not.toEqual(first);
  });

  it('says that a later state hides the day, instead of comparing with it', async () => {
    const provider = await provide();
    const yesterday = () => Date.now() - dayMs;
    await runCheck({ target: provider.url, credentials });
    const summary = await runCheck({ target: provider.url, credentials, now: yesterday });
    expect(outcomeOf(summary)).toBe('pass');
    expect(summary.stages[0]?.summary).toBe('288 of 288 records accepted, 0 read back');
    expect(findingsOf(summary).map(({ finding }) => finding.ruleId)).toEqual(['check/later-state']);
  });

  const defects: [sentence: string, change: (text: string) => string][] = [
    ['a sign that is lost', (text) => text.replace(/"battery_power_kw":-/, '"battery_power_kw":')],
    ['a time that is moved into the future', (text) => text.replace(/"time":"\d{4}/, '"time":"2099')],
    ['an energy without its decimals', (text) => text.replace(/("energy_remaining_kwh":\d+)\.\d+/, '$1')],
  ];
  it.each(defects)('finds %s on read-back', async (_, change) => {
    const target = await withChangedReadBack(await provide(), change);
    const summary = await runCheck({ target, credentials });
    expect(errorsOf(summary).map(({ finding }) => finding.ruleId)).toContain('conformance/read-back');
  });

  it('finds a charge that reads back halved in a second run as well, though only its last records are the latest', async () => {
    const halve = (text: string): string =>
      text.replace(/("state_of_charge_percent":)(\d+)/, (__, name: string, percent) => `${name}${Number(percent) / 2}`);
    const target = await withChangedReadBack(await provide(), halve);
    for (const run of ['first', 'second']) {
      // A day ends within the second in which it begins: the next second is later than all that the run before sent.
      await pause(1000);
      const summary = await runCheck({ target, credentials });
      expect(
        errorsOf(summary).map(({ finding }) => finding.ruleId),
        run,
      ).toContain('conformance/read-back');
    }
  });

  it('stops a day that is refused, and shows how to see it again without the token', async () => {
    const provider = await provide({ faults: [parseFault('404')] });
    const summary = await runCheck({ target: provider.url, credentials });
    expect(outcomeOf(summary)).toBe('fail');
    expect(summary.stages[0]?.summary).toBe('0 of 288 records accepted, stopped after 1, 0 read back');
    const [refused] = summary.stages[0]?.cases ?? [];
    expect(refused?.findings[0]?.ruleId).toBe('conformance/status');
    expect(refused?.findings[0]?.reproduce?.curl).toContain('Bearer $VOLTPACT_TOKEN');
  });

  it('says once that the token is wrong, and sends no day', async () => {
    const provider = await provide();
    const summary = await runCheck({ target: provider.url, credentials: { kind: 'token', token: 'wrong' } });
    expect(outcomeOf(summary)).toBe('fail');
    expect(errorsOf(summary)).toHaveLength(1);
    expect(summary.stages[1]?.cases.map(({ outcome }) => outcome)).toEqual(['skipped']);
  });

  it.each([
    ['a live key', { kind: 'account', accountId: defaultAccount.accountId, apiKey: 'sk_live_1' }],
    ['no credentials', undefined],
  ] as const)('refuses a target with %s before anything is sent', async (_, given) => {
    const provider = await provide();
    const input = { target: provider.url, ...(given === undefined ? {} : { credentials: given }) };
    await expect(runCheck(input)).rejects.toThrow(UserError);
    expect(provider.received).toEqual([]);
  });

  it('refuses an account whose login turns out to be live', async () => {
    const live = { ...defaultAccount, apiKey: 'sk_live_1' };
    const provider = await provide({ accounts: [live] });
    const strange = { ...contract, testKeyPrefix: 'sk_' };
    const input = { target: provider.url, credentials: { kind: 'account', ...live } as const, contract: strange };
    await expect(runCheck(input)).rejects.toThrow(/live/);
    expect(provider.received.map(({ operation }) => operation)).toEqual(['token']);
    await expect(runCheck({ ...input, allowLive: true })).resolves.toBeDefined();
  });
});

describe('dayUntil', () => {
  property.prop([fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) })])(
    'ends within this second, never after it',
    async (nowMs) => {
      const { startMs, durationS } = dayUntil(await readScenario('home-solar-summer-day'), nowMs);
      const endMs = startMs + durationS * 1000;
      expect(endMs).toBeLessThanOrEqual(nowMs);
      expect(endMs).toBeGreaterThan(nowMs - 1000);
    },
  );
});
