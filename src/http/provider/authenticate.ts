/** Who sends a request: the bearer token of a device operation, the Basic login of a token operation. */
import type { Account, Accounts } from './accounts.js';
import { Refusal } from './refusal.js';
import type { Tokens } from './tokens.js';

export interface Sender {
  readonly account: Account;
  /** Number of the token that was shown, undefined for a Basic login. */
  readonly tokenNumber: number | undefined;
}

/**
 * RFC 6750. The scheme's name may be written in any case.
 *
 * @param known `status` is the one for a missing, malformed or expired token
 */
export function authenticateToken(
  authorization: string | undefined,
  known: { accounts: Accounts; tokens: Tokens; status: number; nowMs: number },
): Sender | Refusal {
  const refuse = (code: string, message: string): Refusal =>
    new Refusal(known.status, code, {
      message,
      ...(known.status === 401 && { headers: { 'www-authenticate': 'Bearer' } }),
    });
  if (authorization === undefined)
    return refuse('token_missing', 'The header Authorization with a bearer token is missing.');
  const [, token] = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i.exec(authorization) ?? [];
  if (token === undefined) {
    return refuse('token_malformed', 'The header Authorization must be the word Bearer, a space and the token.');
  }
  const grant = known.tokens.find(token);
  const account = grant === undefined ? undefined : known.accounts.find(grant.accountId);
  if (grant === undefined || account === undefined)
    return refuse('token_invalid', 'The bearer token is not one of ours.');
  if (grant.expiresAtMs <= known.nowMs) return refuse('token_expired', 'The bearer token has expired. Take a new one.');
  return { account, tokenNumber: grant.number };
}

/** RFC 7617, account id and API key. Whatever is wrong with a login is a 403 that says no more than that. */
export function authenticateLogin(authorization: string | undefined, accounts: Accounts): Sender | Refusal {
  const [, encoded = ''] = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization ?? '') ?? [];
  const login = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = login.indexOf(':');
  const account = colon < 0 ? undefined : accounts.find(login.slice(0, colon));
  if (account !== undefined && account.apiKey === login.slice(colon + 1)) return { account, tokenNumber: undefined };
  return new Refusal(403, 'login_refused', {
    message: 'The login was refused. It is HTTP Basic with the account id as user and the API key as password.',
  });
}
