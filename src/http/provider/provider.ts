/** The mock provider as a library: one call starts it, what it received is there to read, one call stops it. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Contract, OpenSettings } from '../../contract/contract.js';
import { type RandomStream, randomStream } from '../../device/random.js';
import { UserError } from '../../errors.js';
import { type AccountSetup, Accounts, defaultAccount, type DeviceSetup } from './accounts.js';
import { parseText } from './arrived-body.js';
import type { ArrivedRequest, Route } from './arrived-request.js';
import { findBugs } from './bugs/catalogue.js';
import { createFaultSchedule, type Fault, type FaultSchedule } from './fault.js';
import { createRedaction, Journal, type JournalEntry, type ReceivedRequest, redactHeaders } from './journal.js';
import { drawLatencyMs, type Latency } from './latency.js';
import { Platform } from './platform.js';
import type { StoredRecord } from './records.js';
import { codeOfStatus, Refusal } from './refusal.js';
import { type Departure, serve, type Server } from './serve.js';
import type { Answer } from './steps.js';

export interface ProviderOptions {
  readonly contract: Contract;
  /** 127.0.0.1 unless another is given. */
  readonly host?: string;
  /** 0, the default, is any free port. */
  readonly port?: number;
  /** One account with one device and a test key unless others are given. */
  readonly accounts?: readonly AccountSetup[];
  /** How long a token lives, seconds; 3600 by default. */
  readonly tokenLifetimeS?: number;
  /** Answers to open questions that differ from the contract's. */
  readonly open?: Partial<OpenSettings>;
  /** Time between the request being served and its answer going out; none by default. */
  readonly latencyMs?: Latency;
  /** Requests a second and account, token requests among them; the contract's setting by default. */
  readonly rateLimitPerS?: number | null;
  /** They befall requests to the device operations alone, before anything is checked. */
  readonly faults?: readonly Fault[];
  /** Names of seeded defects that this provider has, see `bugCatalogue`; none by default. */
  readonly bugs?: readonly string[];
  /** Latencies, faults, tokens and record ids follow it; 1 by default. */
  readonly seed?: number;
  /** The clock, ms since 1970-01-01T00:00:00Z: of expiry, rate limit and creation times. Delays pass in real time. */
  readonly now?: () => number;
  /** Called once a request, when its answer is about to go out. */
  readonly journal?: (entry: JournalEntry) => void;
  /** How many of the latest requests `received` keeps; 10,000 by default. */
  readonly receivedLimit?: number;
  /** The longest body, bytes; 1 MiB by default. */
  readonly bodyLimitBytes?: number;
}

export interface RunningProvider {
  /** Without a slash at the end. */
  readonly url: string;
  readonly accounts: readonly AccountSetup[];
  /** Every request in the order of the answers, the latest `receivedLimit` of them. */
  readonly received: readonly ReceivedRequest[];
  /**
   * A valid bearer token without a request.
   *
   * @param accountId the first account's unless given
   * @throws UserError for an unknown account
   */
  token(accountId?: string): string;
  /** Lets all tokens given out so far expire at once, those of one account or of all. */
  expireTokens(accountId?: string): void;
  /** @throws UserError for an unknown account, a malformed id or a device that exists */
  addDevice(accountId: string, device: DeviceSetup): void;
  /** Every record of a device, in the order in which they were stored. */
  records(deviceId: string): readonly StoredRecord[];
  /** What a read-back would return. */
  latest(deviceId: string): StoredRecord | undefined;
  /** Forgets records, references and received requests. Accounts, devices, tokens and running counts stay. */
  clear(): void;
  /** Closes every connection, idle or not, and answers nothing any more. May be called again. */
  close(): Promise<void>;
}

/** @throws UserError for options that can't be, a port that is in use, a host that isn't this machine's */
export async function startProvider(options: ProviderOptions): Promise<RunningProvider> {
  checkNumbers(options);
  const { contract } = options;
  const accounts = new Accounts(contract, options.accounts ?? [defaultAccount]);
  const mock = new MockProvider(options, accounts);
  const server = await serve(
    {
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 0,
      routes: routesOf(contract),
      bodyLimitBytes: options.bodyLimitBytes ?? 1_048_576,
    },
    mock,
  );
  return mock.running(server);
}

function routesOf({ operations, tokenOperations }: Contract): Route[] {
  const tokens = tokenOperations.map((operation): Route => ({ name: 'token', operation }));
  return [
    { name: 'submit', operation: operations.submit },
    { name: 'readBack', operation: operations.readBack },
    ...tokens,
  ];
}

/** As long as a timer can wait, ms. */
const longestPauseMs = 2 ** 31 - 1;

class MockProvider {
  readonly #accounts: Accounts;
  readonly #platform: Platform;
  readonly #journal: Journal;
  readonly #faults: FaultSchedule;
  readonly #latency: Latency;
  readonly #latencyRandom: RandomStream;
  readonly #now: () => number;
  readonly #redact: (text: string) => string;
  #sequence = 0;

  constructor(options: ProviderOptions, accounts: Accounts) {
    const { contract, seed = 1, now = Date.now, tokenLifetimeS = 3600, rateLimitPerS } = options;
    const open = { ...contract.open, ...options.open, ...(rateLimitPerS !== undefined && { rateLimitPerS }) };
    this.#accounts = accounts;
    const bugs = findBugs(options.bugs ?? []);
    this.#platform = new Platform({ contract, open, accounts, seed, tokenLifetimeS, now, bugs });
    this.#journal = new Journal(options.receivedLimit ?? 10_000, options.journal);
    this.#faults = createFaultSchedule(options.faults ?? [], seed);
    this.#latency = options.latencyMs ?? 0;
    this.#latencyRandom = randomStream(seed, 'latency');
    this.#now = now;
    this.#redact = createRedaction(() => accounts.all.map((account) => account.apiKey));
  }

