/** A thread of `simulate-threads.ts`: steps its stripes of a fleet and sends their rows, moment by moment, stripe by stripe. */
import { parentPort } from 'node:worker_threads';
import type { DeviceRange } from '../battery/batteries.js';
import type { WireColumn } from '../contract/telemetry.js';
import { stepFleet } from '../device/fleet.js';
import { createRecords } from '../device/records.js';
import { takeRecords } from '../device/take-records.js';
import { addToBands, createFleetBands, type FleetBands } from './fleet-bands.js';
import type { Scenario } from './scenario/scenario.js';
import { scenarioFleet } from './simulate.js';
import { cursorOf } from './telemetry-bytes.js';
import type { TextFormat } from './telemetry-format.js';
import { compileRowWriter } from './telemetry-row.js';

/** Comes as the first message. */
export interface FleetWorkerData {
  readonly scenario: Scenario;
  readonly format: TextFormat;
  readonly columns: readonly WireColumn[];
  /** The stripes of this thread. */
  readonly parts: readonly DeviceRange[];
  readonly wants: { readonly rows: boolean; readonly bands: boolean };
}

/** The rows of one stripe at one moment, in the first `length` bytes. The buffer is to be given back. */
export interface Piece {
  readonly kind: 'piece';
  readonly buffer: ArrayBuffer;
  readonly length: number;
  readonly records: number;
}

/** What was counted of all stripes, after the last piece. */
interface CountedBands {
  readonly kind: 'bands';
  readonly bands: FleetBands;
}

export type FleetWorkerMessage = Piece | CountedBands;

/** How far a thread may be ahead. */
const BUFFERS = 3;
const BLOCK_RECORDS = 4096;
const MEAN_ROW_BYTES = 360;

/** Buffers come back as messages of the other end. */
class BufferPool {
  readonly #free: ArrayBuffer[];
  #wake: () => void = () => {};

  constructor(bytes: number) {
    this.#free = Array.from({ length: BUFFERS }, () => new ArrayBuffer(bytes));
    parentPort?.on('message', (buffer: ArrayBuffer) => {
      this.#free.push(buffer);
      this.#wake();
    });
  }

  async take(): Promise<ArrayBuffer> {
    for (;;) {
      const buffer = this.#free.pop();
      if (buffer) return buffer;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function playStripes({ scenario, format, columns, parts, wants }: FleetWorkerData): Promise<void> {
  const fleet = scenarioFleet(scenario, parts);
  const writeRows = wants.rows ? compileRowWriter(format, columns) : undefined;
  const bands = wants.bands ? createFleetBands(scenario) : undefined;
  const records = createRecords(BLOCK_RECORDS);
  const stripes = placesOf(parts);
  const pool = new BufferPool(wants.rows ? MEAN_ROW_BYTES * (stripes[0]?.to ?? 0) : 0);
  const { durationS, reportS, stepS } = scenario;
  const stepsAReport = Math.round(reportS / stepS);
  for (let moment = Math.floor(durationS / reportS); moment > 0; moment--) {
    for (let step = 0; step < stepsAReport; step++) stepFleet(fleet, stepS);
    for (const stripe of stripes) {
      const cursor = cursorOf(await pool.take());
      for (const range of blocksOf(stripe)) {
        records.size = 0;
        takeRecords(fleet, range, records);
        if (bands) addToBands(bands, records);
        writeRows?.(fleet, records, cursor);
      }
      const { buffer } = cursor.view;
      send({ kind: 'piece', buffer, length: cursor.at, records: stripe.to - stripe.from }, [buffer]);
    }
  }
  if (bands) send({ kind: 'bands', bands }, []);
}

function send(message: FleetWorkerMessage, transferred: readonly ArrayBuffer[]): void {
  parentPort?.postMessage(message, transferred);
}

/** Where the stripes lie in the fleet of this thread, which holds nothing else. */
function placesOf(parts: readonly DeviceRange[]): DeviceRange[] {
  let from = 0;
  return parts.map((part) => {
    const place = { from, to: from + part.to - part.from };
    from = place.to;
    return place;
  });
}

function* blocksOf({ from: first, to: last }: DeviceRange): Generator<DeviceRange> {
  for (let from = first; from < last; from += BLOCK_RECORDS) yield { from, to: Math.min(from + BLOCK_RECORDS, last) };
}

parentPort?.once('message', (data: FleetWorkerData) => {
  // A failure ends the thread, and the other end hears of it.
  void playStripes(data);
});
