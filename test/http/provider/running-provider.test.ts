/** Protects the provider as a library: starting and stopping, what it received, tokens, determinism, and that no secret leaks. */
import { connect, createServer } from 'node:net';
import { once } from 'node:events';

import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';

import { UserError } from '../../../src/errors.js';
import { parseFault } from '../../../src/http/provider/fault.js';
import type { JournalEntry } from '../../../src/http/provider/journal.js';
import { type ProviderOptions, type RunningProvider, startProvider } from '../../../src/http/provider/provider.js';
import { readContract } from '../../../src/http/read-contract.js';
import { expectRefusal } from './provider-suite.js';
import { accounts, basic, parseObject, present, ProviderUser } from './provider-user.js';

const contract = await readContract();
const recordId = present(contract.answerFields.recordId);
const running: RunningProvider[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((provider) => provider.close()));
});

async function start(options: Partial<ProviderOptions> = {}): Promise<RunningProvider> {
  const provider = await startProvider({ contract, accounts, ...options });
  running.push(provider);
  return provider;
}

describe('starting', () => {
  test('needs no more than a contract, and the default account has a device that works', async () => {
    const provider = await startProvider({ contract });
    running.push(provider);
    expect(provider.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const user = new ProviderUser(contract, provider);
    expect((await user.submit(user.body())).status).toBe(200);
    expect(present(provider.accounts[0]).apiKey.startsWith(contract.testKeyPrefix)).toBe(true);
  });

  test('on a port that is in use is a UserError that names it', async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(start({ port })).rejects.toThrow(UserError);
    await expect(start({ port })).rejects.toThrow(`${port}`);
  });

  test.each(['192.0.2.1', 'no-such-host.invalid'])('on the foreign host %s is a UserError', async (host) => {
    await expect(start({ host })).rejects.toThrow(UserError);
  });

  test.each(['localhost', '::1', '0.0.0.0'])('on %s gives an address that answers', async (host) => {
    const provider = await start({ host });
    expect((await fetch(`${provider.url}/nothing`)).status).toBe(404);
  });

  const account = present(accounts[0]);
  test.each<[string, Partial<ProviderOptions>]>([
    ['port 65536', { port: 65_536 }],
    ['port 1.5', { port: 1.5 }],
    ['a token life of 0', { tokenLifetimeS: 0 }],
    ['a rate limit of 0', { rateLimitPerS: 0 }],
    ['a seed of 0.5', { seed: 0.5 }],
    ['no account', { accounts: [] }],
    ['the same account twice', { accounts: [account, account] }],
    ['a device in two accounts', { accounts: [account, { ...account, accountId: 'acc_two' }] }],
    ['an empty key', { accounts: [{ ...account, apiKey: '' }] }],
    [
      'a malformed device id',
      { accounts: [{ ...account, devices: [{ deviceId: 'my device', locationId: 'loc_one' }] }] },
    ],
  ])('with %s is a UserError', async (_what, options) => {
    await expect(start(options)).rejects.toThrow(UserError);
  });
});

