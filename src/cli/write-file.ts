/** Files that are either whole or not there: text goes to a neighbour that takes the name when it is complete. */
import { constants } from 'node:fs';
import { access, open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.js';
import type { GivenValue } from './command.js';
import { describeFileTrouble } from './file-trouble.js';

export interface FileInWork {
  write(data: string | Uint8Array): Promise<void>;
  /** Gives the file its name. */
  commit(): Promise<void>;
  /** Leaves whatever had the name before. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Finds out before the work begins whether its result could be written.
 *
 * @param value the option that names the file, for the message
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

/** @throws UserError where the disk or the system refuses */
export async function writeWholeFile(file: string, data: string | Uint8Array): Promise<void> {
  const work = await openInWork(file);
  try {
    await work.write(data);
    await work.commit();
  } finally {
    await work.discard();
  }
}

/** Begins a file. A link is followed; a device or a pipe, which can't be renamed over, is written to directly. */
export async function openInWork(file: string): Promise<FileInWork> {
  const target = await realpath(file).catch(() => file);
  const known = await stat(target).catch(() => undefined);
  const direct = known !== undefined && !known.isFile();
  const path = direct ? target : join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      throw new UserError(`cannot write ${file}: ${describeFileTrouble(cause)}`, { cause });
    }
  };
  const handle: FileHandle = await attempt(() => open(path, 'w'));
  let done = false;
  return {
    write: (data) => attempt(() => handle.writeFile(data)),
    commit: () =>
      attempt(async () => {
        await handle.close();
        if (!direct) await rename(path, target);
        done = true;
      }),
    discard: async () => {
      if (done) return;
      done = true;
      await handle.close().catch(() => undefined);
      if (!direct) await rm(path, { force: true });
    },
  };
}
