/**
 * Records as lines of NDJSON, JSON or CSV: byte for byte what `JSON.stringify` makes of the wire body with the device's id in
 * front, compiled once for a contract. Whatever doesn't change from record to record is copied, ids come from the words of the
 * fleet's identities, numbers are written digit by digit.
 */
import type { WireColumn } from '../contract/telemetry.js';
import type { Fleet } from '../device/fleet.js';
import type { RecordColumns } from '../device/records.js';
import { type ByteCursor, type ByteText, byteText, reserveBytes, writeText } from './telemetry-bytes.js';
import { fieldSource, type FieldWriter, fieldWriter, idWriter, type TextNotation } from './telemetry-field.js';
import { DEVICE_ID_COLUMN, type TextFormat } from './telemetry-format.js';

/** Writes rows of records behind what the cursor holds. */
export type RowWriter = (fleet: Fleet, records: RecordColumns, cursor: ByteCursor) => void;

interface Field {
  /** What stands between the value before and this one. */
  readonly before: ByteText;
  readonly write: FieldWriter;
}

/** How texts and fields look in a format. */
interface Notation extends TextNotation {
  readonly start: string;
  readonly end: string;
  /** In front of a value. */
  readonly name: (name: string) => string;
  readonly separator: string;
  /** Whether a field without a value is left out, rather than empty. */
  readonly leavesOut: boolean;
}

const NOTATIONS: Readonly<Record<TextFormat, Notation>> = {
  ndjson: jsonNotation('', '\n'),
  // The comma of the first row is for whoever begins the array to leave out.
  json: jsonNotation(',\n  ', ''),
  csv: { start: '', end: '\n', name: () => '', separator: ',', quote: '', text: renderCell, leavesOut: false },
};

function jsonNotation(before: string, after: string): Notation {
  const name = (text: string): string => `${JSON.stringify(text)}:`;
  return {
    start: `${before}{`,
    end: `}${after}`,
    name,
    separator: ',',
    quote: '"',
    text: JSON.stringify,
    leavesOut: true,
  };
}

/** What stands around the rows. */
export interface TelemetryFrame {
  readonly head: Uint8Array;
  /** In place of the first byte of the first row. */
  readonly first: number | undefined;
  readonly tail: Uint8Array;
}

export function telemetryFrame(format: TextFormat, columns: readonly WireColumn[]): TelemetryFrame {
  const encoder = new TextEncoder();
  const isArray = format === 'json';
  const header = [DEVICE_ID_COLUMN, ...columns.map(({ name }) => name)].map(renderCell).join(',');
  return {
    head: encoder.encode(format === 'csv' ? `${header}\n` : ''),
    first: isArray ? '['.charCodeAt(0) : undefined,
    tail: encoder.encode(isArray ? '\n]\n' : ''),
  };
}

/** RFC 4180. */
function renderCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param columns of the contract */
export function compileRowWriter(format: TextFormat, columns: readonly WireColumn[]): RowWriter {
  const notation = NOTATIONS[format];
  const { fields, end } = compileFields(notation, columns);
  const fixedBytes = fields.reduce((sum, { before }) => sum + before.length, end.length);
  return (fleet, records, cursor) => {
    const source = fieldSource(fleet, records, notation);
    const mostBytes = fixedBytes + fields.length * source.mostBytes;
    for (let row = 0; row < records.size; row++) {
      reserveBytes(cursor, mostBytes);
      for (const { before, write } of fields) {
        writeText(cursor, before);
        write(source, row, cursor);
      }
      writeText(cursor, end);
    }
  };
}

function compileFields(notation: Notation, columns: readonly WireColumn[]): { fields: Field[]; end: ByteText } {
  // An object puts its names into the order that JSON.stringify has, and lets a field of the contract replace the id in front.
  const writers: Record<string, FieldWriter | undefined> = { [DEVICE_ID_COLUMN]: idWriter(notation, 'device') };
  for (const column of columns) writers[column.name] = fieldWriter(notation, column);
  const fields: Field[] = [];
  let pending = notation.start;
  let isFirst = true;
  for (const [name, write] of Object.entries(writers)) {
    if (write === undefined && notation.leavesOut) continue;
    pending += (isFirst ? '' : notation.separator) + notation.name(name);
    isFirst = false;
    if (write === undefined) continue;
    fields.push({ before: byteText(pending), write });
    pending = '';
  }
  return { fields, end: byteText(pending + notation.end) };
}
