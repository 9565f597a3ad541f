/** Requests for a token: the right one, and ones with a single thing wrong. They change nothing, and count for nobody. */
import type { Contract } from '../../contract/contract.js';
import type { RawRequest } from '../../contract/request-case.js';
import { basicAuthorization } from '../../http/client/credentials.js';
import type { RenderedStep } from './frame.js';
import type { SendableCredentials, Site } from './site.js';
import type { LoginStep, Probe } from './step.js';

type Account = Extract<SendableCredentials, { kind: 'account' }>;

interface LoginCase {
  readonly title: string;
  readonly authorization: (account: Account) => string | undefined;
}

const RIGHT = 'login/right';
const CASES: Readonly<Record<string, LoginCase>> = {
  [RIGHT]: {
    title: 'a token is asked for with the right key',
    authorization: ({ accountId, apiKey }) => basicAuthorization(accountId, apiKey),
  },
  'login/wrong-key': {
    title: 'a token is asked for with a wrong key',
    authorization: ({ accountId, apiKey }) => basicAuthorization(accountId, `${apiKey}x`),
  },
  'login/no-header': { title: 'a token is asked for without a login', authorization: () => undefined },
  'login/empty-key': {
    title: 'a token is asked for with an empty key',
    authorization: ({ accountId }) => basicAuthorization(accountId, ''),
  },
  'login/unknown-account': {
    title: 'a token is asked for an account that is not there',
    authorization: ({ apiKey }) => basicAuthorization('acc_voltpactUnknown', apiKey),
  },
};

/** None where there is only a token, with which nobody can log in. */
export function loginProbes({ credentials }: Pick<Site, 'credentials'>): Probe[] {
  if (credentials.kind !== 'account') return [];
  return Object.entries(CASES).map(([id, { title }]) => ({
    id,
    title,
    covers: [{ field: '(request)', constraint: 'token/login' }],
    steps: [{ kind: 'login', device: 0, caseId: id }],
  }));
}

export function renderLogin(
  step: LoginStep,
  { contract, credentials }: Pick<Site, 'contract' | 'credentials'>,
): RenderedStep {
  const found = CASES[step.caseId ?? RIGHT];
  if (found === undefined || credentials.kind !== 'account') throw new Error(`there is no login ${step.caseId}`);
  return {
    step,
    request: loginRequest(contract, found.authorization(credentials)),
    deviceId: '',
    body: undefined,
    deserves: step.caseId === RIGHT ? 'success' : 'refused',
    requestCase: undefined,
    isOwnReference: true,
  };
}

function loginRequest(contract: Contract, authorization: string | undefined): RawRequest {
  return {
    method: contract.operations.token.method,
    path: contract.path('token'),
    headers: authorization === undefined ? {} : { authorization },
    body: undefined,
  };
}
