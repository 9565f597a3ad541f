/** Single values of records as bytes: what rows and columns of telemetry are made of, compiled once for a contract. */
import { renderRfc3339 } from '../contract/rfc3339.js';
import type { WireColumn } from '../contract/telemetry.js';
import type { Fleet } from '../device/fleet.js';
import { DEVICE_ID_PREFIX, ID_WORDS, LOCATION_ID_PREFIX } from '../device/identity.js';
import type { RecordColumns } from '../device/records.js';
import { REFERENCE_PREFIX, REFERENCE_WORDS } from '../device/reference-id.js';
import {
  type ByteCursor,
  type ByteText,
  byteText,
  decimalWriter,
  writeDecimal,
  writeHexWords,
  writeSixDigits,
  writeText,
} from './telemetry-bytes.js';

/** Writes one value of a row behind what the cursor holds, for which there is room. */
export type FieldWriter = (source: FieldSource, row: number, cursor: ByteCursor) => void;

/** How texts look. */
export interface TextNotation {
  /** Around a text that needs no escape. */
  readonly quote: string;
  readonly text: (text: string) => string;
}

/** What all rows that are written together share. */
export interface FieldSource {
  readonly fleet: Fleet;
  readonly records: RecordColumns;
  readonly texts: GivenTexts;
  /** Of the last row: records of one moment come together. */
  readonly time: { atMs: number; text: ByteText };
  /** No value takes more. */
  readonly mostBytes: number;
}

/** Ids that specs give, as they are written, one a group. */
interface GivenTexts {
  readonly device: readonly (ByteText | undefined)[];
  readonly location: readonly (ByteText | undefined)[];
}

/** Any number or time, and ids that the seed made. */
const MOST_VALUE_BYTES = 48;

export function fieldSource(fleet: Fleet, records: RecordColumns, notation: TextNotation): FieldSource {
  const encode = (text: string | undefined): ByteText | undefined =>
    text === undefined ? undefined : byteText(notation.text(text));
  const device = fleet.groups.map(({ spec }) => encode(spec.deviceId));
  const location = fleet.groups.map(({ spec }) => encode(spec.locationId));
  const longest = [...device, ...location].reduce((most, text) => Math.max(most, text?.length ?? 0), 0);
  const time = { atMs: NaN, text: byteText('') };
  return { fleet, records, texts: { device, location }, time, mostBytes: Math.max(MOST_VALUE_BYTES, longest) };
}

/** Undefined for a quantity that no record has. */
export function fieldWriter(notation: TextNotation, column: WireColumn): FieldWriter | undefined {
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

function directionWriter(notation: TextNotation, column: Extract<WireColumn, { kind: 'direction' }>): FieldWriter {
  const charging = byteText(notation.text(column.charging));
  const discharging = byteText(notation.text(column.discharging));
  return ({ records }, row, cursor) => {
    // Half a step of the power rounds towards charging.
    writeText(cursor, Math.round((records.powerKw[row] ?? NaN) * column.stepsPerUnit) < 0 ? discharging : charging);
  };
}

function timeWriter({ quote }: TextNotation): FieldWriter {
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

export function idWriter({ quote }: TextNotation, of: keyof typeof ID_SOURCES): FieldWriter {
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

function referenceWriter({ quote }: TextNotation): FieldWriter {
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
