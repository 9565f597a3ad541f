/** Bearer tokens that the provider gives out, takes back and lets expire. */
import { createHmac } from 'node:crypto';

import type { Account } from './accounts.js';

export interface TokenGrant {
  readonly accountId: string;
  /** Of this provider's tokens, from 1. Tells tokens apart where the token itself must not be shown. */
  readonly number: number;
  readonly expiresAtMs: number;
}

export interface Tokens {
  /** A new token, valid from now on. The same seed, count and clock give the same token. */
  issue(account: Account): string;
  /** The grant behind a token, expired or not; undefined for one that was never given out. */
  find(token: string): TokenGrant | undefined;
  /** Makes every token given out so far, of one account or of all, expired from now on. */
  expire(accountId?: string): void;
}

/** How long an expired token is still known as expired, ms. After that it counts as one never given out. */
const rememberedMs = 3_600_000;

export function createTokens(setup: { seed: number; lifetimeS: number; now: () => number }): Tokens {
  const grants = new Map<string, TokenGrant>();
  let issued = 0;

  const forgetOld = (nowMs: number): void => {
    for (const [token, grant] of grants) {
      // Grants lie in the order in which they were given out, so the first fresh one ends the search.
      if (grant.expiresAtMs + rememberedMs > nowMs) return;
      grants.delete(token);
    }
  };

  return {
    issue: (account) => {
      const nowMs = setup.now();
      forgetOld(nowMs);
      issued += 1;
      const expiresAtMs = nowMs + setup.lifetimeS * 1000;
      const token = renderJwt(setup.seed, {
        sub: account.accountId,
        jti: String(issued),
        iat: Math.floor(nowMs / 1000),
        exp: Math.floor(expiresAtMs / 1000),
        live_mode: account.liveMode,
      });
      grants.set(token, { accountId: account.accountId, number: issued, expiresAtMs });
      return token;
    },
    find: (token) => grants.get(token),
    expire: (accountId) => {
      const nowMs = setup.now();
      for (const [token, grant] of grants) {
        if (accountId !== undefined && grant.accountId !== accountId) continue;
        if (grant.expiresAtMs > nowMs) grants.set(token, { ...grant, expiresAtMs: nowMs });
      }
    },
  };
}

/** A JSON Web Token, RFC 7519, HS256 under a key that only the seed makes: it proves nothing to anyone else. */
function renderJwt(seed: number, claims: Readonly<Record<string, unknown>>): string {
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', `voltpact provider ${seed}`).update(signed).digest('base64url')}`;
}
