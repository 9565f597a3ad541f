import type { Finding } from '../../src/check/finding.js';
import type { CaseFinished, RunEvent } from '../../src/run/event.js';

export const wrongStatus: Finding = {
  ruleId: 'conformance/status',
  severity: 'error',
  title: 'Status is not the expected one',
  message: 'Expected status 200, got 500.',
  evidence: { expected: 200, status: 500, nothing: undefined },
  reproduce: { curl: `curl -X PUT 'http://127.0.0.1:1/x' -H "Authorization: Bearer $VOLTPACT_TOKEN"` },
};

export const lessPrecise: Finding = {
  ruleId: 'conformance/read-back-precision',
  severity: 'warning',
  title: 'Read-back is less precise than what was submitted',
  message: 'Expected 34.2, got 34.',
  evidence: { submitted: 34.2, received: 34 },
};

const notJudged: Finding = {
  ruleId: 'pact/not-verified',
  severity: 'info',
  title: 'It was not verified',
  message: 'It could not be judged: no account was given.',
  evidence: {},
};

export function caseOf(
  name: string,
  outcome: CaseFinished['outcome'],
  findings: readonly Finding[] = [],
): CaseFinished {
  return { kind: 'case-finished', stage: 'verify', name, outcome, durationMs: 12, findings };
}

export const started: RunEvent = {
  kind: 'run-started',
  command: 'check',
  seed: 42,
  target: 'http://127.0.0.1:1',
  startedAtMs: Date.UTC(2025, 5, 21, 10),
};
export const stageStarted: RunEvent = {
  kind: 'stage-started',
  stage: 'verify',
  title: 'Verify the contract',
  total: 4,
};
export const stageFinished: RunEvent = {
  kind: 'stage-finished',
  stage: 'verify',
  durationMs: 1234,
  summary: '2 of 4 interactions',
};
export const finished: RunEvent = {
  kind: 'run-finished',
  finishedAtMs: Date.UTC(2025, 5, 21, 10, 0, 2),
  durationMs: 2000,
};

/** Two cases fail for one cause, one is skipped, one passes with a warning, and a finding belongs to none of them. */
export const faultyRun: readonly RunEvent[] = [
  started,
  stageStarted,
  caseOf('a full state', 'failed', [wrongStatus]),
  caseOf('a minimal state', 'failed', [wrongStatus]),
  caseOf('a token', 'skipped', [notJudged]),
  caseOf('a read-back', 'passed', [lessPrecise]),
  { kind: 'finding', stage: 'verify', finding: { ...wrongStatus, title: 'The whole is wrong', ruleId: 'pact/whole' } },
  { kind: 'progress', stage: 'verify', done: 4, total: 4 },
  stageFinished,
  { kind: 'note', message: 'a note' },
  finished,
];

export const cleanRun: readonly RunEvent[] = [
  started,
  stageStarted,
  caseOf('a full state', 'passed'),
  stageFinished,
  finished,
];
