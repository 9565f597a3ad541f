// Protects the scorecard that people read: its rows, the grouping by cause, and that nothing in it can steer a terminal.
import { describe, expect, it } from 'vitest';
import { renderDuration } from '../../src/report/duration.js';
import { createPaint } from '../../src/report/paint.js';
import { summarize } from '../../src/report/summary.js';
import { renderText } from '../../src/report/text.js';
import type { RunEvent } from '../../src/run/event.js';
import {
  caseOf,
  cleanRun,
  faultyRun,
  finished,
  started,
  stageFinished,
  stageStarted,
  wrongStatus,
} from './sample-run.js';

const render = (events: readonly RunEvent[], coloured = false): string =>
  renderText(summarize('check', events), { version: '1.2.3', paint: createPaint(coloured) });

describe('renderText', () => {
  it('shows a run that passed', () => {
    expect(render(cleanRun)).toMatchInlineSnapshot(`
      "voltpact check  version 1.2.3  target http://127.0.0.1:1  seed 42

        ✓ Verify the contract  2 of 4 interactions     1.23 s

      PASS  1 passed, 0 failed  in 2.00 s
      "
    `);
  });

  it('shows a run that failed: causes grouped, errors first, skips counted', () => {
    expect(render(faultyRun)).toMatchInlineSnapshot(`
      "voltpact check  version 1.2.3  target http://127.0.0.1:1  seed 42

        ✗ Verify the contract  2 of 4 interactions     1.23 s

        ✗ Status is not the expected one  2 times
          Expected status 200, got 500.
          in        a full state; a minimal state
          evidence  expected: 200, status: 500
          reproduce curl -X PUT 'http://127.0.0.1:1/x' -H "Authorization: Bearer $VOLTPACT_TOKEN"
          rule      conformance/status

        ✗ The whole is wrong
          Expected status 200, got 500.
          evidence  expected: 200, status: 500
          reproduce curl -X PUT 'http://127.0.0.1:1/x' -H "Authorization: Bearer $VOLTPACT_TOKEN"
          rule      pact/whole

        ! Read-back is less precise than what was submitted
          Expected 34.2, got 34.
          in        a read-back
          evidence  submitted: 34.2, received: 34
          rule      conformance/read-back-precision

        - 1 skipped: It could not be judged: no account was given.

      FAIL  1 passed, 2 failed, 1 skipped, 3 errors, 1 warning  in 2.00 s
      "
    `);
  });

  it('shows a stage that was cut off', () => {
    expect(render([started, stageStarted, caseOf('a full state', 'passed')])).toMatchInlineSnapshot(`
      "voltpact check  version 1.2.3  target http://127.0.0.1:1  seed 42

        ! Verify the contract  stopped after 1 case

      ERROR  1 passed, 0 failed
      "
    `);
  });

  it('names four places of a finding and counts the others', () => {
    const cases = Array.from({ length: 9 }, (_, index) => caseOf(`record ${index}`, 'failed', [wrongStatus]));
    const text = render([started, stageStarted, ...cases, stageFinished, finished]);
    expect(text).toContain('in        record 0; record 1; record 2; record 3; and 5 more');
    expect(text).toContain('9 times');
  });

  it('differs in colours only, when colours are on', () => {
    const escapes = /\p{Cc}\[\d+m/gu;
    expect(render(faultyRun, true)).toMatch(escapes);
    expect(render(faultyRun, true).replaceAll(escapes, '')).toBe(render(faultyRun));
  });

  it('shows control characters of an answer instead of sending them to the terminal', () => {
    const evil = { ...wrongStatus, title: 'a\u001b]0;title\u0007b', message: 'bell \u0007 and\u009b31m red' };
    const text = render([started, stageStarted, caseOf('x', 'failed', [evil]), stageFinished, finished]);
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(text).toContain('bell \\u0007 and\\u009b31m red');
  });
});

describe('renderDuration', () => {
  it.each([
    [0, '0 ms'],
    [999, '999 ms'],
    [1000, '1.00 s'],
    [59_990, '59.99 s'],
    [59_999, '1 min 00 s'],
    [125_400, '2 min 05 s'],
  ])('writes %d ms as %s', (durationMs, text) => {
    expect(renderDuration(durationMs)).toBe(text);
  });
});
