// Protects the kept results of the detection matrix: they cover every seeded defect, and the table says what they say.
import { readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { bugCatalogue } from '../../../src/http/provider/bugs/catalogue.js';
import { readReport } from './schemathesis.js';
import { readResults, renderTable } from './table.js';

const results = await readResults();

describe('the detection matrix', () => {
  it.each(['pact', 'schemathesis', 'voltpact'] as const)('has a result of %s for every defect', (tool) => {
    expect(Object.keys(results[tool].defects).toSorted()).toEqual(bugCatalogue.map(({ name }) => name).toSorted());
  });

  it('has a table that was rendered from these results', async () => {
    const { prettier } = JSON.parse(await readFile('package.json', 'utf8')) as { prettier: object };
    const table = await readFile('test/bench/detection/results/table.md', 'utf8');
    expect(table).toBe(await format(renderTable(results), { ...prettier, parser: 'markdown' }));
  });

  it('keeps what the matrix has to show: voltpact finds every defect at every seed, early, and nothing in the correct provider', () => {
    const { defects, seeds, falseAlarms } = results.voltpact;
    const first = Object.values(defects).flatMap(({ firstRequests }) => firstRequests);
    expect(first).toHaveLength(bugCatalogue.length * seeds.length);
    expect(seeds).toHaveLength(20);
    expect(falseAlarms).toEqual({});
    expect(first.toSorted((a, b) => Number(a) - Number(b))[first.length >> 1]).toBeLessThan(60);
    expect(first.every((request) => request !== null && request <= 500)).toBe(true);
  });
});

describe('the report of Schemathesis', () => {
  it('gives each failed check with the number of its request and the code of the error', () => {
    const content = { $base64: Buffer.from('{"object":"error","code":"time_in_future"}').toString('base64') };
    const recorder = {
      interactions: {
        a: { request: { method: 'PUT' }, response: { status_code: 200, content: null } },
        b: { request: { method: 'PUT' }, response: { status_code: 400, content } },
        c: { request: { method: 'GET' }, response: null },
      },
      checks: {
        a: [{ name: 'not_a_server_error', status: 'success' }],
        b: [{ name: 'positive_data_acceptance', status: 'failure' }],
      },
    };
    const lines = [{ EngineStarted: {} }, { ScenarioFinished: { recorder } }, { ScenarioFinished: {} }];
    expect(readReport(lines.map((line) => JSON.stringify(line)).join('\n'))).toEqual({
      requests: 3,
      failures: [
        { request: 2, key: 'positive_data_acceptance PUT 400 time_in_future' },
        { request: 3, key: 'error GET no answer' },
      ],
    });
  });
});
