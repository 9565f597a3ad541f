// Protects: every rule id that a check can give out has its row, and the rows read like one table.
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ruleOf, rules } from '../../src/check/rules.js';
import { deviceState } from '../contract/shipped.js';

const ids = Object.keys(rules);

test.each(Object.entries(rules))('%s reads like the others', (id, { severity, title, description }) => {
  expect(id).toMatch(/^(?:conformance|contract)\/[a-z]+(?:-[a-z]+)*$/);
  expect(['error', 'warning', 'info']).toContain(severity);
  expect(title).toMatch(/^[A-Z].*[^.]$/);
  expect(description).toMatch(/^[A-Z].*\.$/);
});

test('every conformance rule is given out somewhere', async () => {
  const files = ['conformance', 'read-back'].map((name) => new URL(`../../src/check/${name}.ts`, import.meta.url));
  const source = (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
  expect(ids.filter((id) => id.startsWith('conformance/') && !source.includes(`'${id}'`))).toEqual([]);
});

describe('contract rules', () => {
  test('the violations of the shipped document have rows of their own', () => {
    const found = deviceState.checkRequestBody({
      time: 1,
      state_of_charge_percent: 101,
      backup_reserve_percent: -1,
      location_id: '',
    });
    expect(found.length).toBeGreaterThan(4);
    expect(found.filter(({ ruleId }) => !ids.includes(ruleId))).toEqual([]);
  });

  test('a keyword of the user’s own document gets words too', () => {
    expect(ruleOf('contract/multiple-of')).toEqual({
      severity: 'error',
      title: 'Value breaks the contract',
      description: 'A value keeps to "multiple-of" of its schema.',
    });
  });
});
