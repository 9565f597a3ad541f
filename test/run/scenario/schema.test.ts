// Protects scenarios/scenario.schema.json, which editors read: it is made from the zod schema and can't fall behind it.
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { isObject } from '../../../src/contract/json.js';
import { listScenarios } from '../../../src/run/scenario/read-scenario.js';
import { scenarioJsonSchema } from '../../../src/run/scenario/schema.js';

const shipped = await listScenarios();

/** Every schema below this one, with where it is. */
function* schemasBelow(schema: unknown, at: string): Generator<[string, Readonly<Record<string, unknown>>]> {
  if (!isObject(schema)) return;
  yield [at, schema];
  const { properties, items, oneOf, anyOf } = schema;
  for (const [name, child] of Object.entries(isObject(properties) ? properties : {})) {
    yield* schemasBelow(child, `${at}.${name}`);
  }
  yield* schemasBelow(items, `${at}[]`);
  for (const option of [oneOf, anyOf].flat()) yield* schemasBelow(option, at);
}

describe('the JSON Schema of scenarios', () => {
  it('is what the zod schema says', async () => {
    const file = fileURLToPath(new URL('../../../scenarios/scenario.schema.json', import.meta.url));
    const text = JSON.stringify({ title: 'voltpact scenario', ...scenarioJsonSchema() }, null, 2);
    const formatted = await format(text, { ...(await resolveConfig(file)), filepath: file });
    await expect(formatted).toMatchFileSnapshot('../../../scenarios/scenario.schema.json');
  });

  it('explains every property', () => {
    for (const [at, schema] of schemasBelow(scenarioJsonSchema(), '')) {
      const properties = isObject(schema['properties']) ? schema['properties'] : {};
      for (const [name, child] of Object.entries(properties)) {
        expect(isObject(child) && child['description'], `${at}.${name}`).toMatch(/^[A-Z].*\.$/);
      }
    }
  });

  it.each(shipped)('accepts $name, whose first line leads editors to it', async ({ path }) => {
    const text = await readFile(path, 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./scenario.schema.json');
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(scenarioJsonSchema());
    expect(validate(parse(text)), JSON.stringify(validate.errors)).toBe(true);
  });
});
