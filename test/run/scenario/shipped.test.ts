// Protects the scenarios that ship: each is found by name from anywhere, and does what the story in its head says, with numbers.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { listScenarios, readScenario } from '../../../src/run/scenario/read-scenario.js';
import { type SimulatedRow, simulateScenario } from '../../../src/run/simulate.js';

const folder = await mkdtemp(join(tmpdir(), 'voltpact-scenario-'));
afterAll(() => rm(folder, { recursive: true }));

async function play(name: string): Promise<SimulatedRow[]> {
  return [...simulateScenario(await readScenario(name))];
}

/** Hours of local time, counted on from midnight of the first day. */
function localHour({ sample }: SimulatedRow): number {
  const firstMs = sample.atMs - sample.sequence * 300_000;
  const midnightMs = Math.floor((firstMs + sample.utcOffsetMinutes * 60_000) / 86_400_000) * 86_400_000;
  return (sample.atMs + sample.utcOffsetMinutes * 60_000 - midnightMs) / 3_600_000;
}

function at(rows: readonly SimulatedRow[], hour: number): SimulatedRow {
  const row = rows.find((one) => localHour(one) >= hour - 1e-9);
  if (!row) throw new Error(`no record at ${hour}`);
  return row;
}

function between(rows: readonly SimulatedRow[], from: number, to: number): SimulatedRow[] {
  return rows.filter((row) => localHour(row) > from && localHour(row) <= to);
}

function powers(rows: readonly SimulatedRow[]): number[] {
  return rows.map(({ sample }) => sample.powerKw);
}

describe('the list', () => {
  it('names the scenarios with a line each', async () => {
    const list = await listScenarios();
    expect(list.map(({ name, title }) => `${name}: ${title}`)).toEqual([
      'ev-overnight-cheap-tariff: An EV charges overnight on a cheap tariff',
      'fleet-spring-town: A town of home batteries, commuters and bidirectional cars on a spring day',
      'home-solar-summer-day: A home battery with solar on a summer day',
      'v2g-evening-peak: A vehicle supports the evening peak and is ready by morning',
    ]);
  });
});

describe('home-solar-summer-day', async () => {
  const rows = await play('home-solar-summer-day');

  it('lasts from the first to the last five minutes of the day', () => {
    expect(rows.length).toBe(288);
    expect([localHour(at(rows, 0)), localHour(rows[287] ?? at(rows, 24))]).toEqual([5 / 60, 24]);
  });

  it('feeds the house by night, down to near the reserve of 20 % and never below', () => {
    expect(Math.max(...powers(between(rows, 0, 4)))).toBeLessThanOrEqual(0);
    const lowest = Math.min(...rows.map(({ sample }) => sample.socPercent));
    expect(lowest).toBeGreaterThanOrEqual(20);
    expect(lowest).toBeLessThan(30);
  });

  it('is full at noon and gives the rest of the sun to the grid', () => {
    expect(at(rows, 9).sample.socPercent).toBeLessThan(60);
    expect(at(rows, 12.5).sample.socPercent).toBe(100);
    const afternoon = between(rows, 13, 16);
    expect(powers(afternoon).every((kw) => kw <= 0.1)).toBe(true);
    expect(afternoon.every(({ truth }) => truth.solarKw > truth.loadKw)).toBe(true);
  });

  it('carries the house in the evening and has most of its charge at midnight', () => {
    expect(between(rows, 21, 24).every(({ sample }) => sample.powerKw < 0)).toBe(true);
    expect(at(rows, 24).sample.socPercent).toBeGreaterThan(75);
  });

  it('never feeds the grid from the battery nor charges from it', () => {
    for (const { truth } of rows) {
      expect(truth.powerKw).toBeLessThanOrEqual(truth.solarKw + 1e-9);
      expect(truth.powerKw).toBeGreaterThanOrEqual(-truth.loadKw - 1e-9);
    }
  });
});

