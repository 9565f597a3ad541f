// Protects the wire: a server that others wrote, Prism, serves our OpenAPI documents and judges each request by them. It
// accepts every record that a simulated day of each shipped scenario produces, sent by our client, and refuses broken ones.
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkExchange } from '../../src/check/conformance.js';
import type { Contract } from '../../src/contract/contract.js';
import type { WireBody } from '../../src/contract/telemetry.js';
import { createClient, type ProviderClient } from '../../src/http/client/provider-client.js';
import type { Exchange } from '../../src/http/exchange.js';
import { readContract } from '../../src/http/read-contract.js';
import { listScenarios, readScenario } from '../../src/run/scenario/read-scenario.js';
import { changeScenario, deviceCount } from '../../src/run/change-scenario.js';
import { recordCount, simulateScenario, telemetryBody } from '../../src/run/simulate.js';
import { type PeerServer, peersInstalled, peerTitle, startPrism } from './peer-server.js';

const DAY_S = 86_400;
/** A fleet is sent in its proportions, not in its size. */
const MOST_DEVICES = 4;
const AT_ONCE = 16;
const contracts = fileURLToPath(new URL('../../contracts/', import.meta.url));

interface Submission {
  readonly deviceId: string;
  readonly body: object;
}

function* simulatedDay(contract: Contract, scenario: Awaited<ReturnType<typeof readScenario>>): Generator<Submission> {
  for (const { sample } of simulateScenario(scenario)) {
    yield { deviceId: sample.deviceId, body: telemetryBody(contract, sample) };
  }
}

/** Sends everything, some requests at a time, in order. */
async function submitAll(client: ProviderClient, submissions: Iterable<Submission>): Promise<Exchange[]> {
  const exchanges: Exchange[] = [];
  const queue = [...submissions];
  while (queue.length > 0) {
    const batch = queue.splice(0, AT_ONCE).map(async ({ deviceId, body }) => client.submit(deviceId, body));
    exchanges.push(...(await Promise.all(batch)));
  }
  return exchanges;
}

/** What is wrong with the answers, a line each. Prism answers with the document's example, whose device is another one. */
function faultsOf(contract: Contract, exchanges: readonly Exchange[]): string[] {
  return exchanges
    .flatMap((exchange) => checkExchange(contract, exchange))
    .filter(({ ruleId }) => ruleId !== 'conformance/device-id')
    .map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

type Change = readonly [sentence: string, field: string, value: unknown];

const breakingChanges: readonly Change[] = [
  ['a required field that is missing', 'state_of_charge_percent', undefined],
  ['a state of charge above 100 %', 'state_of_charge_percent', 140],
  ['a state of charge below 0 %', 'state_of_charge_percent', -0.1],
  ['a number sent as text', 'state_of_charge_percent', '34.2'],
  ['a target that is null', 'target_state_of_charge_percent', null],
  ['energy below zero', 'energy_remaining_kwh', -1],
  ['a time on the 30th of February', 'time', '2022-02-30T10:30:00Z'],
  ['a time without an offset', 'time', '2022-02-01T10:30:00'],
];

const documents = (await readdir(contracts)).filter((file) => file.endsWith('.openapi.yaml'));
const scenarios = await listScenarios();

describe.skipIf(!peersInstalled).each(documents)(peerTitle('Prism serves %s'), (document) => {
  let prism: PeerServer;
  let contract: Contract;
  let client: ProviderClient;
  let record: WireBody;

  beforeAll(async () => {
    contract = await readContract(`${contracts}${document}`);
    prism = await startPrism(`${contracts}${document}`);
    client = createClient({ target: prism.url, contract, credentials: { kind: 'token', token: 'any-token-will-do' } });
    const [first] = simulateScenario(await readScenario(scenarios[0]?.name ?? ''));
    if (first === undefined) throw new Error('The first shipped scenario has no record.');
    record = telemetryBody(contract, first.sample);
  });

  afterAll(async () => {
    await client.close();
    await prism.close();
  });

  test.each(scenarios)('and accepts each record of a day of $name', async ({ name }) => {
    const whole = await readScenario(name);
    const devices = Math.min(deviceCount(whole), MOST_DEVICES);
    const scenario = changeScenario(whole, { durationS: DAY_S, devices });
    const exchanges = await submitAll(client, simulatedDay(contract, scenario));
    expect(exchanges).toHaveLength(recordCount(scenario));
    expect(exchanges.length).toBeGreaterThanOrEqual(24);
    expect(faultsOf(contract, exchanges)).toEqual([]);
  });

  test('and answers a read-back as the document says', async () => {
    expect(faultsOf(contract, [await client.readBack('dev_6563a6757360a6d6a628e839')])).toEqual([]);
  });

  test.each(breakingChanges)('and refuses %s, so the check can fail', async (_sentence, field, value) => {
    expect(record).toHaveProperty(field);
    const exchange = await client.submit('dev_6563a6757360a6d6a628e839', { ...record, [field]: value });
    expect(exchange.response?.status).toBe(422);
    expect(faultsOf(contract, [exchange])).not.toEqual([]);
  });

  test('and refuses a request without a token', async () => {
    const stranger = createClient({ target: prism.url, contract, credentials: { kind: 'none' } });
    const exchange = await stranger.submit('dev_6563a6757360a6d6a628e839', record);
    await stranger.close();
    expect(exchange.response?.status).toBe(401);
  });
});
