/** Files that appear under their name only once they are complete; until then they lie beside it under another. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../errors.js';

/** Where telemetry, a report or a picture goes. */
export interface Output {
  /** Resolves when more may be written. */
  write(data: string | Uint8Array): Promise<void>;
  /** Makes what was written final. */
  commit(): Promise<void>;
  /** Leaves nothing behind, as far as that is possible. May follow a failed `commit`. */
  discard(): Promise<void>;
}

/**
 * Opens a file for writing. What is not a plain file, such as a pipe or /dev/null, is written in place.
 * @throws UserError where it can't be written
 */
export async function openTextFile(path: string): Promise<Output> {
  try {
    // Through a symbolic link, the file that it leads to is replaced and the link stays.
    const target = await realpath(path).catch(() => path);
    const replaces = await isReplaceable(target);
    const part = `.${basename(target)}.${randomBytes(6).toString('hex')}.part`;
    const written = replaces ? join(dirname(target), part) : target;
    const handle = await open(written, replaces ? 'wx' : 'w');
    return fileOutput(handle, { path, target, written });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** @throws UserError for a folder */
async function isReplaceable(path: string): Promise<boolean> {
  const known = await stat(path).catch(() => undefined);
  if (known?.isDirectory()) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  return known === undefined || known.isFile();
}

function fileOutput(handle: FileHandle, names: { path: string; target: string; written: string }): Output {
  const { path, target, written } = names;
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  const attempt = async (action: () => Promise<unknown>): Promise<void> => {
    try {
      await action();
    } catch (cause) {
      throw unwritable(path, cause);
    }
  };
  return {
    write: (data) => attempt(() => handle.appendFile(data)),
    commit: () =>
      attempt(async () => {
        await close();
        if (written !== target) await rename(written, target);
      }),
    discard: async () => {
      await close();
      if (written !== target) await rm(written, { force: true });
    },
  };
}

function unwritable(path: string, cause: unknown): UserError {
  return new UserError(`cannot write ${path}: ${describeFailure(cause)}`, {
    place: { file: path },
    hint: 'Give a file in a folder that exists and may be written.',
    cause,
  });
}

function describeFailure(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT') return 'its folder does not exist';
  if (code === 'ENOTDIR') return 'a part of the path is no folder';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission is denied';
  if (code === 'EROFS') return 'the file system is read-only';
  if (code === 'ENOSPC') return 'no space is left';
  return cause instanceof Error ? cause.message : String(cause);
}