describe('ev-overnight-cheap-tariff', async () => {
  const rows = await play('ev-overnight-cheap-tariff');

  it('comes home with 9 to 14 kWh less than it left with', () => {
    const usedKwh = at(rows, 7.5).truth.energyKwh - at(rows, 18.25).truth.energyKwh;
    expect(usedKwh).toBeGreaterThan(9);
    expect(usedKwh).toBeLessThan(14);
  });

  it('gives power on the road and nowhere else, as much as it comes home with less', () => {
    const away = between(rows, 7.5, 18 + 10 / 60);
    const rest = rows.filter((row) => !away.includes(row));
    expect(Math.max(...powers(away))).toBe(0);
    expect(powers(rest).every((kw) => kw >= 0)).toBe(true);
    const givenKwh = away.reduce((sum, { truth }) => sum - truth.powerKw / 12, 0);
    // Standing at work it loses what its standby takes.
    const missingKwh = at(rows, 7.5).truth.energyKwh - at(rows, 18 + 10 / 60).truth.energyKwh;
    expect(missingKwh - givenKwh).toBeGreaterThan(-1e-9);
    expect(missingKwh - givenKwh).toBeLessThan(0.2);
    const standing = between(rows, 9, 17);
    expect(powers(standing).every((kw) => kw === 0)).toBe(true);
  });

  it('charges at 7.4 kW in the cheap hours and at no other time', () => {
    const night = between(rows, 24.5, 29.5);
    expect(powers(night)).toContain(7.4);
    const rest = rows.filter((row) => !night.includes(row));
    expect(powers(rest).every((kw) => kw <= 0)).toBe(true);
  });

  it('has its 80 % long before it leaves at half past seven', () => {
    expect(at(rows, 29.5).sample.socPercent).toBe(80);
    expect(at(rows, 31).sample.socPercent).toBe(80);
  });
});

describe('v2g-evening-peak', async () => {
  const rows = await play('v2g-evening-peak');

  it('is home at 16:45 two thirds full', () => {
    expect(at(rows, 12 + 5 / 60).sample.socPercent).toBeGreaterThan(73);
    expect(at(rows, 16.75).sample.socPercent).toBeGreaterThan(62);
    expect(at(rows, 16.75).sample.socPercent).toBeLessThan(70);
  });

  it('gives up to 6 kW in the peak, at no other time at home, and stops at 30 %', () => {
    const peak = between(rows, 17.5, 20.5);
    expect(Math.min(...powers(peak))).toBe(-6);
    const atHome = between(rows, 16.75, 31);
    expect(atHome.filter(({ sample }) => sample.powerKw < 0).every((row) => peak.includes(row))).toBe(true);
    expect(at(rows, 20.5).sample.socPercent).toBe(30);
    expect(Math.min(...rows.map(({ sample }) => sample.socPercent))).toBe(30);
    expect(rows.every(({ sample }) => sample.reservePercent === 30)).toBe(true);
  });

  it('waits until eleven, then charges to 80 % before it leaves at seven', () => {
    expect(powers(between(rows, 20.5, 23)).every((kw) => kw === 0)).toBe(true);
    expect(Math.max(...powers(between(rows, 23, 30)))).toBe(7.4);
    expect(at(rows, 31).sample.socPercent).toBe(80);
  });
});

