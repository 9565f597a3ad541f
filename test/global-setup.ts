// Builds dist/ once before the tests, so that those that import or start the built package see today's source.
// Types are not checked here: `npm run check:types` does that, and a type error elsewhere need not stop every test.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));

/** True where every source file has an output file that is at least as new, so that a second run need not build. */
async function isBuilt(): Promise<boolean> {
  const configMs = (await stat(join(root, 'tsconfig.json'))).mtimeMs;
  const sources = await readdir(join(root, 'src'), { recursive: true });
  const fresh = await Promise.all(
    sources
      .filter((path) => path.endsWith('.ts'))
      .map(async (path) => {
        const source = await stat(join(root, 'src', path));
        const output = await stat(join(root, 'dist', path.replace(/ts$/, 'js'))).catch(() => undefined);
        return output !== undefined && output.mtimeMs >= Math.max(source.mtimeMs, configMs);
      }),
  );
  return fresh.every(Boolean);
}

/** Where the servers of others are not installed, the tests that need them are left out, and that is said. */
function announcePeers(): void {
  if (existsSync(join(root, 'test/peers/node_modules'))) return;
  process.stderr.write('test/peers is not installed, so its tests are left out: run npm ci --prefix test/peers.\n');
}

export default async function setup(): Promise<void> {
  announcePeers();
  if (await isBuilt()) return;
  try {
    await promisify(execFile)(process.execPath, [compiler, '-p', join(root, 'tsconfig.json'), '--noCheck']);
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`dist/ could not be built, so no test ran.\n${output}`, { cause: error });
  }
}
