// Protects what the client sends and what it makes of the answers: one exchange a request, complete and redacted, retried where
// that is safe, with the same bytes each time.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import type { Clock } from '../../../src/http/client/abort.js';
import { createClient } from '../../../src/http/client/provider-client.js';
import type { ClientOptions } from '../../../src/http/client/provider-client.js';
import { renderUserAgent } from '../../../src/http/client/user-agent.js';
import { clientBench, device, fakeClock, nameless, record, token } from '../../helpers/client-bench.js';
import { freePort, startRawServer, startScriptedServer } from '../../helpers/scripted-server.js';
import type { Answer } from '../../helpers/scripted-server.js';

const bench = clientBench();

describe('what is sent', () => {
  it('a submit: method, path, headers and body', async () => {
    const server = await bench.scripted(() => ({ body: {} }));
    await bench.start(server.url, { userAgent: renderUserAgent('1.2.3') }).submit(device, record);
    const [seen] = server.seen;
    expect(seen).toMatchObject({ method: 'PUT', path: `/devices/${device}/state` });
    expect(seen?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'user-agent': 'voltpact/1.2.3',
      'flatpeak-version': bench.contract().version,
    });
    expect(seen?.body.toString()).toBe(JSON.stringify(record));
  });

  it('a read-back: no body and no content type', async () => {
    const server = await bench.scripted(() => ({ body: {} }));
    await bench.start(server.url).readBack(device);
    expect(server.seen[0]).toMatchObject({ method: 'GET', path: `/devices/${device}/state` });
    expect(server.seen[0]?.headers['content-type']).toBeUndefined();
    expect(server.seen[0]?.body.length).toBe(0);
  });

  it('no Authorization without credentials, and no version where the contract has no header for it', async () => {
    const server = await bench.scripted(() => ({ status: 401 }));
    await bench
      .start(server.url, {
        credentials: { kind: 'none' },
        contract: { ...bench.contract(), versionHeader: undefined },
      })
      .submit(device, record);
    expect(server.seen).toHaveLength(1);
    expect(server.seen[0]?.headers.authorization).toBeUndefined();
    expect(server.seen[0]?.headers['flatpeak-version']).toBeUndefined();
  });

  it.each([
    ['a prefix is kept', '/energy/v1', device, `/energy/v1/devices/${device}/state`],
    ['a prefix with a slash behind it is kept', '/energy/', device, `/energy/devices/${device}/state`],
    ['an id with a slash stays one segment', '', 'a/b', '/devices/a%2Fb/state'],
    ['an id with spaces and signs is encoded', '', 'a b?#é', '/devices/a%20b%3F%23%C3%A9/state'],
    ['an id of dots is not resolved', '', '..', '/devices/../state'],
  ])('%s', async (_sentence, prefix, id, path) => {
    const server = await bench.scripted(() => ({ body: {} }));
    const exchange = await bench.start(`${server.url}${prefix}`).readBack(id);
    expect(server.seen[0]?.path).toBe(path);
    expect(exchange.request.url).toBe(`${server.url}${path}`);
  });

  test.prop([fc.string({ unit: 'grapheme' })], { numRuns: 30 })('a text goes out byte for byte', async (text) => {
    const server = await startScriptedServer(() => ({ body: {} }));
    const client = createClient({ target: server.url, contract: bench.contract(), credentials: { kind: 'none' } });
    try {
      await client.submit(device, text);
      expect(server.seen[0]?.body).toEqual(Buffer.from(text));
    } finally {
      await client.close();
      await server.close();
    }
  });
});

