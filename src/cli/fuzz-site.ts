/** Where `fuzz` and `replay` send their requests, from the options and the environment. */
import type { Credentials } from '../http/client/credentials.js';
import type { DeviceSetup } from '../http/provider/accounts.js';
import { UserError } from '../errors.js';
import { readDevices } from '../run/fuzz/devices-file.js';
import type { SiteInput } from '../run/fuzz/site.js';
import type { Arguments, CommandContext } from './command.js';
import { badValue, given, parseDurationMs, parsed } from './option-value.js';
import { chooseProvider } from './provider-options.js';
import { renderUserAgent } from '../http/client/user-agent.js';

/** All but the contract. */
export type SiteChoice = Omit<SiteInput, 'contract'>;

/** @throws UserError for a bad address, missing credentials, half of a device, or a file of devices that cannot be read */
export async function chooseSite(args: Arguments, context: CommandContext): Promise<SiteChoice> {
  const { deviceId, locationId, ...provider } = await chooseProvider(args, context);
  const timeoutMs = parsed(args, 'timeout', parseDurationMs);
  const devices = await chooseDevices(args, { deviceId, locationId });
  const other = provider.target === undefined ? undefined : otherAccount(context.env);
  return {
    ...provider,
    ...(devices === undefined ? {} : { devices }),
    ...(other === undefined ? {} : { other }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    userAgent: renderUserAgent(context.version),
    signal: context.signal,
  };
}

async function chooseDevices(
  args: Arguments,
  { deviceId, locationId }: { readonly deviceId: string | undefined; readonly locationId: string | undefined },
): Promise<readonly DeviceSetup[] | undefined> {
  const file = given(args, 'devices-file');
  if (file !== undefined) {
    if (given(args, 'target') === undefined) {
      throw badValue(file, 'a --target beside it', 'The mock provider brings its own devices.');
    }
    return readDevices(file.text);
  }
  if (deviceId === undefined && locationId === undefined) return undefined;
  if (deviceId !== undefined && locationId !== undefined) return [{ deviceId, locationId }];
  throw new UserError('a device needs both --device-id and --location-id', {
    hint: 'A state names the location of its device. Give both, or neither for the ones of the examples in the contract.',
  });
}

/** Undefined where none is set. @throws UserError where only a part of it is */
function otherAccount(env: NodeJS.ProcessEnv): { credentials: Credentials; device: DeviceSetup } | undefined {
  const {
    VOLTPACT_OTHER_ACCOUNT_ID: accountId = '',
    VOLTPACT_OTHER_API_KEY: apiKey = '',
    VOLTPACT_OTHER_DEVICE_ID: deviceId = '',
    VOLTPACT_OTHER_LOCATION_ID: locationId = '',
  } = env;
  const parts = [accountId, apiKey, deviceId, locationId];
  if (parts.every((part) => part === '')) return undefined;
  if (parts.every((part) => part !== '')) {
    return { credentials: { kind: 'account', accountId, apiKey }, device: { deviceId, locationId } };
  }
  throw new UserError('another account is set in the environment, but only in part', {
    hint: 'Set all four: VOLTPACT_OTHER_ACCOUNT_ID, VOLTPACT_OTHER_API_KEY, VOLTPACT_OTHER_DEVICE_ID, VOLTPACT_OTHER_LOCATION_ID.',
  });
}
