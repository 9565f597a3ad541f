// Protects what happens when no answer comes: every way a server can fail has its name, nothing is thrown, and a caller who stops
// is obeyed at once.
import { getEventListeners } from 'node:events';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { clientBench, device, nameless, record } from '../../helpers/client-bench.js';
import { freePort, listen } from '../../helpers/scripted-server.js';
import { selfSignedCertificate } from '../../helpers/self-signed.js';

const bench = clientBench();

describe('why no answer came', () => {
  const silent = (): void => undefined;
  const after =
    (text: string, then: 'end' | 'stay' | 'destroy') =>
    (socket: Socket): void => {
      socket.on('data', () => {
        socket.write(text);
        if (then === 'end') socket.end();
        if (then === 'destroy') socket.destroy();
      });
    };

  it.each<[string, (socket: Socket) => void, string, RegExp]>([
    ['a server that says nothing', silent, 'timeout', /no answer .* within 200 ms|no complete answer/],
    ['headers that never end', after('HTTP/1.1 200 OK\r\nx-a: ', 'stay'), 'timeout', /within 200 ms/],
    [
      'a body that stalls',
      after('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', 'stay'),
      'timeout',
      /stalled for 200 ms|not? complete/,
    ],
    [
      'a body that is cut short',
      after('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{', 'end'),
      'connection-reset',
      /before the answer was complete/,
    ],
    [
      'chunks that are cut short',
      after('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{', 'end'),
      'connection-reset',
      /before the answer was complete/,
    ],
    [
      'a connection that is closed without a word',
      after('', 'end'),
      'connection-reset',
      /before the answer was complete/,
    ],
    [
      'a connection that is torn down',
      (socket) => socket.once('data', () => socket.resetAndDestroy()),
      'connection-reset',
      /before the answer was complete/,
    ],
    ['another protocol', after('SSH-2.0-OpenSSH_9.6\r\n', 'stay'), 'malformed-answer', /did not answer in proper HTTP/],
    [
      'a status that is no number',
      after('HTTP/1.1 OK\r\n\r\n', 'stay'),
      'malformed-answer',
      /did not answer in proper HTTP/,
    ],
    [
      'a switch of protocol that nobody asked for',
      after('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', 'stay'),
      'malformed-answer',
      /did not answer in proper HTTP/,
    ],
    [
      'headers without bound',
      after(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(40_000)}`, 'stay'),
      'malformed-answer',
      /did not answer in proper HTTP/,
    ],
  ])('%s', async (_sentence, onSocket, code, message) => {
    const server = await bench.raw(onSocket);
    const client = bench.start(server.url, { timeoutMs: { headersMs: 200, bodyMs: 200 }, retry: { maxRetries: 0 } });
    const exchange = await client.submit(device, record);
    expect(exchange.response).toBeUndefined();
    expect(exchange.failure).toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(exchange.attempts).toMatchObject([{ status: undefined, failure: { code } }]);
  });

  it('a body that drips for ever is cut at the total', async () => {
    const server = await bench.raw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        const drip = setInterval(() => socket.write('x'), 20);
        socket.once('close', () => {
          clearInterval(drip);
        });
      });
    });
    const started = performance.now();
    const client = bench.start(server.url, { timeoutMs: { bodyMs: 10_000, totalMs: 300 }, retry: { maxRetries: 0 } });
    const exchange = await client.readBack(device);
    expect(exchange.failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('300 ms') as string });
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('a handshake that never ends is cut at the time to connect', async () => {
    const server = await bench.raw(silent);
    const client = bench.start(server.url.replace('http', 'https'), {
      timeoutMs: { connectMs: 300 },
      retry: { maxRetries: 0 },
    });
    const exchange = await client.readBack(device);
    expect(exchange.failure).toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('no connection') as string,
    });
  });

  it('nothing listens', async () => {
    const target = `http://127.0.0.1:${await freePort()}`;
    const exchange = await bench.start(target).submit(device, nameless);
    expect(exchange.failure).toEqual({ code: 'connection-refused', message: `nothing listens at ${target}` });
    expect(exchange.attempts).toHaveLength(4);
  });

  it('a certificate that is not trusted', async () => {
    const server = createTlsServer(selfSignedCertificate(), (_request, response) => response.end('{}'));
    const url = await listen(server);
    bench.afterwards(() => new Promise((resolve) => server.close(resolve)));
    const exchange = await bench.start(url.replace('http:', 'https:')).submit(device, record);
    expect(exchange.failure?.code).toBe('tls');
    expect(exchange.failure?.message).toContain('certificate is not trusted');
    expect(exchange.attempts).toHaveLength(1);
  });

  it('a name that nobody knows', async () => {
    const exchange = await bench.start('http://nowhere.invalid', { retry: { maxRetries: 0 } }).submit(device, record);
    expect(exchange.failure?.code).toMatch(/^(dns|timeout)$/);
  });
});

describe('stopping', () => {
  it('before anything is sent, sends nothing', async () => {
    const server = await bench.scripted(() => ({ body: {} }));
    const exchange = await bench.start(server.url, { signal: AbortSignal.abort() }).submit(device, record);
    expect(exchange).toMatchObject({ failure: { code: 'aborted' }, response: undefined, attempts: [] });
    expect(server.seen).toHaveLength(0);
  });

  it('while the answer is awaited, for that call only', async () => {
    const server = await bench.scripted((_request, index) => (index === 0 ? undefined : { body: {} }));
    const client = bench.start(server.url);
    const stop = new AbortController();
    const stopped = client.submit(device, record, { signal: stop.signal });
    await vi.waitUntil(() => server.seen.length === 1);
    stop.abort();
    expect((await stopped).failure?.code).toBe('aborted');
    expect((await client.submit(device, record)).response?.status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it('while a retry is awaited, without that retry', async () => {
    const server = await bench.scripted(() => ({ status: 429, headers: { 'retry-after': '20' } }));
    const stop = new AbortController();
    const client = bench.startReal(server.url, { signal: stop.signal });
    const stopped = client.submit(device, record);
    await vi.waitUntil(() => server.seen.length === 1);
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 50));
    stop.abort();
    const exchange = await stopped;
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(exchange).toMatchObject({ failure: { code: 'aborted' }, attempts: [{ status: 429 }] });
    expect(server.seen).toHaveLength(1);
  });

  it('while a login is awaited, and other callers still get the token', async () => {
    const release: (() => void)[] = [];
    const server = await bench.scripted(async ({ path }) => {
      if (path !== '/login') return { body: {} };
      await new Promise<void>((resolve) => release.push(resolve));
      return { body: { bearer_token: 'abc-token', expires_in: 60 } };
    });
    const credentials = { kind: 'account', accountId: 'acc_1', apiKey: 'sk_test_abc' } as const;
    const client = bench.start(server.url, { credentials });
    const stop = new AbortController();
    const stopped = client.submit(device, record, { signal: stop.signal });
    const other = client.submit(device, record);
    await vi.waitUntil(() => release.length === 1);
    stop.abort();
    expect(await stopped).toMatchObject({ failure: { code: 'aborted' }, attempts: [] });
    release[0]?.();
    expect((await other).response?.status).toBe(200);
    expect(server.seen.filter(({ path }) => path === '/login')).toHaveLength(1);
  });

  it('takes requests that queue for a connection along, and they are never sent', async () => {
    const server = await bench.scripted(() => undefined);
    const stop = new AbortController();
    const client = bench.start(server.url, { connections: 2, signal: stop.signal });
    const all = Array.from({ length: 50 }, () => client.submit(device, record));
    await vi.waitUntil(() => server.seen.length === 2);
    stop.abort();
    const codes = (await Promise.all(all)).map(({ failure }) => failure?.code);
    expect(codes).toEqual(Array<string>(50).fill('aborted'));
    await client.close();
    expect(server.seen).toHaveLength(2);
  });

  it('a call that queues for a connection, keeps it from being sent when the connection is free', async () => {
    const release: (() => void)[] = [];
    const server = await bench.scripted(async (_request, index) => {
      if (index === 0) await new Promise<void>((resolve) => release.push(resolve));
      return { body: {} };
    });
    const client = bench.start(server.url, { connections: 1 });
    const first = client.submit(device, record);
    await vi.waitUntil(() => release.length === 1);
    const stop = new AbortController();
    const queued = Array.from({ length: 10 }, () => client.submit(device, record, { signal: stop.signal }));
    // By the next turn of the event loop they all stand in line.
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    const codes = (await Promise.all(queued)).map(({ failure }) => failure?.code);
    expect(codes).toEqual(Array<string>(10).fill('aborted'));
    release[0]?.();
    expect((await first).response?.status).toBe(200);
    expect((await client.submit(device, record)).response?.status).toBe(200);
    expect(server.seen).toHaveLength(2);
  });

  it('leaves one listener on a signal, however many requests it is given to', async () => {
    const server = await bench.scripted(() => ({ body: {} }));
    const { signal } = new AbortController();
    const client = bench.start(server.url, { signal });
    await Promise.all(Array.from({ length: 200 }, () => client.submit(device, record, { signal })));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  });

  it('and ending leave no timer behind that would keep the process alive', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const server = await bench.scripted(() => ({ body: {} }));
    const before = timers();
    const client = bench.startReal(server.url);
    await Promise.all(Array.from({ length: 20 }, () => client.submit(device, record)));
    await client.close();
    expect(timers()).toBeLessThan(before + 20);
  });

  it('closing lets what is under way end, and sends nothing after', async () => {
    const server = await bench.scripted(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { body: {} };
    });
    const client = bench.start(server.url);
    const underWay = client.submit(device, record);
    await vi.waitUntil(() => server.seen.length === 1);
    await client.close();
    expect((await underWay).response?.status).toBe(200);
    expect((await client.submit(device, record)).failure).toEqual({ code: 'aborted', message: 'the client is closed' });
    expect(server.seen).toHaveLength(1);
  });
});

describe('connections', () => {
  it('are never more than asked for, and are used again', async () => {
    const sockets = new Set<unknown>();
    const server = await bench.scripted((_request, _index, { request }) => {
      sockets.add(request.socket);
      return { body: {} };
    });
    const client = bench.start(server.url, { connections: 4 });
    await Promise.all(Array.from({ length: 200 }, () => client.submit(device, record)));
    expect(server.seen).toHaveLength(200);
    expect(sockets.size).toBeLessThanOrEqual(4);
  });

  it('waiting for one counts for no timeout', async () => {
    const server = await bench.scripted(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { body: {} };
    });
    const client = bench.start(server.url, { connections: 1, timeoutMs: 400 });
    const exchanges = await Promise.all(Array.from({ length: 30 }, () => client.submit(device, record)));
    expect(exchanges.map(({ response }) => response?.status)).toEqual(Array<number>(30).fill(200));
  });

  it('go straight to the target: proxy variables have no effect', async () => {
    const server = await bench.scripted(() => ({ body: {} }));
    for (const name of ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, `http://127.0.0.1:${await freePort()}`);
    }
    try {
      expect((await bench.start(server.url).submit(device, record)).response?.status).toBe(200);
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
