/**
 * The job `check`, the whole gate for CI: send a simulated day and read it back, and verify the recorded contract. The day goes
 * first, since `verify` leaves a state of this moment behind, and only the latest state of a device can be read back.
 */
import type { Contract } from '../contract/contract.js';
import { fromWire } from '../contract/telemetry.js';
import { UserError } from '../errors.js';
import type { Credentials } from '../http/client/credentials.js';
import { preflight } from '../http/client/preflight.js';
import { createClient } from '../http/client/provider-client.js';
import type { ProviderClient } from '../http/client/provider-client.js';
import { startProvider } from '../http/provider/provider.js';
import type { RunEvent } from './event.js';
import { readScenario } from './scenario/read-scenario.js';
import type { Scenario } from './scenario/scenario.js';
import { DAY_STAGE, dayUntil, simulatedDay } from './simulated-day.js';
import { changeScenario } from './change-scenario.js';
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
  /** Wall clock, ms since 1970-01-01T00:00:00Z: the simulated day ends at it. */
  readonly now: () => number;
}

const SCENARIO = 'home-solar-summer-day';
const TOKEN_REFUSED = 'pact/token-refused';

/**
 * @throws UserError for a target without credentials, credentials that may be live, or ids that are missing; TransportError where
 *   nothing answers at the target
 */
export async function* check(input: CheckInput, deps: CheckDeps): AsyncGenerator<RunEvent> {
  const startedAtMs = deps.now();
  const scenario = await readDay(input, startedAtMs);
  const site = await openSite(input);
  const { contract, day } = site;
  const client = createClient({ ...input, ...site });
  const wholeDay = () => simulatedDay({ scenario: changeScenario(scenario, day), contract, client });
  try {
    yield { kind: 'run-started', command: 'check', seed: scenario.seed, target: site.target, startedAtMs };
    if (input.target === undefined) {
      yield { kind: 'note', message: `no --target given: a mock provider serves at ${site.target}` };
    }
    const isStranger = await isRefused(client, day.deviceId);
    if (!isStranger) yield* wholeDay();
    const isTokenRefused = yield* verifyStage({ ...input, ...site });
    if (isStranger) yield* isTokenRefused ? skippedDay() : wholeDay();
  } finally {
    await client.close();
    await site.close();
  }
  const finishedAtMs = deps.now();
  yield { kind: 'run-finished', finishedAtMs, durationMs: finishedAtMs - startedAtMs };
}

/** Credentials that are refused are for `verify` to report, once, before a day of refused records does. */
async function isRefused(client: ProviderClient, deviceId: string): Promise<boolean> {
  const { response, login } = await client.readBack(deviceId);
  return login !== undefined || response?.status === 401 || response?.status === 403;
}

/** @returns whether the provider refused the credentials */
async function* verifyStage(input: CheckInput & Site): AsyncGenerator<RunEvent, boolean> {
  let isTokenRefused = false;
  // Whether the account may be written to has been asked already.
  for await (const event of verify({ ...input, allowLive: true })) {
    if (event.kind === 'run-started' || event.kind === 'run-finished') continue;
    isTokenRefused ||= event.kind === 'finding' && event.finding.ruleId === TOKEN_REFUSED;
    yield event;
  }
  return isTokenRefused;
}

async function readDay({ seed }: CheckInput, nowMs: number): Promise<Scenario> {
  const scenario = await readScenario(SCENARIO);
  return dayUntil(changeScenario(scenario, seed === undefined ? {} : { seed }), nowMs);
}

interface Site {
  readonly contract: Contract;
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
  if (target === undefined) return mockSite(contract);
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
  await preflight(target);
  await requireTestMode({ ...input, target, credentials, allowLive });
  const day = { deviceId, locationId };
  return { contract, target, credentials, ...day, day, close: () => Promise.resolve() };
}

async function mockSite(contract: Contract): Promise<Site> {
  const provider = await startProvider({ contract });
  const [account] = provider.accounts;
  const device = account?.devices[0];
  if (account === undefined || device === undefined) throw new Error('the mock provider has no device');
  const { accountId, apiKey } = account;
  return {
    contract,
    target: provider.url,
    credentials: { kind: 'account', accountId, apiKey },
    ...device,
    day: device,
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
