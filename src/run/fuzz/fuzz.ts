/**
 * The job `fuzz`: searches a provider for violations of the contract with requests that are right at the edges, wrong in one
 * thing, or mean something together, and makes what it finds as small as it can be.
 */
import { performance } from 'node:perf_hooks';
import type { Finding } from '../../check/finding.js';
import { negativesOf } from '../../contract/negative.js';
import { positivesOf } from '../../contract/positive.js';
import type { RunEvent } from '../event.js';
import { readCases, writeCase } from './case-folder.js';
import { Explorer } from './explorer.js';
import type { Discovery } from './explorer.js';
import { Renderer } from './frame.js';
import { checkMeaning } from './meaning.js';
import { negativeOptions } from './other-account.js';
import { makePlan } from './plan.js';
import type { FuzzMode, Plan, PlanOptions } from './plan.js';
import { openingProbe } from './sequence-probes.js';
import { Session } from './session.js';
import { openSite } from './site.js';
import type { Site, SiteInput } from './site.js';
import { createTimeLine } from './time-line.js';

export interface FuzzInput extends SiteInput {
  /** Everything random follows it; drawn from the clock by default. */
  readonly seed?: number;
  readonly mode?: FuzzMode;
  /** Requests of the search, at most; 500 by default. Making findings smaller takes up to about as many again. */
  readonly maxRequests?: number;
  /** Requests a second, at most. */
  readonly ratePerS?: number;
  /** Ends the search at the first finding of severity error; goes on by default. */
  readonly stopAt?: 'first' | 'budget';
  /** Folder of the cases that were found: they are tried first, and new ones are put there. None by default. */
  readonly casesFolder?: string;
  /** No state that is submitted is later than this, ms since 1970; left out, a few minutes ahead of the present. */
  readonly untilMs?: number;
}

