// Telemetry records per second on one core: read from the meters of a fleet and written as rows, in memory and to a file, beside
// JSON.stringify of the same bodies.
// Run it with: npm run bench:telemetry
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeScenario, readContract, readScenario, simulate, telemetryBody } from '../../dist/index.js';
import { wireColumns } from '../../dist/contract/telemetry.js';
import { stepFleet } from '../../dist/device/fleet.js';
import { createRecords } from '../../dist/device/records.js';
import { recordAt, takeRecords } from '../../dist/device/take-records.js';
import { scenarioFleet } from '../../dist/run/simulate.js';
import { createCursor } from '../../dist/run/telemetry-bytes.js';
import { compileRowWriter } from '../../dist/run/telemetry-row.js';
import { measure, table } from './measure.js';

const DEVICES = 20_000;
const RUNS = 60;
const BLOCK = 4096;
const contract = await readContract();
const town = changeScenario(await readScenario('fleet-spring-town'), { devices: DEVICES });

/**
 * @param {string} what
 * @param {{ perS: number, perCpuS: number }} rate
 */
function row(what, { perS, perCpuS }) {
  return { what, 'records/s': Math.round(perS), 'records/CPU s': Math.round(perCpuS) };
}

/** @param {'ndjson' | 'csv'} format */
function rowsInMemory(format) {
  const fleet = scenarioFleet(town);
  stepFleet(fleet, 300);
  const records = createRecords(BLOCK);
  const cursor = createCursor(4_000_000);
  const write = compileRowWriter(format, wireColumns(contract));
  const run = () => {
    for (let from = 0; from < DEVICES; from += BLOCK) {
      records.size = 0;
      cursor.at = 0;
      takeRecords(fleet, { from, to: Math.min(from + BLOCK, DEVICES) }, records);
      write(fleet, records, cursor);
    }
  };
  for (let warm = 0; warm < 5; warm++) run();
  return row(`${format} rows in memory`, measure(DEVICES, RUNS, run));
}

function stringified() {
  const fleet = scenarioFleet(town);
  stepFleet(fleet, 300);
  const records = createRecords(DEVICES);
  let bytes = 0;
  const run = () => {
    records.size = 0;
    takeRecords(fleet, { from: 0, to: DEVICES }, records);
    for (let at = 0; at < DEVICES; at++) {
      const sample = recordAt(fleet, records, at);
      bytes += JSON.stringify({ device_id: sample.deviceId, ...telemetryBody(contract, sample) }).length;
    }
  };
  run();
  return row('JSON.stringify of the bodies', measure(DEVICES, 10, run));
}

/** Model, meters, rows and file system together: five steps of a minute to a record. @param {string} ending */
async function simulated(ending) {
  const folder = await mkdtemp(join(tmpdir(), 'voltpact-bench-'));
  const out = join(folder, `town.${ending}`);
  const scenario = changeScenario(town, { durationS: ending === 'parquet' ? 1800 : 7200 });
  const cpu = process.cpuUsage();
  const started = performance.now();
  let done = 0;
  for await (const event of simulate({ scenario, contract, out }, { now: Date.now, writeStdout: async () => {} })) {
    if (event.kind === 'progress') done = event.done;
  }
  const { user, system } = process.cpuUsage(cpu);
  const rates = { perS: (1000 * done) / (performance.now() - started), perCpuS: (1e6 * done) / (user + system) };
  const bytes = (await stat(out)).size / done;
  await rm(folder, { recursive: true });
  return row(`simulated to .${ending}, ${bytes.toFixed(0)} B a record`, rates);
}

table([
  rowsInMemory('ndjson'),
  rowsInMemory('csv'),
  stringified(),
  await simulated('ndjson'),
  await simulated('csv'),
  await simulated('parquet'),
]);
