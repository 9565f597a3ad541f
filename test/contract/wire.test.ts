// Protects: the TypeScript types of the wire are those of the contract document. `npx vitest -u` writes them anew.
import { readFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';
import { format } from 'prettier';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { packagedContractPath } from '../../src/http/read-contract.js';

const BANNER = `/**
 * What travels on the wire, as TypeScript. Generated from components.schemas of contracts/device-state.openapi.yaml
 * by test/contract/wire.test.ts (\`npx vitest run -u\`): change the document, not this file.
 */`;

test('src/contract/wire.ts holds the types of the contract document', async () => {
  const text = await readFile(packagedContractPath(), 'utf8');
  const { components } = parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as {
    components: { schemas: Record<string, object> };
  };
  const names = Object.keys(components.schemas);
  const schema = {
    type: 'object' as const,
    description: 'The schemas of the document by name.',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { $ref: `#/$defs/${name}` }])),
    $defs: components.schemas,
  };
  const types = await compile(schema, 'Wire', { additionalProperties: false, bannerComment: BANNER, format: false });
  const pkg = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    prettier: object;
  };
  const formatted = await format(types, { ...pkg.prettier, parser: 'typescript' });
  await expect(formatted).toMatchFileSnapshot('../../src/contract/wire.ts');
});
