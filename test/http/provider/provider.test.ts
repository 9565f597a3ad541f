/** Protects the promise that the mock provider does what the contract says, in both published dialects of it. */
import { readContract } from '../../../src/http/read-contract.js';
import { startProvider } from '../../../src/http/provider/provider.js';
import { describeProvider } from './provider-suite.js';
import { accounts } from './provider-user.js';

for (const name of ['device-state', 'device-state.flow-direction']) {
  const contract = await readContract(`contracts/${name}.openapi.yaml`);
  describeProvider(`the mock provider of ${name}`, { contract, start: () => startProvider({ contract, accounts }) });
}
