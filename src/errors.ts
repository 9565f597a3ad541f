/**
 * The two errors that voltpact throws on purpose. Anything else that is thrown is a bug and shows its stack.
 * What is wrong with the system under test is never thrown: it is a Finding (see check/finding.ts).
 */

/** Where in the user's input the trouble is. */
export interface Place {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based. */
  readonly column?: number;
  /** RFC 6901. */
  readonly pointer?: string;
}

/** The user's input is wrong: exit code 2, one message, no stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly place: Place;
  /** What to do next, one sentence. */
  readonly hint: string | undefined;

  /**
   * @param message what was expected and what came, one sentence
   */
  constructor(message: string, options: { place?: Place; hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.place = options.place ?? {};
    this.hint = options.hint;
  }
}

/** Stable reasons why no answer came. */
export type TransportErrorCode =
  | 'connection-refused'
  | 'connection-reset'
  | 'dns'
  | 'tls'
  | 'timeout'
  | 'aborted'
  | 'malformed-answer'
  /** The provider refused the account's credentials, so the request was never sent. */
  | 'login-refused'
  | 'other';

/** The network is at fault: thrown only where nothing can go on without it (exit code 3), otherwise data in an Exchange. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: TransportErrorCode;
  /** The address that was asked, without credentials. */
  readonly target: string;
  readonly hint: string | undefined;

  constructor(code: TransportErrorCode, message: string, options: { target: string; hint?: string; cause?: unknown }) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.target = options.target;
    this.hint = options.hint;
  }
}
