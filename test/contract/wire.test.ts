// Protects: the TypeScript types of the wire are those of the contract document. `npx vitest -u` writes them anew.
import { compile } from 'json-schema-to-typescript';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { isObject, valueAt } from '../../src/contract/json.js';
import { deviceState } from './shipped.js';

const BANNER = `/**
 * What travels on the wire, as TypeScript. Generated from components.schemas of contracts/device-state.openapi.yaml
 * by test/contract/wire.test.ts (\`npx vitest run -u\`): change the document, not this file.
 */`;

test('src/contract/wire.ts holds the types of the contract document', async () => {
  const schemas = valueAt(deviceState.document, '/components/schemas');
  if (!isObject(schemas)) throw new Error('the document has no schemas');
  const names = Object.keys(schemas);
  const schema = {
    type: 'object' as const,
    description: 'The schemas of the document by name.',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/schemas/${name}` }])),
    components: { schemas },
  };
  const types = await compile(schema, 'Wire', { additionalProperties: false, bannerComment: BANNER, format: false });
  const formatted = await format(types, { ...pkg.prettier, trailingComma: 'all', parser: 'typescript' });
  await expect(formatted).toMatchFileSnapshot('../../src/contract/wire.ts');
});
