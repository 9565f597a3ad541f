/** The job `check`, the whole gate for CI: verify the recorded contract, then send a simulated day and read it back. */
import type { Contract } from '../contract/contract.js';
import { fromWire } from '../contract/telemetry.js';
import { UserError } from '../errors.js';
import type { Credentials } from '../http/client/credentials.js';
import { createClient } from '../http/client/provider-client.js';
import { startProvider } from '../http/provider/provider.js';
import type { RunningProvider } from '../http/provider/provider.js';
import type { RunEvent } from './event.js';
import { readScenario } from './scenario/read-scenario.js';
import type { Scenario } from './scenario/scenario.js';
import { DAY_STAGE, latestFinishedDay, simulatedDay } from './simulated-day.js';
import { changeScenario } from './simulate.js';
import { requireTestMode } from './test-mode.js';
import { verify } from './verify.js';

export interface CheckInput {
  readonly contract: Contract;
  /** Address of the provider; left out, an embedded mock provider is started and stopped again. */
  readonly target?: string;
  /** Needed with a target; the mock brings its own. */
  readonly credentials?: Credentials;
  /** With a target, in place of the ids of the contract's examples. */
  readonly deviceId?: string;
  readonly locationId?: string;
  /** Of the simulated day; left out, the one of its scenario. */
  readonly seed?: number;
  /** Write even where the account may be a live one; false by default. */
  readonly allowLive?: boolean;
  /** How the simulated devices name themselves to the provider. */
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}

export interface CheckDeps {
  /** Wall clock, ms since 1970-01-01T00:00:00Z: the simulated day ends before it. */
  readonly now: () => number;
}

const SCENARIO = 'home-solar-summer-day';
/** On the embedded mock the day has a device of its own, so that every state of it is the latest when it is read back. */
const DAY_DEVICE = { deviceId: 'dev_5d61792d6f662d73756d6d65', locationId: 'loc_5d61792d6f662d73756d6d65' };
const TOKEN_REFUSED = 'pact/token-refused';

/**
 * @throws UserError for a target without credentials, credentials that may be live, or ids that are missing; TransportError where
 *   nothing answers at the target
 */
export async function* check(input: CheckInput, deps: CheckDeps): AsyncGenerator<RunEvent> {
  const startedAtMs = deps.now();
  const scenario = await readDay(input, startedAtMs);
  const site = await openSite(input);
  try {
    yield { kind: 'run-started', command: 'check', seed: scenario.seed, target: site.target, startedAtMs };
    if (input.target === undefined) {
      yield { kind: 'note', message: `no --target given: a mock provider serves at ${site.target}` };
    }
    let isRefused = false;
    for await (const event of verify({ ...input, ...site })) {
      if (event.kind === 'run-started' || event.kind === 'run-finished') continue;
      isRefused ||= event.kind === 'finding' && event.finding.ruleId === TOKEN_REFUSED;
      yield event;
    }
    if (isRefused) yield* skippedDay();
    else yield* playDay({ ...input, ...site }, scenario);
  } finally {
    await site.close();
  }
  const finishedAtMs = deps.now();
  yield { kind: 'run-finished', finishedAtMs, durationMs: finishedAtMs - startedAtMs };
}

async function readDay({ seed }: CheckInput, nowMs: number): Promise<Scenario> {
  const scenario = await readScenario(SCENARIO);
  return latestFinishedDay(changeScenario(scenario, seed === undefined ? {} : { seed }), nowMs);
}

interface Site {
  readonly target: string;
  readonly credentials: Credentials;
  readonly deviceId: string;
  readonly locationId: string;
  /** The device of the simulated day. */
  readonly day: { readonly deviceId: string; readonly locationId: string };
  close(): Promise<void>;
}

async function openSite(input: CheckInput): Promise<Site> {
  const { contract, target, credentials, allowLive = false } = input;
  if (target === undefined) return mockSite(await startProvider({ contract }));
  if (credentials === undefined) {
    throw new UserError('a target needs credentials', {
      hint: 'Set VOLTPACT_TOKEN, or VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY, in the environment.',
    });
  }
  const examples = exampleIds(contract);
  const deviceId = input.deviceId ?? examples.deviceId;
  const locationId = input.locationId ?? examples.locationId;
  if (deviceId === undefined || locationId === undefined) {
    throw new UserError('the contract has no example of a device and its location', {
      hint: 'Give --device-id and --location-id.',
    });
  }
  await requireTestMode({ ...input, target, credentials, allowLive });
  const day = { deviceId, locationId };
  return { target, credentials, ...day, day, close: () => Promise.resolve() };
}

function mockSite(provider: RunningProvider): Site {
  const [account] = provider.accounts;
  const device = account?.devices[0];
  if (account === undefined || device === undefined) throw new Error('the mock provider has no device');
  const { accountId, apiKey } = account;
  provider.addDevice(accountId, DAY_DEVICE);
  return {
    target: provider.url,
    credentials: { kind: 'account', accountId, apiKey },
    ...device,
    day: DAY_DEVICE,
    close: () => provider.close(),
  };
}

/** The device and the location that the contract's own examples speak of. */
function exampleIds(contract: Contract): { deviceId?: string; locationId?: string } {
  const { answerExample, requestExamples } = contract.operations.submit;
  const { deviceId } = fromWire(contract, answerExample);
  const { locationId } = fromWire(contract, Object.values(requestExamples)[0]);
  return { ...(deviceId === undefined ? {} : { deviceId }), ...(locationId === undefined ? {} : { locationId }) };
}

async function* playDay(input: CheckInput & Site, scenario: Scenario): AsyncGenerator<RunEvent> {
  const { contract, day } = input;
  const client = createClient(input);
  try {
    yield* simulatedDay({ scenario: changeScenario(scenario, day), contract, client });
  } finally {
    await client.close();
  }
}

/** The refusal has been reported once; a day of refused records would add nothing. */
function* skippedDay(): Generator<RunEvent> {
  yield { kind: 'stage-started', stage: DAY_STAGE, title: `Send a simulated day: ${SCENARIO}` };
  yield {
    kind: 'case-finished',
    stage: DAY_STAGE,
    name: 'a simulated day',
    outcome: 'skipped',
    durationMs: 0,
    findings: [
      {
        ruleId: 'check/day-not-sent',
        severity: 'info',
        title: 'The simulated day was not sent',
        message: 'It could not be judged: the provider refused the token.',
        evidence: { scenario: SCENARIO },
      },
    ],
  };
  yield { kind: 'stage-finished', stage: DAY_STAGE, durationMs: 0, summary: 'not sent' };
}