describe('stopping', () => {
  test('is prompt with idle keep-alive connections, and the port is free afterwards', async () => {
    const provider = await start();
    const user = new ProviderUser(contract, provider);
    await Promise.all([1, 2, 3].map(() => user.submit(user.body())));
    const startedAtMs = performance.now();
    await provider.close();
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
    const again = createServer().listen(Number(new URL(provider.url).port), '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });

  test.each([
    ['a request that waits for its latency', { latencyMs: 60_000 }],
    ['an answer that is sent slowly', { faults: [parseFault('slow=60s')] }],
  ])('is prompt with %s', async (_what, options) => {
    const provider = await start(options);
    const user = new ProviderUser(contract, provider);
    const reply = user.submit(user.body(), { authorization: `Bearer ${provider.token()}` });
    const failure = expect(reply).rejects.toThrow(/other side closed|terminated|aborted|ECONNRESET/i);
    while (provider.records('dev_one').length === 0) await new Promise(setImmediate);
    const startedAtMs = performance.now();
    await provider.close();
    expect(performance.now() - startedAtMs).toBeLessThan(3_000);
    await failure;
    expect(provider.received.filter(({ operation }) => operation === 'submit')).toHaveLength(1);
  });

  test('is prompt with a client that sends half a request, and may be asked for twice', async () => {
    const provider = await start();
    const socket = connect(Number(new URL(provider.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('PUT /devices/dev_one/state HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    await new Promise((resolve) => setTimeout(resolve, 20));
    const closed = once(socket, 'close');
    await provider.close();
    await provider.close();
    await closed;
  });

  test('tells of a listener that threw, since nothing else would', async () => {
    const provider = await startProvider({
      contract,
      accounts,
      journal: () => {
        throw new Error('disk full');
      },
    });
    await expect(fetch(`${provider.url}/x`)).rejects.toThrow();
    await expect(provider.close()).rejects.toThrow('disk full');
  });
});

describe('what was received', () => {
  test('shows each request as it was sent, with its answer', async () => {
    const provider = await start();
    const user = new ProviderUser(contract, provider);
    const body = user.body();
    const { json } = await user.submit(body);
    await user.submit(undefined, { text: '{"half":' });
    const [login, submit, broken] = provider.received;
    expect(login).toMatchObject({ operation: 'token', accountId: 'acc_one', status: 200 });
    expect(submit).toMatchObject({
      sequence: 1,
      method: 'PUT',
      path: '/devices/dev_one/state',
      bodyText: JSON.stringify(body),
      body,
      operation: 'submit',
      deviceId: 'dev_one',
      accountId: 'acc_one',
      tokenNumber: 1,
      status: 200,
      recordId: json[recordId],
      stored: true,
      answerText: JSON.stringify(json),
    });
    expect(broken).toMatchObject({ bodyText: '{"half":', status: 400 });
    expect(broken?.body).toBeUndefined();
    expect(broken).not.toHaveProperty('recordId');
  });

  test('tells connections and tokens apart without showing any', async () => {
    const provider = await start();
    const [one, two] = [new ProviderUser(contract, provider, 1), new ProviderUser(contract, provider, 1)];
    for (const user of [one, two, one]) await user.read();
    const reads = provider.received.filter(({ operation }) => operation === 'readBack');
    expect(reads.map(({ connection, tokenNumber }) => [connection, tokenNumber])).toEqual([
      [0, 1],
      [1, 2],
      [0, 1],
    ]);
  });

  test('never holds a key or a token, wherever the client put them', async () => {
    const journal: JournalEntry[] = [];
    const provider = await start({ journal: (entry) => journal.push(entry) });
    const user = new ProviderUser(contract, provider);
    const token = await user.token();
    const { apiKey } = user.account();
    await user.submit(user.body({ recordReferenceId: apiKey }), { headers: { 'x-custom': apiKey, 'x-token': token } });
    await user.submit({ ...user.body(), token }, { authorization: `Basic ${token}` });
    await user.send({ path: `/login?key=${apiKey}&token=${token}`, authorization: basic(user.account()) });
    await user.read({ authorization: token });
    await user.read({ deviceId: apiKey });
    expect(journal).toHaveLength(6);
    for (const text of [JSON.stringify(journal), JSON.stringify(provider.received)]) {
      expect(text).not.toContain(apiKey);
      expect(text).not.toContain(token);
      expect(text).not.toContain(basic(user.account()).slice('Basic '.length));
    }
    expect(journal.map(({ headers }) => headers['authorization'])).toEqual([
      'Basic [redacted]',
      'Bearer [redacted]',
      'Basic [redacted]',
      'Basic [redacted]',
      '[redacted]',
      'Bearer [redacted]',
    ]);
  });

  test('is plain JSON in the journal, one entry a request', async () => {
    const journal: JournalEntry[] = [];
    const provider = await start({ journal: (entry) => journal.push(entry) });
    const user = new ProviderUser(contract, provider);
    await user.submit(user.body());
    expect(JSON.parse(JSON.stringify(journal))).toEqual(journal);
    expect(provider.received.map(({ body: _parsed, ...entry }) => entry)).toEqual(journal);
  });

  test('keeps the latest requests up to its bound', async () => {
    const provider = await start({ receivedLimit: 3 });
    for (let index = 0; index < 5; index += 1) await (await fetch(`${provider.url}/${index}`)).text();
    expect(provider.received.map(({ path }) => path)).toEqual(['/2', '/3', '/4']);
  });

  test('is forgotten on request, with the records and references', async () => {
    const provider = await start();
    const user = new ProviderUser(contract, provider);
    const body = user.body();
    const first = await user.submit(body);
    provider.clear();
    expect(provider.received).toEqual([]);
    expect(provider.latest('dev_one')).toBeUndefined();
    expect((await user.submit(body)).json[recordId]).not.toBe(first.json[recordId]);
  });
});

describe('tokens', () => {
  test('expire when their life is over, by the clock of the provider', async () => {
    let nowMs = Date.now();
    const provider = await start({ tokenLifetimeS: 30, now: () => nowMs });
    const user = new ProviderUser(contract, provider);
    const authorization = `Bearer ${await user.token()}`;
    nowMs += 29_999;
    expect((await user.read({ authorization })).status).toBe(404);
    nowMs += 1;
    const reply = await user.read({ authorization });
    expectRefusal(user, reply, [401]);
    expect(reply.json['code']).toBe('token_expired');
    expect((await user.read({ authorization: `Bearer ${provider.token()}` })).status).toBe(404);
  });

  test('expire at once when told so, of one account or of all', async () => {
    const provider = await start();
    const user = new ProviderUser(contract, provider);
    const statuses = async (): Promise<number[]> =>
      Promise.all(
        [0, 1].map(async (index) => {
          const authorization = `Bearer ${await user.token(user.account(index))}`;
          const deviceId = present(user.account(index).devices[0]).deviceId;
          return (await user.read({ authorization, deviceId })).status;
        }),
      );
    expect(await statuses()).toEqual([404, 404]);
    provider.expireTokens('acc_other');
    expect(await statuses()).toEqual([404, 401]);
    provider.expireTokens();
    expect(await statuses()).toEqual([401, 401]);
  });

  test('of a live key say so', async () => {
    const live = { accountId: 'acc_live', apiKey: 'sk_live_x', devices: [] };
    const provider = await start({ accounts: [live] });
    const user = new ProviderUser(contract, provider);
    const reply = await user.send({ path: '/login', authorization: basic(live) });
    expect(reply.json['live_mode']).toBe(true);
    const [, claims = ''] = provider.token().split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ sub: 'acc_live', live_mode: true });
    expect(() => provider.token('acc_nobody')).toThrow(UserError);
  });
});

describe('a device that is added', () => {
  test('may submit from then on', async () => {
    const provider = await start();
    const user = new ProviderUser(contract, provider);
    expect((await user.read({ deviceId: 'dev_new' })).json['code']).toBe('device_not_found');
    provider.addDevice('acc_one', { deviceId: 'dev_new', locationId: 'loc_new' });
    expect((await user.submit(user.body({ locationId: 'loc_new' }), { deviceId: 'dev_new' })).status).toBe(200);
    expect(present(provider.accounts[0]).devices.at(-1)?.deviceId).toBe('dev_new');
    expect(() => provider.addDevice('acc_other', { deviceId: 'dev_new', locationId: 'loc_new' })).toThrow(UserError);
    expect(() => provider.addDevice('acc_nobody', { deviceId: 'dev_newer', locationId: 'loc_new' })).toThrow(UserError);
  });
});

describe('the code of a refused body', () => {
  test.each([
    [{ socPercent: 101 }, 'state_of_charge_percent_maximum'],
    [{ socPercent: -1 }, 'state_of_charge_percent_minimum'],
    [{ reservePercent: '20' }, 'backup_reserve_percent_type'],
    [{ time: '2022-02-30T10:30:00Z' }, 'time_date_time'],
    [{ time: undefined }, 'time_missing'],
    [{ locationId: 'loc_elsewhere' }, 'location_id_mismatch'],
  ])('for %j is %s', async (changes, code) => {
    const user = new ProviderUser(contract, await start());
    expect((await user.submit(user.body(changes))).json['code']).toBe(code);
  });

  test('is of the first violation, and the message names every one', async () => {
    const user = new ProviderUser(contract, await start());
    const { message } = (await user.submit(user.body({ socPercent: 101, targetSocPercent: 'x', energyKwh: -1 }))).json;
    for (const field of ['state_of_charge_percent', 'target_state_of_charge_percent', 'energy_remaining_kwh']) {
      expect(message).toContain(`/${field}: expected`);
    }
  });
});

describe('something that is not HTTP', () => {
  test.each([
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['headers of 100 KB', `GET / HTTP/1.1\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`, 431],
  ])('as %s is refused with the error object', async (_what, text, status) => {
    const provider = await start();
    const socket = connect(Number(new URL(provider.url).port), '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(contract.checkAnswerBody('submit', status, JSON.parse(body))).toEqual([]);
  });
});

describe('determinism', () => {
  const play = async (seed: number): Promise<readonly unknown[]> => {
    const faults = ['503:30%', 'malformed:20%'].map(parseFault);
    const provider = await start({ seed, faults, now: () => 1_643_711_400_000 });
    const user = new ProviderUser(contract, provider);
    for (let index = 0; index < 20; index += 1) {
      await user.submit(user.body({ time: '2022-02-01T10:30:00Z' }), { authorization: `Bearer ${provider.token()}` });
    }
    return [provider.token(), provider.received.map(({ status, answerText, fault }) => [status, answerText, fault])];
  };

  test('the same seed, clock and requests give the same tokens, records, faults and answers', async () => {
    expect(await play(5)).toEqual(await play(5));
    expect(await play(5)).not.toEqual(await play(6));
  });
});

describe('law: what was accepted is what is read back', () => {
  const decimal = (min: number, max: number): fc.Arbitrary<number> =>
    fc.integer({ min: min * 10, max: max * 10 }).map((tenths) => tenths / 10);

  test('field by field, for any valid values', async () => {
    const provider = await start();
    const user = new ProviderUser(contract, provider);
    const quantities = fc.record(
      {
        socPercent: decimal(0, 100),
        targetSocPercent: decimal(0, 100),
        powerKw: decimal(-100, 100),
        energyKwh: fc.double({ min: 0, max: 1e6, noNaN: true }),
        reservePercent: decimal(0, 100),
        recordReferenceId: fc.string({ unit: 'binary' }),
      },
      { requiredKeys: ['socPercent', 'targetSocPercent'], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(quantities, async (values) => {
        provider.clear();
        const absent = {
          powerKw: undefined,
          energyKwh: undefined,
          reservePercent: undefined,
          recordReferenceId: undefined,
        };
        const body = user.body({ ...absent, ...values });
        const receipt = await user.submit(body);
        expect(receipt.status).toBe(200);
        expect((await user.read()).json).toEqual({ ...receipt.json, ...parseObject(JSON.stringify(body)) });
      }),
      { numRuns: 100 },
    );
  });
});
