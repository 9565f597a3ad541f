/**
 * The client of the operation under contract. What it asks and where comes from the contract document; how it behaves when
 * things go wrong is said in retry.ts, token-source.ts and transport-failure.ts. It connects to the target directly: proxy
 * variables of the environment have no effect, since undici reads them only in its `EnvHttpProxyAgent`.
 */
import { Pool } from 'undici';
import type { Contract, OperationName } from '../../contract/contract.js';
import { UserError } from '../../errors.js';
import type { Exchange } from '../exchange.js';
import { isAborted, systemClock } from './abort.js';
import type { Clock } from './abort.js';
import { fixedAuthorizer, tokenAuthorizer } from './authorizer.js';
import type { Authorizer } from './authorizer.js';
import { parseBaseUrl } from './base-url.js';
import type { BaseUrl } from './base-url.js';
import { assertUsableCredentials, basicAuthorization, secretsOf } from './credentials.js';
import type { Credentials } from './credentials.js';
import { liveModeOfJwt } from './live-mode.js';
import { createRedactor } from './redaction.js';
import { parseJson, runRequest } from './request-loop.js';
import type { RequestContext, RequestPlan } from './request-loop.js';
import { defaultRetryPolicy } from './retry.js';
import type { RetryPolicy } from './retry.js';
import { parseTokenAnswer } from './token-answer.js';
import { TokenSource } from './token-source.js';
import type { LoginResult } from './token-source.js';
import type { Timeouts } from './transport-failure.js';

export interface ClientOptions {
  /** Scheme, host, port, and a path prefix that is kept. */
  readonly target: string;
  readonly contract: Contract;
  readonly credentials: Credentials;
  /** A single number bounds each of the four. */
  readonly timeoutMs?: number | Partial<Timeouts>;
  readonly retry?: Partial<RetryPolicy>;
  /** Connections at once, at most; further requests wait for one, and that wait counts for no timeout. */
  readonly connections?: number;
  /** Evenly in [0, 1), for the jitter of retries. */
  readonly random?: () => number;
  readonly clock?: Clock;
  /** See user-agent.ts. */
  readonly userAgent?: string;
  /** Stops everything under way and everything that follows. */
  readonly signal?: AbortSignal;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** Every method resolves whatever the network and the provider do: what went wrong stands in the exchange. */
export interface ProviderClient {
  /** @param body an object is sent as JSON, a text exactly as it is */
  submit(deviceId: string, body: object | string, options?: CallOptions): Promise<Exchange>;
  readBack(deviceId: string, options?: CallOptions): Promise<Exchange>;
  /**
   * Logs in now and uses that token from then on; while a login is under way, gives that one's exchange.
   * @throws UserError where the credentials are no account's
   */
  requestToken(): Promise<Exchange>;
  /** Whether the credentials are those of a live account, as the login or the token itself says; undefined where neither does. */
  liveMode(): Promise<boolean | undefined>;
  /** Lets the requests under way end and closes the connections; what comes after is answered with `aborted`. */
  close(): Promise<void>;
}

const defaultTimeouts: Timeouts = { connectMs: 5_000, headersMs: 15_000, bodyMs: 15_000, totalMs: 30_000 };
const defaultConnections = 16;
/** Node's timers fire at once beyond it. */
const longestTimerMs = 2 ** 31 - 1;
/** No answer of this API comes near it; more is not read into memory. */
const longestAnswerBytes = 16 * 1024 * 1024;

/** @throws UserError for a bad target, credentials that no header can carry, or a setting out of range */
export function createClient(options: ClientOptions): ProviderClient {
  const base = parseBaseUrl(options.target);
  assertUsableCredentials(options.credentials);
  return new ContractClient(options, base);
}

type AccountCredentials = Extract<Credentials, { kind: 'account' }>;

class ContractClient implements ProviderClient {
  readonly #contract: Contract;
  readonly #credentials: Credentials;
  readonly #prefix: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signals: readonly AbortSignal[];
  readonly #context: RequestContext;
  readonly #tokens: TokenSource | undefined;
  readonly #authorizer: Authorizer;
  #closed: Promise<void> | undefined;

  constructor(options: ClientOptions, base: BaseUrl) {
    const { contract, credentials, signal } = options;
    this.#contract = contract;
    this.#credentials = credentials;
    this.#prefix = base.prefix;
    this.#headers = commonHeaders(options);
    this.#signals = signal === undefined ? [] : [signal];
    this.#context = createContext(options, base.origin);
    if (credentials.kind === 'account') {
      this.#tokens = new TokenSource(() => this.#logIn(credentials), this.#context.clock);
      this.#authorizer = tokenAuthorizer(this.#tokens);
    } else {
      this.#authorizer = fixedAuthorizer(credentials.kind === 'token' ? `Bearer ${credentials.token}` : undefined);
    }
  }

