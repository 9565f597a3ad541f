// Protects the architecture: each forbidden import and each impure global is stopped by the lint rules of this
// repository, with a message that says what to do, and what is allowed stays allowed. The rules run as they run in
// `npm run check`, on a copy of the configuration over small files that break one rule each.
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));

const oxlintReport = z.object({
  diagnostics: z.array(
    z.object({ code: z.string(), message: z.string(), help: z.string().optional(), filename: z.string() }),
  ),
});
type Diagnostic = z.infer<typeof oxlintReport>['diagnostics'][number];

interface Case {
  readonly sentence: string;
  readonly file: string;
  readonly source: string;
  /** The rule that must fire and a part of what it says; left out where nothing may be reported. */
  readonly stops?: readonly [rule: string, says: string];
}

const importRule = 'voltpact(import-directions)';
const pureRooms = ['battery', 'contract', 'device', 'check'];
const otherRooms = ['http', 'run', 'report', 'dashboard'];
const allRooms = [...pureRooms, ...otherRooms, 'cli'];

/** The law as it stands in the Map of the README; cli and index may import anything. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  battery: [],
  contract: [],
  device: ['battery'],
  check: ['contract', 'device', 'battery'],
  http: ['contract', 'device'],
  run: ['battery', 'device', 'contract', 'check', 'http'],
  report: ['check'],
  dashboard: ['report'],
  cli: allRooms,
};

function edge(from: string, to: string): Case {
  const file = `src/${from}/to-${to}.ts`;
  const source = `export { thing } from '../${to}/thing.js';\n`;
  if (mayImport[from]?.includes(to)) return { sentence: `${from} may import ${to}`, file, source };
  const says = `${from} may not import ${to}/thing: it imports only `;
  return { sentence: `${from} may not import ${to}`, file, source, stops: [importRule, says] };
}

const edges = allRooms.flatMap((from) => allRooms.filter((to) => to !== from).map((to) => edge(from, to)));

const entries: Case[] = [
  ...allRooms.map((room) => ({
    sentence: `${room} may import errors`,
    file: `src/${room}/to-errors.ts`,
    source: `export { UserError } from '../errors.js';\n`,
  })),
  ...allRooms
    .filter((room) => room !== 'cli')
    .map((room) => ({
      sentence: `${room} may not import the barrel`,
      file: `src/${room}/to-index.ts`,
      source: `export { thing } from '../index.js';\n`,
      stops: [importRule, `${room} may not import index: it imports only `] as const,
    })),
  {
    sentence: 'errors may import no room',
    file: 'src/errors.ts',
    source: `export { thing } from './check/thing.js';\n`,
    stops: [importRule, 'errors may not import check/thing: it imports no other room.'],
  },
  {
    sentence: 'the barrel may import every room',
    file: 'src/index.ts',
    source: `export { thing } from './run/thing.js';\nexport { UserError } from './errors.js';\n`,
  },
  {
    sentence: 'report may import the events of run',
    file: 'src/report/to-events.ts',
    source: `export type { RunEvent } from '../run/event.js';\n`,
  },
  {
    sentence: 'dashboard may import the events of run',
    file: 'src/dashboard/to-events.ts',
    source: `export type { RunEvent } from '../run/event.js';\n`,
  },
  {
    sentence: 'a file may import another one of its own room, also from a folder further down',
    file: 'src/http/pact/within.ts',
    source: `export { thing } from '../exchange.js';\n`,
  },
  {
    sentence: 'a new folder under src/ is no room until it is entered in the map',
    file: 'src/helpers/thing.ts',
    source: `export { thing } from '../errors.js';\n`,
    stops: [importRule, 'src/helpers is no room of the architecture: move the file into one, or add the room'],
  },
];

const forms: Case[] = [
  {
    sentence: 'an import for its types alone is an import',
    file: 'src/device/type-only.ts',
    source: `import type { Exchange } from '../http/exchange.js';\nexport type Mine = Exchange;\n`,
    stops: [importRule, 'device may not import http/exchange: it imports only errors, battery.'],
  },
  {
    sentence: 'a dynamic import is an import',
    file: 'src/contract/dynamic.ts',
    source: `export const thing = await import('../http/exchange.js');\n`,
    stops: [importRule, 'contract may not import http/exchange'],
  },
  {
    sentence: 'a type named through import() is an import',
    file: 'src/check/type-query.ts',
    source: `export type Mine = import('../http/exchange.js').Exchange;\n`,
    stops: [importRule, 'check may not import http/exchange'],
  },
  {
    sentence: 're-exporting everything is an import',
    file: 'src/http/star.ts',
    source: `export * from '../run/event.js';\n`,
    stops: [importRule, 'http may not import run/event'],
  },
  {
    sentence: 'require is an import',
    file: 'src/http/required.ts',
    source: `declare const require: (name: string) => unknown;\nexport const pact = require('@pact-foundation/pact');\n`,
    stops: [importRule, '@pact-foundation/pact may not be imported here'],
  },
  {
    sentence: 'a module name put together at run time is refused, its room is unknown',
    file: 'src/run/computed.ts',
    source: `export const load = async (name: string): Promise<unknown> => import(\`../\${name}.js\`);\n`,
    stops: [importRule, 'The name of an imported module must be a plain string'],
  },
  {
    sentence: 'src/ imports nothing from the tests',
    file: 'src/run/outside.ts',
    source: `export { thing } from '../../test/thing.js';\n`,
    stops: [importRule, '../../test/thing.js lies outside src/'],
  },
  {
    sentence: 'src/ does not import itself through the package name',
    file: 'src/run/self.ts',
    source: `export { thing } from 'voltpact';\n`,
    stops: [importRule, 'src/ may not import its own package by name'],
  },
  {
    sentence: 'two files that import each other are a cycle, also if only for types',
    file: 'src/run/cycle-a.ts',
    source: `import type { B } from './cycle-b.js';\nexport type A = B | 1;\n`,
    stops: ['import(no-cycle)', 'Dependency cycle detected'],
  },
];

const packages: Case[] = [
  ...pureRooms.flatMap((room): Case[] => [
    {
      sentence: `${room} may not import a module of Node`,
      file: `src/${room}/node-module.ts`,
      source: `export { readFile } from 'node:fs/promises';\n`,
      stops: [importRule, `${room} is pure and may not import node:fs/promises: do the I/O in http, run or cli`],
    },
    {
      sentence: `${room} may not import a package that needs Node`,
      file: `src/${room}/package.ts`,
      source: `export { request } from 'undici';\n`,
      stops: [importRule, `${room} is pure and may not import the package undici`],
    },
  ]),
  {
    sentence: 'contract may import the parsers that it reads documents with',
    file: 'src/contract/parsers.ts',
    source: `export { parse } from 'yaml';\nexport { Ajv2020 } from 'ajv/dist/2020.js';\n`,
  },
  ...['contract', 'device', 'http', 'run', 'report', 'cli'].map((room) => ({
    sentence: `${room} may not import fast-check in just any file`,
    file: `src/${room}/generate.ts`,
    source: `export { integer } from 'fast-check';\n`,
    stops: [importRule, 'fast-check may not be imported here: move the generator to an arbitrary.ts'] as const,
  })),
  ...['src/contract/arbitrary.ts', 'src/device/arbitrary.ts', 'src/run/fuzz/search.ts', 'src/run/fuzz.ts'].map(
    (file) => ({
      sentence: `${file} may import fast-check`,
      file,
      source: `export { integer } from 'fast-check';\n`,
    }),
  ),
  ...['src/http/pact/record.ts', 'src/run/record-pact.ts', 'src/cli/record.ts'].map((file) => ({
    sentence: `${file} may not import Pact`,
    file,
    source: `export { Pact } from '@pact-foundation/pact';\n`,
    stops: [importRule, '@pact-foundation/pact may not be imported here: go through src/http/pact/native.ts'] as const,
  })),
  {
    sentence: 'native.ts is the one file that may import Pact',
    file: 'src/http/pact/native.ts',
    source: `export { Pact } from '@pact-foundation/pact';\n`,
  },
  ...otherRooms.map((room) => ({
    sentence: `${room} may not get around the rules for the process by importing it`,
    file: `src/${room}/process-module.ts`,
    source: `export { env } from 'node:process';\n`,
    stops: [importRule, 'node:process may not be imported here: take the value as an argument'] as const,
  })),
];

const globalRule = 'eslint(no-restricted-globals)';
const propertyRule = 'eslint(no-restricted-properties)';
const clockRule = 'voltpact(no-local-clock)';
const impureExpressions: readonly (readonly [what: string, expression: string, rule: string, says: string])[] = [
  ['process', 'process.pid', globalRule, 'src/cli alone touches the process'],
  ['globalThis.process', 'globalThis.process.pid', globalRule, 'src/cli alone touches the process'],
  ['Buffer', "Buffer.from('a')", globalRule, 'use Uint8Array'],
  ['performance', 'performance.now()', globalRule, 'take the time as an argument'],
  ['crypto', 'crypto.randomUUID()', globalRule, 'draw from a stream of src/device/random.ts'],
  ['fetch', "await fetch('http://127.0.0.1')", globalRule, 'src/http sends'],
  ['setTimeout', 'setTimeout(() => undefined, 1)', globalRule, 'src/run keeps the pace'],
  ['setInterval', 'setInterval(() => undefined, 1)', globalRule, 'src/run keeps the pace'],
  ['setImmediate', 'setImmediate(() => undefined)', globalRule, 'src/run decides'],
  ['queueMicrotask', 'queueMicrotask(() => undefined)', globalRule, 'src/run decides'],
  ['Date.now', 'Date.now()', propertyRule, 'take the time as an argument'],
  ['Date.parse', "Date.parse('2022-02-01')", propertyRule, 'use parseRfc3339'],
  ['Math.random', 'Math.random()', propertyRule, 'which follows the seed'],
  ['new Date()', 'new Date()', clockRule, 'new Date with 0 arguments reads the clock: take the time as an argument'],
  ['new Date(2022, 1, 1)', 'new Date(2022, 1, 1)', clockRule, 'reads the local time zone'],
  ['Date()', 'Date()', clockRule, 'Date() reads the clock'],
  ['getHours', 'new Date(0).getHours()', propertyRule, 'use getUTCHours'],
  ['toLocaleString', '(1.5).toLocaleString()', propertyRule, "follows the machine's locale"],
];

const purity: Case[] = [
  ...pureRooms.flatMap((room) =>
    impureExpressions.map(([what, expression, rule, says], row) => ({
      sentence: `${room} may not use ${what}`,
      file: `src/${room}/impure-${row}.ts`,
      source: `export const value: unknown = ${expression};\n`,
      stops: [rule, says] as const,
    })),
  ),
  ...pureRooms.map((room) => ({
    sentence: `${room} may turn epoch milliseconds into a date in UTC`,
    file: `src/${room}/utc.ts`,
    source: `export const hour = (atMs: number): number => new Date(atMs).getUTCHours();\n`,
  })),
  ...otherRooms.flatMap((room) => [
    ...['stdout', 'stderr', 'stdin', 'env', 'exit', 'exitCode', 'argv'].map((property) => ({
      sentence: `${room} may not touch process.${property}`,
      file: `src/${room}/process-${property.toLowerCase()}.ts`,
      source: `export const value: unknown = process.${property};\n`,
      stops: [propertyRule, 'src/cli alone'] as const,
    })),
    {
      sentence: `${room} may not print to the console`,
      file: `src/${room}/console.ts`,
      source: `console.log('done');\n`,
      stops: ['eslint(no-console)', 'Unexpected console statement'] as const,
    },
    {
      sentence: `${room} may read the clock`,
      file: `src/${room}/clock.ts`,
      source: `export const nowMs = (): number => Date.now();\n`,
    },
  ]),
  {
    sentence: 'cli may print, read the environment and set the exit code',
    file: 'src/cli/terminal.ts',
    source: `process.stdout.write(process.env['HOME'] ?? '');\nprocess.exitCode = 1;\n`,
  },
];

const groups = { edges, entries, forms, packages, purity };

/** A file that a case needs beside its own. */
const companions = { 'src/run/cycle-b.ts': `import type { A } from './cycle-a.js';\nexport type B = A | 2;\n` };

