/** The way from the verifier's proxy to the provider: what was recorded goes out unchanged but for the credentials. */
import { Pool } from 'undici';
import type { Contract, OperationName } from '../../contract/contract.js';
import { systemClock } from '../client/abort.js';
import { fixedAuthorizer, tokenAuthorizer } from '../client/authorizer.js';
import type { Authorizer } from '../client/authorizer.js';
import { parseBaseUrl } from '../client/base-url.js';
import { basicAuthorization, secretsOf } from '../client/credentials.js';
import type { Credentials } from '../client/credentials.js';
import { createRedactor } from '../client/redaction.js';
import { parseJson, runRequest } from '../client/request-loop.js';
import type { RequestContext, RequestOutcome, RequestPlan } from '../client/request-loop.js';
import { defaultRetryPolicy, parseRetryAfter } from '../client/retry.js';
import { parseTokenAnswer } from '../client/token-answer.js';
import { TokenSource } from '../client/token-source.js';
import type { LoginResult } from '../client/token-source.js';

export interface UpstreamOptions {
  readonly target: string;
  readonly contract: Contract;
  /** `none` leaves every recorded Authorization header as it is. */
  readonly credentials: Credentials;
  /** For each try of a request. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Whose Authorization header a request carries. */
export type AuthorizationKind = 'recorded' | 'token' | 'login';

export interface UpstreamRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** With the query, without the target's prefix. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string | undefined;
  readonly authorization: AuthorizationKind;
}

/** How often a 429 is waited out before it stands as the answer. */
const MOST_WAITS = 2;
const LONGEST_WAIT_MS = 30_000;
const DEFAULT_WAIT_MS = 1000;

export class Upstream {
  readonly #options: UpstreamOptions;
  readonly #prefix: string;
  readonly #context: RequestContext;
  readonly #tokens: TokenSource | undefined;

  /** @throws UserError for a bad target */
  constructor(options: UpstreamOptions) {
    const base = parseBaseUrl(options.target);
    this.#options = options;
    this.#prefix = base.prefix;
    this.#context = createContext(options, base.origin);
    if (options.credentials.kind === 'account') {
      this.#tokens = new TokenSource(() => this.#logIn(), this.#context.clock);
    }
  }

  /** Never rejects for anything that the network or the provider does. */
  async send(request: UpstreamRequest): Promise<RequestOutcome> {
    const { contract } = this.#options;
    const { authorization: recorded, ...headers } = request.headers;
    const operation = operationOf(request, contract);
    const outcome = await this.#sendPatiently({
      operation,
      deviceId: undefined,
      method: request.method,
      path: `${this.#prefix}${request.path}`,
      headers,
      bodyText: request.bodyText,
      repeatable: false,
      authorizer: this.#chooseAuthorizer(request.authorization, recorded),
      signals: this.#signals(),
    });
    if (operation === 'token' && outcome.response !== undefined) this.#learnToken(outcome.response.bodyText);
    return outcome;
  }

  /** What came over the wire, without the secrets in it. */
  redact(text: string): string {
    return this.#context.redactor.text(text);
  }

  async close(): Promise<void> {
    await this.#context.pool.destroy();
  }

  async #logIn(): Promise<LoginResult> {
    const { method } = this.#options.contract.operations.token;
    const outcome = await runRequest(
      {
        operation: 'token',
        deviceId: undefined,
        method,
        path: `${this.#prefix}${this.#options.contract.path('token')}`,
        headers: { accept: 'application/json' },
        bodyText: undefined,
        repeatable: true,
        authorizer: this.#chooseAuthorizer('login'),
        signals: this.#signals(),
      },
      this.#context,
    );
    const { response } = outcome;
    const isSuccess = response !== undefined && response.status >= 200 && response.status < 300;
    const answer = isSuccess ? this.#learnToken(response.bodyText) : undefined;
    return { exchange: outcome.exchange(), answer };
  }

  #learnToken(bodyText: string): LoginResult['answer'] {
    const answer = parseTokenAnswer(parseJson(bodyText));
    if (answer !== undefined) this.#context.redactor.learn(answer.token);
    return answer;
  }

  #chooseAuthorizer(kind: AuthorizationKind, recorded?: string): Authorizer {
    const { credentials } = this.#options;
    if (kind === 'token' && this.#tokens !== undefined) return tokenAuthorizer(this.#tokens);
    if (kind === 'token' && credentials.kind === 'token') return fixedAuthorizer(`Bearer ${credentials.token}`);
    if (kind === 'login' && credentials.kind === 'account') {
      return fixedAuthorizer(basicAuthorization(credentials.accountId, credentials.apiKey));
    }
    return fixedAuthorizer(recorded);
  }

  /** A provider that asks to wait is not at fault: it is waited for, as long as that is reasonable. */
  async #sendPatiently(plan: RequestPlan): Promise<RequestOutcome> {
    const { clock } = this.#context;
    for (let waits = 0; ; waits += 1) {
      const outcome = await runRequest(plan, this.#context);
      const { response } = outcome;
      if (response?.status !== 429 || waits === MOST_WAITS) return outcome;
      const { 'retry-after': retryAfter, date } = response.headers;
      const waitMs = parseRetryAfter(retryAfter, date, clock.nowMs()) ?? DEFAULT_WAIT_MS;
      if (waitMs > LONGEST_WAIT_MS) return outcome;
      await clock.sleep(waitMs, plan.signals);
    }
  }

  #signals(): readonly AbortSignal[] {
    const { signal } = this.#options;
    return signal === undefined ? [] : [signal];
  }
}

function createContext(options: UpstreamOptions, origin: string): RequestContext {
  const { timeoutMs } = options;
  return {
    pool: new Pool(origin, {
      connections: 4,
      connect: { timeout: timeoutMs },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    }),
    origin,
    timeouts: { connectMs: timeoutMs, headersMs: timeoutMs, bodyMs: timeoutMs, totalMs: timeoutMs },
    // A fault must show, not be smoothed over.
    retry: { ...defaultRetryPolicy, maxRetries: 0 },
    clock: systemClock,
    random: Math.random,
    redactor: createRedactor(secretsOf(options.credentials)),
  };
}

function operationOf({ method, path }: UpstreamRequest, contract: Contract): OperationName {
  const { token, submit } = contract.operations;
  if (method === token.method && path === contract.path('token')) return 'token';
  return method === submit.method ? 'submit' : 'readBack';
}
