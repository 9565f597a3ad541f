/**
 * Records as lines of NDJSON, JSON or CSV: byte for byte what `JSON.stringify` makes of the wire body with the device's id in
 * front, compiled once for a contract. Whatever doesn't change from record to record is copied, ids come from the words of the
 * fleet's identities, numbers are written digit by digit.
 */
import type { WireColumn } from '../contract/telemetry.js';
import { renderRfc3339 } from '../contract/rfc3339.js';
import type { Fleet } from '../device/fleet.js';
import { DEVICE_ID_PREFIX, ID_WORDS, LOCATION_ID_PREFIX } from '../device/identity.js';
import type { RecordColumns } from '../device/records.js';
import { REFERENCE_PREFIX, REFERENCE_WORDS } from '../device/reference-id.js';
import {
  type ByteCursor,
  type ByteText,
  byteText,
  decimalWriter,
  reserveBytes,
  writeDecimal,
  writeHexWords,
  writeSixDigits,
  writeText,
} from './telemetry-bytes.js';
import { DEVICE_ID_COLUMN, type TextFormat } from './telemetry-format.js';

/** Writes rows of records behind what the cursor holds. */
export type RowWriter = (fleet: Fleet, records: RecordColumns, cursor: ByteCursor) => void;

interface Field {
  /** What stands between the value before and this one. */
  readonly before: ByteText;
  readonly write: FieldWriter;
}

type FieldWriter = (source: Source, row: number, cursor: ByteCursor) => void;

/** What all rows of one call share. */
interface Source {
  readonly fleet: Fleet;
  readonly records: RecordColumns;
  readonly texts: GivenTexts;
  /** Of the last row: records of one moment come together. */
  readonly time: { atMs: number; text: ByteText };
}

/** Ids that specs give, as they are written, one a group. */
interface GivenTexts {
  readonly device: readonly (ByteText | undefined)[];
  readonly location: readonly (ByteText | undefined)[];
}

/** How texts and fields look in a format. */
interface Notation {
  readonly start: string;
  readonly end: string;
  /** In front of a value. */
  readonly name: (name: string) => string;
  readonly separator: string;
  /** Around a text that needs no escape. */
  readonly quote: string;
  readonly text: (text: string) => string;
  /** Whether a field without a value is left out, rather than empty. */
  readonly leavesOut: boolean;
}

const NOTATIONS: Readonly<Record<TextFormat, Notation>> = {
  ndjson: jsonNotation('', '\n'),
  // The comma of the first row is for whoever begins the array to leave out.
  json: jsonNotation(',\n  ', ''),
  csv: { start: '', end: '\n', name: () => '', separator: ',', quote: '', text: renderCell, leavesOut: false },
};
/** Any number, or any part of an id that is hexadecimal. */
const MOST_VALUE_BYTES = 40;

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
  const fixedBytes = fields.reduce((sum, { before }) => sum + before.length + MOST_VALUE_BYTES, end.length);
  return (fleet, records, cursor) => {
    const texts = givenTexts(fleet, notation);
    const longest = [...texts.device, ...texts.location].reduce((most, text) => Math.max(most, text?.length ?? 0), 0);
    const source = { fleet, records, texts, time: { atMs: NaN, text: byteText('') } };
    for (let row = 0; row < records.size; row++) {
      reserveBytes(cursor, fixedBytes + 2 * longest);
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
  for (const column of columns) writers[column.name] = columnWriter(notation, column);
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

/** Undefined for a quantity that no record has. */
function columnWriter(notation: Notation, column: WireColumn): FieldWriter | undefined {
  if (column.kind === 'number') return numberWriter(column);
  if (column.kind === 'time') return timeWriter(notation);
  if (column.kind === 'direction') return directionWriter(notation, column);
  if (column.quantity === 'locationId') return idWriter(notation, 'location');
  return column.quantity === 'recordReferenceId' ? referenceWriter(notation) : undefined;
}

function numberWriter(column: Extract<WireColumn, { kind: 'number' }>): FieldWriter {
  const { quantity, stepsPerUnit, isMagnitude } = column;
  const decimals = decimalWriter(stepsPerUnit);
  return ({ records }, row, cursor) => {
    const value = records[quantity][row] ?? NaN;
    if (!Number.isFinite(value)) throw new RangeError(`${quantity} is ${value}, which no telemetry record can carry`);
    const steps = Math.round(value * stepsPerUnit);
    writeDecimal(cursor, isMagnitude ? Math.abs(steps) : steps, decimals);
  };
}

function directionWriter(notation: Notation, column: Extract<WireColumn, { kind: 'direction' }>): FieldWriter {
  const charging = byteText(notation.text(column.charging));
  const discharging = byteText(notation.text(column.discharging));
  return ({ records }, row, cursor) => {
    // Half a step of the power rounds towards charging.
    writeText(cursor, Math.round((records.powerKw[row] ?? NaN) * column.stepsPerUnit) < 0 ? discharging : charging);
  };
}

function timeWriter({ quote }: Notation): FieldWriter {
  return ({ fleet, records, time }, row, cursor) => {
    const atMs = records.atMs[row] ?? NaN;
    if (atMs !== time.atMs) {
      time.atMs = atMs;
      time.text = byteText(quote + renderRfc3339(atMs, fleet.options.utcOffsetMinutes) + quote);
    }
    writeText(cursor, time.text);
  };
}

const ID_SOURCES = {
  device: { prefix: DEVICE_ID_PREFIX, words: 'deviceWords' },
  location: { prefix: LOCATION_ID_PREFIX, words: 'locationWords' },
} as const;

function idWriter({ quote }: Notation, of: keyof typeof ID_SOURCES): FieldWriter {
  const { prefix, words } = ID_SOURCES[of];
  const [before, after] = [byteText(quote + prefix), byteText(quote)];
  return ({ fleet, records, texts }, row, cursor) => {
    const device = records.device[row] ?? 0;
    const given = texts[of][fleet.groupOf[device] ?? 0];
    if (given) {
      writeText(cursor, given);
      return;
    }
    writeText(cursor, before);
    writeHexWords(cursor, fleet.identities[words], { from: device * ID_WORDS, to: (device + 1) * ID_WORDS });
    writeText(cursor, after);
  };
}

function referenceWriter({ quote }: Notation): FieldWriter {
  const [before, between] = [byteText(quote + REFERENCE_PREFIX), byteText('-')];
  const after = byteText(quote);
  return ({ fleet, records }, row, cursor) => {
    const from = (records.device[row] ?? 0) * REFERENCE_WORDS;
    writeText(cursor, before);
    writeHexWords(cursor, fleet.identities.referenceWords, { from, to: from + REFERENCE_WORDS });
    writeText(cursor, between);
    writeSixDigits(cursor, records.sequence[row] ?? 0);
    writeText(cursor, after);
  };
}

function givenTexts({ groups }: Fleet, notation: Notation): GivenTexts {
  const encode = (text: string | undefined): ByteText | undefined =>
    text === undefined ? undefined : byteText(notation.text(text));
  return {
    device: groups.map(({ spec }) => encode(spec.deviceId)),
    location: groups.map(({ spec }) => encode(spec.locationId)),
  };
}