let folder = '';
const diagnostics = new Map<string, Diagnostic[]>();

async function lint(): Promise<string> {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [oxlint, '--format', 'json', 'src'],
      { cwd: folder, maxBuffer: 2 ** 26, timeout: 15_000 },
      (error, stdout, stderr) => {
        if (stdout.startsWith('{')) done(stdout);
        else fail(new Error(`oxlint gave no report: ${stdout}${stderr}`, { cause: error }));
      },
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-lint-'));
  await cp(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
  await cp(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
  await cp(join(root, 'test/lint/architecture.js'), join(folder, 'test/lint/architecture.js'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const files = Object.values(groups).flatMap((cases) => cases.map((row) => [row.file, row.source] as const));
  for (const [file, source] of [...files, ...Object.entries(companions)]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  for (const diagnostic of oxlintReport.parse(JSON.parse(await lint())).diagnostics) {
    diagnostics.set(diagnostic.filename, [...(diagnostics.get(diagnostic.filename) ?? []), diagnostic]);
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Imports of files that are not there have no type, which is not what these files are about. */
const ownRules = new Set([importRule, globalRule, propertyRule, clockRule, 'import(no-cycle)', 'eslint(no-console)']);

describe.each(Object.entries(groups))('%s', (_group, cases) => {
  test.each(cases)('$sentence', ({ file, stops }) => {
    const found = (diagnostics.get(file) ?? []).filter(({ code }) => ownRules.has(code));
    const said = found.map(({ code, message, help }) => `${code}: ${message} ${help ?? ''}`);
    if (stops === undefined) {
      expect(said).toEqual([]);
      return;
    }
    const [rule, says] = stops;
    expect(found.map(({ code }) => code)).toEqual([rule]);
    expect(said[0]).toContain(says);
  });
});

test('every file has a case of its own, so that no case hides another', () => {
  const files = Object.values(groups).flatMap((cases) => cases.map(({ file }) => file));
  expect(files.length).toBe(new Set(files).size);
  expect(files.length).toBeGreaterThan(200);
});
