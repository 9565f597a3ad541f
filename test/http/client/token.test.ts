// Protects the token that all requests share: one login however many wait, renewed in time, replaced once when rejected, and a
// refused login that is not hammered.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../../src/contract/contract.js';
import { UserError } from '../../../src/errors.js';
import type { Clock } from '../../../src/http/client/abort.js';
import { createClient } from '../../../src/http/client/provider-client.js';
import type { ClientOptions, ProviderClient } from '../../../src/http/client/provider-client.js';
import { clientBench, device, record } from '../../helpers/client-bench.js';
import type { Answer, ScriptedServer, SeenRequest } from '../../helpers/scripted-server.js';

const apiKey = 'sk_test_very-secret';

const bench = clientBench();

/** A provider whose tokens are `token-1`, `token-2` …; `accepts` says which of them it takes. */
async function startTokenProvider(options: {
  readonly accepts?: (token: string, logins: number) => boolean;
  readonly login?: (count: number) => Answer;
  readonly delayMs?: number;
}): Promise<ScriptedServer & { logins(): SeenRequest[] }> {
  let logins = 0;
  const server = await bench.scripted(async (request) => {
    if (request.path !== '/login') {
      const token = String(request.headers.authorization).replace('Bearer ', '');
      const isAccepted = options.accepts?.(token, logins) ?? true;
      return isAccepted ? { body: { token } } : { status: 401, body: { object: 'error' } };
    }
    logins += 1;
    const count = logins;
    await new Promise((resolve) => setTimeout(resolve, options.delayMs ?? 0));
    return options.login?.(count) ?? { body: { bearer_token: `token-${count}`, expires_in: 3600, live_mode: false } };
  });
  return { ...server, logins: () => server.seen.filter(({ path }) => path === '/login') };
}

function start(server: ScriptedServer, options: Partial<ClientOptions> = {}): ProviderClient {
  const credentials = { kind: 'account', accountId: 'acc_1', apiKey } as const;
  return bench.startReal(server.url, { credentials, random: () => 0, ...options });
}

describe('one login for all', () => {
  test.prop([fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 40 })], { numRuns: 8 })(
    'however many requests start at once, over however many connections',
    async (count, connections) => {
      const server = await startTokenProvider({ delayMs: 5 });
      const client = start(server, { connections });
      const exchanges = await Promise.all(
        Array.from({ length: count }, (_, index) =>
          index % 2 === 0 ? client.submit(device, record) : client.readBack(device),
        ),
      );
      expect(exchanges.map(({ response }) => response?.status)).toEqual(Array<number>(count).fill(200));
      expect(server.logins()).toHaveLength(1);
    },
  );

  it('one more for hundreds of requests whose token is rejected at once, and each goes out again', async () => {
    const server = await startTokenProvider({ accepts: (token) => token !== 'token-1', delayMs: 5 });
    const client = start(server);
    const exchanges = await Promise.all(Array.from({ length: 300 }, () => client.submit(device, record)));
    expect(exchanges.every(({ response }) => response?.status === 200)).toBe(true);
    expect(server.logins()).toHaveLength(2);
    const retried = exchanges.filter(({ attempts }) => attempts.length === 2);
    expect(retried.length).toBeGreaterThan(0);
    for (const { attempts } of retried) expect(attempts.map(({ status }) => status)).toEqual([401, 200]);
  });

  it('asks as the contract says, with HTTP Basic', async () => {
    const server = await startTokenProvider({});
    await start(server).submit(device, record);
    const [login] = server.logins();
    expect(login).toMatchObject({ method: 'GET', path: '/login' });
    expect(login?.headers.authorization).toBe(`Basic ${Buffer.from(`acc_1:${apiKey}`).toString('base64')}`);
    expect(login?.headers['flatpeak-version']).toBe(bench.contract().version);
  });

  it('asks the other token operation where the document names that one', async () => {
    const other = bench.contract().tokenOperations.find(({ pathTemplate }) => pathTemplate === '/auth/tokens');
    if (other === undefined) throw new Error('the document lacks the operation');
    const changed: Contract = {
      ...bench.contract(),
      operations: { ...bench.contract().operations, token: other },
      path: (name, id) => (name === 'token' ? other.pathTemplate : bench.contract().path(name, id)),
    };
    const server = await bench.scripted(({ path }) =>
      path === '/auth/tokens'
        ? { body: { bearer_token: 'abc-token', expires_in: 60, live_mode: false } }
        : { body: {} },
    );
    await start(server, { contract: changed }).submit(device, record);
    expect(server.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /auth/tokens',
      `PUT /devices/${device}/state`,
    ]);
    expect(server.seen[1]?.headers.authorization).toBe('Bearer abc-token');
  });
});

