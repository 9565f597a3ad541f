/** The records of a scenario as columns, a block at a time: what a fleet of a million is written and drawn from. */
import { type Fleet, stepFleet } from '../device/fleet.js';
import { createRecords, type RecordColumns } from '../device/records.js';
import { playReports } from '../device/reporter.js';
import { takeRecords } from '../device/take-records.js';
import type { Scenario } from './scenario/scenario.js';

const BLOCK_RECORDS = 4096;
const TRUTHS = ['socPercent', 'powerKw', 'loadKw', 'solarKw', 'temperatureCelsius', 'ambientCelsius'] as const;

/** Whether some of the devices report otherwise than each at once: then records come in an order of all devices together. */
export function hasReporters({ devices }: Scenario): boolean {
  return devices.some(({ reporter }) => reporter !== undefined);
}

/**
 * The records of `simulateScenario` in the same order.
 * @returns the same columns again and again, filled anew
 */
export function* simulateRecords(fleet: Fleet, scenario: Scenario): Generator<RecordColumns, void> {
  if (hasReporters(scenario)) {
    yield* packReports(fleet, scenario);
    return;
  }
  const { durationS, reportS, stepS } = scenario;
  const records = createRecords(Math.min(BLOCK_RECORDS, fleet.size));
  const stepsAReport = Math.round(reportS / stepS);
  for (let reports = Math.floor(durationS / reportS); reports > 0; reports--) {
    for (let step = 0; step < stepsAReport; step++) stepFleet(fleet, stepS);
    for (let from = 0; from < fleet.size; from += BLOCK_RECORDS) {
      records.size = 0;
      takeRecords(fleet, { from, to: Math.min(from + BLOCK_RECORDS, fleet.size) }, records);
      yield records;
    }
  }
}

function* packReports(fleet: Fleet, scenario: Scenario): Generator<RecordColumns, void> {
  const records = createRecords(BLOCK_RECORDS);
  for (const { device, sample, truth } of playReports(fleet, scenario)) {
    const row = records.size++;
    records.device[row] = device;
    for (const column of ['sequence', 'atMs', 'socPercent', 'targetSocPercent'] as const) {
      records[column][row] = sample[column];
    }
    for (const column of ['powerKw', 'energyKwh', 'reservePercent'] as const) records[column][row] = sample[column];
    for (const column of TRUTHS) records.truth[column][row] = truth[column];
    if (records.size < BLOCK_RECORDS) continue;
    yield records;
    records.size = 0;
  }
  yield records;
}