describe('the exchange', () => {
  it('holds request, answer, attempts and times', async () => {
    const server = await bench.scripted(() => ({ headers: { 'x-a': ['1', '2'] }, body: { id: 'dsr_1' } }));
    const exchange = await bench.start(server.url).submit(device, record);
    expect(exchange).toMatchObject({
      operation: 'submit',
      deviceId: device,
      request: { method: 'PUT', url: `${server.url}/devices/${device}/state`, body: JSON.stringify(record) },
      response: { status: 200, bodyText: '{"id":"dsr_1"}', body: { id: 'dsr_1' } },
      failure: undefined,
      attempts: [{ status: 200, failure: undefined, waitedMs: 0 }],
      startedAtMs: 1_700_000_000_000,
    });
    expect(exchange.response?.headers).toMatchObject({ 'x-a': '1, 2', 'content-type': 'application/json' });
    expect(exchange.durationMs).toBeGreaterThan(0);
    expect(exchange.attempts[0]?.durationMs).toBeLessThanOrEqual(exchange.durationMs);
    expect(exchange).not.toHaveProperty('login');
  });

  it('shows no secret, wherever the provider repeats it', async () => {
    const server = await bench.scripted((request) => ({
      headers: { 'x-echo': String(request.headers.authorization), 'set-cookie': 'session=abc' },
      body: { message: `the token ${token} is fine`, seen: request.headers },
    }));
    const exchange = await bench.start(`${server.url}/${token}`).submit(device, { ...record, note: token });
    expect(JSON.stringify(exchange)).not.toContain(token);
    expect(JSON.stringify(exchange)).not.toContain('session=abc');
    expect(exchange.request.headers['authorization']).toBe('Bearer [redacted]');
    expect(exchange.response?.body).toMatchObject({ message: 'the token [redacted] is fine' });
    expect(server.seen[0]?.body.toString()).toContain(token);
  });

  it.each<[string, Answer, unknown]>([
    ['a body that is no JSON', { body: '<html>' }, undefined],
    ['an empty body', { status: 204 }, undefined],
    ['a redirect, which is not followed', { status: 302, headers: { location: '/elsewhere' }, body: {} }, {}],
    ['JSON that is null', { body: 'null' }, null],
  ])('of %s', async (_sentence, answer, body) => {
    const server = await bench.scripted(() => answer);
    const exchange = await bench.start(server.url).readBack(device);
    expect(exchange.response?.status).toBe(answer.status ?? 200);
    expect(exchange.response?.body).toEqual(body);
    expect(exchange.failure).toBeUndefined();
    expect(server.seen).toHaveLength(1);
  });

  it('takes the final answer, not the early hints before it', async () => {
    const server = await bench.raw((socket) => {
      socket.on('data', () => {
        socket.write('HTTP/1.1 103 Early Hints\r\nx-early: 1\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}');
      });
    });
    const exchange = await bench.start(server.url).readBack(device);
    expect(exchange.response).toMatchObject({ status: 200, body: {}, headers: { 'content-length': '2' } });
  });
});

