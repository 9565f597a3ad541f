/** The folder of saved cases. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../errors.js';
import { parseCase, renderCase } from './saved-case.js';
import type { SavedCase } from './saved-case.js';

/** In order of their names; none where there is no such folder. @throws UserError for a file that is no case */
export async function readCases(folder: string): Promise<SavedCase[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch {
    return [];
  }
  const files = names.filter((name) => name.endsWith('.json')).toSorted();
  return Promise.all(files.map((name) => readCase(join(folder, name))));
}

/** @throws UserError where it cannot be read or is no case */
export async function readCase(file: string): Promise<SavedCase> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(`${file} cannot be read`, {
      place: { file },
      cause,
      hint: 'Give a file that voltpact fuzz has written, for instance one of .voltpact/cases.',
    });
  }
  return parseCase(text, file);
}

/** @returns the path of the file */
export async function writeCase(folder: string, saved: SavedCase): Promise<string> {
  const file = join(folder, `${saved.id}.json`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(file, renderCase(saved));
  } catch (cause) {
    throw new UserError(`${file} cannot be written`, { place: { file }, cause });
  }
  return file;
}
