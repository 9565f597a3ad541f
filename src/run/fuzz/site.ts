/** Where the probes go: the provider, its devices, whose tokens they show; an embedded mock where no target is given. */
import type { Contract } from '../../contract/contract.js';
import { fromWire } from '../../contract/telemetry.js';
import { UserError } from '../../errors.js';
import type { Credentials } from '../../http/client/credentials.js';
import { preflight } from '../../http/client/preflight.js';
import { createRawSender } from '../../http/client/raw-sender.js';
import type { RawSender } from '../../http/client/raw-sender.js';
import { defaultAccount } from '../../http/provider/accounts.js';
import type { AccountSetup, DeviceSetup } from '../../http/provider/accounts.js';
import { startProvider } from '../../http/provider/provider.js';
import type { ProviderOptions } from '../../http/provider/provider.js';
import { requireTestMode } from '../test-mode.js';

export interface SiteInput {
  readonly contract: Contract;
  /** Address of the provider; left out, an embedded mock provider is started and stopped again. */
  readonly target?: string;
  /** Needed with a target; the mock brings its own. */
  readonly credentials?: Credentials;
  /** With a target: the devices to write to; left out, the one of the contract's examples. */
  readonly devices?: readonly DeviceSetup[];
  /** Another account and a device of its own, to see that accounts are kept apart. */
  readonly other?: { readonly credentials: Credentials; readonly device: DeviceSetup };
  /** Of the embedded mock, for instance its seeded defects. */
  readonly mock?: Omit<ProviderOptions, 'contract' | 'accounts'>;
  /** Write even where the account may be a live one; false by default. */
  readonly allowLive?: boolean;
  /** For each request, ms; 10,000 by default. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}

export interface OtherAccountSite {
  readonly sender: RawSender;
  readonly device: DeviceSetup;
}

export interface Site {
  readonly contract: Contract;
  readonly target: string;
  readonly sender: RawSender;
  readonly devices: readonly DeviceSetup[];
  readonly credentials: SendableCredentials;
  readonly other: OtherAccountSite | undefined;
  close(): Promise<void>;
}

export type SendableCredentials = Exclude<Credentials, { kind: 'none' }>;

const DEFAULT_TIMEOUT_MS = 10_000;
/** Requests in flight at once, of a probe that sends several. */
const CONNECTIONS = 8;
const OTHER_ACCOUNT: AccountSetup = {
  accountId: 'acc_7f2210451977b6cf1b166179',
  apiKey: 'sk_test_voltpact_other',
  devices: [{ deviceId: 'dev_9657360a6d6a628e8396563a', locationId: 'loc_8fb8e6293716e40641b90b75' }],
};
const MOCK_ACCOUNT: AccountSetup = {
  ...defaultAccount,
  devices: [
    ...defaultAccount.devices,
    { deviceId: 'dev_7360a6d6a628e8396563a675', locationId: 'loc_758fb8e6293716e40641b90b' },
  ],
};

/**
 * @throws UserError for a target without credentials, credentials that may be live, or ids that are missing; TransportError
 *   where nothing answers at the target
 */
export async function openSite(input: SiteInput): Promise<Site> {
  if (input.target === undefined) return mockSite(input);
  const { target, contract, credentials, other, allowLive = false } = input;
  if (credentials === undefined || credentials.kind === 'none') {
    throw new UserError('a target needs credentials', {
      hint: 'Set VOLTPACT_TOKEN, or VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY, in the environment.',
    });
  }
  const devices = input.devices ?? [exampleDevice(contract)];
  await preflight(target);
  await requireTestMode({ ...input, target, credentials, allowLive });
  if (other !== undefined) await requireTestMode({ ...input, target, credentials: other.credentials, allowLive });
  return connect({ ...input, target, credentials, devices, close: () => Promise.resolve() });
}

async function mockSite(input: SiteInput): Promise<Site> {
  const { contract, mock } = input;
  const accounts = [MOCK_ACCOUNT, OTHER_ACCOUNT];
  const provider = await startProvider({ receivedLimit: 0, ...mock, contract, accounts });
  const credentialsOf = ({ accountId, apiKey }: AccountSetup) => ({ kind: 'account', accountId, apiKey }) as const;
  const [device] = OTHER_ACCOUNT.devices;
  if (device === undefined) throw new Error('the other account of the mock has no device');
  return connect({
    ...input,
    target: provider.url,
    credentials: credentialsOf(MOCK_ACCOUNT),
    devices: MOCK_ACCOUNT.devices,
    other: { credentials: credentialsOf(OTHER_ACCOUNT), device },
    close: () => provider.close(),
  });
}

interface Connection extends SiteInput {
  readonly target: string;
  readonly credentials: SendableCredentials;
  readonly devices: readonly DeviceSetup[];
  close(): Promise<void>;
}

function connect(connection: Connection): Site {
  const {
    contract,
    target,
    credentials,
    devices,
    other,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    signal,
    userAgent,
  } = connection;
  const open = (using: SendableCredentials): RawSender =>
    createRawSender({
      target,
      contract,
      credentials: using,
      timeoutMs,
      connections: CONNECTIONS,
      ...(signal === undefined ? {} : { signal }),
      ...(userAgent === undefined ? {} : { userAgent }),
    });
  const sender = open(credentials);
  const otherSite =
    other === undefined || other.credentials.kind === 'none'
      ? undefined
      : { sender: open(other.credentials), device: other.device };
  return {
    contract,
    target,
    sender,
    devices,
    credentials,
    other: otherSite,
    close: async () => {
      await Promise.all([sender.close(), otherSite?.sender.close()]);
      await connection.close();
    },
  };
}

/** The device and the location that the contract's own examples speak of. */
function exampleDevice(contract: Contract): DeviceSetup {
  const { answerExample, requestExamples } = contract.operations.submit;
  const { deviceId } = fromWire(contract, answerExample);
  const { locationId } = fromWire(contract, Object.values(requestExamples)[0]);
  if (deviceId !== undefined && locationId !== undefined) return { deviceId, locationId };
  throw new UserError('the contract has no example of a device and its location', {
    hint: 'Give --device-id and --location-id.',
  });
}
