// Protects: a saved case tells FIXED from FAILED from what cannot be judged, on whatever provider and device it is sent to.
import { afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import type { Contract } from '../../../src/contract/contract.js';
import { TransportError, UserError } from '../../../src/errors.js';
import { defaultAccount } from '../../../src/http/provider/accounts.js';
import { startProvider } from '../../../src/http/provider/provider.js';
import type { ProviderOptions, RunningProvider } from '../../../src/http/provider/provider.js';
import { readContract } from '../../../src/http/read-contract.js';
import { outcomeOf, summarize } from '../../../src/report/summary.js';
import type { Summary } from '../../../src/report/summary.js';
import type { RunEvent } from '../../../src/run/event.js';
import { replay } from '../../../src/run/fuzz/replay.js';
import type { ReplayInput } from '../../../src/run/fuzz/replay.js';
import { parseCase, renderCase } from '../../../src/run/fuzz/saved-case.js';
import type { SavedCase } from '../../../src/run/fuzz/saved-case.js';
import type { FieldTexts, Step } from '../../../src/run/fuzz/step.js';

const { accountId, apiKey } = defaultAccount;
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

const body: FieldTexts = {
  location_id: { hole: 'location' },
  time: { hole: 'time', tick: 0 },
  state_of_charge_percent: '34.2',
  target_state_of_charge_percent: '80',
  battery_power_kw: '-3.4',
  record_reference_id: { hole: 'reference', name: 'a', form: '"vp-@@"' },
};
const submit: Step = { kind: 'submit', device: 0, body };
const read: Step = { kind: 'read', device: 0 };

function savedCase(steps: readonly Step[], rest: Partial<SavedCase> = {}): SavedCase {
  return {
    version: 1,
    id: 'a-case',
    ruleId: 'conformance/read-back',
    severity: 'error',
    title: 'Read-back differs from what was submitted',
    message: 'A state. It differs.',
    seed: 1,
    contractVersion: contract.version,
    steps,
    ...rest,
  };
}

const signLost = (): SavedCase => savedCase([submit, read], { pointer: '/battery_power_kw' });

async function run(input: Omit<ReplayInput, 'contract'>): Promise<Summary> {
  const events: RunEvent[] = [];
  for await (const event of replay({ contract, timeoutMs: 5000, ...input }, { now: Date.now })) events.push(event);
  return summarize('replay', events);
}

const wordOf = ({ stages }: Summary): string => stages.map(({ summary }) => summary.split(':')[0]).join(' ');

describe('the three answers', () => {
  it('is FAILED while the fault is there', async () => {
    const summary = await run({ saved: signLost(), mock: { bugs: ['power-sign-lost'] } });
    expect([wordOf(summary), outcomeOf(summary)]).toEqual(['FAILED', 'fail']);
  });

  it('is FIXED once it is gone', async () => {
    const summary = await run({ saved: signLost() });
    expect([wordOf(summary), outcomeOf(summary)]).toEqual(['FIXED', 'pass']);
  });

  it('is an error where the token is refused', async () => {
    const provider = await provide();
    const token = { kind: 'token', token: 'voltpact' } as const;
    await expect(run({ saved: signLost(), target: provider.url, credentials: token })).rejects.toThrow(
      /^ERROR: .* 401$/,
    );
  });

  it('is an error where the device is not there', async () => {
    const provider = await provide();
    const devices = [{ deviceId: 'dev_elsewhere', locationId: 'loc_elsewhere' }];
    await expect(run({ saved: signLost(), target: provider.url, credentials, devices })).rejects.toThrow(/^ERROR: /);
  });

  it('is an error where nothing answers', async () => {
    const provider = await provide();
    await provider.close();
    await expect(run({ saved: signLost(), target: provider.url, credentials })).rejects.toThrow(TransportError);
  });
});

test('another provider and another device will do', async () => {
  const device = { deviceId: 'dev_another', locationId: 'loc_another' };
  const accounts = [{ accountId, apiKey, devices: [device] }];
  const [sound, broken] = [await provide({ accounts }), await provide({ accounts, bugs: ['power-sign-lost'] })];
  const input = { saved: signLost(), credentials, devices: [device] };
  expect(wordOf(await run({ ...input, target: sound.url }))).toBe('FIXED');
  expect(wordOf(await run({ ...input, target: broken.url }))).toBe('FAILED');
  expect(sound.latest('dev_another')).toBeDefined();
});

test('a race is looked for more than once', async () => {
  const race = savedCase([submit, { ...submit, together: true }], { ruleId: 'idempotency/race' });
  expect(wordOf(await run({ saved: race, mock: { bugs: ['duplicate-race'] } }))).toBe('FAILED');
  expect(wordOf(await run({ saved: race }))).toBe('FIXED');
});

describe('cases that cannot be sent', () => {
  const rows: [sentence: string, steps: () => Step[]][] = [
    ['a case that the contract does not have', () => [{ ...submit, caseId: 'maximum/colour/one' }]],
    [
      'an edge that the contract does not have',
      () => [{ ...submit, body: { ...body, time: { hole: 'time', tick: 0, edge: 'tea' } } }],
    ],
    ['a second device', () => [{ ...submit, device: 1 }]],
    ['another account', () => [{ ...submit, sender: 'other-account' }]],
  ];
  test.each(rows)('%s is the user’s to supply', async (_sentence, steps) => {
    const provider = await provide();
    await expect(run({ saved: savedCase(steps()), target: provider.url, credentials })).rejects.toThrow(UserError);
    expect(provider.received.filter(({ operation }) => operation === 'submit')).toEqual([]);
  });
});

describe('the file', () => {
  it('reads back as it was written', () => {
    const saved = savedCase([
      { ...submit, abandonedAfterMs: 1, sender: 'renewed', caseId: 'x' },
      { ...read, together: true },
      { kind: 'login', device: 0, caseId: 'login/wrong-key' },
    ]);
    expect(parseCase(renderCase(saved), 'a.json')).toEqual(saved);
  });

  test.each([
    ['no JSON', '{', /must be JSON/],
    ['another version', JSON.stringify({ version: 2 }), /no saved case/],
    ['no steps', '', /no saved case/],
    ['an unknown member', '', /no saved case/],
  ])('%s is refused', (what, text, message) => {
    const changed = { ...signLost(), ...(what === 'no steps' ? { steps: [] } : { colour: 'red' }) };
    expect(() => parseCase(text === '' ? JSON.stringify(changed) : text, 'a.json')).toThrow(message);
  });
});
