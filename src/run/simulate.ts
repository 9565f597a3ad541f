/** Plays a scenario on the model alone: rows for whoever needs them, and the job that writes them as telemetry. */
import { setImmediate } from 'node:timers/promises';
import type { Contract } from '../contract/contract.js';
import { toWire, type WireBody } from '../contract/telemetry.js';
import { createFleet, type Fleet, stepFleet } from '../device/fleet.js';
import { fingerprint } from '../device/random.js';
import { playReports } from '../device/reporter.js';
import { type DeviceTruth, deviceTruth, sampleFleet } from '../device/take-records.js';
import type { TelemetrySample } from '../device/telemetry.js';
import { UserError } from '../errors.js';
import type { RunEvent } from './event.js';
import type { Scenario } from './scenario/scenario.js';
import { openTextFile, telemetryFormat, telemetryText, type TextOutput } from './telemetry-file.js';

/** A record of a device, and what was true at that moment. */
export interface SimulatedRow {
  /** Number of the device in the scenario, from 0. */
  readonly device: number;
  readonly sample: TelemetrySample;
  readonly truth: DeviceTruth;
  /** True time at which the record arrives, ms since 1970-01-01T00:00:00Z: that of the record unless a reporter is late. */
  readonly deliveredAtMs: number;
}

/** What a caller wants other than the scenario says. */
export interface ScenarioChanges {
  readonly seed?: number;
  readonly durationS?: number;
  readonly startMs?: number;
  /** Id on the platform of the scenario's only device. */
  readonly deviceId?: string;
  /** Id of the location of the scenario's only device. */
  readonly locationId?: string;
}

/**
 * @throws UserError where an id is given and the scenario has several devices, or the duration is too short for a record
 */
export function changeScenario(scenario: Scenario, changes: ScenarioChanges): Scenario {
  const { deviceId, locationId, ...times } = changes;
  const ids = { ...(deviceId === undefined ? {} : { deviceId }), ...(locationId === undefined ? {} : { locationId }) };
  const count = deviceCount(scenario);
  if (Object.keys(ids).length > 0 && count !== 1) {
    throw new UserError(`${scenario.name} has ${count} devices: one device or location id can't serve all`, {
      hint: 'Give a scenario with one device, or write the ids into the scenario file.',
    });
  }
  const changed = { ...scenario, ...times, devices: scenario.devices.map((spec) => ({ ...spec, ...ids })) };
  if (changed.durationS < changed.reportS) {
    throw new UserError(
      `a duration of ${changed.durationS} s is shorter than the report period of ${changed.reportS} s: there would be no record`,
      { hint: 'Give a longer duration.' },
    );
  }
  return changed;
}

function deviceCount(scenario: Scenario): number {
  return scenario.devices.reduce((sum, spec) => sum + spec.count, 0);
}

/** The devices of a scenario at its start. */
export function scenarioFleet(scenario: Scenario): Fleet {
  const { name, seed, startMs, utcOffsetMinutes, stepS, reportS, devices } = scenario;
  // Whatever changes a record changes the label, so that no reference id ever stands for two bodies. The duration doesn't.
  const runLabel = fingerprint([name, utcOffsetMinutes, stepS, reportS, JSON.stringify(devices, withoutSource)], 32);
  return createFleet(devices, { seed, startMs, utcOffsetMinutes, runLabel });
}

/** Words about a product change no record. */
function withoutSource(key: string, value: unknown): unknown {
  return key === 'source' ? undefined : value;
}

/**
 * The records of a scenario in the order in which they arrive, and then of device; memory doesn't grow with the duration.
 * The first record of a device comes one report period after the start. What is left of the duration after the last whole
 * period is not played. Where a reporter has behaviours, records may be late, twice, lost or more than those of the period.
 */
export function* simulateScenario(scenario: Scenario): Generator<SimulatedRow, void> {
  const fleet = scenarioFleet(scenario);
  if (fleet.groups.some(({ spec }) => spec.reporter !== undefined)) {
    yield* playReports(fleet, scenario);
    return;
  }
  const stepsAReport = Math.round(scenario.reportS / scenario.stepS);
  const reports = Math.floor(scenario.durationS / scenario.reportS);
  for (let report = 0; report < reports; report++) {
    for (let step = 0; step < stepsAReport; step++) stepFleet(fleet, scenario.stepS);
    for (let device = 0; device < fleet.size; device++) {
      const sample = sampleFleet(fleet, device);
      yield { device, sample, truth: deviceTruth(fleet, device), deliveredAtMs: sample.atMs };
    }
  }
}

/** How many records are taken on schedule; where no reporter has behaviours, `simulateScenario` yields as many. */
export function recordCount({ durationS, reportS, devices }: Scenario): number {
  return devices.reduce(
    (sum, { count, reporter }) => sum + count * Math.floor(durationS / (reporter?.everyS ?? reportS)),
    0,
  );
}

/** The request body of a record. */
export function telemetryBody(contract: Contract, sample: TelemetrySample): WireBody {
  const { atMs, utcOffsetMinutes } = sample;
  return toWire(contract, {
    locationId: sample.locationId,
    time: { atMs, utcOffsetMinutes },
    socPercent: sample.socPercent,
    targetSocPercent: sample.targetSocPercent,
    powerKw: sample.powerKw,
    energyKwh: sample.energyKwh,
    reservePercent: sample.reservePercent,
    recordReferenceId: sample.recordReferenceId,
  });
}

export interface SimulateInput {
  readonly scenario: Scenario;
  readonly contract: Contract;
  /** Path that ends in .ndjson, .csv or .json; `-` is standard output, as NDJSON. Left out, nothing is written. */
  readonly out?: string;
}

export interface SimulateDeps {
  /** Wall clock, ms since 1970-01-01T00:00:00Z. */
  readonly now: () => number;
  /** Writes to standard output; resolves when more may be written. */
  readonly writeStdout: (text: string) => Promise<void>;
  /** Sees every row, for a plot. */
  readonly onRow?: (row: SimulatedRow) => void;
  readonly signal?: AbortSignal;
}

const STAGE = 'simulate';
/** Between two looks at the signal. */
const CHUNK_RECORDS = 500;

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
    for await (done of writeRecords(input, deps, output)) yield { kind: 'progress', stage: STAGE, done, total };
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

/** Yields how many records are done, now and then. */
async function* writeRecords(
  { scenario, contract, out }: SimulateInput,
  deps: SimulateDeps,
  output: TextOutput | undefined,
): AsyncGenerator<number> {
  const text = telemetryText(telemetryFormat(out ?? '-'), Object.values(contract.requestFields));
  let pending = text.head;
  let done = 0;
  for (const row of simulateScenario(scenario)) {
    deps.onRow?.(row);
    const { sample } = row;
    if (output) pending += text.record({ deviceId: sample.deviceId, body: telemetryBody(contract, sample) }, done);
    done++;
    if (done % CHUNK_RECORDS !== 0) continue;
    deps.signal?.throwIfAborted();
    await output?.write(pending);
    pending = '';
    yield done;
    await setImmediate();
  }
  deps.signal?.throwIfAborted();
  await output?.write(pending + text.tail);
  yield done;
}

async function openOutput(out: string, deps: SimulateDeps): Promise<TextOutput> {
  telemetryFormat(out);
  if (out !== '-') return openTextFile(out);
  return { write: deps.writeStdout, commit: async () => {}, discard: async () => {} };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
