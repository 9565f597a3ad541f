/** A client and the servers it talks to, all closed after each test. */
import { afterEach, beforeAll } from 'vitest';
import type { Contract } from '../../src/contract/contract.js';
import type { Clock } from '../../src/http/client/abort.js';
import { createClient } from '../../src/http/client/provider-client.js';
import type { ClientOptions, ProviderClient } from '../../src/http/client/provider-client.js';
import { readContract } from '../../src/http/read-contract.js';
import { startRawServer, startScriptedServer } from './scripted-server.js';

export const device = 'dev_6563a6757360a6d6a628e839';
export const token = 'a-very-secret-token';
export const record = { location_id: 'loc_1', record_reference_id: 'MET1' };
/** A record that the provider would not know again. */
export const nameless = { location_id: 'loc_1' };

/** Waits are noted, not waited. */
export function fakeClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    nowMs: () => 1_700_000_000_000,
    sleep(ms) {
      waits.push(ms);
      return Promise.resolve();
    },
  };
}

export interface ClientBench {
  contract(): Contract;
  scripted(...parameters: Parameters<typeof startScriptedServer>): ReturnType<typeof startScriptedServer>;
  raw(...parameters: Parameters<typeof startRawServer>): ReturnType<typeof startRawServer>;
  /** With a token, a clock that does not wait and half of every jitter, unless told otherwise. */
  start(target: string, options?: Partial<ClientOptions>): ProviderClient;
  /** With the clock of the machine. */
  startReal(target: string, options?: Partial<ClientOptions>): ProviderClient;
  afterwards(close: () => Promise<unknown>): void;
}

/** To be called at the top of a test file. */
export function clientBench(): ClientBench {
  let contract: Contract | undefined;
  let closers: (() => Promise<unknown>)[] = [];
  beforeAll(async () => {
    contract = await readContract();
  });
  afterEach(async () => {
    const closing = closers;
    closers = [];
    // Clients before the servers that they hold connections to.
    for (const close of closing.toReversed()) await close();
  });
  const bench: ClientBench = {
    contract() {
      if (contract === undefined) throw new Error('the contract is read before the first test');
      return contract;
    },
    async scripted(...parameters) {
      const server = await startScriptedServer(...parameters);
      closers.push(server.close);
      return server;
    },
    async raw(...parameters) {
      const server = await startRawServer(...parameters);
      closers.push(server.close);
      return server;
    },
    start: (target, options = {}) => bench.startReal(target, { clock: fakeClock(), random: () => 0.5, ...options }),
    startReal(target, options = {}) {
      const client = createClient({
        target,
        contract: bench.contract(),
        credentials: { kind: 'token', token },
        ...options,
      });
      closers.push(() => client.close());
      return client;
    },
    afterwards: (close) => closers.push(close),
  };
  return bench;
}
