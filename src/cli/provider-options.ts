/** The provider that a command talks to, from the options and the environment. */
import { parseBaseUrl } from '../http/client/base-url.js';
import type { Credentials } from '../http/client/credentials.js';
import { preflight } from '../http/client/preflight.js';
import { UserError } from '../errors.js';
import type { Arguments, CommandContext } from './command.js';
import { given, withOption } from './option-value.js';

export interface ProviderChoice {
  /** Absent where the embedded mock is meant. */
  readonly target?: string;
  readonly credentials?: Credentials;
  readonly deviceId?: string;
  readonly locationId?: string;
  readonly allowLive: boolean;
}

/**
 * Asks first whether anything answers at the target: without that, what else is missing does not matter.
 *
 * @throws UserError for a bad address or missing credentials; TransportError where nothing answers
 */
export async function chooseProvider(args: Arguments, { env }: CommandContext): Promise<ProviderChoice> {
  const target = given(args, 'target');
  const deviceId = given(args, 'device-id')?.text;
  const locationId = given(args, 'location-id')?.text;
  const ids = { ...(deviceId === undefined ? {} : { deviceId }), ...(locationId === undefined ? {} : { locationId }) };
  const allowLive = args.switches.has('allow-live');
  if (target === undefined) {
    if (Object.keys(ids).length === 0) return { allowLive };
    throw new UserError('a device id or a location id is given, but no --target', {
      hint: 'The mock provider brings its own device. Give --target, or leave the ids out.',
    });
  }
  withOption(target, parseBaseUrl);
  await preflight(target.text);
  return { target: target.text, credentials: readCredentials(env), ...ids, allowLive };
}

/** @throws UserError where neither a token nor an account with its key is set */
function readCredentials(env: NodeJS.ProcessEnv): Credentials {
  const { VOLTPACT_TOKEN: token = '', VOLTPACT_ACCOUNT_ID: accountId = '', VOLTPACT_API_KEY: apiKey = '' } = env;
  if (token !== '') return { kind: 'token', token };
  if (accountId !== '' && apiKey !== '') return { kind: 'account', accountId, apiKey };
  const half =
    accountId !== ''
      ? 'VOLTPACT_ACCOUNT_ID is set but VOLTPACT_API_KEY is not'
      : 'VOLTPACT_API_KEY is set but VOLTPACT_ACCOUNT_ID is not';
  const none = 'a target needs credentials in the environment and there are none';
  throw new UserError(accountId === '' && apiKey === '' ? none : half, {
    hint: 'Set VOLTPACT_TOKEN, or VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY. They are never options: others could read them.',
  });
}
