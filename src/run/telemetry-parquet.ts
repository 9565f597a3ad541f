/**
 * Records as a Parquet file for DuckDB, Spark and pandas: the columns of the CSV with types, texts as UTF-8, times as UTC
 * milliseconds, numbers as doubles. Rows go out in groups, so memory holds one group and the index of those before.
 */
import type { ByteWriter, ColumnSource } from 'hyparquet-writer';
import type { WireColumn } from '../contract/telemetry.js';
import type { RecordColumns } from '../device/records.js';
import { createCursor, reserveBytes } from './telemetry-bytes.js';
import { type FieldSource, fieldSource, type FieldWriter, fieldWriter, idWriter } from './telemetry-field.js';
import { DEVICE_ID_COLUMN } from './telemetry-format.js';
import type { TelemetrySink, WriteBytes } from './telemetry-sink.js';

type Value = Uint8Array | number | bigint;

/** Of one column: how it is declared, and the group of rows under way. */
interface ColumnBuilder {
  readonly name: string;
  readonly type: 'text' | 'time' | 'number';
  /** Adds the values of some records. */
  readonly add: (values: Value[], source: FieldSource) => void;
  /** Each of its values is another. */
  readonly isUnique: boolean;
}

const GROUP_ROWS = 65_536;
const UTC_MS = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;
const PLAIN_TEXT = { quote: '', text: (text: string) => text };

export async function parquetSink(columns: readonly WireColumn[], write: WriteBytes): Promise<TelemetrySink> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const builders = columnBuilders(columns);
  const bytes = new ByteWriter();
  const schema = [{ name: 'root', num_children: builders.length }, ...builders.map(schemaElement)];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: 'voltpact' });
  const empty = (): Value[][] => builders.map(() => []);
  let group = empty();
  let rows = 0;
  const writeGroup = async (): Promise<void> => {
    const columnData = builders.map((builder, at) => columnSource(builder, group[at] ?? []));
    void file.write({ columnData, rowGroupSize: rows });
    group = empty();
    rows = 0;
    await drain(bytes, write);
  };
  return {
    add: (fleet, records) => {
      const source = fieldSource(fleet, records, PLAIN_TEXT);
      for (const [at, builder] of builders.entries()) builder.add(group[at] ?? [], source);
      rows += records.size;
      return rows >= GROUP_ROWS ? writeGroup() : undefined;
    },
    finish: async () => {
      if (rows > 0) await writeGroup();
      void file.finish();
      await drain(bytes, write);
    },
  };
}

/** The writer counts on from where it was, in an empty buffer. */
async function drain(bytes: ByteWriter, write: WriteBytes): Promise<void> {
  await write(bytes.getBytes());
  bytes.index = 0;
}

function schemaElement({ name, type }: ColumnBuilder) {
  const shared = { name, repetition_type: 'REQUIRED' as const };
  if (type === 'text') return { ...shared, type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const };
  if (type === 'number') return { ...shared, type: 'DOUBLE' as const };
  return { ...shared, type: 'INT64' as const, converted_type: 'TIMESTAMP_MILLIS' as const, logical_type: UTC_MS };
}

/** Ids are random: their least and greatest would help no query, and a dictionary of what comes once helps nobody. */
function columnSource({ name, type, isUnique }: ColumnBuilder, data: Value[]): ColumnSource {
  return { name, data, statistics: type !== 'text', ...(isUnique ? { encoding: 'PLAIN' as const } : {}) };
}

function columnBuilders(columns: readonly WireColumn[]): ColumnBuilder[] {
  const deviceId = textColumn(DEVICE_ID_COLUMN, idWriter(PLAIN_TEXT, 'device'));
  const byName = new Map([[DEVICE_ID_COLUMN, deviceId]]);
  for (const one of columns) {
    const builder = columnBuilder(one);
    if (builder) byName.set(one.name, builder);
  }
  return [...byName.values()];
}

/** Undefined for a quantity that no record has. */
function columnBuilder(column: WireColumn): ColumnBuilder | undefined {
  const { name, kind } = column;
  if (kind === 'time') return { name, type: 'time', add: addTimes, isUnique: false };
  if (kind === 'number') return { name, type: 'number', add: numbersOf(column), isUnique: false };
  const writer = fieldWriter(PLAIN_TEXT, column);
  if (writer === undefined) return undefined;
  return { ...textColumn(name, writer), isUnique: kind === 'text' && column.quantity === 'recordReferenceId' };
}

function addTimes(values: Value[], { records: { size, atMs } }: FieldSource): void {
  for (let row = 0; row < size; row++) values.push(BigInt(Math.round(atMs[row] ?? NaN)));
}

/** On the grid of the wire. */
function numbersOf(column: Extract<WireColumn, { kind: 'number' }>): ColumnBuilder['add'] {
  const { quantity, stepsPerUnit, isMagnitude } = column;
  return (values, { records }) => {
    const from: RecordColumns[typeof quantity] = records[quantity];
    for (let row = 0; row < records.size; row++) {
      const rounded = Math.round((from[row] ?? NaN) * stepsPerUnit) / stepsPerUnit + 0;
      values.push(isMagnitude ? Math.abs(rounded) : rounded);
    }
  };
}

/** Each text is a part of one buffer for all that are added together. */
function textColumn(name: string, write: FieldWriter): ColumnBuilder {
  const add: ColumnBuilder['add'] = (values, source) => {
    const cursor = createCursor(source.records.size * source.mostBytes);
    for (let row = 0; row < source.records.size; row++) {
      reserveBytes(cursor, source.mostBytes);
      const from = cursor.at;
      write(source, row, cursor);
      values.push(cursor.bytes.subarray(from, cursor.at));
    }
  };
  return { name, type: 'text', add, isUnique: false };
}
