/**
 * The one stream that every job yields and that report, dashboard and command line only fold.
 * Order: `run-started`, then any number of stages and notes, then `run-finished`. A stage has one `stage-started` and one
 * `stage-finished`; its cases, findings and progress lie between the two.
 */
import type { Finding } from '../check/finding.js';

export type Outcome = 'pass' | 'fail' | 'error';

export type RunEvent =
  | RunStarted
  | StageStarted
  | Progress
  | CaseFinished
  | FindingFound
  | CoverageMeasured
  | Note
  | StageFinished
  | RunFinished;

export interface RunStarted {
  readonly kind: 'run-started';
  readonly command: string;
  readonly seed: number | undefined;
  /** Address of the provider without credentials, or undefined where a job has none. */
  readonly target: string | undefined;
  readonly startedAtMs: number;
}

/** A part of a run that has cases of its own: one row of the scorecard. */
export interface StageStarted {
  readonly kind: 'stage-started';
  /** Stable and kebab-case, for instance `verify` or `simulated-day`. */
  readonly stage: string;
  readonly title: string;
  /** How many steps there will be, where that is known. */
  readonly total?: number;
}

export interface Progress {
  readonly kind: 'progress';
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
}

/** One thing that was tried: an interaction, a record sent, a scenario expectation. A test case of the JUnit report. */
export interface CaseFinished {
  readonly kind: 'case-finished';
  readonly stage: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly durationMs: number;
  /** Why it failed or was skipped. Findings of error severity make a case fail. */
  readonly findings: readonly Finding[];
}

/** A finding that belongs to no single case. */
export interface FindingFound {
  readonly kind: 'finding';
  readonly stage: string;
  readonly finding: Finding;
}

/** What a stage tried, at its end. */
export interface CoverageMeasured {
  readonly kind: 'coverage';
  readonly stage: string;
  readonly rows: readonly CoverageRow[];
}

export interface CoverageRow {
  /** Wire name of a field, or `(request)` for what concerns the request as a whole. */
  readonly field: string;
  /** For instance `contract/maximum`. */
  readonly constraint: string;
  /** Requests. */
  readonly tried: number;
  readonly refused: number;
  readonly accepted: number;
}

/** A line for people: a file that was written, an address that serves. */
export interface Note {
  readonly kind: 'note';
  readonly message: string;
}

export interface StageFinished {
  readonly kind: 'stage-finished';
  readonly stage: string;
  readonly durationMs: number;
  /** One line that the scorecard shows: `14 of 14 interactions`. */
  readonly summary: string;
}

export interface RunFinished {
  readonly kind: 'run-finished';
  readonly finishedAtMs: number;
  readonly durationMs: number;
}
