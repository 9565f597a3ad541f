// Makes the built program executable and puts it among the project's own commands, so that `npx voltpact` works in a clone:
// npm links the commands of dependencies, but not a project's own.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
const commands = new URL('../node_modules/.bin/', import.meta.url);

if (existsSync(program)) chmodSync(program, 0o755);
// Windows needs shims in place of links; there `npm link` makes them.
if (process.platform !== 'win32' && existsSync(new URL('..', commands))) {
  const link = new URL('voltpact', commands);
  mkdirSync(commands, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../dist/cli/main.js', link);
}
