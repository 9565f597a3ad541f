/** One request as the user meant it and what became of it, retries included. Everything in it is redacted. */
import type { OperationName } from '../contract/contract.js';
import type { TransportErrorCode } from '../errors.js';

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; `authorization` is redacted. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes that were sent, as text; undefined where there was no body. */
  readonly body: string | undefined;
}

export interface ReceivedResponse {
  readonly status: number;
  /** Lower-case names; repeated headers are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
  /** The parsed body, or undefined where it is not JSON. */
  readonly body: unknown;
}

/** Why no answer came, as data. */
export interface TransportFailure {
  readonly code: TransportErrorCode;
  readonly message: string;
}

/** One try. */
export interface Attempt {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly status: number | undefined;
  readonly failure: TransportFailure | undefined;
  /** Time between the end of the try before and the start of this one, ms; 0 for the first. */
  readonly waitedMs: number;
}

export interface Exchange {
  readonly operation: OperationName;
  readonly deviceId: string | undefined;
  readonly request: SentRequest;
  /** Of the last try; undefined where it failed in transport. */
  readonly response: ReceivedResponse | undefined;
  readonly failure: TransportFailure | undefined;
  /** In order; empty only where nothing was sent because no token could be had or the caller had stopped already. */
  readonly attempts: readonly Attempt[];
  /**
   * The token exchange that failed and so kept this one from being sent (or sent again). Every exchange that it stopped
   * holds the same object, so that a refused login can be reported once.
   */
  readonly login?: Exchange;
  readonly startedAtMs: number;
  readonly durationMs: number;
}