  async submit(deviceId: string, body: object | string, options: CallOptions = {}): Promise<Exchange> {
    const bodyText = typeof body === 'string' ? body : JSON.stringify(body);
    const plan = this.#plan('submit', { deviceId, signals: this.#signalsOf(options) });
    const outcome = await runRequest(
      {
        ...plan,
        headers: { ...plan.headers, 'content-type': 'application/json' },
        bodyText,
        repeatable: hasReferenceId(bodyText, this.#contract),
      },
      this.#context,
    );
    return outcome.exchange();
  }

  async readBack(deviceId: string, options: CallOptions = {}): Promise<Exchange> {
    const plan = this.#plan('readBack', { deviceId, signals: this.#signalsOf(options) });
    return (await runRequest(plan, this.#context)).exchange();
  }

  async requestToken(): Promise<Exchange> {
    if (this.#tokens === undefined) {
      throw new UserError('a token can only be requested with an account id and an API key', {
        hint: 'Set VOLTPACT_ACCOUNT_ID and VOLTPACT_API_KEY instead of VOLTPACT_TOKEN.',
      });
    }
    return this.#tokens.renew();
  }

  async liveMode(): Promise<boolean | undefined> {
    if (this.#credentials.kind === 'token') return liveModeOfJwt(this.#credentials.token);
    const outcome = await this.#tokens?.grant();
    return outcome !== undefined && 'grant' in outcome ? outcome.grant.liveMode : undefined;
  }

  close(): Promise<void> {
    const { pool } = this.#context;
    // The pool refuses to be closed twice.
    this.#closed ??= isAborted(this.#signals) ? pool.destroy() : pool.close();
    return this.#closed;
  }

  async #logIn({ accountId, apiKey }: AccountCredentials): Promise<LoginResult> {
    const authorizer = fixedAuthorizer(basicAuthorization(accountId, apiKey));
    const plan = this.#plan('token', { deviceId: undefined, signals: this.#signals });
    const outcome = await runRequest({ ...plan, authorizer }, this.#context);
    const { response } = outcome;
    const isSuccess = response !== undefined && response.status >= 200 && response.status < 300;
    const answer = isSuccess ? parseTokenAnswer(parseJson(response.bodyText)) : undefined;
    if (answer !== undefined) this.#context.redactor.learn(answer.token);
    return { exchange: outcome.exchange(), answer };
  }

  /** A request without a body. */
  #plan(
    operation: OperationName,
    { deviceId, signals }: { readonly deviceId: string | undefined; readonly signals: readonly AbortSignal[] },
  ): RequestPlan {
    return {
      operation,
      deviceId,
      method: this.#contract.operations[operation].method,
      path: `${this.#prefix}${this.#contract.path(operation, deviceId)}`,
      headers: this.#headers,
      bodyText: undefined,
      repeatable: true,
      authorizer: this.#authorizer,
      signals,
    };
  }

  #signalsOf({ signal }: CallOptions): readonly AbortSignal[] {
    return signal === undefined ? this.#signals : [...this.#signals, signal];
  }
}

function createContext(options: ClientOptions, origin: string): RequestContext {
  const timeouts = resolveTimeouts(options.timeoutMs);
  const retry = { ...defaultRetryPolicy, ...options.retry };
  for (const [name, value] of Object.entries(retry)) {
    assertRange(`retry.${name}`, value, { from: 0, to: longestTimerMs });
  }
  const connections = options.connections ?? defaultConnections;
  assertRange('connections', connections, { from: 1, to: 65_535 });
  return {
    pool: new Pool(origin, {
      connections,
      connect: { timeout: timeouts.connectMs },
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
      maxResponseSize: longestAnswerBytes,
    }),
    origin,
    timeouts,
    retry,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    redactor: createRedactor(secretsOf(options.credentials)),
  };
}

function resolveTimeouts(given: ClientOptions['timeoutMs']): Timeouts {
  const timeouts: Timeouts =
    typeof given === 'number'
      ? { connectMs: given, headersMs: given, bodyMs: given, totalMs: given }
      : { ...defaultTimeouts, ...given };
  for (const [name, value] of Object.entries(timeouts)) {
    assertRange(`timeout.${name}`, value, { from: 1, to: longestTimerMs });
  }
  return timeouts;
}

function assertRange(name: string, value: unknown, { from, to }: { readonly from: number; readonly to: number }): void {
  if (Number.isInteger(value) && Number(value) >= from && Number(value) <= to) return;
  throw new UserError(`${name} must be a whole number from ${from} to ${to}, got ${String(value)}`);
}

function commonHeaders({ contract, userAgent }: ClientOptions): Readonly<Record<string, string>> {
  return {
    accept: 'application/json',
    'user-agent': userAgent ?? 'voltpact',
    ...(contract.versionHeader === undefined ? {} : { [contract.versionHeader.toLowerCase()]: contract.version }),
  };
}

/** Only a record with a reference id is one that the provider knows again. */
function hasReferenceId(bodyText: string, contract: Contract): boolean {
  const name = contract.requestFields.recordReferenceId;
  const body = parseJson(bodyText);
  if (name === undefined || typeof body !== 'object' || body === null) return false;
  const reference: unknown = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof reference === 'string' && reference !== '';
}
