// The provider that every tool of the detection matrix is let loose on: the embedded mock with the ids of the contract's
// examples, a second device beside the first, and an account of someone else.
import { readFile } from 'node:fs/promises';

import { readContract, startProvider } from 'voltpact';

export const contract = await readContract();

export const { version } = /** @type {{ version: string }} */ (
  JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'))
);

export const deviceId = 'dev_6563a6757360a6d6a628e839';
export const locationId = 'loc_641b90b758fb8e6293716e40';
const otherDeviceId = 'dev_6563a6757360a6d6a628e840';
const foreignDeviceId = 'dev_64f0c1de9b1e8a52d7f3aa01';

const accounts = [
  {
    accountId: 'acc_661677911f2197045e6cf1b1',
    apiKey: 'sk_test_voltpact',
    devices: [
      { deviceId, locationId },
      { deviceId: otherDeviceId, locationId },
    ],
  },
  {
    accountId: 'acc_64f0c1de9b1e8a52d7f3aa00',
    apiKey: 'sk_test_neighbour',
    devices: [{ deviceId: foreignDeviceId, locationId: 'loc_64f0c1de9b1e8a52d7f3aa02' }],
  },
];

/**
 * Runs against a mock with these defects and closes it.
 *
 * @template T
 * @param {readonly string[]} bugs names
 * @param {(provider: import('voltpact').RunningProvider) => Promise<T>} use
 * @returns {Promise<{ result: T, requests: number }>} with the number of requests that the mock got
 */
export async function withMock(bugs, use) {
  let requests = 0;
  const provider = await startProvider({ contract, accounts, bugs, receivedLimit: 0, journal: () => (requests += 1) });
  try {
    const result = await use(provider);
    return { result, requests };
  } finally {
    await provider.close();
  }
}
