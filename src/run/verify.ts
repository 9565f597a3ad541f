/** The job `verify`: a provider against the recorded contract, a result for each interaction. */
import { performance } from 'node:perf_hooks';
import type { Contract } from '../contract/contract.js';
import { UserError } from '../errors.js';
import type { Credentials } from '../http/client/credentials.js';
import { preflight } from '../http/client/preflight.js';
import { packagedPactPath, readPactFile } from '../http/pact/pact-file.js';
import type { PactFile } from '../http/pact/pact-file.js';
import { verifyProvider } from '../http/pact/verify-provider.js';
import { startProvider } from '../http/provider/provider.js';
import type { RunEvent } from './event.js';
import { requireTestMode } from './test-mode.js';
import { judgeInteractions } from './verify-findings.js';

export interface VerifyInput {
  readonly contract: Contract;
  /** Address of the provider; left out, an embedded mock provider is started and stopped again. */
  readonly target?: string;
  /** Needed with a target; the mock brings its own. */
  readonly credentials?: Credentials;
  /** The recorded contract that ships with the package by default. */
  readonly pactFile?: string;
  /** In place of the recorded example ids. */
  readonly deviceId?: string;
  readonly locationId?: string;
  /** Write even where the account may be a live one; false by default. */
  readonly allowLive?: boolean;
  /** How long one try of a request may take, ms; 10,000 by default. */
  readonly timeoutMs?: number;
  /** How long all of it may take, ms; 120,000 by default. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

const STAGE = 'verify';
const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_DEADLINE_MS = 120_000;

/**
 * @throws UserError for a pact file that cannot be read, a bad address or an account that may be live; TransportError where nothing answers at the target
 */
export async function* verify(input: VerifyInput): AsyncGenerator<RunEvent> {
  const startedAtMs = Date.now();
  const started = performance.now();
  const pact = await readPactFile(input.pactFile ?? packagedPactPath());
  const place = await openTarget(input);
  try {
    yield { kind: 'run-started', command: 'verify', seed: undefined, target: place.target, startedAtMs };
    yield { kind: 'stage-started', stage: STAGE, title: titleOf(pact), total: pact.interactions.length };
    const results = await verifyProvider({
      ...place,
      contract: input.contract,
      pact,
      timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      deadlineMs: input.deadlineMs ?? DEFAULT_DEADLINE_MS,
      ...(input.signal !== undefined && { signal: input.signal }),
    });
    const judged = judgeInteractions(results, { stage: STAGE, contract: input.contract });
    for (const finding of judged.findings) yield { kind: 'finding', stage: STAGE, finding };
    yield* judged.cases;
    const passed = judged.cases.filter(({ outcome }) => outcome === 'passed').length;
    yield {
      kind: 'stage-finished',
      stage: STAGE,
      durationMs: performance.now() - started,
      summary: `${passed} of ${judged.cases.length} interactions`,
    };
  } finally {
    await place.close();
  }
  yield { kind: 'run-finished', finishedAtMs: Date.now(), durationMs: performance.now() - started };
}

function titleOf({ consumer, provider }: PactFile): string {
  return `Verify the contract between ${consumer} and ${provider}`;
}

interface Place {
  readonly target: string;
  readonly credentials: Credentials;
  readonly deviceId?: string;
  readonly locationId?: string;
  close(): Promise<void>;
}

async function openTarget(input: VerifyInput): Promise<Place> {
  const { contract, target, credentials, deviceId, locationId } = input;
  if (target === undefined) {
    const provider = await startProvider({ contract });
    const [account] = provider.accounts;
    if (account === undefined) throw new Error('the mock provider has no account');
    const { accountId, apiKey, devices } = account;
    return {
      target: provider.url,
      credentials: { kind: 'account', accountId, apiKey },
      ...devices[0],
      close: () => provider.close(),
    };
  }
  if (credentials === undefined) {
    throw new UserError('a target needs credentials', {
      hint: 'Set VOLTPACT_TOKEN, or VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY, in the environment.',
    });
  }
  await preflight(target);
  await requireTestMode({
    target,
    credentials,
    contract,
    allowLive: input.allowLive ?? false,
    timeoutMs: input.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(input.signal !== undefined && { signal: input.signal }),
  });
  return {
    target,
    credentials,
    ...(deviceId !== undefined && { deviceId }),
    ...(locationId !== undefined && { locationId }),
    close: () => Promise.resolve(),
  };
}
