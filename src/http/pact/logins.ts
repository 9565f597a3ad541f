/** The interactions of the token operation. */
import type { Contract, StatusSetting } from '../../contract/contract.js';
import type { Interaction, ProviderState, RecordedAuthorization } from './interaction.js';
import { recordedAnswer, versionHeader } from './parts.js';
import { escapePattern, fromState } from './template.js';
import type { TextTemplate } from './template.js';

const EXAMPLE_API_KEY = 'example';

/** The token operation with an account id and its key. */
export function grantedToken(contract: Contract, accountId: string): Interaction {
  const apiKey = `${contract.testKeyPrefix}${EXAMPLE_API_KEY}`;
  const prefix = accountId.slice(0, accountId.indexOf('_') + 1);
  // Base64 letters that the prefix alone decides: they tell this request from the refused login on a stub server.
  const sure = base64(prefix).slice(0, Math.floor((prefix.length * 8) / 6));
  return login(contract, {
    description: 'a token for an account and its key',
    state: { name: 'an account with an API key', parameters: { accountId } },
    authorization: { kind: 'account', accountId, apiKey },
    header: fromState(
      'Basic ${basicCredentials}',
      `^Basic ${escapePattern(sure)}[A-Za-z0-9+/]+=*$`,
      `Basic ${base64(`${accountId}:${apiKey}`)}`,
    ),
    status: { default: 200, accepted: [200, 201] },
  });
}

/** The token operation with a login that no account has. */
export function refusedLogin(contract: Contract): Interaction {
  const accountId = 'unknown';
  const apiKey = `${contract.testKeyPrefix}unknown`;
  return login(contract, {
    description: 'a login that is refused',
    state: { name: 'a login that is not known', parameters: { accountId } },
    authorization: { kind: 'account', accountId, apiKey },
    header: `Basic ${base64(`${accountId}:${apiKey}`)}`,
    // The vendor documents 403.
    status: { default: 403, accepted: contract.open.unauthorizedStatus.accepted },
  });
}

interface Login {
  readonly description: string;
  readonly state: ProviderState;
  readonly authorization: RecordedAuthorization;
  readonly header: TextTemplate;
  readonly status: StatusSetting;
}

function login(contract: Contract, input: Login): Interaction {
  return {
    description: input.description,
    states: [input.state],
    authorization: input.authorization,
    sending: { operation: 'token' },
    request: {
      method: contract.operations.token.method,
      path: contract.path('token'),
      headers: { ...versionHeader(contract), Authorization: input.header },
      body: undefined,
    },
    response: recordedAnswer(contract, { operation: 'token', status: input.status }),
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
