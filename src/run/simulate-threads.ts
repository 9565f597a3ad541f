/**
 * A fleet on several threads. Each steps every so many-th stripe of devices and writes its rows; here the stripes' rows go out
 * in the order of the devices, so the bytes are those of one thread. A thread that is ahead waits until its buffers come back.
 */
import { Worker } from 'node:worker_threads';
import type { DeviceRange } from '../battery/batteries.js';
import type { WireColumn } from '../contract/telemetry.js';
import { type FleetBands, mergeBands } from './fleet-bands.js';
import type { FleetWorkerData, FleetWorkerMessage, Piece } from './fleet-worker.js';
import type { Scenario } from './scenario/scenario.js';
import { deviceCount } from './change-scenario.js';
import type { TextFormat } from './telemetry-format.js';
import { telemetryFrame } from './telemetry-row.js';
import type { WriteBytes } from './telemetry-sink.js';

export interface ThreadedRun {
  readonly scenario: Scenario;
  readonly format: TextFormat;
  readonly columns: readonly WireColumn[];
  readonly threads: number;
}

export interface ThreadedDeps {
  /** Left out, nothing is written. */
  readonly write: WriteBytes | undefined;
  readonly bands?: FleetBands;
  readonly signal?: AbortSignal;
}

/** A stripe's rows of one moment are some 5 MB. */
const MOST_STRIPE_DEVICES = 16_384;

/**
 * Yields how many records are done, after each stripe.
 * @throws the signal's reason once it is aborted
 */
export async function* simulateOnThreads(run: ThreadedRun, deps: ThreadedDeps): AsyncGenerator<number> {
  const { format, columns, scenario } = run;
  const { write = async () => {} } = deps;
  const stripes = stripesOf(deviceCount(scenario), run.threads);
  const threads = startThreads(run, stripes, deps);
  const frame = telemetryFrame(format, columns);
  let done = 0;
  try {
    await write(frame.head);
    for (let moment = Math.floor(scenario.durationS / scenario.reportS); moment > 0; moment--) {
      for (let stripe = 0; stripe < stripes.length; stripe++) {
        const thread = threads[stripe % threads.length];
        const piece = await thread?.nextPiece();
        if (!thread || !piece) throw new Error(`thread of stripe ${stripe} ended early`);
        deps.signal?.throwIfAborted();
        const bytes = new Uint8Array(piece.buffer, 0, piece.length);
        if (done === 0 && frame.first !== undefined) bytes[0] = frame.first;
        await write(bytes);
        thread.giveBack(piece.buffer);
        done += piece.records;
        yield done;
      }
    }
    await write(frame.tail);
    if (deps.bands) for (const thread of threads) mergeBands(deps.bands, await thread.bands());
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

function stripesOf(devices: number, threads: number): DeviceRange[] {
  const size = Math.min(MOST_STRIPE_DEVICES, Math.ceil(devices / threads));
  return Array.from({ length: Math.ceil(devices / size) }, (_, stripe) => ({
    from: stripe * size,
    to: Math.min((stripe + 1) * size, devices),
  }));
}

function startThreads(run: ThreadedRun, stripes: readonly DeviceRange[], deps: ThreadedDeps): FleetThread[] {
  const { scenario, format, columns } = run;
  const count = Math.min(run.threads, stripes.length);
  return Array.from({ length: count }, (_, thread) => {
    const parts = stripes.filter((_, stripe) => stripe % count === thread);
    const wants = { rows: deps.write !== undefined, bands: deps.bands !== undefined };
    return new FleetThread({ scenario, format, columns, parts, wants });
  });
}

/** The near end of a thread: what it sent and nobody took yet. */
class FleetThread {
  readonly #worker: Worker;
  readonly #arrived: FleetWorkerMessage[] = [];
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(data: FleetWorkerData) {
    this.#worker = new Worker(new URL('./fleet-worker.js', import.meta.url));
    this.#worker.on('message', (message: FleetWorkerMessage) => {
      this.#arrived.push(message);
      this.#wake();
    });
    this.#worker.on('error', (error: Error) => {
      this.#failure = error;
      this.#wake();
    });
    this.#worker.postMessage(data, []);
  }

  async nextPiece(): Promise<Piece | undefined> {
    const message = await this.#next();
    return message.kind === 'piece' ? message : undefined;
  }

  async bands(): Promise<FleetBands> {
    const message = await this.#next();
    if (message.kind !== 'bands') throw new Error('a thread sent rows after its last moment');
    return message.bands;
  }

  giveBack(buffer: ArrayBuffer): void {
    this.#worker.postMessage(buffer, [buffer]);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  async #next(): Promise<FleetWorkerMessage> {
    for (;;) {
      const message = this.#arrived.shift();
      if (message) return message;
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
