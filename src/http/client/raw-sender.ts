/**
 * Sends requests as they are, right or wrong, one try each, and gives answers as they are: for whoever sends many and judges
 * them at once. Nothing here is redacted but what goes through `redactor`: what is shown or stored has to go through it.
 */
import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import type { RawRequest } from '../../contract/request-case.js';
import type { Contract } from '../../contract/contract.js';
import type { Exchange, ReceivedResponse, TransportFailure } from '../exchange.js';
import { systemClock } from './abort.js';
import type { Clock } from './abort.js';
import { fixedAuthorizer } from './authorizer.js';
import { parseBaseUrl } from './base-url.js';
import { assertUsableCredentials, basicAuthorization, secretsOf } from './credentials.js';
import type { Credentials } from './credentials.js';
import { createRedactor } from './redaction.js';
import type { Redactor } from './redaction.js';
import { parseJson, runRequest } from './request-loop.js';
import type { RequestContext } from './request-loop.js';
import { defaultRetryPolicy } from './retry.js';
import { sendOnce } from './send.js';
import { parseTokenAnswer } from './token-answer.js';
import { TokenSource } from './token-source.js';
import type { LoginResult } from './token-source.js';
import type { Timeouts } from './transport-failure.js';

export interface RawSenderOptions {
  /** Scheme, host, port, and a path prefix that is kept. */
  readonly target: string;
  readonly contract: Contract;
  readonly credentials: Exclude<Credentials, { kind: 'none' }>;
  /** For each request, ms. */
  readonly timeoutMs: number;
  /** Connections at once, at most. */
  readonly connections: number;
  readonly userAgent?: string;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

/** What came of one request. Holds whatever was sent and received, secrets too. */
export interface RawAnswer {
  /** As it was sent. */
  readonly url: string;
  readonly response: ReceivedResponse | undefined;
  readonly failure: TransportFailure | undefined;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export type TokenOutcome = { readonly token: string } | { readonly failedLogin: Exchange };

export interface RawSender {
  /** @param signal takes the request back, in mid-flight too */
  send(request: RawRequest, signal?: AbortSignal): Promise<RawAnswer>;
  /** The token in use: for an account, one that has not expired. */
  token(): Promise<TokenOutcome>;
  /** Another token of the account, undefined where there is only the one. */
  renewToken(): Promise<TokenOutcome | undefined>;
  /** True where the text holds a secret of the credentials. */
  holdsSecret(text: string): boolean;
  readonly redactor: Redactor;
  close(): Promise<void>;
}

const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** @throws UserError for a bad target or credentials that no header can carry */
export function createRawSender(options: RawSenderOptions): RawSender {
  assertUsableCredentials(options.credentials);
  return new PoolSender(options);
}

class PoolSender implements RawSender {
  readonly redactor: Redactor;
  readonly #options: RawSenderOptions;
  readonly #context: RequestContext;
  readonly #prefix: string;
  readonly #secrets: string[];
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signals: readonly AbortSignal[];
  readonly #tokens: TokenSource | undefined;

  constructor(options: RawSenderOptions) {
    const { target, credentials, signal, userAgent = 'voltpact', timeoutMs } = options;
    const { origin, prefix } = parseBaseUrl(target);
    this.#options = options;
    this.#prefix = prefix;
    this.#secrets = secretsOf(credentials);
    this.redactor = createRedactor(this.#secrets);
    this.#headers = { accept: 'application/json', 'user-agent': userAgent };
    this.#signals = signal === undefined ? [] : [signal];
    const timeouts: Timeouts = {
      connectMs: timeoutMs,
      headersMs: timeoutMs,
      bodyMs: timeoutMs,
      totalMs: timeoutMs,
    };
    this.#context = {
      pool: new Pool(origin, {
        connections: options.connections,
        connect: { timeout: timeoutMs },
        // The total time bounds them.
        headersTimeout: 0,
        bodyTimeout: 0,
        maxResponseSize: LONGEST_ANSWER_BYTES,
      }),
      origin,
      timeouts,
      retry: defaultRetryPolicy,
      clock: options.clock ?? systemClock,
      random: Math.random,
      redactor: this.redactor,
    };
    if (credentials.kind === 'account') this.#tokens = new TokenSource(() => this.#logIn(), this.#context.clock);
  }

  async send({ method, path, headers, body }: RawRequest, signal?: AbortSignal): Promise<RawAnswer> {
    const { pool, origin, timeouts, clock } = this.#context;
    const fullPath = `${this.#prefix}${path}`;
    const startedAtMs = clock.nowMs();
    const started = performance.now();
    const signals = signal === undefined ? this.#signals : [...this.#signals, signal];
    const request = { method, path: fullPath, headers: { ...this.#headers, ...headers }, body: toBytes(body) };
    const { response, failure } = await sendOnce(pool, request, { origin, timeouts, signals });
    return {
      url: `${origin}${fullPath}`,
      response: response === undefined ? undefined : { ...response, body: parseJson(response.bodyText) },
      failure,
      startedAtMs,
      durationMs: performance.now() - started,
    };
  }

  async token(): Promise<TokenOutcome> {
    const { credentials } = this.#options;
    if (credentials.kind === 'token') return { token: credentials.token };
    const outcome = await this.#tokens?.grant();
    if (outcome === undefined) throw new Error('an account has no source of tokens');
    return 'grant' in outcome ? { token: outcome.grant.token } : outcome;
  }

  async renewToken(): Promise<TokenOutcome | undefined> {
    if (this.#tokens === undefined) return undefined;
    await this.#tokens.renew();
    return this.token();
  }

  holdsSecret(text: string): boolean {
    return this.#secrets.some((secret) => text.includes(secret));
  }

  close(): Promise<void> {
    return this.#context.pool.destroy();
  }

  async #logIn(): Promise<LoginResult> {
    const { contract, credentials } = this.#options;
    if (credentials.kind !== 'account') throw new Error('a token cannot log in');
    const { method } = contract.operations.token;
    const outcome = await runRequest(
      {
        operation: 'token',
        deviceId: undefined,
        method,
        path: `${this.#prefix}${contract.path('token')}`,
        headers: this.#headers,
        bodyText: undefined,
        repeatable: true,
        authorizer: fixedAuthorizer(basicAuthorization(credentials.accountId, credentials.apiKey)),
        signals: this.#signals,
      },
      this.#context,
    );
    const status = outcome.response?.status ?? 0;
    const isGranted = status >= 200 && status < 300;
    const answer = isGranted ? parseTokenAnswer(parseJson(outcome.response?.bodyText ?? '')) : undefined;
    if (answer !== undefined) {
      this.redactor.learn(answer.token);
      this.#secrets.push(answer.token);
    }
    return { exchange: outcome.exchange(), answer };
  }
}

function toBytes(body: RawRequest['body']): Buffer | undefined {
  if (body === undefined) return undefined;
  return typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body);
}
