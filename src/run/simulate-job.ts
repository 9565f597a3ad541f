/** The job `simulate`: plays a scenario and writes its telemetry, on one thread or several. */
import { setImmediate } from 'node:timers/promises';
import type { Contract } from '../contract/contract.js';
import { wireColumns } from '../contract/telemetry.js';
import type { Fleet } from '../device/fleet.js';
import type { RecordColumns } from '../device/records.js';
import { type DeviceTruth, recordAt } from '../device/take-records.js';
import type { TelemetrySample } from '../device/telemetry.js';
import type { RunEvent } from './event.js';
import { addToBands, type FleetBands } from './fleet-bands.js';
import type { Scenario } from './scenario/scenario.js';
import { deviceCount } from './change-scenario.js';
import { recordCount, scenarioFleet } from './simulate.js';
import { hasReporters, simulateRecords } from './simulate-records.js';
import { simulateOnThreads } from './simulate-threads.js';
import { openTextFile, type Output } from './telemetry-file.js';
import { telemetryFormat } from './telemetry-format.js';
import { parquetSink } from './telemetry-parquet.js';
import { type TelemetrySink, textSink } from './telemetry-sink.js';

export interface SimulateInput {
  readonly scenario: Scenario;
  readonly contract: Contract;
  /** Path that ends in .ndjson, .csv, .json or .parquet; `-` is standard output, as NDJSON. Left out, nothing is written. */
  readonly out?: string;
  /** Threads that step devices; the bytes are the same for any number. Default 1. */
  readonly workers?: number;
}

export interface SimulateDeps {
  /** Wall clock, ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Writes to standard output; resolves when more may be written. */
  readonly writeStdout: (data: string | Uint8Array) => Promise<void>;
  /** Sees every row, for a plot of few devices. With it, one thread does all. */
  readonly onRow?: (row: PlayedRow) => void;
  /** Counts all that is played, for a plot of many devices. */
  readonly bands?: FleetBands;
  readonly signal?: AbortSignal;
}

/** A record, and what was true of its device. */
export interface PlayedRow {
  readonly sample: TelemetrySample;
  readonly truth: Omit<DeviceTruth, 'energyKwh'>;
}

const STAGE = 'simulate';
/** Between two looks at the signal. */
const TURN_RECORDS = 20_000;

/**
 * Plays a scenario and writes its telemetry. A file appears under its name when it is complete, never half.
 * @throws UserError where the output can't be written; the signal's reason once it is aborted
 */
export async function* simulate(input: SimulateInput, deps: SimulateDeps): AsyncGenerator<RunEvent> {
  const { scenario, out } = input;
  const startedAtMs = deps.now();
  const total = recordCount(scenario);
  const output = out === undefined ? undefined : await openOutput(out, deps);
  let isComplete = false;
  let done = 0;
  try {
    yield { kind: 'run-started', command: 'simulate', seed: scenario.seed, target: undefined, startedAtMs };
    yield { kind: 'stage-started', stage: STAGE, title: scenario.title, total };
    for await (done of playedRecords(input, deps, output)) yield { kind: 'progress', stage: STAGE, done, total };
    await output?.commit();
    isComplete = true;
  } finally {
    if (!isComplete) await output?.discard();
  }
  const summary = `${count(done, 'record')} of ${count(deviceCount(scenario), 'device')}`;
  yield { kind: 'stage-finished', stage: STAGE, durationMs: deps.now() - startedAtMs, summary };
  if (out !== undefined && out !== '-') yield { kind: 'note', message: `wrote ${out}` };
  const finishedAtMs = deps.now();
  yield { kind: 'run-finished', finishedAtMs, durationMs: finishedAtMs - startedAtMs };
}

/** Yields how many records are done, now and then and at the end. */
async function* playedRecords(
  input: SimulateInput,
  deps: SimulateDeps,
  output: Output | undefined,
): AsyncGenerator<number> {
  const { scenario, contract, out = '-', workers = 1 } = input;
  const format = telemetryFormat(out);
  const columns = wireColumns(contract);
  const write = output && ((bytes: Uint8Array) => output.write(bytes));
  // Where devices disturb the order of each other's records, or whole columns are written, one thread has to see them all.
  if (workers > 1 && format !== 'parquet' && !deps.onRow && !hasReporters(scenario)) {
    yield* simulateOnThreads({ scenario, format, columns, threads: workers }, { ...deps, write });
    return;
  }
  if (!write) yield* playAll(scenario, deps, undefined);
  else if (format === 'parquet') yield* playAll(scenario, deps, await parquetSink(columns, write));
  else yield* playAll(scenario, deps, textSink(format, columns, write));
}

async function* playAll(
  scenario: Scenario,
  deps: SimulateDeps,
  sink: TelemetrySink | undefined,
): AsyncGenerator<number> {
  const fleet = scenarioFleet(scenario);
  let done = 0;
  let seen = 0;
  for (const records of simulateRecords(fleet, scenario)) {
    if (deps.bands) addToBands(deps.bands, records);
    if (deps.onRow) showRows(fleet, records, deps.onRow);
    const written = sink?.add(fleet, records);
    if (written) await written;
    done += records.size;
    if (done - seen < TURN_RECORDS) continue;
    seen = done;
    deps.signal?.throwIfAborted();
    yield done;
    await setImmediate();
  }
  deps.signal?.throwIfAborted();
  await sink?.finish();
  yield done;
}

function showRows(fleet: Fleet, records: RecordColumns, onRow: (row: PlayedRow) => void): void {
  for (let row = 0; row < records.size; row++) {
    const sample = recordAt(fleet, records, row);
    const { truth } = records;
    const at = (column: Float64Array): number => column[row] ?? NaN;
    onRow({
      sample,
      truth: {
        socPercent: at(truth.socPercent),
        powerKw: at(truth.powerKw),
        loadKw: at(truth.loadKw),
        solarKw: at(truth.solarKw),
        temperatureCelsius: at(truth.temperatureCelsius),
        ambientCelsius: at(truth.ambientCelsius),
      },
    });
  }
}

async function openOutput(out: string, deps: SimulateDeps): Promise<Output> {
  telemetryFormat(out);
  if (out !== '-') return openTextFile(out);
  return { write: deps.writeStdout, commit: async () => {}, discard: async () => {} };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
