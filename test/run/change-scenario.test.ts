// Protects what the command line may change of a scenario: the proportions of a resized fleet, and times that fit together.
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { changeScenario, deviceCount, type ScenarioChanges } from '../../src/run/change-scenario.js';
import { readScenario } from '../../src/run/scenario/read-scenario.js';
import type { Scenario } from '../../src/run/scenario/scenario.js';
import { simulateScenario } from '../../src/run/simulate.js';

let home: Scenario;
let town: Scenario;

beforeAll(async () => {
  home = await readScenario('home-solar-summer-day');
  town = await readScenario('fleet-spring-town');
});

function countsOf({ devices }: Scenario): Record<string, number> {
  return Object.fromEntries(devices.map(({ name, count }) => [name, count]));
}

describe('another number of devices', () => {
  it('repeats the only device of a scenario', () => {
    expect(countsOf(changeScenario(home, { devices: 5000 }))).toEqual({ home: 5000 });
  });

  it('keeps the proportions of devices that were counted', () => {
    const [spec] = home.devices;
    if (!spec) throw new Error('the scenario has a device');
    const pair = {
      ...home,
      devices: [
        { ...spec, count: 3 },
        { ...spec, name: 'other', count: 1 },
      ],
    };
    expect(countsOf(changeScenario(pair, { devices: 1000 }))).toEqual({ home: 750, other: 250 });
  });

  it('divides a mix by its shares, not by the rounded counts of the size that the file says', () => {
    const city = changeScenario(changeScenario(town, { devices: 3 }), { devices: 100_000 });
    expect(deviceCount(city)).toBe(100_000);
    expect(countsOf(city)).toMatchObject({
      'home-1': 20_000,
      'home-4': 5000,
      'commuter-1': 10_500,
      'wall-box': 15_000,
    });
  });

  it('leaves those who were there as they are', () => {
    const [few, more] = [7, 8].map((devices) => {
      const records = new Map<string, number[]>();
      for (const { sample } of simulateScenario(changeScenario(town, { devices, durationS: 10_800 }))) {
        records.set(sample.deviceId, [...(records.get(sample.deviceId) ?? []), sample.socPercent, sample.powerKw]);
      }
      return records;
    });
    expect(more?.size).toBe(8);
    for (const [id, values] of few ?? []) expect(more?.get(id)).toEqual(values);
  });

  it('is refused where the scenario names the device', () => {
    const named = changeScenario(home, { deviceId: 'dev_a' });
    expect(() => changeScenario(named, { devices: 2 })).toThrow("2 devices can't share the id dev_a");
    expect(changeScenario(named, { devices: 1 }).devices[0]?.deviceId).toBe('dev_a');
  });
});

describe('ids', () => {
  it('go to the only device', () => {
    const changed = changeScenario(home, { deviceId: 'dev_a', locationId: 'loc_b', durationS: 600 });
    const [row] = simulateScenario(changed);
    expect(row?.sample).toMatchObject({ deviceId: 'dev_a', locationId: 'loc_b' });
  });

  it('can’t be given to several, and may be once there is one', () => {
    expect(() => changeScenario(town, { deviceId: 'dev_a' })).toThrow(UserError);
    expect(deviceCount(changeScenario(town, { devices: 1, deviceId: 'dev_a' }))).toBe(1);
  });
});

describe('times', () => {
  it.each<{ changes: ScenarioChanges; message: string }>([
    { changes: { durationS: 60 }, message: 'a duration of 60 s is shorter than the report period of 300 s' },
    { changes: { stepS: 7 }, message: 'a step of 7 s does not divide the report period of 300 s' },
    { changes: { stepS: 60, reportS: 90 }, message: 'a step of 60 s does not divide the report period of 90 s' },
  ])('that don’t fit together are the user’s error: $message', ({ changes, message }) => {
    expect(() => changeScenario(home, changes)).toThrow(message);
  });

  it('that fit are taken', () => {
    const changed = changeScenario(home, { stepS: 30, reportS: 900, durationS: 3600 });
    expect([...simulateScenario(changed)].length).toBe(4);
  });
});
