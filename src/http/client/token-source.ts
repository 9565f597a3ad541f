/**
 * The one token that all requests of a client share.
 *
 * 1. At most one login is under way, however many requests wait for a token.
 * 2. A token is renewed before it expires: 60 s before, or a tenth of its life before where that is shorter.
 * 3. A token that a provider rejects is replaced once, however many requests it was rejected for. Where the replacement was
 *    rejected too before it was ever accepted, there is no further login for 5 s: such a provider refuses its own tokens.
 * 4. A login that the provider refuses (4xx other than 408 and 429) is final: it is made once, and everybody gets the same answer.
 */
import type { Exchange } from '../exchange.js';
import type { Clock } from './abort.js';
import type { TokenAnswer } from './token-answer.js';

export interface LoginResult {
  readonly exchange: Exchange;
  /** Undefined where the login failed. */
  readonly answer: TokenAnswer | undefined;
}

/** One token as it was granted; the same text granted again is another grant. */
export interface Grant {
  readonly token: string;
  readonly liveMode: boolean | undefined;
  /** Epoch, ms; Infinity where the provider gave no time. */
  readonly renewAtMs: number;
  readonly grantedAtMs: number;
}

export type GrantOutcome = { readonly grant: Grant } | { readonly failedLogin: Exchange };

const longestMarginMs = 60_000;
const marginFraction = 0.1;
const barrenPauseMs = 5_000;

export class TokenSource {
  readonly #login: () => Promise<LoginResult>;
  readonly #clock: Clock;
  #held: Grant | undefined;
  #underWay: Promise<Login> | undefined;
  #refused: Exchange | undefined;
  #wasAccepted = false;
  /** The grant held stands in for one that was never accepted. */
  #isStandIn = false;

  /** @param login makes the token request, and never rejects for anything that the network does */
  constructor(login: () => Promise<LoginResult>, clock: Clock) {
    this.#login = login;
    this.#clock = clock;
  }

  /** The token in use, or a new one. */
  async grant(): Promise<GrantOutcome> {
    if (this.#refused !== undefined) return { failedLogin: this.#refused };
    if (this.#held !== undefined && this.#clock.nowMs() < this.#held.renewAtMs) return { grant: this.#held };
    return (await this.#renew()).outcome;
  }

  /** A grant in place of one that was answered with 401; undefined where none will be fetched (law 3). */
  replace(rejected: Grant): Promise<GrantOutcome> | undefined {
    if (this.#held === rejected) {
      const isBarren = this.#isStandIn && !this.#wasAccepted;
      if (isBarren && this.#clock.nowMs() - rejected.grantedAtMs < barrenPauseMs) return undefined;
      this.#isStandIn = !this.#wasAccepted;
      this.#held = undefined;
    }
    return this.grant();
  }

  /** The provider took this token. */
  accepted(taken: Grant): void {
    if (this.#held === taken) this.#wasAccepted = true;
  }

  /** Logs in now, whatever is known, and gives the login's exchange. */
  async renew(): Promise<Exchange> {
    return (await this.#renew()).exchange;
  }

  #renew(): Promise<Login> {
    this.#underWay ??= this.#logIn().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #logIn(): Promise<Login> {
    const startedAtMs = this.#clock.nowMs();
    const { exchange, answer } = await this.#login();
    if (answer === undefined) {
      if (isFinal(exchange)) this.#refused = exchange;
      return { exchange, outcome: { failedLogin: exchange } };
    }
    const granted = grantOf(answer, startedAtMs);
    this.#held = granted;
    this.#wasAccepted = false;
    this.#refused = undefined;
    return { exchange, outcome: { grant: granted } };
  }
}

interface Login {
  readonly exchange: Exchange;
  readonly outcome: GrantOutcome;
}

/** @param grantedAtMs when the login was sent, which is never later than when the token's life began */
function grantOf({ token, liveMode, expiresInS }: TokenAnswer, grantedAtMs: number): Grant {
  const lifeMs = expiresInS === undefined ? Infinity : expiresInS * 1000;
  const marginMs = Math.min(longestMarginMs, lifeMs * marginFraction);
  return { token, liveMode, grantedAtMs, renewAtMs: grantedAtMs + lifeMs - marginMs };
}

function isFinal({ response }: Exchange): boolean {
  if (response === undefined) return false;
  const { status } = response;
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}
