// Protects the fold from events to summary: what counts as pass, fail or error, and that no finding is lost or counted twice.
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/run/event.js';
import { addEvent, countsOf, emptySummary, findingsOf, outcomeOf, summarize } from '../../src/report/summary.js';
import {
  caseOf,
  cleanRun,
  faultyRun,
  finished,
  lessPrecise,
  started,
  stageStarted,
  wrongStatus,
} from './sample-run.js';

describe('outcomeOf', () => {
  const rows: [sentence: string, events: readonly RunEvent[], outcome: string][] = [
    ['a run whose cases all passed passes', cleanRun, 'pass'],
    ['a failed case fails the run', faultyRun, 'fail'],
    ['a run that never finished is an error, whatever passed before', cleanRun.slice(0, -1), 'error'],
    ['no event at all is an error', [], 'error'],
    [
      'a finding of severity error fails the run even in a case that calls itself passed',
      [started, caseOf('x', 'passed', [wrongStatus]), finished],
      'fail',
    ],
    ['warnings do not fail a run', [started, caseOf('x', 'passed', [lessPrecise]), finished], 'pass'],
    ['skipped cases do not fail a run', [started, caseOf('x', 'skipped'), finished], 'pass'],
    [
      'an error that belongs to no case fails the run',
      [started, { kind: 'finding', stage: 's', finding: wrongStatus }, finished],
      'fail',
    ],
  ];
  it.each(rows)('%s', (_, events, outcome) => {
    expect(outcomeOf(summarize('check', events))).toBe(outcome);
  });

  it('a failure of the run itself is an error even after run-finished', () => {
    const summary = summarize('check', cleanRun);
    summary.failure = wrongStatus;
    expect(outcomeOf(summary)).toBe('error');
  });
});

describe('summarize', () => {
  it('keeps what the events say about the run', () => {
    const { command, seed, target, startedAtMs, durationMs, notes, stages } = summarize('check', faultyRun);
    expect({ command, seed, target, startedAtMs, durationMs, notes }).toEqual({
      command: 'check',
      seed: 42,
      target: 'http://127.0.0.1:1',
      startedAtMs: Date.UTC(2025, 5, 21, 10),
      durationMs: 2000,
      notes: ['a note'],
    });
    expect(stages.map(({ title, summary, durationMs: ms }) => [title, summary, ms])).toEqual([
      ['Verify the contract', '2 of 4 interactions', 1234],
    ]);
  });

  it('counts cases by outcome and findings by severity', () => {
    expect(countsOf(summarize('check', faultyRun))).toEqual({
      cases: { passed: 1, failed: 2, skipped: 1 },
      findings: { error: 3, warning: 1, info: 1 },
    });
  });

  it('says of each finding where it was found', () => {
    const places = findingsOf(summarize('check', faultyRun)).map(({ stage, caseName, isSkip }) => [
      stage,
      caseName,
      isSkip,
    ]);
    expect(places).toEqual([
      ['verify', 'a full state', false],
      ['verify', 'a minimal state', false],
      ['verify', 'a token', true],
      ['verify', 'a read-back', false],
      ['verify', undefined, false],
    ]);
  });

  const outcomes = fc.constantFrom('passed', 'failed', 'skipped');
  const findings = fc.array(fc.constantFrom(wrongStatus, lessPrecise), { maxLength: 3 });
  property.prop([fc.array(fc.tuple(outcomes, findings), { maxLength: 30 })])(
    'loses and invents neither a case nor a finding',
    (cases) => {
      const summary = emptySummary('check');
      addEvent(summary, stageStarted);
      for (const [index, [outcome, found]] of cases.entries())
        addEvent(summary, caseOf(`case ${index}`, outcome, found));
      const { cases: counted, findings: bySeverity } = countsOf(summary);
      expect(counted.passed + counted.failed + counted.skipped).toBe(cases.length);
      expect(bySeverity.error + bySeverity.warning + bySeverity.info).toBe(cases.flatMap(([, found]) => found).length);
    },
  );
});