describe('fleet-spring-town', async () => {
  const scenario = await readScenario('fleet-spring-town');
  const rows = await play('fleet-spring-town');
  const ofKind = (kind: string): SimulatedRow[] => {
    let first = 0;
    const ranges = scenario.devices.map(({ name, count }) => ({ name, from: first, to: (first += count) }));
    const own = ranges.filter(({ name }) => name.startsWith(kind));
    return rows.filter(({ device }) => own.some(({ from, to }) => device >= from && device < to));
  };
  const highest = (some: readonly SimulatedRow[]): number => Math.max(...some.map(({ truth }) => truth.socPercent));

  it('is half home batteries, a third commuters, the rest on bidirectional wall boxes', () => {
    const devicesOf = (kind: string): number => ofKind(kind).length / 288;
    expect(['home', 'commuter', 'wall-box'].map(devicesOf)).toEqual([50, 35, 15]);
  });

  it('has no two homes alike: each its own charge, house and roof', () => {
    const noon = ofKind('home').filter((row) => Math.abs(localHour(row) - 12) < 1e-9);
    for (const quantity of ['solarKw', 'loadKw'] as const) {
      expect(new Set(noon.map(({ truth }) => truth[quantity])).size).toBe(50);
    }
    const first = ofKind('home').slice(0, 50);
    expect(new Set(first.map(({ truth }) => truth.socPercent)).size).toBe(50);
  });

  it('fills its home batteries from the sun by the early afternoon, most of them wholly', () => {
    const afternoon = ofKind('home').filter((row) => Math.abs(localHour(row) - 14) < 1e-9);
    expect(afternoon.filter(({ sample }) => sample.socPercent >= 99).length).toBeGreaterThan(25);
    expect(highest(between(ofKind('home'), 0, 6))).toBeLessThanOrEqual(60);
  });

  it('charges its cars at night and sends them off with 80 %', () => {
    const leaving = [...ofKind('commuter'), ...ofKind('wall-box')].filter(
      (row) => Math.abs(localHour(row) - 5.5) < 1e-9,
    );
    expect(leaving.every(({ sample }) => sample.socPercent > 79.5)).toBe(true);
  });

  it('gives power to the street in the evening peak, never below 30 %', () => {
    const peak = between(ofKind('wall-box'), 18.5, 20);
    expect(powers(peak).filter((kw) => kw === -4).length).toBeGreaterThan(50);
    expect(Math.min(...peak.map(({ truth }) => truth.socPercent))).toBeGreaterThan(29.9);
  });
});

describe('every scenario that ships', async () => {
  const shipped = await listScenarios();

  // Measured: nothing between 60 s and 300 s, up to 0.00013 points between 1 s and 300 s.
  it.each(shipped)('$name is the same day at 1 s, 60 s and 300 s within 0.005 points of SoC', async ({ name }) => {
    const scenario = await readScenario(name);
    const socs = [1, 60, 300].map((stepS) => {
      return Array.from(simulateScenario({ ...scenario, stepS }), ({ truth }) => truth.socPercent);
    });
    const [fine, middle, coarse] = socs;
    for (const [index, soc] of (coarse ?? []).entries()) {
      expect(soc).toBe(middle?.[index]);
      expect(Math.abs(soc - (fine?.[index] ?? NaN))).toBeLessThan(0.005);
    }
  });
});

describe('a scenario of one’s own', () => {
  it('is read by its path', async () => {
    const path = join(folder, 'mine.yml');
    const text =
      'title: Mine\nstart: 2025-01-01T00:00:00Z\nduration: 1h\ndevices:\n  - battery: tesla-powerwall-2\n    soc: 5\n';
    await writeFile(path, `${text}    controller: { kind: hold }\n`);
    expect(await readScenario(path)).toMatchObject({ name: 'mine', title: 'Mine', durationS: 3600 });
  });

  it.each([
    {
      given: 'home-solar-summer-dey',
      message: 'cannot read the scenario home-solar-summer-dey: there is no such file, and none of that name ships',
      hint: 'Did you mean "home-solar-summer-day"?',
    },
    {
      given: 'xyz.yaml',
      message: 'cannot read the scenario xyz.yaml: there is no such file, and none of that name ships',
      hint: 'These ship: ev-overnight-cheap-tariff, fleet-spring-town, home-solar-summer-day, v2g-evening-peak.',
    },
    { given: folder, message: `cannot read the scenario ${folder}: it is a folder`, hint: undefined },
  ])('that is not there says so: $given', async ({ given, message, hint }) => {
    const error = await readScenario(given).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message, place: { file: given }, ...(hint === undefined ? {} : { hint }) });
  });
});
