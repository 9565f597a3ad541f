/**
 * The report for scripts. Its shape is `contracts/report.schema.json`; keys may be added, none is renamed or removed.
 */
import type { Finding, Severity } from '../check/finding.js';
import type { CoverageRow, Outcome } from '../run/event.js';
import { countsOf, findingsOf, outcomeOf, stageFailed } from './summary.js';
import type { Counts, PlacedFinding, StageSummary, Summary } from './summary.js';

export interface JsonReport {
  readonly tool: 'voltpact';
  readonly version: string;
  readonly command: string;
  readonly seed: number | null;
  readonly target: string | null;
  /** RFC 3339, UTC; null where the run never started. */
  readonly startedAt: string | null;
  readonly durationMs: number | null;
  readonly outcome: Outcome;
  readonly counts: Counts;
  readonly stages: readonly JsonStage[];
  readonly findings: readonly JsonFinding[];
}

export interface JsonStage {
  readonly stage: string;
  readonly title: string;
  readonly outcome: 'pass' | 'fail' | 'unfinished';
  readonly summary: string;
  readonly durationMs: number | null;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What was tried, by field and constraint; absent where the stage does not say. */
  readonly coverage?: readonly CoverageRow[];
}

export interface JsonFinding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly title: string;
  readonly message: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly reproduce: NonNullable<Finding['reproduce']>;
  /** Where it was found; null where it belongs to the run as a whole. */
  readonly stage: string | null;
  readonly case: string | null;
}

export function renderJson(summary: Summary, version: string): string {
  return `${JSON.stringify(toJsonReport(summary, version), undefined, 2)}\n`;
}

function toJsonReport(summary: Summary, version: string): JsonReport {
  return {
    tool: 'voltpact',
    version,
    command: summary.command,
    seed: summary.seed ?? null,
    target: summary.target ?? null,
    startedAt: summary.startedAtMs === undefined ? null : new Date(summary.startedAtMs).toISOString(),
    durationMs: summary.durationMs ?? null,
    outcome: outcomeOf(summary),
    counts: countsOf(summary),
    stages: summary.stages.map(toJsonStage),
    findings: findingsOf(summary).map(toJsonFinding),
  };
}

function toJsonStage(stage: StageSummary): JsonStage {
  const count = (outcome: string): number => stage.cases.filter((one) => one.outcome === outcome).length;
  return {
    stage: stage.stage,
    title: stage.title,
    outcome: stageFailed(stage) ? 'fail' : stage.durationMs === undefined ? 'unfinished' : 'pass',
    summary: stage.summary,
    durationMs: stage.durationMs ?? null,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    ...(stage.coverage.length === 0 ? {} : { coverage: stage.coverage }),
  };
}

function toJsonFinding({ stage, caseName, finding }: PlacedFinding): JsonFinding {
  return {
    ruleId: finding.ruleId,
    severity: finding.severity,
    title: finding.title,
    message: finding.message,
    evidence: finding.evidence,
    reproduce: finding.reproduce ?? {},
    stage: stage ?? null,
    case: caseName ?? null,
  };
}