describe('renewal', () => {
  it.each([
    ['an hour: 60 s before its end', 3600, 3_539_999, 3_540_000],
    ['a minute: a tenth of its life before its end', 60, 53_999, 54_000],
    ['five seconds: half a second before its end', 5, 4_499, 4_500],
  ])('of a token that lasts %s', async (_sentence, expiresInS, keptAtMs, renewedAtMs) => {
    let nowMs = 1_000_000;
    const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() };
    const server = await startTokenProvider({
      login: (count) => ({ body: { bearer_token: `token-${count}`, expires_in: expiresInS, live_mode: false } }),
    });
    const client = start(server, { clock });
    await client.submit(device, record);
    nowMs = 1_000_000 + keptAtMs;
    await client.submit(device, record);
    expect(server.logins()).toHaveLength(1);
    nowMs = 1_000_000 + renewedAtMs;
    await Promise.all([client.submit(device, record), client.submit(device, record)]);
    expect(server.logins()).toHaveLength(2);
    expect(server.seen.at(-1)?.headers.authorization).toBe('Bearer token-2');
  });

  it.each([
    ['a missing time', {}],
    ['a time of zero', { expires_in: 0 }],
    ['a time that is a text', { expires_in: '3600' }],
  ])('waits for a 401 where the provider gives %s', async (_sentence, more) => {
    const server = await startTokenProvider({ login: () => ({ body: { bearer_token: 'token-1', ...more } }) });
    const client = start(server);
    await client.submit(device, record);
    await client.submit(device, record);
    expect(server.logins()).toHaveLength(1);
  });
});

describe('a token that is rejected', () => {
  it('is replaced each time after it was good for something', async () => {
    let good = 'token-1';
    const server = await startTokenProvider({ accepts: (token) => token === good });
    const client = start(server);
    for (let count = 1; count <= 4; count += 1) {
      good = `token-${count}`;
      const { response } = await client.submit(device, record);
      expect(response?.status).toBe(200);
    }
    expect(server.logins()).toHaveLength(4);
  });

  it('is not replaced for ever where the provider refuses all of its own', async () => {
    let nowMs = 0;
    const clock: Clock = { nowMs: () => nowMs, sleep: () => Promise.resolve() };
    const server = await startTokenProvider({ accepts: () => false });
    const client = start(server, { clock });
    for (let count = 0; count < 5; count += 1) {
      const exchange = await client.submit(device, record);
      expect(exchange.response?.status).toBe(401);
      expect(exchange.login).toBeUndefined();
    }
    expect(server.logins()).toHaveLength(2);
    nowMs = 5_000;
    await client.submit(device, record);
    expect(server.logins()).toHaveLength(3);
  });

  it('is replaced once a request: that request ends with the second 401', async () => {
    let isOpen = true;
    const server = await startTokenProvider({ accepts: () => isOpen });
    const client = start(server);
    await client.submit(device, record);
    isOpen = false;
    const { attempts } = await client.submit(device, record);
    expect(attempts.map(({ status }) => status)).toEqual([401, 401]);
    expect(server.logins()).toHaveLength(2);
  });

  it('that was given by the user is reported as it is', async () => {
    const server = await startTokenProvider({ accepts: () => false });
    const client = start(server, { credentials: { kind: 'token', token: 'given-token' } });
    const exchange = await client.submit(device, record);
    expect(exchange.response?.status).toBe(401);
    expect(exchange.attempts).toHaveLength(1);
    expect(server.seen).toHaveLength(1);
  });

  it('and a login that fails then: the 401 stands, and the exchange holds the login', async () => {
    const server = await startTokenProvider({
      accepts: () => false,
      login: (count) =>
        count === 1 ? { body: { bearer_token: 'token-1', expires_in: 60 } } : { status: 403, body: {} },
    });
    const exchange = await start(server).submit(device, record);
    expect(exchange.response?.status).toBe(401);
    expect(exchange.login?.response?.status).toBe(403);
  });
});

