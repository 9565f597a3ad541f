/**
 * The interlock that keeps a test tool away from live accounts. Test mode and live mode share one host, so the key and the
 * token decide. A job that writes calls this before its first write.
 */
import type { Contract } from '../../contract/contract.js';
import { UserError } from '../../errors.js';
import { parseBaseUrl } from './base-url.js';
import type { Credentials } from './credentials.js';

export interface TestModeQuestion {
  readonly target: string;
  readonly credentials: Credentials;
  readonly contract: Pick<Contract, 'testKeyPrefix'>;
  /** The user said `--allow-live`. */
  readonly allowLive: boolean;
  /** What the login answered (`ProviderClient.liveMode`); undefined where nothing is known of it. */
  readonly liveModeOfToken: boolean | undefined;
}

/**
 * Refuses a key without the test prefix and a token that is known to be live, wherever the target is. A bare token of which
 * nothing is known is refused too, unless the target is this machine. Ask it twice where that helps: before the login, so that a
 * live key is not even sent, and after it.
 * @throws UserError, without the key or the token in it
 */
export function assertTestMode(question: TestModeQuestion): void {
  const { target, credentials, contract, allowLive, liveModeOfToken } = question;
  if (allowLive || credentials.kind === 'none') return;
  const prefix = contract.testKeyPrefix;
  if (credentials.kind === 'account' && !credentials.apiKey.startsWith(prefix)) {
    throw refusal(`the API key does not begin with ${prefix}, so it may belong to a live account`, prefix);
  }
  const liveMode = liveModeOfToken ?? (credentials.kind === 'token' ? liveModeOfJwt(credentials.token) : undefined);
  if (liveMode === true) {
    throw refusal('the token belongs to a live account (live_mode is true)', prefix);
  }
  if (liveMode === undefined && credentials.kind === 'token' && !parseBaseUrl(target).loopback) {
    throw refusal('nothing tells whether the bearer token is for test mode or for live mode', prefix);
  }
}

function refusal(reason: string, prefix: string): UserError {
  return new UserError(`${reason}; nothing was written`, {
    hint: `Use an account id with an API key that begins with ${prefix}, or add --allow-live if real devices may be written to.`,
  });
}

/** The `live_mode` claim of a JSON Web Token (RFC 7519); undefined where the token is none or does not say. */
export function liveModeOfJwt(token: string): boolean | undefined {
  const payload = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1];
  if (payload === undefined) return undefined;
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof claims !== 'object' || claims === null || !('live_mode' in claims)) return undefined;
  return typeof claims.live_mode === 'boolean' ? claims.live_mode : undefined;
}
