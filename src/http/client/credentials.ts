/** What a request is authorised with. Values come from the caller: nothing here reads the environment. */
import { UserError } from '../../errors.js';

export type Credentials =
  /** A bearer token that is used as it is and can't be refreshed. */
  | { readonly kind: 'token'; readonly token: string }
  /** An account whose tokens are fetched with the contract's token operation. */
  | { readonly kind: 'account'; readonly accountId: string; readonly apiKey: string }
  /** No Authorization header at all, to see how a provider answers to that. */
  | { readonly kind: 'none' };

/**
 * Refuses values that no Authorization header can carry; the message never shows them.
 * @throws UserError
 */
export function assertUsableCredentials(credentials: Credentials): void {
  if (credentials.kind === 'token' && !/^[\x21-\x7e]+$/.test(credentials.token)) {
    throw new UserError('the bearer token is empty or has spaces, line breaks or characters outside ASCII', {
      hint: 'Copy the token again, without quotes and without "Bearer".',
    });
  }
  if (credentials.kind !== 'account') return;
  // RFC 7617, section 2: the user-id ends at the first colon.
  if (!/^[\x21-\x39\x3b-\x7e]+$/.test(credentials.accountId)) {
    throw new UserError('the account id is empty or has spaces, colons or characters outside ASCII', {
      hint: 'An account id looks like acc_661677911f2197045e6cf1b1.',
    });
  }
  if (credentials.apiKey === '' || /\s/.test(credentials.apiKey)) {
    throw new UserError('the API key is empty or has spaces or line breaks in it', { hint: 'Copy the key again.' });
  }
}

/** `Basic …` of RFC 7617, UTF-8. */
export function basicAuthorization(accountId: string, apiKey: string): string {
  return `Basic ${Buffer.from(`${accountId}:${apiKey}`, 'utf8').toString('base64')}`;
}

/** Every form in which the credentials could show up in a text. */
export function secretsOf(credentials: Credentials): string[] {
  if (credentials.kind === 'token') return [credentials.token];
  if (credentials.kind === 'none') return [];
  return [credentials.apiKey, basicAuthorization(credentials.accountId, credentials.apiKey).slice('Basic '.length)];
}
