/** Protects the faults: each breaks what it says and nothing else, at the rate and in the order that the seed gives. */
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, describe, expect, test } from 'vitest';

import { createFaultSchedule, parseFault } from '../../../src/http/provider/fault.js';
import { parseLatency } from '../../../src/http/provider/latency.js';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../../src/http/provider/provider.js';
import { parseRate } from '../../../src/http/provider/rate-limit.js';
import { readContract } from '../../../src/http/read-contract.js';
import { UserError } from '../../../src/errors.js';
import { expectRefusal } from './provider-suite.js';
import { accounts, present, ProviderUser } from './provider-user.js';

const contract = await readContract();
let user: ProviderUser | undefined;

afterEach(async () => {
  await user?.close();
  user = undefined;
});

async function start(
  faults: readonly string[],
  options: Partial<ProviderOptions> = {},
): Promise<[ProviderUser, RunningProvider]> {
  const provider = await startProvider({ contract, accounts, faults: faults.map(parseFault), ...options });
  user = new ProviderUser(contract, provider);
  return [user, provider];
}

describe('a fault', () => {
  test.each([500, 502, 503, 429, 401, 404])(
    'of status %i is the error object of that status and stores nothing',
    async (code) => {
      const [user, provider] = await start([String(code)]);
      const reply = await user.submit(user.body());
      expectRefusal(user, reply, [code]);
      expect(reply.headers['retry-after']).toBe(code === 429 ? '1' : undefined);
      expect(provider.records('dev_one')).toEqual([]);
      expect(provider.received.at(-1)).toMatchObject({ status: code, fault: String(code) });
    },
  );

  test('with :2x befalls the first two requests and then no more', async () => {
    const [user] = await start(['503:2x']);
    const body = user.body();
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await user.submit(body)).status);
    expect(statuses).toEqual([503, 503, 200, 200]);
  });

  test('gives way to the one before it: two counted faults follow each other', async () => {
    const [user] = await start(['503:1x', '429:2x']);
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await user.read()).status);
    expect(statuses).toEqual([503, 429, 429, 404]);
  });

  test('spares the token operations', async () => {
    const [user] = await start(['503']);
    expect(await user.token()).toMatch(/^eyJ/);
  });

  test('drop closes the connection and stores nothing', async () => {
    const [user, provider] = await start(['drop:1x']);
    await expect(user.submit(user.body())).rejects.toThrow(/other side closed|ECONNRESET/);
    expect(provider.records('dev_one')).toEqual([]);
    expect(provider.received.at(-1)).toMatchObject({ fault: 'drop:1x', operation: 'submit' });
    expect(provider.received.at(-1)).not.toHaveProperty('status');
  });

  test('drop-after stores the record and closes the connection, so that a repetition gets the first record', async () => {
    const [user, provider] = await start(['drop-after:1x']);
    const body = user.body();
    await expect(user.submit(body)).rejects.toThrow(/other side closed|ECONNRESET/);
    const [record] = provider.records('dev_one');
    expect((await user.submit(body)).json[present(contract.answerFields.recordId)]).toBe(present(record).id);
    expect(provider.records('dev_one')).toHaveLength(1);
    expect(provider.received.map(({ status, stored }) => [status, stored])).toEqual(
      expect.arrayContaining([
        [undefined, true],
        [200, false],
      ]),
    );
  });

  test('slow sends the end of the body after the delay', async () => {
    const [user] = await start(['slow=150ms']);
    await user.token();
    const startedAtMs = performance.now();
    const reply = await user.submit(user.body());
    expect(performance.now() - startedAtMs).toBeGreaterThan(140);
    expect(contract.checkAnswerBody('submit', 200, reply.json)).toEqual([]);
  });

  test('truncate ends the connection in mid-body', async () => {
    const [user, provider] = await start(['truncate']);
    await expect(user.submit(user.body())).rejects.toThrow(/other side closed|terminated|aborted|ECONNRESET/i);
    expect(provider.records('dev_one')).toHaveLength(1);
  });

  test('malformed sends the announced length of something that is not JSON', async () => {
    const [user] = await start(['malformed:1x']);
    const reply = await user.submit(user.body());
    expect(reply.status).toBe(200);
    expect(() => JSON.parse(reply.text) as unknown).toThrow(SyntaxError);
    expect((await user.submit(user.body())).status).toBe(200);
  });

  test.each(['malformed', 'slow=10ms'])('%s has something to break where success has no body', async (fault) => {
    const [user] = await start([fault], { open: { successStatus: { default: 204, accepted: [204] } } });
    expect((await user.submit(user.body())).text).toBe(fault === 'malformed' ? '{' : '{}');
  });
});

