/** Folds the event stream of a run into the one value that every report renders. */
import type { Finding } from '../check/finding.js';
import type { CaseFinished, CoverageRow, Outcome, RunEvent } from '../run/event.js';

export interface StageSummary {
  readonly stage: string;
  title: string;
  /** The line that the job gives at the end; empty while the stage runs. */
  summary: string;
  /** Undefined while the stage runs. */
  durationMs: number | undefined;
  readonly cases: CaseFinished[];
  /** Findings that belong to no case. */
  readonly findings: Finding[];
  /** What the stage tried; empty where it does not say. */
  coverage: readonly CoverageRow[];
}

export interface Summary {
  command: string;
  seed: number | undefined;
  target: string | undefined;
  startedAtMs: number | undefined;
  durationMs: number | undefined;
  readonly stages: StageSummary[];
  readonly notes: string[];
  /** Why the run ended before its time, as a finding; undefined where it came to its end. */
  failure: Finding | undefined;
  /** True from `run-finished` on. */
  finished: boolean;
}

export interface Counts {
  readonly cases: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly findings: { readonly error: number; readonly warning: number; readonly info: number };
}

/** A finding together with where it was found. */
export interface PlacedFinding {
  readonly stage: string | undefined;
  readonly caseName: string | undefined;
  /** True where it says why the case was skipped. */
  readonly isSkip: boolean;
  readonly finding: Finding;
}

/** The summary before the first event. */
export function emptySummary(command: string): Summary {
  return {
    command,
    seed: undefined,
    target: undefined,
    startedAtMs: undefined,
    durationMs: undefined,
    stages: [],
    notes: [],
    failure: undefined,
    finished: false,
  };
}

/** Adds one event to the summary, in place: a run of many cases costs no copies. */
export function addEvent(summary: Summary, event: RunEvent): void {
  switch (event.kind) {
    case 'run-started':
      summary.command = event.command;
      summary.seed = event.seed;
      summary.target = event.target;
      summary.startedAtMs = event.startedAtMs;
      return;
    case 'stage-started':
      stageOf(summary, event.stage).title = event.title;
      return;
    case 'case-finished':
      stageOf(summary, event.stage).cases.push(event);
      return;
    case 'finding':
      stageOf(summary, event.stage).findings.push(event.finding);
      return;
    case 'coverage':
      stageOf(summary, event.stage).coverage = event.rows;
      return;
    case 'note':
      summary.notes.push(event.message);
      return;
    case 'stage-finished': {
      const stage = stageOf(summary, event.stage);
      stage.summary = event.summary;
      stage.durationMs = event.durationMs;
      return;
    }
    case 'run-finished':
      summary.durationMs = event.durationMs;
      summary.finished = true;
      return;
    case 'progress':
      return;
  }
}

/** The summary of a whole stream that is at hand. */
export function summarize(command: string, events: Iterable<RunEvent>): Summary {
  const summary = emptySummary(command);
  for (const event of events) addEvent(summary, event);
  return summary;
}

/**
 * `error`: the run did not come to its end, so that nothing can be said about the system under test.
 * `fail`: a case failed or a finding is of severity error. `pass`: anything else.
 */
export function outcomeOf(summary: Summary): Outcome {
  if (summary.failure !== undefined || !summary.finished) return 'error';
  return summary.stages.some(stageFailed) ? 'fail' : 'pass';
}

/** True where a case of the stage failed or one of its findings is an error. */
export function stageFailed(stage: StageSummary): boolean {
  return (
    stage.cases.some((one) => one.outcome === 'failed' || one.findings.some(isError)) || stage.findings.some(isError)
  );
}

/** Every finding of the run in the order in which it was found; the failure of the run itself comes last. */
export function findingsOf(summary: Summary): PlacedFinding[] {
  const found: PlacedFinding[] = [];
  for (const { stage, cases, findings } of summary.stages) {
    for (const one of cases) {
      const place = { stage, caseName: one.name, isSkip: one.outcome === 'skipped' };
      for (const finding of one.findings) found.push({ ...place, finding });
    }
    for (const finding of findings) found.push({ stage, caseName: undefined, isSkip: false, finding });
  }
  if (summary.failure !== undefined) {
    found.push({ stage: undefined, caseName: undefined, isSkip: false, finding: summary.failure });
  }
  return found;
}

export function countsOf(summary: Summary): Counts {
  const cases = { passed: 0, failed: 0, skipped: 0 };
  const findings = { error: 0, warning: 0, info: 0 };
  for (const stage of summary.stages) {
    for (const one of stage.cases) cases[one.outcome] += 1;
  }
  for (const { finding } of findingsOf(summary)) findings[finding.severity] += 1;
  return { cases, findings };
}

export function isError(finding: Finding): boolean {
  return finding.severity === 'error';
}

function stageOf(summary: Summary, name: string): StageSummary {
  const known = summary.stages.find((one) => one.stage === name);
  if (known !== undefined) return known;
  const stage: StageSummary = {
    stage: name,
    title: name,
    summary: '',
    durationMs: undefined,
    cases: [],
    findings: [],
    coverage: [],
  };
  summary.stages.push(stage);
  return stage;
}
