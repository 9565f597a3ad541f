/** One request as the caller means it: tries, waits, a new token where the old one was rejected, and the exchange of it all. */
import { performance } from 'node:perf_hooks';
import type { Pool } from 'undici';
import type { OperationName } from '../../contract/contract.js';
import type { Attempt, Exchange, ReceivedResponse, TransportFailure } from '../exchange.js';
import { orAborted } from './abort.js';
import type { Clock } from './abort.js';
import { failureOfLogin } from './authorizer.js';
import type { Authorization, AuthorizationOutcome, Authorizer } from './authorizer.js';
import type { Redactor } from './redaction.js';
import { parseRetryAfter, retryWaitMs } from './retry.js';
import type { RetryPolicy } from './retry.js';
import { sendOnce } from './send.js';
import type { SendResult, WireResponse } from './send.js';
import { classifyFailure, StoppedError } from './transport-failure.js';
import type { Timeouts } from './transport-failure.js';

export interface RequestPlan {
  readonly operation: OperationName;
  readonly deviceId: string | undefined;
  readonly method: 'GET' | 'PUT' | 'POST';
  /** With the target's prefix. */
  readonly path: string;
  /** Without Authorization. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string | undefined;
  /** The provider stores nothing twice if this is sent again. */
  readonly repeatable: boolean;
  readonly authorizer: Authorizer;
  readonly signals: readonly AbortSignal[];
}

export interface RequestContext {
  readonly pool: Pool;
  readonly origin: string;
  readonly timeouts: Timeouts;
  readonly retry: RetryPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly redactor: Redactor;
}

/** What came of it, as it was on the wire: for those who must read the secrets in it. */
export interface RequestOutcome {
  readonly response: WireResponse | undefined;
  /** Redacts when it is called, so that a token that was read from the answer can be made known before. */
  exchange(): Exchange;
}

/** Never rejects for anything that the network or the provider does. */
export async function runRequest(plan: RequestPlan, context: RequestContext): Promise<RequestOutcome> {
  const log = new ExchangeLog(plan, context);
  const body = plan.bodyText === undefined ? undefined : Buffer.from(plan.bodyText, 'utf8');
  let outcome: AuthorizationOutcome | 'aborted' = await orAborted(plan.authorizer.authorize(), plan.signals);
  let retries = 0;
  let wasReplaced = false;
  for (;;) {
    if (outcome === 'aborted') return log.stopped();
    if ('failedLogin' in outcome) return log.blocked(outcome.failedLogin);
    const authorization: Authorization = outcome;
    const result = await log.attempt(authorization, body);
    const status = result.response?.status;
    if (status !== undefined && status < 500 && status !== 401) plan.authorizer.accepted(authorization);
    if (status === 401 && !wasReplaced) {
      const replacement = plan.authorizer.replace(authorization);
      if (replacement === undefined) return log.done();
      wasReplaced = true;
      outcome = await orAborted(replacement, plan.signals);
      continue;
    }
    const waitMs = retryWaitMs(
      {
        status,
        failureCode: result.failure?.code,
        dispatched: result.dispatched,
        retryAfterMs: retryAfterMs(result.response, context.clock),
      },
      { policy: context.retry, retries, repeatable: plan.repeatable, random: context.random },
    );
    if (waitMs === undefined) return log.done();
    retries += 1;
    await context.clock.sleep(waitMs, plan.signals);
    outcome = await orAborted(plan.authorizer.authorize(), plan.signals);
  }
}

function retryAfterMs(response: WireResponse | undefined, clock: Clock): number | undefined {
  if (response === undefined) return undefined;
  return parseRetryAfter(response.headers['retry-after'], response.headers['date'], clock.nowMs());
}

/** Keeps the attempts of one request and makes the exchange of them. */
class ExchangeLog {
  readonly #plan: RequestPlan;
  readonly #context: RequestContext;
  readonly #startedAtMs: number;
  readonly #started = performance.now();
  readonly #attempts: Attempt[] = [];
  #lastEnd: number | undefined;
  #sentAuthorization: string | undefined;
  #last: SendResult | undefined;

