/** Where a request's Authorization header comes from, and what is done when the provider rejects it. */
import type { TransportErrorCode } from '../../errors.js';
import type { Exchange, TransportFailure } from '../exchange.js';
import type { Grant, GrantOutcome, TokenSource } from './token-source.js';

export interface Authorization {
  /** Undefined sends none. */
  readonly header: string | undefined;
  /** The token behind the header, where it can be replaced. */
  readonly grant: Grant | undefined;
}

export type AuthorizationOutcome = Authorization | { readonly failedLogin: Exchange };

export interface Authorizer {
  authorize(): Promise<AuthorizationOutcome>;
  /** Something else in place of what was answered with 401; undefined where there is nothing else. */
  replace(rejected: Authorization): Promise<AuthorizationOutcome> | undefined;
  /** The provider took it. */
  accepted(taken: Authorization): void;
}

/** Always the same header, or always none. */
export function fixedAuthorizer(header: string | undefined): Authorizer {
  return {
    authorize: () => Promise.resolve({ header, grant: undefined }),
    replace: () => undefined,
    accepted: () => undefined,
  };
}

/** The tokens of an account. */
export function tokenAuthorizer(tokens: TokenSource): Authorizer {
  return {
    authorize: async () => toAuthorization(await tokens.grant()),
    replace: (rejected) =>
      rejected.grant === undefined ? undefined : tokens.replace(rejected.grant)?.then(toAuthorization),
    accepted: (taken) => {
      if (taken.grant !== undefined) tokens.accepted(taken.grant);
    },
  };
}

function toAuthorization(outcome: GrantOutcome): AuthorizationOutcome {
  if ('failedLogin' in outcome) return outcome;
  return { header: `Bearer ${outcome.grant.token}`, grant: outcome.grant };
}

/** Why a request was not sent, from the login that failed before it. */
export function failureOfLogin(login: Exchange): TransportFailure {
  const operation = `${login.request.method} ${login.request.url}`;
  if (login.failure !== undefined) {
    return { code: login.failure.code, message: `no token: ${login.failure.message}` };
  }
  const status = login.response?.status ?? 0;
  const code: TransportErrorCode = status >= 200 && status < 300 ? 'malformed-answer' : 'login-refused';
  const what = code === 'login-refused' ? `answered ${status}` : `answered ${status} without a bearer token`;
  return { code, message: `no token, so nothing was sent: ${operation} ${what}` };
}
