// Device-steps per second on one core: house, roof, controller, battery and meter periods of every device, a minute a step.
// Run it with: npm run bench:fleet -- [devices, 100000 if left out]
import { changeScenario, createFleet, readScenario, stepFleet } from '../../dist/index.js';
import { measure, table } from './measure.js';

const devices = Number(process.argv[2] ?? 100_000);
/** Of the simulated day, so that sun, load and every part of it count. */
const HOURS = 24;

/** @param {string} name of a scenario that ships */
async function stepsOf(name) {
  const scenario = changeScenario(await readScenario(name), { devices });
  const { seed, startMs, utcOffsetMinutes, devices: specs } = scenario;
  const started = performance.now();
  const fleet = createFleet(specs, { seed, startMs, utcOffsetMinutes, runLabel: name });
  const createMs = performance.now() - started;
  for (let minute = 0; minute < 15; minute++) stepFleet(fleet, 60);
  const { perS, perCpuS } = measure(devices * 60, HOURS, () => {
    for (let minute = 0; minute < 60; minute++) stepFleet(fleet, 60);
  });
  return {
    scenario: name,
    devices,
    'M steps/s': (perS / 1e6).toFixed(2),
    'M steps/CPU s': (perCpuS / 1e6).toFixed(2),
    'created in ms': createMs.toFixed(0),
    'RSS MB': (process.memoryUsage().rss / 1e6).toFixed(0),
  };
}

table([await stepsOf('home-solar-summer-day'), await stepsOf('fleet-spring-town'), await stepsOf('v2g-evening-peak')]);
