/** Names what went wrong below HTTP, whichever layer said so: the resolver, the socket, TLS, undici or its parser. */
import type { TransportErrorCode } from '../../errors.js';
import type { TransportFailure } from '../exchange.js';

/** All in ms. */
export interface Timeouts {
  /** To resolve the name, connect and shake hands. */
  readonly connectMs: number;
  /** From the request to the end of the answer's headers. */
  readonly headersMs: number;
  /** Between two pieces of the answer's body. */
  readonly bodyMs: number;
  /** From the moment a connection takes the request to the last byte of the answer, for each try. */
  readonly totalMs: number;
}

export interface FailureContext {
  /** Scheme, host and port, for the message. */
  readonly origin: string;
  readonly timeouts: Timeouts;
}

/** The answer was still not complete after `totalMs`. */
export class TotalTimeoutError extends Error {
  readonly code = 'TOTAL_TIMEOUT';
}

/** The caller's signal fired. */
export class StoppedError extends Error {
  readonly code = 'STOPPED';
}

type Explain = (context: FailureContext, error: Error) => string;

const refused: Explain = ({ origin }) => `nothing listens at ${origin}`;
const reset: Explain = ({ origin }) => `${origin} closed the connection before the answer was complete`;
const unresolved: Explain = ({ origin }) => `the name in ${origin} can't be resolved`;
const stopped: Explain = () => 'stopped before the answer came';
const malformed: Explain = ({ origin }, error) => `${origin} did not answer in proper HTTP: ${error.message}`;
const notConnected: Explain = ({ origin, timeouts }) => `no connection to ${origin} within ${timeouts.connectMs} ms`;

const byCode: Readonly<Record<string, readonly [TransportErrorCode, Explain]>> = {
  ECONNREFUSED: ['connection-refused', refused],
  ECONNRESET: ['connection-reset', reset],
  EPIPE: ['connection-reset', reset],
  UND_ERR_SOCKET: ['connection-reset', reset],
  ENOTFOUND: ['dns', unresolved],
  EAI_AGAIN: ['dns', unresolved],
  EAI_FAIL: ['dns', unresolved],
  ETIMEDOUT: ['timeout', notConnected],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', notConnected],
  UND_ERR_HEADERS_TIMEOUT: [
    'timeout',
    ({ origin, timeouts }) => `no answer from ${origin} within ${timeouts.headersMs} ms`,
  ],
  UND_ERR_BODY_TIMEOUT: [
    'timeout',
    ({ origin, timeouts }) => `the answer of ${origin} stalled for ${timeouts.bodyMs} ms`,
  ],
  TOTAL_TIMEOUT: [
    'timeout',
    ({ origin, timeouts }) => `no complete answer from ${origin} within ${timeouts.totalMs} ms`,
  ],
  STOPPED: ['aborted', stopped],
  UND_ERR_CLOSED: ['aborted', () => 'the client is closed'],
  UND_ERR_DESTROYED: ['aborted', () => 'the client is closed'],
  UND_ERR_HEADERS_OVERFLOW: ['malformed-answer', malformed],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: ['malformed-answer', malformed],
  UND_ERR_RES_EXCEEDED_MAX_SIZE: ['malformed-answer', malformed],
};

/** What undici throws for arguments that are wrong: a bug of the caller, not the network's. */
const bugs: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_INVALID_RETURN_VALUE',
  'UND_ERR_NOT_SUPPORTED',
]);

/** @throws the error itself where it is no network trouble but a bug */
export function classifyFailure(error: unknown, context: FailureContext): TransportFailure {
  if (!(error instanceof Error)) throw error;
  const code = codeOf(error);
  if (bugs.has(code) || error instanceof TypeError) throw error;
  if (error.name === 'HTTPParserError' || /^bad (response|upgrade)$/.test(error.message)) {
    return { code: 'malformed-answer', message: malformed(context, error) };
  }
  const known = byCode[code];
  if (known !== undefined) return { code: known[0], message: known[1](context, error) };
  if (isTlsCode(code)) {
    return { code: 'tls', message: `no secure connection to ${context.origin}: ${tlsReason(code, error)}` };
  }
  return {
    code: 'other',
    message: `${context.origin} can't be reached: ${error.message === '' ? code : error.message}`,
  };
}

/** A host with several addresses fails with one error that holds one for each; they are told apart by the first. */
function codeOf(error: Error): string {
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  return '';
}

/** Node's own TLS codes, those of OpenSSL, and the verification results of X.509 that Node passes on by name. */
function isTlsCode(code: string): boolean {
  return (
    /^ERR_(TLS|SSL)_/.test(code) ||
    code === 'EPROTO' ||
    /CERT|_CRL|SIGNATURE|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH/.test(code)
  );
}

function tlsReason(code: string, error: Error): string {
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code)) return `its certificate is not trusted (${code})`;
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another name';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO') return `it does not speak TLS (${code})`;
  return error.message;
}
