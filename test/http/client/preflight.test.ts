// Protects the first sentence a user reads when the target can't be reached: the right reason, a hint, and soon.
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { TransportError, UserError } from '../../../src/errors.js';
import { preflight } from '../../../src/http/client/preflight.js';
import { freePort, listen, startRawServer } from '../../helpers/scripted-server.js';
import { selfSignedCertificate } from '../../helpers/self-signed.js';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function failureOf(target: string, timeoutMs?: number): Promise<TransportError> {
  try {
    await preflight(target, timeoutMs);
  } catch (error) {
    expect(error).toBeInstanceOf(TransportError);
    return error as TransportError;
  }
  throw new Error('the target answered');
}

describe('preflight', () => {
  it('is content where something listens, and sends nothing', async () => {
    const received: Buffer[] = [];
    let isClosed = false;
    const server = await startRawServer((socket) => {
      socket.on('data', (chunk: Buffer) => received.push(chunk));
      socket.on('close', () => {
        isClosed = true;
      });
    });
    closers.push(server.close);
    await preflight(`${server.url}/prefix`);
    await vi.waitUntil(() => isClosed);
    expect(received).toEqual([]);
  });

  it('says that nothing listens', async () => {
    const started = performance.now();
    const target = `http://127.0.0.1:${await freePort()}`;
    const error = await failureOf(target);
    expect(error).toMatchObject({ code: 'connection-refused', target, message: `nothing listens at ${target}` });
    expect(error.hint).toContain('Start the provider');
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('says so as well where a name stands for several addresses', async () => {
    const port = await freePort();
    expect(await failureOf(`http://localhost:${port}`)).toMatchObject({ code: 'connection-refused' });
  });

  it('says that a name is unknown', async () => {
    // RFC 6761 keeps .invalid out of the name system; a machine without a resolver says so more slowly.
    expect(await failureOf('http://nowhere.invalid', 2_900)).toMatchObject({
      code: expect.stringMatching(/^(dns|timeout)$/) as string,
    });
  });

  it('says that a certificate is not trusted', async () => {
    const server = createTlsServer(selfSignedCertificate());
    const url = await listen(server);
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const error = await failureOf(url.replace('http:', 'https:'));
    expect(error.code).toBe('tls');
    expect(error.message).toContain('certificate is not trusted');
    expect(error.hint).toContain('NODE_EXTRA_CA_CERTS');
  });

  it('asks for the host by name, as one address can serve many, but never by address', async () => {
    const asked: string[] = [];
    const server = createTlsServer({
      ...selfSignedCertificate(),
      SNICallback(name, done) {
        asked.push(name);
        done(null);
      },
    });
    const url = new URL(await listen(server));
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    await failureOf(`https://127.0.0.1:${url.port}`);
    await failureOf(`https://localhost:${url.port}`);
    expect(asked).toEqual(['localhost']);
  });

  it('says that the other side does not speak TLS', async () => {
    const server = await startRawServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    closers.push(server.close);
    const error = await failureOf(server.url.replace('http:', 'https:'));
    expect(error.code).toBe('tls');
    expect(error.message).toContain('does not speak TLS');
    expect(error.hint).toContain('http://');
  });

  it('gives up on a handshake that never ends', async () => {
    const server = await startRawServer(() => undefined);
    closers.push(server.close);
    const started = performance.now();
    const error = await failureOf(server.url.replace('http:', 'https:'), 300);
    expect(error.code).toBe('timeout');
    expect(error.message).toContain('within 300 ms');
    expect(performance.now() - started).toBeLessThan(1_500);
  });

  it('takes a bad address for the mistake of the user that it is', async () => {
    await expect(preflight('nonsense')).rejects.toBeInstanceOf(UserError);
  });
});
