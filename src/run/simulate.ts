/** Plays a scenario on the model alone: rows for whoever needs them. */
import type { DeviceRange } from '../battery/batteries.js';
import type { Contract } from '../contract/contract.js';
import { toWire, type WireBody } from '../contract/telemetry.js';
import { createFleet, type Fleet, stepFleet } from '../device/fleet.js';
import { fingerprint } from '../device/random.js';
import { playReports } from '../device/reporter.js';
import { type DeviceTruth, deviceTruth, sampleFleet } from '../device/take-records.js';
import type { TelemetrySample } from '../device/telemetry.js';
import type { Scenario } from './scenario/scenario.js';

/** A record of a device, and what was true at that moment. */
export interface SimulatedRow {
  /** Number of the device in the scenario, from 0. */
  readonly device: number;
  readonly sample: TelemetrySample;
  readonly truth: DeviceTruth;
  /** True time at which the record arrives, ms since 1970-01-01T00:00:00Z: that of the record unless a reporter is late. */
  readonly deliveredAtMs: number;
}

/**
 * The devices of a scenario at its start.
 * @param parts only these of them; all if left out
 */
export function scenarioFleet(scenario: Scenario, parts?: readonly DeviceRange[]): Fleet {
  const { name, seed, startMs, utcOffsetMinutes, stepS, reportS, devices } = scenario;
  // Whatever changes a record changes the label, so that no reference id ever stands for two bodies. The duration doesn't.
  const runLabel = fingerprint([name, utcOffsetMinutes, stepS, reportS, JSON.stringify(devices, withoutSource)], 32);
  return createFleet(devices, { seed, startMs, utcOffsetMinutes, runLabel, ...(parts ? { parts } : {}) });
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
