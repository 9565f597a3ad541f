// Protects what a user installs: the package holds the built code and its documents and nothing else, and the lock
// files name no registry, so that an install takes the packages from wherever the user's npm is set up to look.
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));

const packReport = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);
const manifest = z.object({ bin: z.record(z.string(), z.string()), exports: z.record(z.string(), z.unknown()) });
const lockFile = z.object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) });

/** Paths of all files that `npm pack` would put in the package; dist/ is there, the global set-up has built it. */
async function packedFiles(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
  });
  return packReport.parse(JSON.parse(stdout))[0].files.map(({ path }) => path);
}

/** The file paths in a value of package.json's exports, which nests conditions. */
function pathsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value.replace(/^\.\//, '')];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
}

test('the package holds dist, contracts, scenarios, README, LICENSE and nothing else', async () => {
  const expected = /^(?:dist\/.+|contracts\/.+|scenarios\/.+|README\.md|LICENSE|package\.json)$/;
  expect((await packedFiles()).filter((path) => !expected.test(path))).toEqual([]);
});

test('the package holds every document of contracts/ and scenarios/, README and LICENSE', async () => {
  const documents = await Promise.all(
    ['contracts', 'scenarios'].map(async (folder) =>
      (await readdir(join(root, folder))).map((file) => `${folder}/${file}`),
    ),
  );
  expect(await packedFiles()).toEqual(expect.arrayContaining([...documents.flat(), 'README.md', 'LICENSE']));
});

test('each bin and each export of package.json is a file of the package', async () => {
  const { bin, exports } = manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  expect(await packedFiles()).toEqual(expect.arrayContaining([...Object.values(bin), ...pathsIn(exports)]));
});

test('the command starts with a line that lets a shell run it', async () => {
  expect(await readFile(join(root, 'dist/cli/main.js'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
});

test.each(['package-lock.json', 'test/peers/package-lock.json'])('%s names no registry', async (file) => {
  const { packages } = lockFile.parse(JSON.parse(await readFile(join(root, file), 'utf8')));
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