  running(server: Server): RunningProvider {
    const [accounts, platform, journal] = [this.#accounts, this.#platform, this.#journal];
    let closed: Promise<void> | undefined;
    return {
      url: server.url,
      accounts: accounts.all,
      received: journal.received,
      token: (accountId) => platform.tokens.issue(accounts.get(accountId)),
      expireTokens: (accountId) => platform.tokens.expire(accountId),
      addDevice: (accountId, device) => accounts.addDevice(accountId, device),
      records: (deviceId) => platform.records.of(deviceId),
      latest: (deviceId) => platform.records.latest(deviceId),
      clear: () => {
        platform.records.clear();
        journal.clear();
      },
      close: () => (closed ??= server.close()),
    };
  }

  async handle(arrived: ArrivedRequest, signal: AbortSignal): Promise<Departure> {
    const target = this.#platform.route(arrived);
    const request = { ...arrived, target };
    const arrival = { request, sequence: this.#sequence++, atMs: this.#now() };
    const isDeviceOperation = !(target instanceof Refusal) && target.name !== 'token';
    const fault = isDeviceOperation ? this.#faults.next() : undefined;
    const answer = fault?.effect.kind === 'drop' ? undefined : await this.#answer(request, fault);
    const latencyMs = drawLatencyMs(this.#latency, this.#latencyRandom) + (answer?.holdMs ?? 0);
    try {
      if (latencyMs > 0) await pause(Math.min(latencyMs, longestPauseMs), undefined, { signal });
    } catch (error) {
      this.#enter(arrival, { answer, fault, isSent: false });
      throw error;
    }
    const isSent = fault?.effect.kind !== 'drop' && fault?.effect.kind !== 'drop-after';
    const text = this.#enter(arrival, { answer, fault, isSent });
    return { status: answer?.status ?? 0, headers: answer?.headers ?? {}, text, effect: fault?.effect };
  }

  refuse(refusal: Refusal): Departure {
    const answer = this.#platform.refuse(refusal);
    return { status: answer.status, headers: answer.headers, text: textOf(answer), effect: undefined };
  }

  async #answer({ target, deviceId, headers, body }: ArrivedRequest, fault: Fault | undefined): Promise<Answer> {
    if (target instanceof Refusal) return this.#platform.refuse(target);
    if (fault?.effect.kind !== 'status') return this.#platform.answer({ route: target, deviceId, headers, body });
    const { status } = fault.effect;
    const refusal = new Refusal(status, status === 429 ? 'rate_limit_exceeded' : codeOfStatus(status), {
      message: `This provider was told to answer ${fault.text}.`,
      ...(status === 429 && { headers: { 'retry-after': '1' } }),
    });
    return this.#platform.refuse(refusal, { route: target });
  }

  /** Puts a request into the journal and gives the text of its answer. */
  #enter(
    { request, sequence, atMs }: { request: ArrivedRequest; sequence: number; atMs: number },
    outcome: { answer: Answer | undefined; fault: Fault | undefined; isSent: boolean },
  ): string | undefined {
    const { target, body, deviceId } = request;
    const { answer, fault, isSent } = outcome;
    const text = answer === undefined ? undefined : textOf(answer);
    const { sender, record } = answer ?? {};
    const entry: JournalEntry = {
      sequence,
      atMs,
      answeredAtMs: this.#now(),
      connection: request.connection,
      method: request.method,
      path: this.#redact(request.path),
      headers: redactHeaders(request.headers, this.#redact),
      ...(body.text !== undefined && { bodyText: this.#redact(body.text) }),
      ...(!(target instanceof Refusal) && { operation: target.name }),
      ...(deviceId !== undefined && { deviceId: this.#redact(deviceId) }),
      ...(sender !== undefined && { accountId: sender.account.accountId }),
      ...(sender?.tokenNumber !== undefined && { tokenNumber: sender.tokenNumber }),
      ...(isSent && answer !== undefined && { status: answer.status }),
      ...(isSent && text !== undefined && { answerText: this.#redact(text) }),
      ...(record !== undefined && { recordId: record.id }),
      ...(answer?.stored !== undefined && { stored: answer.stored }),
      ...(fault !== undefined && { fault: fault.text }),
    };
    this.#journal.add(entry, entry.bodyText === body.text ? body.value : parseText(entry.bodyText ?? '').value);
    return text;
  }
}

function textOf({ text, body }: Answer): string | undefined {
  return text ?? (body === undefined ? undefined : JSON.stringify(body));
}

function checkNumbers(options: ProviderOptions): void {
  const {
    port = 0,
    tokenLifetimeS = 3600,
    rateLimitPerS = null,
    receivedLimit = 0,
    bodyLimitBytes = 1,
    seed = 1,
  } = options;
  const demand = (isFine: boolean, message: string): void => {
    if (!isFine) throw new UserError(message);
  };
  demand(Number.isInteger(port) && port >= 0 && port <= 65_535, `The port must be from 0 to 65535, not ${port}.`);
  demand(tokenLifetimeS > 0, `The life of a token must be more than 0 s, not ${tokenLifetimeS}.`);
  demand(rateLimitPerS === null || rateLimitPerS > 0, `The rate limit must be more than 0/s, not ${rateLimitPerS}.`);
  demand(
    Number.isInteger(receivedLimit) && receivedLimit >= 0,
    `receivedLimit must be a whole number, not ${receivedLimit}.`,
  );
  demand(bodyLimitBytes > 0, `bodyLimitBytes must be more than 0, not ${bodyLimitBytes}.`);
  demand(Number.isSafeInteger(seed), `The seed must be a whole number, not ${seed}.`);
}