export interface FuzzDeps {
  /** Wall clock, ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
}

const FUZZ_STAGE = 'fuzz';
const DEFAULT_REQUESTS = 500;
/** A probe may take several for each request; shrinking and saved cases take theirs too. */
const TICKS_A_REQUEST = 6;

/**
 * @throws UserError for a target without credentials, credentials that may be live, or ids that are missing; TransportError
 *   where nothing answers at the target
 */
export async function* fuzz(input: FuzzInput, deps: FuzzDeps): AsyncGenerator<RunEvent> {
  const startedAtMs = deps.now();
  const seed = input.seed ?? Math.floor(startedAtMs / 1000) % 1_000_000;
  const site = await openSite(input);
  try {
    yield { kind: 'run-started', command: 'fuzz', seed, target: site.target, startedAtMs };
    if (input.target === undefined) {
      yield { kind: 'note', message: `no --target given: a mock provider serves at ${site.target}` };
    }
    yield* fuzzStage({ ...input, seed, site }, deps);
  } finally {
    await site.close();
  }
  const finishedAtMs = deps.now();
  yield { kind: 'run-finished', finishedAtMs, durationMs: finishedAtMs - startedAtMs };
}

export interface FuzzStageInput extends FuzzInput {
  readonly seed: number;
  readonly site: Site;
}

/** The stage alone, for a run that has others. */
async function* fuzzStage(input: FuzzStageInput, deps: FuzzDeps): AsyncGenerator<RunEvent> {
  const started = performance.now();
  const { maxRequests = DEFAULT_REQUESTS } = input;
  const runDigits = String(Math.floor(deps.now())).slice(-10);
  yield { kind: 'stage-started', stage: FUZZ_STAGE, title: 'Fuzz the provider', total: maxRequests };
  yield { kind: 'note', message: `the references of this run hold ${runDigits}` };
  const { session, explorer } = await prepare(input, { ...deps, runDigits });
  for await (const discovery of explorer.explore()) yield await toEvent(discovery, input);
  for (const finding of checkMeaning(session.factsFor(input.mode ?? 'all'))) {
    yield { kind: 'finding', stage: FUZZ_STAGE, finding };
  }
  yield { kind: 'coverage', stage: FUZZ_STAGE, rows: explorer.coverage.rows };
  const { search, shrinking } = explorer.spent;
  const more = shrinking === 0 ? '' : ` and ${shrinking} to shrink what was found`;
  const causes = explorer.findings.groups.length;
  const summary = `${search} requests${more}, ${causes} ${causes === 1 ? 'finding' : 'findings'}`;
  yield { kind: 'stage-finished', stage: FUZZ_STAGE, durationMs: performance.now() - started, summary };
}

async function prepare(
  input: FuzzStageInput,
  { now, runDigits }: FuzzDeps & { readonly runDigits: string },
): Promise<{ session: Session; explorer: Explorer }> {
  const { contract, site, maxRequests = DEFAULT_REQUESTS } = input;
  const faults = negativesOf(contract, await negativeOptions(site));
  const renderer = new Renderer(contract, [...positivesOf(contract), ...faults]);
  const { signal, ratePerS } = input;
  const session = new Session({
    site,
    renderer,
    runDigits,
    ratePerS,
    now,
    ...(signal === undefined ? {} : { signal }),
  });
  const opening = openingProbe(site.devices.length);
  const opened = await session.run(opening);
  const { latestMs } = session;
  const timeLine = createTimeLine({ latestMs, endMs: input.untilMs ?? now(), ticks: maxRequests * TICKS_A_REQUEST });
  session.useTimes(timeLine);
  const plan = planFor(input, { faults, hasSeconds: timeLine.tickMs >= 1000, isFresh: latestMs === undefined });
  const saved = input.casesFolder === undefined ? [] : await readCases(input.casesFolder);
  const explorer = new Explorer({
    session,
    contract,
    plan,
    opened: { probe: opening, result: opened },
    saved: saved.filter(({ steps }) => renderer.knows(steps)),
    redactor: site.sender.redactor,
    maxRequests,
    stopAtFirst: input.stopAt === 'first',
  });
  return { session, explorer };
}

function planFor(
  { contract, site, seed, mode = 'all', untilMs }: FuzzStageInput,
  known: Pick<PlanOptions, 'faults' | 'hasSeconds' | 'isFresh'>,
): Plan {
  return makePlan({
    ...known,
    contract,
    seed,
    mode,
    site,
    devices: site.devices.length,
    hasOtherAccount: site.other !== undefined,
    canRenewToken: site.credentials.kind === 'account',
    mayBeAhead: untilMs === undefined,
  });
}

async function toEvent(discovery: Discovery, input: FuzzStageInput): Promise<RunEvent> {
  const { maxRequests: total = DEFAULT_REQUESTS } = input;
  if (discovery.kind === 'progress') {
    return { kind: 'progress', stage: FUZZ_STAGE, done: Math.min(discovery.done, total), total };
  }
  if (discovery.kind === 'note') return discovery;
  return { kind: 'finding', stage: FUZZ_STAGE, finding: await withReplay(discovery, input) };
}

/** Saves the case of a finding, so that it can be sent again. What is no fault is not saved. */
async function withReplay(
  { group, finding }: Extract<Discovery, { kind: 'finding' }>,
  { casesFolder, seed, contract }: FuzzStageInput,
): Promise<Finding> {
  if (casesFolder === undefined || finding.severity === 'info') return finding;
  const pointer = finding.evidence['pointer'];
  const file = await writeCase(casesFolder, {
    version: 1,
    id: group.id,
    ruleId: finding.ruleId,
    severity: finding.severity,
    title: finding.title,
    message: finding.message,
    ...(typeof pointer === 'string' ? { pointer } : {}),
    seed,
    contractVersion: contract.version,
    steps: group.steps,
  });
  return { ...finding, reproduce: { ...finding.reproduce, replay: `voltpact replay ${file}` } };
}