describe('the schedule of faults', () => {
  const texts = (faults: readonly string[], seed: number): (string | undefined)[] => {
    const schedule = createFaultSchedule(faults.map(parseFault), seed);
    return Array.from({ length: 2000 }, () => schedule.next()?.text);
  };

  test('follows the seed', () => {
    expect(texts(['503:10%', 'drop:5%'], 7)).toEqual(texts(['503:10%', 'drop:5%'], 7));
    expect(texts(['503:10%'], 7)).not.toEqual(texts(['503:10%'], 8));
  });

  test('keeps the rate: 10 % of 2,000 is within four standard deviations of 200', () => {
    const count = texts(['503:10%'], 1).filter((text) => text !== undefined).length;
    expect(Math.abs(count - 200)).toBeLessThan(4 * Math.sqrt(2000 * 0.1 * 0.9));
  });

  test('does not move one fault by adding another after it', () => {
    const alone = texts(['503:10%'], 3);
    const beside = texts(['503:10%', 'drop:20%'], 3).map((text) => (text === '503:10%' ? text : undefined));
    expect(beside).toEqual(alone);
  });

  test('never and always are exact', () => {
    expect(new Set(texts(['503:0%'], 1))).toEqual(new Set([undefined]));
    expect(new Set(texts(['503:100%'], 1))).toEqual(new Set(['503:100%']));
  });
});

describe('the form of the command line', () => {
  test.each([
    ['503', { kind: 'status', status: 503 }, { kind: 'always' }],
    ['503:10%', { kind: 'status', status: 503 }, { kind: 'rate', fraction: 0.1 }],
    ['503:2x', { kind: 'status', status: 503 }, { kind: 'first', count: 2 }],
    ['drop:5%', { kind: 'drop' }, { kind: 'rate', fraction: 0.05 }],
    ['drop-after:0.5%', { kind: 'drop-after' }, { kind: 'rate', fraction: 0.005 }],
    ['slow=2s:10%', { kind: 'slow', delayMs: 2000 }, { kind: 'rate', fraction: 0.1 }],
    ['slow=1.5ms', { kind: 'slow', delayMs: 1.5 }, { kind: 'always' }],
    ['truncate:1%', { kind: 'truncate' }, { kind: 'rate', fraction: 0.01 }],
    [' malformed:1x ', { kind: 'malformed' }, { kind: 'first', count: 1 }],
  ])('%s is understood', (text, effect, when) => {
    expect(parseFault(text)).toEqual({ text: text.trim(), effect, when });
  });

  test.each([
    '',
    '200',
    '600',
    '503:',
    '503:101%',
    '503:-1%',
    '503:0x',
    '503:2x:3x',
    'slow',
    'slow=2',
    'drop=5',
    'Drop',
    'x',
  ])('%j is no fault and the message lists the forms', (text) => {
    expect(userErrorOf(() => parseFault(text)).hint).toContain('drop-after');
  });

  test.each([
    ['50ms', 50],
    ['1.5s', 1500],
    ['5..50ms', { from: 5, to: 50 }],
    ['500ms..2s', { from: 500, to: 2000 }],
    ['0ms', 0],
  ])('%s is a latency', (text, latency) => {
    expect(parseLatency(text)).toEqual(latency);
  });

  test.each(['', '50', '5..50', '50..5ms', '-5ms', '5ms..', '5 ms', 'fast'])('%j is no latency', (text) => {
    expect(() => parseLatency(text)).toThrow(UserError);
  });

  test.each([
    ['100/s', 100],
    ['30/m', 0.5],
    ['36/h', 0.01],
    ['2.5', 2.5],
  ])('%s is a rate', (text, ratePerS) => {
    expect(parseRate(text)).toBe(ratePerS);
  });

  test.each(['', '0', '0/s', '-1/s', '5/d', 'many'])('%j is no rate', (text) => {
    expect(() => parseRate(text)).toThrow(UserError);
  });
});

describe('latency', () => {
  test('lies between its ends and comes after the request was served', async () => {
    const [user, provider] = await start([], { latencyMs: { from: 60, to: 90 } });
    await user.token();
    const startedAtMs = performance.now();
    const reply = user.submit(user.body());
    await pause(40);
    expect(provider.records('dev_one')).toHaveLength(1);
    expect((await reply).status).toBe(200);
    expect(performance.now() - startedAtMs).toBeGreaterThan(58);
  });
});

function userErrorOf(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('no UserError was thrown');
}
