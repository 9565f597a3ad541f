/** Defects of authentication and ownership: who may do what. */
import type { World } from '../platform-steps.js';
import { Refusal } from '../refusal.js';
import type { Bug } from './bug.js';
import { isFields } from './change.js';

export const authenticationBugs: readonly Bug[] = [
  {
    name: 'read-back-without-token',
    category: 'auth',
    description: 'asks for a token where something is written, not where something is read',
    symptom: 'a read-back without the header Authorization is answered',
    plant: (steps, { accounts }) => ({
      authenticate: (request) => {
        const isOpen = request.route.name === 'readBack' && request.headers.authorization === undefined;
        return isOpen ? { account: accounts.get(undefined), tokenNumber: undefined } : steps.authenticate(request);
      },
    }),
  },
  {
    name: 'token-signature-unchecked',
    category: 'auth',
    description: 'decodes a token without verifying its signature',
    symptom: 'a token with an altered signature is accepted',
    plant: (steps, world) => ({
      authenticate: (request) => {
        const sender = steps.authenticate(request);
        if (!(sender instanceof Refusal) || request.route.name === 'token') return sender;
        const account = claimedAccount(world, request.headers.authorization ?? '');
        return account === undefined ? sender : { account, tokenNumber: undefined };
      },
    }),
  },
  {
    name: 'token-scheme-ignored',
    category: 'auth',
    description: 'takes the last word of the header Authorization for the token',
    symptom: 'a token under another scheme than Bearer, or without one, is accepted',
    plant: (steps) => ({
      authenticate: (request) => {
        const [token] = /\S+$/.exec(request.headers.authorization ?? '') ?? [];
        if (request.route.name === 'token' || token === undefined) return steps.authenticate(request);
        return steps.authenticate({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
      },
    }),
  },
  {
    name: 'foreign-device-served',
    category: 'auth',
    description: 'looks a device up without asking whose it is',
    symptom: 'the state of another account’s device can be read and written',
    plant: (steps, { accounts }) => ({
      findDevice: (deviceId, account) => accounts.ownerOf(deviceId)?.device ?? steps.findDevice(deviceId, account),
    }),
  },
  {
    name: 'unknown-device-created',
    category: 'auth',
    description: 'creates a device when a state is submitted for an id that it doesn’t know',
    symptom: 'a state of an unknown device is accepted',
    plant: (steps, { accounts, contract }) => ({
      findDevice: (deviceId, account) => {
        const [first] = account.devices;
        const isNew = accounts.ownerOf(deviceId) === undefined && contract.isId(deviceId);
        return isNew && first !== undefined ? { ...first, deviceId } : steps.findDevice(deviceId, account);
      },
    }),
  },
];

/** The account that a token's own claims name, if they are not out of date. */
function claimedAccount({ accounts, now }: World, authorization: string): ReturnType<World['accounts']['find']> {
  const [, encoded = ''] = /^bearer +[\w-]+\.([\w-]+)\.[\w-]*$/i.exec(authorization) ?? [];
  try {
    const claims: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
    if (!isFields(claims) || Number(claims['exp']) * 1000 <= now()) return undefined;
    return accounts.find(String(claims['sub']));
  } catch {
    return undefined;
  }
}
