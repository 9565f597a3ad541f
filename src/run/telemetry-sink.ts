/** Where the records of a fleet go: bytes in large pieces, one on its way while the next is made. */
import type { WireColumn } from '../contract/telemetry.js';
import type { Fleet } from '../device/fleet.js';
import type { RecordColumns } from '../device/records.js';
import { createCursor } from './telemetry-bytes.js';
import type { TextFormat } from './telemetry-format.js';
import { compileRowWriter, telemetryFrame } from './telemetry-row.js';

/** Writes bytes; resolves when they may be overwritten and more may come. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

export interface TelemetrySink {
  /** Takes what the columns hold now. Where it returns a promise, that is to be waited for. */
  add(fleet: Fleet, records: RecordColumns): Promise<void> | undefined;
  finish(): Promise<void>;
}

/** Large enough that a system call costs nothing beside it, small enough to stay in a processor's cache. */
const PIECE_BYTES = 1 << 18;

/** NDJSON, JSON or CSV. */
export function textSink(format: TextFormat, columns: readonly WireColumn[], write: WriteBytes): TelemetrySink {
  const writeRows = compileRowWriter(format, columns);
  const { head, first, tail } = telemetryFrame(format, columns);
  let [cursor, spare] = [createCursor(2 * PIECE_BYTES), createCursor(2 * PIECE_BYTES)];
  let isFirst = true;
  let onTheWay = write(head);
  const flush = async (): Promise<void> => {
    await onTheWay;
    [cursor, spare] = [spare, cursor];
    cursor.at = 0;
    if (isFirst && first !== undefined) spare.bytes[0] = first;
    isFirst = false;
    onTheWay = write(spare.bytes.subarray(0, spare.at));
    // Whoever waits next hears of a failure.
    onTheWay.catch(() => undefined);
  };
  return {
    add: (fleet, records) => {
      writeRows(fleet, records, cursor);
      return cursor.at >= PIECE_BYTES ? flush() : undefined;
    },
    finish: async () => {
      await flush();
      await onTheWay;
      await write(tail);
    },
  };
}
