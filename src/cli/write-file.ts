/** Reports and pictures: whole files, and the question before the work begins whether they could be written. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../errors.js';
import { openTextFile } from '../run/telemetry-file.js';
import type { GivenValue } from './command.js';
import { describeFileTrouble } from './file-trouble.js';

/**
 * @param value the option that names the file, for the message
 * @throws UserError where the folder is missing, may not be written to, or the name is that of a folder
 */
export async function assertWritable(file: string, value: GivenValue): Promise<void> {
  const trouble = await writeTrouble(file);
  if (trouble === undefined) return;
  throw new UserError(`${value.name}: cannot write ${file}: ${trouble}`, {
    place: value.place,
    hint: 'Give a file in a folder that exists and may be written to.',
  });
}

async function writeTrouble(file: string): Promise<string | undefined> {
  try {
    const folder = dirname(file);
    if (!(await stat(folder)).isDirectory()) return `${folder} is not a folder`;
    const known = await stat(file).catch(() => undefined);
    if (known?.isDirectory() === true || file.endsWith('/')) return 'it is a folder';
    await access(known === undefined || known.isFile() ? folder : file, constants.W_OK);
    return undefined;
  } catch (cause) {
    return describeFileTrouble(cause);
  }
}

/**
 * The file has its name only once it is whole.
 *
 * @throws UserError where the disk or the system refuses
 */
export async function writeWholeFile(file: string, data: string | Uint8Array): Promise<void> {
  const output = await openTextFile(file);
  try {
    await output.write(data);
    await output.commit();
  } catch (error) {
    await output.discard();
    throw error;
  }
}
