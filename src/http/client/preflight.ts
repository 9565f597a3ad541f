/** Finds out in a moment whether anything answers at the target, before a job begins. */
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { TransportError } from '../../errors.js';
import type { TransportErrorCode } from '../../errors.js';
import { parseBaseUrl } from './base-url.js';
import type { BaseUrl } from './base-url.js';
import { classifyFailure } from './transport-failure.js';

/** Below 3 s with the start of the process on top. */
const defaultTimeoutMs = 2500;

const otherHint = 'Check host and port of --target.';
const hints: Readonly<Partial<Record<TransportErrorCode, string>>> = {
  'connection-refused':
    'Start the provider, or check host and port of --target; without --target the built-in mock is used.',
  'connection-reset': 'Check that host and port are those of the provider, and that no firewall stands between.',
  dns: 'Check the spelling of the host name, and that this machine can resolve names.',
  tls: 'Check whether it should be http://; for a private authority, point NODE_EXTRA_CA_CERTS at its certificate.',
  timeout: 'Check host and port, and that no firewall drops the connection.',
};

/**
 * Opens a connection, TLS handshake included, and closes it again; no request is sent.
 * @throws TransportError with a named reason and a hint, within `timeoutMs`; UserError for a bad address
 */
export async function preflight(target: string, timeoutMs: number = defaultTimeoutMs): Promise<void> {
  const base = parseBaseUrl(target);
  const error = await tryConnect(base, timeoutMs);
  if (error === undefined) return;
  const timeouts = { connectMs: timeoutMs, headersMs: timeoutMs, bodyMs: timeoutMs, totalMs: timeoutMs };
  const { code, message } = classifyFailure(error, { origin: base.origin, timeouts });
  throw new TransportError(code, message, { target: base.origin, hint: hints[code] ?? otherHint, cause: error });
}

function tryConnect({ host, port, secure }: BaseUrl, timeoutMs: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    // RFC 6066, section 3: a server name is a name, never an address.
    const servername = isIP(host) === 0 ? host : '';
    const socket = secure
      ? connectTls({ host, port, servername, ALPNProtocols: ['http/1.1'] })
      : connectTcp({ host, port });
    const finish = (error: Error | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(error);
    };
    const timer = setTimeout(() => {
      finish(Object.assign(new Error('connect timed out'), { code: 'UND_ERR_CONNECT_TIMEOUT' }));
    }, timeoutMs);
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      finish(undefined);
    });
    // Errors that follow the first one, such as that of a lookup that ends late, have nobody left to tell.
    socket.on('error', finish);
  });
}
