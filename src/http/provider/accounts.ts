/** Who may use the provider: accounts, their keys and their devices. */
import type { Contract } from '../../contract/contract.js';
import { UserError } from '../../errors.js';

export interface DeviceSetup {
  readonly deviceId: string;
  /** Where the device is. A submitted state that names another location is refused. */
  readonly locationId: string;
}

export interface AccountSetup {
  readonly accountId: string;
  /** A key that begins with the contract's test prefix makes the account one of test mode. */
  readonly apiKey: string;
  readonly devices: readonly DeviceSetup[];
}

export interface Account extends AccountSetup {
  readonly liveMode: boolean;
}

/** The account that a provider has unless others are given: one device, a key of test mode. */
export const defaultAccount: AccountSetup = {
  accountId: 'acc_661677911f2197045e6cf1b1',
  apiKey: 'sk_test_voltpact',
  devices: [{ deviceId: 'dev_6563a6757360a6d6a628e839', locationId: 'loc_641b90b758fb8e6293716e40' }],
};

export class Accounts {
  readonly all: readonly Account[];
  readonly #contract: Contract;
  readonly #accounts = new Map<string, { account: Account; devices: DeviceSetup[] }>();
  readonly #owners = new Map<string, { account: Account; device: DeviceSetup }>();

  /** @throws UserError where an id is malformed or given twice, a key is empty, or there is no account */
  constructor(contract: Contract, setups: readonly AccountSetup[]) {
    this.#contract = contract;
    for (const setup of setups) this.#addAccount(setup);
    this.all = [...this.#accounts.values()].map(({ account }) => account);
    if (this.all.length > 0) return;
    throw new UserError('The provider has no account.', { hint: 'Leave `accounts` out for a default one.' });
  }

  find(accountId: string): Account | undefined {
    return this.#accounts.get(accountId)?.account;
  }

  /**
   * @param accountId the first account unless given
   * @throws UserError for an unknown account
   */
  get(accountId: string | undefined): Account {
    const account = accountId === undefined ? this.all[0] : this.find(accountId);
    if (account !== undefined) return account;
    throw new UserError(`The provider has no account ${accountId}.`, {
      hint: `It has: ${this.all.map((each) => each.accountId).join(', ')}.`,
    });
  }

  /** The account that owns a device, with the device. */
  ownerOf(deviceId: string): { readonly account: Account; readonly device: DeviceSetup } | undefined {
    return this.#owners.get(deviceId);
  }

  /** @throws UserError for an unknown account, a malformed id or a device that exists */
  addDevice(accountId: string, device: DeviceSetup): void {
    const account = this.get(accountId);
    requireId(this.#contract, 'device', device.deviceId);
    requireId(this.#contract, 'location', device.locationId);
    if (this.#owners.has(device.deviceId)) throw new UserError(`The device ${device.deviceId} is given twice.`);
    this.#accounts.get(accountId)?.devices.push(device);
    this.#owners.set(device.deviceId, { account, device });
  }

  #addAccount({ accountId, apiKey, devices: given }: AccountSetup): void {
    requireId(this.#contract, 'account', accountId);
    if (this.#accounts.has(accountId)) throw new UserError(`The account ${accountId} is given twice.`);
    if (apiKey === '') throw new UserError(`The API key of account ${accountId} is empty.`);
    const devices: DeviceSetup[] = [];
    const account = { accountId, apiKey, devices, liveMode: !apiKey.startsWith(this.#contract.testKeyPrefix) };
    this.#accounts.set(accountId, { account, devices });
    for (const device of given) this.addDevice(accountId, device);
  }
}

function requireId(contract: Contract, kind: string, id: string): void {
  if (contract.isId(id)) return;
  throw new UserError(`${JSON.stringify(id)} can't be the id of ${kind === 'account' ? 'an' : 'a'} ${kind}.`, {
    hint: 'An id is a prefix of two to four letters, an underscore and letters or digits, for instance dev_6563a6757360.',
  });
}
