// Device-steps per second of the battery kernel on one core, on both paths: a fleet of 100,000 of the whole catalogue, group by group.
// Beside it, where Python has them, what PyBaMM's Thevenin model and SAM's BatteryStateful take for a step of a single cell.
// Run it with: npm run bench:battery -- [python, python3 if left out]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { batteryProducts, compileBatteryClass, createBatteries, stepBatteries } from '../../dist/index.js';
import { measure, table } from './measure.js';

const SIZE = 100_000;
const ROUNDS = 8;
const STEPS = 25;

/**
 * A repeatable spread over 0 to 1 that is not in step with the classes: multiples of the golden ratio.
 * @param {number} i
 */
const spread = (i) => (i * 0.618_033_988_749_895) % 1;

/** @typedef {readonly [string, (i: number) => number]} Load its name, and what is asked of each device, kW */

/**
 * @param {'energy' | 'electrical'} path
 * @param {(i: number) => number} requestKw
 */
function fleet(path, requestKw) {
  const classes = batteryProducts.map((product) => compileBatteryClass(product, 'ac', path));
  const batteries = createBatteries({
    classes,
    classOf: Uint16Array.from({ length: SIZE }, (_, i) => Math.floor((i / SIZE) * classes.length)),
    socPercent: Float64Array.from({ length: SIZE }, (_, i) => 30 + 40 * spread(i)),
    reservePercent: new Float64Array(SIZE).fill(10),
  });
  for (let i = 0; i < SIZE; i += 1) batteries.requestedPowerKw[i] = requestKw(i);
  return batteries;
}

/**
 * The best of some rounds, each from the same state of charge: the others tell of the machine, not of the kernel.
 * @param {'energy' | 'electrical'} path
 * @param {Load} load
 * @param {number} dtS
 */
function row(path, [load, requestKw], dtS) {
  const batteries = fleet(path, requestKw);
  const start = Float64Array.from(batteries.socPercent);
  let best = { perS: 0, perCpuS: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    batteries.socPercent.set(start);
    const rate = measure(SIZE, STEPS, () => stepBatteries(batteries, dtS));
    if (rate.perCpuS > best.perCpuS) best = rate;
  }
  return {
    path,
    load,
    'step s': dtS,
    'ns/step': (1e9 / best.perCpuS).toFixed(1),
    'M steps/CPU s': (best.perCpuS / 1e6).toFixed(1),
    'M steps/s': (best.perS / 1e6).toFixed(1),
  };
}

/** @type {readonly Load[]} */
const LOADS = [
  ['all charge', (i) => 1 + spread(i)],
  ['a third each charge, give, rest', (i) => [2, -2, 0][i % 3] ?? 0],
  ['all rest', () => 0],
];

/** @type {readonly ('energy' | 'electrical')[]} */
const PATHS = ['energy', 'electrical'];
const rows = PATHS.flatMap((path) => LOADS.flatMap((load) => [1, 60].map((dtS) => row(path, load, dtS))));
table(rows);

/** @returns {{ name: string, nsPerStep: number }[]} none where there is no Python with them */
function peers() {
  const script = fileURLToPath(new URL('battery-peers.py', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.argv[2] ?? 'python3', [script], { encoding: 'utf8' });
  if (status !== 0) {
    process.stdout.write(`\nNo peers beside it: ${stderr ?? 'there is no such Python'}\n`);
    return [];
  }
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split('\t'))
    .map(([name = '', nsPerStep]) => ({ name, nsPerStep: Number(nsPerStep) }));
}

const ours = Number(rows.find((one) => one.path === 'electrical' && one['step s'] === 60)?.['ns/step']);
process.stdout.write('\n');
table(
  peers().map(({ name, nsPerStep }) => ({
    peer: name,
    'ns/step': nsPerStep.toFixed(0),
    'times ours': (nsPerStep / ours).toFixed(0),
  })),
);
