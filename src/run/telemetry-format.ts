/** Forms of a telemetry file, told by the ending of its name. */
import { extname } from 'node:path';
import { UserError } from '../errors.js';

/** Written row by row. */
export type TextFormat = 'ndjson' | 'csv' | 'json';
export type TelemetryFormat = TextFormat | 'parquet';

const FORMATS: readonly TelemetryFormat[] = ['ndjson', 'csv', 'json', 'parquet'];
/** Of the columns and fields in front of the wire's own. */
export const DEVICE_ID_COLUMN = 'device_id';

/**
 * @param out path, or `-` for standard output, which gets NDJSON
 * @throws UserError where the ending is none of .ndjson, .csv, .json and .parquet
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
