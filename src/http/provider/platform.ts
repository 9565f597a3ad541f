/**
 * The platform behind the provider: what each request of the contract is answered, without a word of how it travelled.
 * Order of the checks: path, method, sender, rate, version, device, then the operation itself.
 */
import type { Contract, OpenSettings } from '../../contract/contract.js';
import type { Token } from '../../contract/wire.js';
import { fingerprint } from '../../device/random.js';
import type { Account, Accounts } from './accounts.js';
import type { ArrivedRequest, Route } from './arrived-request.js';
import type { Sender } from './authenticate.js';
import { type Bug, plantBugs } from './bugs/bug.js';
import { DeviceStates } from './device-state.js';
import { exampleField } from './example-field.js';
import { platformSteps } from './platform-steps.js';
import { createRateLimit, type RateLimit } from './rate-limit.js';
import { Records } from './records.js';
import { Refusal } from './refusal.js';
import type { Answer, PlatformRequest, Steps } from './steps.js';
import { createTokens, type Tokens } from './tokens.js';

export interface PlatformSetup {
  readonly contract: Contract;
  readonly open: OpenSettings;
  readonly accounts: Accounts;
  readonly seed: number;
  readonly tokenLifetimeS: number;
  /** ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** What this one does wrong on purpose. */
  readonly bugs: readonly Bug[];
}

export class Platform {
  readonly records = new Records();
  readonly tokens: Tokens;
  readonly #setup: PlatformSetup;
  readonly #steps: Steps;
  readonly #states: DeviceStates;
  readonly #rateLimit: RateLimit;
  #recordCount = 0;

  constructor(setup: PlatformSetup) {
    const { contract, open, seed, tokenLifetimeS, now, accounts, bugs } = setup;
    const { records } = this;
    this.#setup = setup;
    this.tokens = createTokens({ seed, lifetimeS: tokenLifetimeS, now });
    this.#rateLimit = createRateLimit({ ratePerS: open.rateLimitPerS, now });
    const world = { contract, open, accounts, tokens: this.tokens, records, now };
    this.#steps = plantBugs(platformSteps(world), bugs, world);
    const prefix = idPrefix(contract);
    const newRecordId = (): string => `${prefix}_${fingerprint([seed, 'record', ++this.#recordCount], 24)}`;
    this.#states = new DeviceStates({ contract, open, records, steps: this.#steps, newRecordId });
  }

  route(request: ArrivedRequest): Route | Refusal {
    return this.#steps.route(request);
  }

  async answer(request: PlatformRequest): Promise<Answer> {
    return this.#steps.finish(await this.#serve(request), request);
  }

  /** The error object for a request that is refused here or before it came here. */
  refuse(refusal: Refusal, about: { route?: Route | undefined; sender?: Sender } = {}): Answer {
    return this.#steps.renderRefusal(refusal, about);
  }

  async #serve(request: PlatformRequest): Promise<Answer> {
    const { route } = request;
    const sender = this.#steps.authenticate(request);
    if (sender instanceof Refusal) return this.refuse(sender, { route });
    const outcome = this.#checkManners(request, sender) ?? (await this.#perform(request, sender.account));
    if (outcome instanceof Refusal) return this.refuse(outcome, { route, sender });
    return { ...outcome, sender };
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

  async #perform(request: PlatformRequest, account: Account): Promise<Answer | Refusal> {
    const { route, headers, body } = request;
    if (route.name === 'token') return this.#grantToken(account);
    const device = this.#steps.findDevice(request.deviceId ?? '', account);
    if (device instanceof Refusal) return device;
    if (route.name === 'readBack') return this.#readLatest(device.deviceId);
    const submission = { accountId: account.accountId, device, headers, body };
    const accepted = await this.#states.submit(submission, this.#setup.now());
    if (accepted instanceof Refusal) return accepted;
    const receipt = accepted.status === 204 ? undefined : this.#steps.renderReceipt(accepted.record);
    return { ...accepted, headers: {}, body: receipt };
  }

  #grantToken(account: Account): Answer {
    const token = this.tokens.issue(account);
    const { tokenLifetimeS } = this.#setup;
    const body: Token = { bearer_token: token, expires_in: tokenLifetimeS, live_mode: account.liveMode };
    return { status: 200, headers: { 'cache-control': 'no-store' }, body };
  }

  #readLatest(deviceId: string): Answer | Refusal {
    const record = this.#steps.findLatest(deviceId);
    if (record === undefined) {
      const message = `No state of ${deviceId} has been submitted yet.`;
      return new Refusal(404, 'device_state_missing', { message });
    }
    const body = this.#steps.renderRecord(record, this.#steps.renderReceipt(record));
    return { status: 200, headers: {}, body, record };
  }
}

/** The kind of a record's id, as in the document's example: `dsr` of `dsr_6a284b7596d3f2b722544e70`. */
function idPrefix(contract: Contract): string {
  const id = exampleField(contract.operations.submit.answerExample, contract.answerFields.recordId);
  return typeof id === 'string' && id.includes('_') ? id.slice(0, id.indexOf('_')) : 'rec';
}

/** Versions begin with a day, `2025-09-14.anode`. One that doesn't is as little supported as an old one. */
function isOlderVersion(asked: string, version: string): boolean {
  const day = /^\d{4}-\d\d-\d\d(?=\.|$)/;
  const [askedDay] = day.exec(asked) ?? [];
  const [ownDay] = day.exec(version) ?? [];
  if (askedDay === undefined) return asked !== version;
  return ownDay !== undefined && askedDay < ownDay;
}
