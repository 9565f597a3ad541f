// Device-steps per second of the battery kernel on one core: a fleet of 100,000 drawn from the whole catalogue.
// The test runner wraps each import, which costs this kernel about a third of its speed; the built package is the faster one.
// Run it with: npx vitest bench --config test/vitest.config.ts test/bench/battery-steps.bench.ts --run
import { bench, describe } from 'vitest';
import { compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, createBatteries, stepBatteries } from '../../src/battery/batteries.js';
import { batteryProducts } from '../../src/battery/catalogue.js';

const SIZE = 100_000;

/** A repeatable spread over 0 to 1 that is not in step with the classes: multiples of the golden ratio. */
function spread(i: number): number {
  return (i * 0.618_033_988_749_895) % 1;
}

function fleet(requestKw: (i: number) => number): Batteries {
  const classes = batteryProducts.map((product) => compileBatteryClass(product, 'ac'));
  const batteries = createBatteries({
    classes,
    classOf: Uint16Array.from({ length: SIZE }, (_, i) => Math.floor(spread(7 * i + 3) * classes.length)),
    socPercent: Float64Array.from({ length: SIZE }, (_, i) => 30 + 40 * spread(i)),
    reservePercent: new Float64Array(SIZE).fill(10),
  });
  for (let i = 0; i < SIZE; i += 1) batteries.requestedPowerKw[i] = requestKw(i);
  return batteries;
}

/** Steps to and fro, so that a long run never leaves the state it is about. */
function benchFleet(name: string, batteries: Batteries, dtS: number): void {
  const start = Float64Array.from(batteries.socPercent);
  let steps = 0;
  bench(
    `${name}: ${SIZE} device-steps of ${dtS} s`,
    () => {
      stepBatteries(batteries, dtS);
      steps += 1;
      if (steps % 60 === 0) batteries.socPercent.set(start);
    },
    { time: 2000, warmupTime: 500 },
  );
}

describe('battery kernel', () => {
  benchFleet(
    'all idle',
    fleet(() => 0),
    1,
  );
  benchFleet(
    'all charging',
    fleet((i) => 1 + spread(i)),
    1,
  );
  benchFleet(
    'a third each charging, giving, idle',
    fleet((i) => [0, 2, -2][i % 3] ?? 0),
    1,
  );
  benchFleet(
    'the same at 60 s',
    fleet((i) => [0, 2, -2][i % 3] ?? 0),
    60,
  );
});
