/** Scenario files from disk: the ones that ship with the package, by name, and a user's own, by path. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearestWord } from '../../contract/nearest.js';
import { UserError } from '../../errors.js';
import { parseScenario } from './parse-scenario.js';
import type { Scenario } from './scenario.js';

/** A scenario that ships with the package. */
export interface ShippedScenario {
  readonly name: string;
  /** One line that says what happens. */
  readonly title: string;
  readonly path: string;
}

/** `src/run/scenario` and `dist/run/scenario` are equally deep. */
const SHIPPED_FOLDER = fileURLToPath(new URL('../../../scenarios/', import.meta.url));
const ENDING = '.yaml';

/**
 * @param nameOrPath name of a scenario that ships, or the path of a file
 * @throws UserError where there is none or the file is no scenario
 */
export async function readScenario(nameOrPath: string): Promise<Scenario> {
  const names = await shippedNames();
  const path = names.includes(nameOrPath) ? shippedPath(nameOrPath) : nameOrPath;
  return parseScenario(await readText(path, names), path);
}

/** The scenarios that ship with the package, in the order of their names. */
export async function listScenarios(): Promise<ShippedScenario[]> {
  const names = await shippedNames();
  return Promise.all(
    names.map(async (name) => {
      const { title } = await readScenario(name);
      return { name, title, path: shippedPath(name) };
    }),
  );
}

async function readText(path: string, names: readonly string[]): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const near = nearestWord(basename(path).replace(/\.ya?ml$/i, ''), names);
    const hint = near === undefined ? `These ship: ${names.join(', ')}.` : `Did you mean "${near}"?`;
    throw new UserError(`cannot read the scenario ${path}: ${describeFailure(cause)}`, {
      place: { file: path },
      hint,
      cause,
    });
  }
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file, and none of that name ships';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission is denied';
  return cause instanceof Error ? cause.message : String(cause);
}

async function shippedNames(): Promise<string[]> {
  const files = await readdir(SHIPPED_FOLDER);
  return files
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length))
    .toSorted();
}

function shippedPath(name: string): string {
  return join(SHIPPED_FOLDER, `${name}${ENDING}`);
}
