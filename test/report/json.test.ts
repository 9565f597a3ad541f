// Protects the JSON report: scripts rely on its shape, which is published as contracts/report.schema.json.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import schema from '../../contracts/report.schema.json' with { type: 'json' };
import { parseRfc3339 } from '../../src/contract/rfc3339.js';
import { renderJson } from '../../src/report/json.js';
import { summarize } from '../../src/report/summary.js';
import type { Summary } from '../../src/report/summary.js';
import { cleanRun, faultyRun, wrongStatus } from './sample-run.js';

const validate = new Ajv2020({
  allErrors: true,
  strictTypes: false,
  formats: { 'date-time': (time: string) => parseRfc3339(time).ok },
}).compile(schema);

/** The report as a script reads it. */
function reportOf(summary: Summary): unknown {
  const report: unknown = JSON.parse(renderJson(summary, '1.2.3'));
  return report;
}

describe('renderJson', () => {
  const died = summarize('verify', []);
  died.failure = wrongStatus;
  const rows: [sentence: string, summary: Summary][] = [
    ['a run that passed', summarize('check', cleanRun)],
    ['a run that failed', summarize('check', faultyRun)],
    ['a run that was cut off', summarize('check', faultyRun.slice(0, 4))],
    ['a run that died before it began', died],
  ];
  it.each(rows)('fits the published schema: %s', (_, summary) => {
    expect(validate(reportOf(summary)) ? [] : validate.errors).toEqual([]);
  });

  it('has the keys that cli scripts rely on', () => {
    expect(reportOf(summarize('check', faultyRun))).toMatchObject({
      tool: 'voltpact',
      version: '1.2.3',
      command: 'check',
      seed: 42,
      target: 'http://127.0.0.1:1',
      startedAt: '2025-06-21T10:00:00.000Z',
      durationMs: 2000,
      outcome: 'fail',
      counts: { cases: { passed: 1, failed: 2, skipped: 1 }, findings: { error: 3, warning: 1, info: 1 } },
      findings: [
        {
          ruleId: 'conformance/status',
          severity: 'error',
          title: wrongStatus.title,
          message: wrongStatus.message,
          evidence: { expected: 200, status: 500 },
          reproduce: { curl: wrongStatus.reproduce?.curl },
          stage: 'verify',
          case: 'a full state',
        },
        {},
        { reproduce: {} },
        {},
        { case: null },
      ],
    });
  });

  it('says error, and why, where the run died', () => {
    expect(reportOf(died)).toMatchObject({
      outcome: 'error',
      startedAt: null,
      findings: [{ stage: null, case: null }],
    });
  });
});