describe('retries', () => {
  it('send the identical bytes, wait longer each time, and are all in the exchange', async () => {
    const server = await bench.scripted((_request, index) => (index < 3 ? { status: 503 } : { body: {} }));
    const clock = fakeClock();
    const exchange = await bench.start(server.url, { clock }).submit(device, record);
    expect(exchange.attempts.map(({ status }) => status)).toEqual([503, 503, 503, 200]);
    expect(exchange.response?.status).toBe(200);
    expect(new Set(server.seen.map(({ body }) => body.toString())).size).toBe(1);
    expect(clock.waits).toEqual([100, 200, 400]);
  });

  it('really wait, and say how long', async () => {
    const server = await bench.scripted((_request, index) =>
      index === 0 ? { status: 429, headers: { 'retry-after': '1' } } : { body: {} },
    );
    const exchange = await bench.startReal(server.url, { random: () => 0 }).submit(device, record);
    const [first, second] = server.seen;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(990);
    expect(exchange.attempts[1]?.waitedMs).toBeGreaterThanOrEqual(990);
    expect(exchange.durationMs).toBeGreaterThanOrEqual(990);
  });

  it.each([
    ['seconds', () => '7', 7_000],
    ['a date', () => new Date(Date.now() + 20_000).toUTCString(), 20_000],
  ])('honour Retry-After as %s', async (_sentence, header, expectedMs) => {
    const server = await bench.scripted((_request, index) =>
      index === 0 ? { status: 429, headers: { 'retry-after': header() } } : { body: {} },
    );
    const clock = fakeClock();
    await bench.start(server.url, { clock, random: () => 0 }).submit(device, record);
    expect(clock.waits).toHaveLength(1);
    expect(Math.abs((clock.waits[0] ?? 0) - expectedMs)).toBeLessThanOrEqual(1_000);
  });

  it('end where Retry-After asks for too much, and the answer is reported', async () => {
    const server = await bench.scripted(() => ({ status: 429, headers: { 'retry-after': '3600' } }));
    const exchange = await bench.start(server.url).submit(device, record);
    expect(server.seen).toHaveLength(1);
    expect(exchange.response).toMatchObject({ status: 429, headers: { 'retry-after': '3600' } });
  });

  it.each([400, 401, 403, 404, 409, 422])('are not made for %d', async (status) => {
    const server = await bench.scripted(() => ({ status }));
    const exchange = await bench.start(server.url).submit(device, record);
    expect(exchange.response?.status).toBe(status);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['a record with a reference id goes out again after a 500', record, 500, 4],
    ['a text with a reference id too', '{"record_reference_id":"MET1"}', 500, 4],
    ['one without does not: it might be stored twice', nameless, 500, 1],
    ['an empty reference id is none', { record_reference_id: '' }, 500, 1],
    ['a text that is no JSON has none', 'record_reference_id', 500, 1],
    ['one without does after a 503, which says that nothing was taken', nameless, 503, 4],
    ['one without does after a 429', nameless, 429, 4],
  ])('%s', async (_sentence, body, status, tries) => {
    const server = await bench.scripted(() => ({ status }));
    const exchange = await bench.start(server.url).submit(device, body);
    expect(server.seen).toHaveLength(tries);
    expect(exchange.attempts).toHaveLength(tries);
  });

  it.each([
    ['goes out again with a reference id', record, 4],
    ['stays the only one without', nameless, 1],
  ])('a record whose connection breaks after it was sent %s', async (_sentence, body, tries) => {
    const server = await bench.scripted((_request, _index, { request }) => {
      request.socket.destroy();
      return undefined;
    });
    const exchange = await bench.start(server.url).submit(device, body);
    expect(server.seen).toHaveLength(tries);
    expect(exchange.failure?.code).toBe('connection-reset');
    expect(exchange.attempts.map(({ failure }) => failure?.code)).toEqual(
      Array<string>(tries).fill('connection-reset'),
    );
  });

  it('reach a provider that comes up late, with or without a reference id', async () => {
    const port = await freePort();
    let late: Awaited<ReturnType<typeof startRawServer>> | undefined;
    const clock: Clock = {
      nowMs: () => Date.now(),
      async sleep() {
        if (late !== undefined) return;
        late = await startRawServer((socket) => {
          socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'));
        }, port);
        bench.afterwards(late.close);
      },
    };
    const exchange = await bench.start(`http://127.0.0.1:${port}`, { clock }).submit(device, nameless);
    expect(exchange.response?.status).toBe(200);
    expect(exchange.attempts[0]?.failure?.code).toBe('connection-refused');
  });
});

describe('settings out of range are the mistake of the user', () => {
  it.each<[string, Partial<ClientOptions>]>([
    ['no connections', { connections: 0 }],
    ['half a connection', { connections: 1.5 }],
    ['a timeout of zero', { timeoutMs: 0 }],
    ['a negative timeout', { timeoutMs: { totalMs: -1 } }],
    ['a timeout that no timer can count', { timeoutMs: 2 ** 31 }],
    ['a timeout that is no number', { timeoutMs: Number.NaN }],
    ['negative retries', { retry: { maxRetries: -1 } }],
    ['a target that is none', { target: 'nonsense' }],
  ])('%s', (_sentence, options) => {
    const target = 'http://127.0.0.1:1';
    expect(() =>
      createClient({ target, contract: bench.contract(), credentials: { kind: 'none' }, ...options }),
    ).toThrow(UserError);
  });
});