  constructor(plan: RequestPlan, context: RequestContext) {
    this.#plan = plan;
    this.#context = context;
    this.#startedAtMs = context.clock.nowMs();
  }

  async attempt(authorization: Authorization, body: Buffer | undefined): Promise<SendResult> {
    const { pool, origin, timeouts, clock } = this.#context;
    const { method, path, signals } = this.#plan;
    this.#sentAuthorization = authorization.header;
    const startedAtMs = clock.nowMs();
    const started = performance.now();
    const result = await sendOnce(
      pool,
      { method, path, headers: this.#headers(), body },
      { origin, timeouts, signals },
    );
    const ended = performance.now();
    this.#attempts.push({
      startedAtMs,
      durationMs: toMicroseconds(ended - started),
      status: result.response?.status,
      failure: this.#redactFailure(result.failure),
      waitedMs: this.#lastEnd === undefined ? 0 : toMicroseconds(started - this.#lastEnd),
    });
    this.#lastEnd = ended;
    this.#last = result;
    return result;
  }

  /** The last try stands. */
  done(): RequestOutcome {
    return this.#outcome({ response: this.#last?.response, failure: this.#last?.failure });
  }

  /** The caller's signal fired between two tries, or before the first. */
  stopped(): RequestOutcome {
    const failure = classifyFailure(new StoppedError(), this.#context);
    return this.#outcome({ response: undefined, failure });
  }

  /** No token could be had: an answer that was already there (a 401) stands, otherwise the login's failure does. */
  blocked(login: Exchange): RequestOutcome {
    const response = this.#last?.response?.status === 401 ? this.#last.response : undefined;
    return this.#outcome({ response, failure: response === undefined ? failureOfLogin(login) : undefined, login });
  }

  #outcome(end: {
    readonly response: WireResponse | undefined;
    readonly failure: TransportFailure | undefined;
    readonly login?: Exchange;
  }): RequestOutcome {
    const durationMs = toMicroseconds(performance.now() - this.#started);
    return {
      response: end.response,
      exchange: () => ({ ...this.#exchange(end.response, end.failure), ...pickLogin(end.login), durationMs }),
    };
  }

  #exchange(response: WireResponse | undefined, failure: TransportFailure | undefined): Omit<Exchange, 'durationMs'> {
    const { operation, deviceId, method, path, bodyText } = this.#plan;
    const { origin, redactor } = this.#context;
    return {
      operation,
      deviceId,
      request: {
        method,
        url: redactor.text(`${origin}${path}`),
        headers: redactHeaders(this.#headers(), redactor),
        body: bodyText === undefined ? undefined : redactor.text(bodyText),
      },
      response: response === undefined ? undefined : redactResponse(response, redactor),
      failure: this.#redactFailure(failure),
      attempts: this.#attempts,
      startedAtMs: this.#startedAtMs,
    };
  }

  #headers(): Record<string, string> {
    if (this.#sentAuthorization === undefined) return { ...this.#plan.headers };
    return { ...this.#plan.headers, authorization: this.#sentAuthorization };
  }

  #redactFailure(failure: TransportFailure | undefined): TransportFailure | undefined {
    if (failure === undefined) return undefined;
    return { code: failure.code, message: this.#context.redactor.text(failure.message) };
  }
}

function pickLogin(login: Exchange | undefined): Pick<Exchange, 'login'> {
  return login === undefined ? {} : { login };
}

function redactHeaders(headers: Readonly<Record<string, string>>, redactor: Redactor): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, redactor.header(name, value)]));
}

function redactResponse(response: WireResponse, redactor: Redactor): ReceivedResponse {
  const bodyText = redactor.text(response.bodyText);
  const body = parseJson(response.bodyText);
  return {
    status: response.status,
    headers: redactHeaders(response.headers, redactor),
    bodyText,
    body: bodyText === response.bodyText ? body : redactor.json(body),
  };
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Times to the microsecond: finer digits are noise of the clock. */
function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
