/**
 * Telemetry as a file of records: the wire payload of each, with the device's id in front. A file appears under its name only
 * once it is complete; until then it lies beside it under another.
 */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { WireBody } from '../contract/telemetry.js';
import { UserError } from '../errors.js';

/** Where text goes. */
export interface TextOutput {
  /** Resolves when more may be written. */
  write(text: string): Promise<void>;
  /** Makes what was written final. */
  commit(): Promise<void>;
  /** Leaves nothing behind, as far as that is possible. May follow a failed `commit`. */
  discard(): Promise<void>;
}

/** A file takes bytes as well, such as those of a picture. */
export interface FileOutput extends TextOutput {
  write(data: string | Uint8Array): Promise<void>;
}

export type TelemetryFormat = 'ndjson' | 'csv' | 'json';

/** One record as it is written. */
export interface TelemetryRecord {
  readonly deviceId: string;
  readonly body: WireBody;
}

const FORMATS: readonly TelemetryFormat[] = ['ndjson', 'csv', 'json'];
/** Of the columns and fields in front of the wire's own. */
const DEVICE_ID = 'device_id';

/**
 * @param out path, or `-` for standard output, which gets NDJSON
 * @throws UserError where the ending is none of .ndjson, .csv and .json
 */
export function telemetryFormat(out: string): TelemetryFormat {
  if (out === '-') return 'ndjson';
  const ending = extname(out).slice(1).toLowerCase();
  const format = FORMATS.find((known) => known === ending);
  if (format) return format;
  throw new UserError(`cannot tell the format of ${out} by its ending`, {
    place: { file: out },
    hint: `Let it end in ${FORMATS.map((known) => `.${known}`).join(', ')}.`,
  });
}

/** Text of all records, piece by piece: `head`, then `record` for each, then `tail`. */
export interface TelemetryText {
  readonly head: string;
  /** @param index number of the record, from 0 */
  record(record: TelemetryRecord, index: number): string;
  readonly tail: string;
}

/**
 * @param columns wire names in their order: the columns of a CSV, whose cells are empty where a record lacks the field
 */
export function telemetryText(format: TelemetryFormat, columns: readonly string[]): TelemetryText {
  if (format === 'ndjson') return { head: '', record: (record) => `${renderJson(record)}\n`, tail: '' };
  if (format === 'json') {
    const record = (one: TelemetryRecord, index: number): string => `${index === 0 ? '\n' : ',\n'}  ${renderJson(one)}`;
    return { head: '[', record, tail: '\n]\n' };
  }
  return {
    head: renderLine([DEVICE_ID, ...columns]),
    record: ({ deviceId, body }) => renderLine([deviceId, ...columns.map((name) => body[name])]),
    tail: '',
  };
}

function renderLine(cells: readonly (string | number | undefined)[]): string {
  return `${cells.map(renderCell).join(',')}\n`;
}

function renderJson({ deviceId, body }: TelemetryRecord): string {
  return JSON.stringify({ [DEVICE_ID]: deviceId, ...body });
}

/** RFC 4180. */
function renderCell(value: string | number | undefined): string {
  const text = value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Opens a file for writing. What is not a plain file, such as a pipe or /dev/null, is written in place.
 * @throws UserError where it can't be written
 */
export async function openTextFile(path: string): Promise<FileOutput> {
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

function fileOutput(handle: FileHandle, names: { path: string; target: string; written: string }): FileOutput {
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
