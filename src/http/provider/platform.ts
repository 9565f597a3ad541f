/**
 * The platform behind the provider: what each request of the contract is answered, without a word of how it travelled.
 * Order of the checks: path, method, sender, rate, version, device, then the operation itself.
 */
import type { IncomingHttpHeaders } from 'node:http';

import type { Contract, OpenSettings, Operation, OperationName } from '../../contract/contract.js';
import { renderRfc3339 } from '../../contract/rfc3339.js';
import type { Token } from '../../contract/wire.js';
import { fingerprint } from '../../device/random.js';
import type { Account, Accounts } from './accounts.js';
import type { ArrivedBody } from './arrived-body.js';
import { authenticateLogin, authenticateToken, type Sender } from './authenticate.js';
import { DeviceStates } from './device-state.js';
import { createRateLimit, type RateLimit } from './rate-limit.js';
import { Records, type StoredRecord } from './records.js';
import { errorObject, Refusal } from './refusal.js';
import { createTokens, type Tokens } from './tokens.js';

/** An operation of the contract at its path. */
export interface Route {
  readonly name: OperationName;
  readonly operation: Operation;
}

export interface PlatformRequest {
  readonly route: Route;
  /** From the path, decoded. */
  readonly deviceId: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: ArrivedBody;
}

export interface Answer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON value; undefined for an answer without a body. */
  readonly body: unknown;
  readonly sender?: Sender;
  readonly record?: StoredRecord;
  /** True where this request stored the record. */
  readonly stored?: boolean;
}

export interface PlatformSetup {
  readonly contract: Contract;
  readonly open: OpenSettings;
  readonly accounts: Accounts;
  readonly seed: number;
  readonly tokenLifetimeS: number;
  /** ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
}

export class Platform {
  readonly records = new Records();
  readonly tokens: Tokens;
  readonly #setup: PlatformSetup;
  readonly #states: DeviceStates;
  readonly #rateLimit: RateLimit;
  #recordCount = 0;

  constructor(setup: PlatformSetup) {
    const { contract, open, seed, tokenLifetimeS, now } = setup;
    this.#setup = setup;
    this.tokens = createTokens({ seed, lifetimeS: tokenLifetimeS, now });
    this.#rateLimit = createRateLimit({ ratePerS: open.rateLimitPerS, now });
    const prefix = idPrefix(contract);
    this.#states = new DeviceStates({
      contract,
      open,
      records: this.records,
      newRecordId: () => `${prefix}_${fingerprint([seed, 'record', ++this.#recordCount], 24)}`,
    });
  }

  answer(request: PlatformRequest): Answer {
    const sender = this.#authenticate(request);
    if (sender instanceof Refusal) return this.refuse(sender, { route: request.route });
    const outcome = this.#checkManners(request, sender) ?? this.#perform(request, sender.account);
    if (outcome instanceof Refusal) return this.refuse(outcome, { route: request.route, sender });
    return { ...outcome, sender };
  }

  /** The error object for a request that is refused here or before it came here. */
  refuse(refusal: Refusal, about: { route?: Route | undefined; sender?: Sender } = {}): Answer {
    const body = errorObject(refusal, {
      operationId: about.route?.operation.operationId,
      liveMode: about.sender?.account.liveMode ?? false,
      nowMs: this.#setup.now(),
    });
    const { status, headers } = refusal;
    return { status, headers, body, ...(about.sender !== undefined && { sender: about.sender }) };
  }

  #authenticate({ route, headers }: PlatformRequest): Sender | Refusal {
    const { accounts, open, now } = this.#setup;
    if (route.name === 'token') return authenticateLogin(headers.authorization, accounts);
    const status = open.unauthorizedStatus.default;
    return authenticateToken(headers.authorization, { accounts, tokens: this.tokens, status, nowMs: now() });
  }

  #checkManners({ headers }: PlatformRequest, { account }: Sender): Refusal | undefined {
    const waitS = this.#rateLimit.take(account.accountId);
    if (waitS > 0) {
      return new Refusal(429, 'rate_limit_exceeded', {
        message: `More than ${this.#setup.open.rateLimitPerS} requests a second.`,
        headers: { 'retry-after': String(Math.ceil(waitS)) },
      });
    }
    const { version, versionHeader } = this.#setup.contract;
    const asked = versionHeader === undefined ? undefined : headers[versionHeader.toLowerCase()];
    if (asked === undefined || !isOlderVersion(String(asked), version)) return undefined;
    return new Refusal(422, 'api_version_not_supported', {
      message: `The version ${JSON.stringify(asked)} is not supported: the account's default is ${version}.`,
    });
  }

  #perform(request: PlatformRequest, account: Account): Answer | Refusal {
    const { accounts, now, open, tokenLifetimeS } = this.#setup;
    if (request.route.name === 'token') {
      const token = this.tokens.issue(account);
      const body: Token = { bearer_token: token, expires_in: tokenLifetimeS, live_mode: account.liveMode };
      return { status: 200, headers: { 'cache-control': 'no-store' }, body };
    }
    const deviceId = request.deviceId ?? '';
    const owned = accounts.ownerOf(deviceId);
    if (owned?.account !== account) {
      const message = `There is no device ${JSON.stringify(deviceId)} in this account.`;
      return new Refusal(open.unknownDeviceStatus.default, 'device_not_found', { message });
    }
    if (request.route.name === 'readBack') {
      const record = this.#states.readLatest(deviceId);
      if (record instanceof Refusal) return record;
      return { status: 200, headers: {}, body: { ...this.#receipt(record), ...record.fields }, record };
    }
    const { headers, body } = request;
    const { accountId } = account;
    const accepted = this.#states.submit({ accountId, device: owned.device, headers, body }, now());
    if (accepted instanceof Refusal) return accepted;
    return { ...accepted, headers: {}, body: accepted.status === 204 ? undefined : this.#receipt(accepted.record) };
  }

  /** What an answer says of a record beside the request's own fields. */
  #receipt(record: StoredRecord): Record<string, unknown> {
    const { answerFields, operations } = this.#setup.contract;
    const example = operations.submit.answerExample;
    const receipt: Record<string, unknown> = {};
    const put = (name: string | undefined, value: unknown): void => {
      if (name !== undefined && value !== undefined) receipt[name] = value;
    };
    put(answerFields.recordId, record.id);
    put(answerFields.objectName, exampleValue(example, answerFields.objectName));
    put(answerFields.accountId, record.accountId);
    put(answerFields.deviceId, record.deviceId);
    put(answerFields.timeCreated, renderRfc3339(record.createdAtMs));
    return receipt;
  }
}

/** The kind of a record's id, as in the document's example: `dsr` of `dsr_6a284b7596d3f2b722544e70`. */
function idPrefix(contract: Contract): string {
  const id = exampleValue(contract.operations.submit.answerExample, contract.answerFields.recordId);
  return typeof id === 'string' && id.includes('_') ? id.slice(0, id.indexOf('_')) : 'rec';
}

function exampleValue(example: unknown, name: string | undefined): unknown {
  if (name === undefined || typeof example !== 'object' || example === null) return undefined;
  return new Map<string, unknown>(Object.entries(example)).get(name);
}

/** Versions begin with a day, `2025-09-14.anode`. One that doesn't is as little supported as an old one. */
function isOlderVersion(asked: string, version: string): boolean {
  const day = /^\d{4}-\d\d-\d\d(?=\.|$)/;
  const [askedDay] = day.exec(asked) ?? [];
  const [ownDay] = day.exec(version) ?? [];
  if (askedDay === undefined) return asked !== version;
  return ownDay !== undefined && askedDay < ownDay;
}
