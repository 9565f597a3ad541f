/**
 * Records as a Parquet file for DuckDB, Spark and pandas: the columns of the CSV with types, texts as UTF-8, times as UTC
 * milliseconds, numbers as doubles. Rows go out in groups, so memory holds one group and the index of those before.
 */
import type { ByteWriter, ColumnSource } from 'hyparquet-writer';
import type { WireColumn } from '../contract/telemetry.js';
import type { TelemetrySample } from '../device/telemetry.js';
import { recordAt } from '../device/take-records.js';
import { DEVICE_ID_COLUMN } from './telemetry-format.js';
import type { TelemetrySink, WriteBytes } from './telemetry-sink.js';

/** Of one column in the group of rows under way. */
interface ColumnBuilder {
  readonly name: string;
  readonly type: 'STRING' | 'TIMESTAMP' | 'DOUBLE';
  readonly valueOf: (sample: TelemetrySample) => string | number | bigint;
  values: (string | number | bigint)[];
}

const GROUP_ROWS = 65_536;
const UTC_MS = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const;

export async function parquetSink(columns: readonly WireColumn[], write: WriteBytes): Promise<TelemetrySink> {
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const builders = columnBuilders(columns);
  const bytes = new ByteWriter();
  const schema = [{ name: 'root', num_children: builders.length }, ...builders.map(schemaElement)];
  const file = new ParquetWriter({ writer: bytes, schema, createdBy: 'voltpact' });
  let rows = 0;
  const writeGroup = async (): Promise<void> => {
    const columnData = builders.map(({ name, values }): ColumnSource => ({ name, data: values }));
    void file.write({ columnData, rowGroupSize: rows });
    for (const builder of builders) builder.values = [];
    rows = 0;
    await drain(bytes, write);
  };
  return {
    add: (fleet, records) => {
      for (let row = 0; row < records.size; row++) {
        const sample = recordAt(fleet, records, row);
        for (const { values, valueOf } of builders) values.push(valueOf(sample));
      }
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
  if (type === 'STRING') return { ...shared, type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const };
  if (type === 'DOUBLE') return { ...shared, type };
  return { ...shared, type: 'INT64' as const, converted_type: 'TIMESTAMP_MILLIS' as const, logical_type: UTC_MS };
}

function columnBuilders(columns: readonly WireColumn[]): ColumnBuilder[] {
  const deviceId = column(DEVICE_ID_COLUMN, 'STRING', ({ deviceId: id }) => id);
  const byName = new Map([[DEVICE_ID_COLUMN, deviceId]]);
  for (const one of columns) {
    const builder = columnBuilder(one);
    if (builder) byName.set(one.name, builder);
  }
  return [...byName.values()];
}

/** Undefined for a quantity that no record has. */
function columnBuilder(from: WireColumn): ColumnBuilder | undefined {
  const { name } = from;
  if (from.kind === 'time') return column(name, 'TIMESTAMP', ({ atMs }) => BigInt(Math.round(atMs)));
  if (from.kind === 'number') {
    const { quantity, stepsPerUnit, isMagnitude } = from;
    const rounded = (value: number): number => Math.round(value * stepsPerUnit) / stepsPerUnit + 0;
    return column(name, 'DOUBLE', (sample) => (isMagnitude ? Math.abs : Number)(rounded(sample[quantity])));
  }
  if (from.kind === 'direction') {
    const { stepsPerUnit, charging, discharging } = from;
    return column(name, 'STRING', ({ powerKw }) => (Math.round(powerKw * stepsPerUnit) < 0 ? discharging : charging));
  }
  if (from.quantity === 'locationId') return column(name, 'STRING', ({ locationId }) => locationId);
  if (from.quantity !== 'recordReferenceId') return undefined;
  return column(name, 'STRING', ({ recordReferenceId }) => recordReferenceId);
}

function column(name: string, type: ColumnBuilder['type'], valueOf: ColumnBuilder['valueOf']): ColumnBuilder {
  return { name, type, valueOf, values: [] };
}
