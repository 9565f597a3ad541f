/** The job `replay`: sends a saved case again and says whether its fault still shows. */
import { performance } from 'node:perf_hooks';
import { negativesOf } from '../../contract/negative.js';
import { positivesOf } from '../../contract/positive.js';
import { TransportError, UserError } from '../../errors.js';
import type { RunEvent } from '../event.js';
import { Renderer } from './frame.js';
import type { Sighting } from './judge.js';
import { negativeOptions } from './other-account.js';
import type { SavedCase } from './saved-case.js';
import { renderSent } from './sent-curl.js';
import { calibrationProbes, openingProbe } from './sequence-probes.js';
import { Session } from './session.js';
import type { ProbeResult } from './session.js';
import { openSite } from './site.js';
import type { Site, SiteInput } from './site.js';
import { createTimeLine } from './time-line.js';

export interface ReplayInput extends SiteInput {
  readonly saved: SavedCase;
}

export interface ReplayDeps {
  /** Wall clock, ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
}

const REPLAY_STAGE = 'replay';
/** A race shows itself now and then. */
const RACE_TRIES = 10;
const TICKS = 2000;

/**
 * Ends with the word FIXED or FAILED in the summary of its stage.
 * @throws UserError for a case that this contract does not have, or a target without credentials; TransportError where nothing
 *   answers at the target, or where the answers do not let the case be judged
 */
export async function* replay(input: ReplayInput, deps: ReplayDeps): AsyncGenerator<RunEvent> {
  const startedAtMs = deps.now();
  const started = performance.now();
  const { saved } = input;
  const site = await openSite(input);
  try {
    yield { kind: 'run-started', command: 'replay', seed: saved.seed, target: site.target, startedAtMs };
    yield { kind: 'stage-started', stage: REPLAY_STAGE, title: `Send ${saved.id} again`, total: 1 };
    const { session, result, sightings } = await send(saved, site, deps);
    assertJudgeable(session, { saved, result, site });
    const isFixed = sightings.length === 0;
    const curl = renderSent(result.sent, site.sender.redactor);
    yield {
      kind: 'case-finished',
      stage: REPLAY_STAGE,
      name: saved.message.split('. ')[0] ?? saved.title,
      outcome: isFixed ? 'passed' : 'failed',
      durationMs: performance.now() - started,
      findings: sightings.map(({ finding }) => ({ ...finding, reproduce: { curl } })),
    };
    const summary = isFixed ? 'FIXED: the fault does not show any more' : 'FAILED: the fault is still there';
    yield { kind: 'stage-finished', stage: REPLAY_STAGE, durationMs: performance.now() - started, summary };
  } finally {
    await site.close();
  }
  const finishedAtMs = deps.now();
  yield { kind: 'run-finished', finishedAtMs, durationMs: finishedAtMs - startedAtMs };
}

interface Replayed {
  readonly session: Session;
  readonly result: ProbeResult;
  /** What shows the fault of the case, or another error. */
  readonly sightings: readonly Sighting[];
}

async function send(saved: SavedCase, site: Site, { now }: ReplayDeps): Promise<Replayed> {
  const { contract } = site;
  const cases = [...positivesOf(contract), ...negativesOf(contract, await negativeOptions(site))];
  const renderer = new Renderer(contract, cases);
  assertPossible(saved, { site, renderer });
  const session = new Session({ site, renderer, runDigits: String(now()).slice(-10), ratePerS: undefined, now });
  await session.run(openingProbe(site.devices.length));
  session.useTimes(createTimeLine({ latestMs: session.latestMs, endMs: now(), ticks: TICKS }));
  // What a repetition or an older time is answered with is learnt before it is judged.
  if (saved.steps.length > 1) for (const probe of calibrationProbes(contract)) await session.run(probe);
  const tries = saved.steps.some(({ together }) => together === true) ? RACE_TRIES : 1;
  let result = await session.run(saved);
  let sightings = relevant(result, saved);
  for (let turn = 1; turn < tries && sightings.length === 0; turn += 1) {
    result = await session.run(saved);
    sightings = relevant(result, saved);
  }
  return { session, result, sightings };
}

function relevant({ sightings }: ProbeResult, { ruleId, pointer }: SavedCase): Sighting[] {
  return sightings.filter(
    ({ finding }) =>
      finding.severity === 'error' || (finding.ruleId === ruleId && finding.evidence['pointer'] === pointer),
  );
}

/** @throws UserError */
function assertPossible(
  { steps, contractVersion }: SavedCase,
  { site, renderer }: { site: Site; renderer: Renderer },
): void {
  const refuse = (message: string, hint: string): UserError => new UserError(message, { hint });
  if (!renderer.knows(steps)) {
    throw refuse(
      'the case is made of parts that this contract does not have',
      `It was found with version ${contractVersion} of the contract; give that one with --contract.`,
    );
  }
  if (steps.some(({ kind }) => kind === 'login') && site.credentials.kind !== 'account') {
    throw refuse(
      'the case asks for a token, for which there is no account',
      'Set VOLTPACT_ACCOUNT_ID with VOLTPACT_API_KEY.',
    );
  }
  if (Math.max(...steps.map(({ device }) => device)) >= site.devices.length) {
    throw refuse('the case needs more than one device', 'Give --devices-file with two devices or more.');
  }
  if (site.other === undefined && steps.some((step) => step.kind === 'submit' && step.sender === 'other-account')) {
    throw refuse(
      'the case needs another account',
      'Set VOLTPACT_OTHER_ACCOUNT_ID, VOLTPACT_OTHER_API_KEY and VOLTPACT_OTHER_DEVICE_ID.',
    );
  }
}

/** @throws TransportError where the provider lets nobody see whether the fault is there */
function assertJudgeable(
  session: Session,
  { saved, result, site }: { saved: SavedCase; result: ProbeResult; site: Site },
): void {
  const refuse = (message: string): TransportError =>
    new TransportError('other', `ERROR: the case cannot be judged: ${message}`, {
      target: site.target,
      hint: 'Check the credentials and --device-id, and that nothing else reports for the device.',
    });
  for (const { exchange, rendered } of result.sent) {
    if (exchange.failure !== undefined && saved.ruleId !== 'conformance/no-answer')
      throw refuse(exchange.failure.message);
    const isPlain = rendered.deserves === 'success' && rendered.requestCase === undefined;
    const status = exchange.response?.status ?? 0;
    const isKeptOut = status === 429 || (rendered.step.kind === 'submit' && KEPT_OUT.has(status));
    if (isPlain && isKeptOut) throw refuse(`a right request was answered with ${status}`);
  }
  const isRead = saved.steps.some(({ kind }) => kind === 'read');
  const isOvertaken = site.devices.some(({ deviceId }) => session.memory.device(deviceId).isOvertaken);
  if (isRead && isOvertaken) throw refuse('the device has later states than those of the case');
}

const KEPT_OUT: ReadonlySet<number> = new Set([401, 403, 404]);
