// Protects: every rule id that a check can give out has its row, the rows read like one table, and the page shows them all.
import { readdir, readFile } from 'node:fs/promises';
import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { ruleOf, rules } from '../../src/check/rules.js';
import { deviceState } from '../contract/shipped.js';

const ids = Object.keys(rules);

test.each(Object.entries(rules))('%s reads like the others', (id, { severity, title, description }) => {
  expect(id).toMatch(/^(?:conformance|contract|fuzz|idempotency|open|state)\/[a-z]+(?:-[a-z]+)*$/);
  expect(['error', 'warning', 'info']).toContain(severity);
  expect(title).toMatch(/^[A-Z].*[^.]$/);
  expect(description).toMatch(/^[A-Z].*\.$/);
});

test('what is open is never an error', () => {
  const open = Object.entries(rules).filter(([id]) => id.startsWith('open/'));
  expect(open.map(([, { severity }]) => severity)).not.toContain('error');
});

test('every rule of our own is given out somewhere', async () => {
  const folders = ['check', 'run/fuzz'].map((folder) => new URL(`../../src/${folder}/`, import.meta.url));
  const files = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(folder);
      return names.filter((name) => name !== 'rules.ts').map((name) => new URL(name, folder));
    }),
  );
  const source = (await Promise.all(files.flat().map((file) => readFile(file, 'utf8')))).join('\n');
  expect(ids.filter((id) => !id.startsWith('contract/') && !source.includes(`'${id}'`))).toEqual([]);
});

test('the page of rules has a line for each', async () => {
  const rows = Object.entries(rules).map(
    ([id, { severity, title, description }]) => `| \`${id}\` | ${severity} | ${title} | ${description} |`,
  );
  const page = [
    '# Rules',
    '',
    'What voltpact holds a provider to. Ids are stable. The severity is the usual one: where a question is open, the same rule is milder.',
    '',
    '| id | severity | finding | what is demanded |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  await expect(await format(page, { parser: 'markdown', printWidth: 120 })).toMatchFileSnapshot(
    '../../contracts/rules.md',
  );
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