describe('a login that is refused', () => {
  it('is made once, and every request gets that one answer and is not sent', async () => {
    const server = await startTokenProvider({
      login: () => ({ status: 403, body: { object: 'error', code: 'forbidden' } }),
    });
    const client = start(server);
    const first = await Promise.all(Array.from({ length: 100 }, () => client.submit(device, record)));
    const later = await client.readBack(device);
    expect(server.seen).toHaveLength(1);
    const logins = new Set([...first, later].map(({ login }) => login));
    expect(logins.size).toBe(1);
    expect(later).toMatchObject({
      operation: 'readBack',
      response: undefined,
      attempts: [],
      failure: { code: 'login-refused' },
      login: { operation: 'token', response: { status: 403, body: { code: 'forbidden' } } },
    });
    expect(later.failure?.message).toBe(`no token, so nothing was sent: GET ${server.url}/login answered 403`);
  });

  it.each([
    ['without a token in it', { body: { expires_in: 60 } }],
    ['with a token that no header can carry', { body: { bearer_token: 'a b' } }],
    ['that is no JSON', { body: 'welcome' }],
  ])('no token comes of an answer %s', async (_sentence, login) => {
    const server = await startTokenProvider({ login: () => login });
    const exchange = await start(server).submit(device, record);
    expect(exchange.failure?.code).toBe('malformed-answer');
    expect(exchange.failure?.message).toContain('answered 200 without a bearer token');
    expect(exchange.login?.response?.status).toBe(200);
  });

  it('by a provider in trouble is retried, and tried anew by a later request', async () => {
    const server = await startTokenProvider({
      login: (count) =>
        count <= 5 ? { status: 503, body: {} } : { body: { bearer_token: 'token-6', expires_in: 60 } },
    });
    const client = start(server);
    const failed = await client.submit(device, record);
    expect(failed.failure?.code).toBe('login-refused');
    expect(failed.login?.attempts).toHaveLength(4);
    expect((await client.submit(device, record)).response?.status).toBe(200);
  });
});

describe('requestToken and liveMode', () => {
  it('gives the exchange of a login, with the token redacted, and its token is the one in use', async () => {
    const server = await startTokenProvider({});
    const client = start(server);
    const exchange = await client.requestToken();
    expect(exchange).toMatchObject({
      operation: 'token',
      deviceId: undefined,
      response: { status: 200, body: { bearer_token: '[redacted]', expires_in: 3600, live_mode: false } },
    });
    expect(exchange.request.headers['authorization']).toBe('Basic [redacted]');
    await client.submit(device, record);
    expect(server.logins()).toHaveLength(1);
  });

  it('hides the token from then on, wherever the provider repeats it', async () => {
    const server = await bench.scripted(({ path }) =>
      path === '/login' ? { body: { bearer_token: 'opaque' } } : { body: { message: 'welcome, opaque' } },
    );
    const exchange = await start(server).submit(device, record);
    expect(exchange.response?.body).toEqual({ message: 'welcome, [redacted]' });
    expect(JSON.stringify(exchange)).not.toContain('opaque');
  });

  it('wants an account', async () => {
    const server = await startTokenProvider({});
    const client = start(server, { credentials: { kind: 'token', token: 'given-token' } });
    await expect(client.requestToken()).rejects.toBeInstanceOf(UserError);
  });

  it.each([
    ['live', true],
    ['test', false],
    ['nothing', undefined],
  ])('tells what the login says: %s', async (_sentence, liveMode) => {
    const server = await startTokenProvider({
      login: () => ({ body: { bearer_token: 'token-1', live_mode: liveMode } }),
    });
    expect(await start(server).liveMode()).toBe(liveMode);
  });

  it('knows nothing where the login is refused or there are no credentials', async () => {
    const server = await startTokenProvider({ login: () => ({ status: 403 }) });
    expect(await start(server).liveMode()).toBeUndefined();
    expect(await start(server, { credentials: { kind: 'none' } }).liveMode()).toBeUndefined();
  });
});

describe('credentials that no header can carry are refused, unseen', () => {
  it.each<[string, ClientOptions['credentials']]>([
    ['an empty token', { kind: 'token', token: '' }],
    ['a token with a line break', { kind: 'token', token: 'secret\r\nx: y' }],
    ['a token with a space', { kind: 'token', token: 'Bearer secret' }],
    ['an account id with a colon', { kind: 'account', accountId: 'acc:secret', apiKey }],
    ['an empty account id', { kind: 'account', accountId: '', apiKey }],
    ['an empty key', { kind: 'account', accountId: 'acc_1', apiKey: '' }],
    ['a key with a line break', { kind: 'account', accountId: 'acc_1', apiKey: 'secret\n' }],
  ])('%s', (_sentence, credentials) => {
    let thrown: unknown;
    try {
      createClient({ target: 'http://127.0.0.1:1', contract: bench.contract(), credentials });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    expect(`${(thrown as UserError).message} ${(thrown as UserError).hint}`).not.toContain('secret');
  });
});
