// Protects what a platform sees of a fleet: every reporter behaviour does exactly what its name says, and off does nothing.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/device/delivery.js';
import type { DeviceSpec } from '../../src/device/device-spec.js';
import { stepFleet } from '../../src/device/fleet.js';
import { playReports } from '../../src/device/reporter.js';
import type { OfflineSpec, ReporterSpec } from '../../src/device/reporter-spec.js';
import { deviceTruth, sampleFleet } from '../../src/device/take-records.js';
import { carSpec, fleetOf, homeSpec, START_MS } from './device-arbitrary.js';

const DAY = { durationS: 86_400, stepS: 60, reportS: 300 };
const MINUTE_MS = 60_000;

function street(reporter?: ReporterSpec): DeviceSpec {
  return homeSpec({ name: 'street', count: 3, socPercent: { from: 20, to: 90 }, ...(reporter ? { reporter } : {}) });
}

function play(specs: readonly DeviceSpec[], times: Partial<typeof DAY> = {}): Delivery[] {
  return [...playReports(fleetOf(specs), { ...DAY, ...times })];
}

function withReporter(reporter: ReporterSpec, times: Partial<typeof DAY> = {}): Delivery[] {
  return play([street(reporter)], times);
}

function ofDevice(rows: readonly Delivery[], device: number): Delivery[] {
  return rows.filter((row) => row.device === device);
}

const clean = play([street()]);

/** One of each behaviour. */
const BEHAVIOURS: Readonly<Record<string, ReporterSpec>> = {
  every: { everyS: 900 },
  'on change': { onChange: { socPercent: 0.5 } },
  refresh: { refresh: { socS: 900, powerS: 300, energyS: 1800 } },
  'instant power': { power: 'instant' },
  clock: { clock: { offsetS: { from: -30, to: 90 }, driftSPerDay: 5 } },
  offline: { offline: { random: { perDay: 4, lastsS: 3600 }, backfill: 'out-of-order', withinS: 900 } },
  duplicates: { duplicates: { percent: 10, withinS: 60 } },
  lost: { lostPercent: 10 },
};

describe('a reporter with nothing switched on', () => {
  it('sends what the fleet’s records say, each at once', () => {
    const fleet = fleetOf([street()]);
    const rows: Delivery[] = [];
    while (fleet.elapsedS < 86_400) {
      for (let step = 0; step < 5; step++) stepFleet(fleet, 60);
      for (let device = 0; device < 3; device++) {
        const sample = sampleFleet(fleet, device);
        rows.push({ device, sample, truth: deviceTruth(fleet, device), deliveredAtMs: sample.atMs });
      }
    }
    expect(clean).toEqual(rows);
    expect(withReporter({})).toEqual(rows);
    expect(withReporter({ power: 'mean', isSilentAway: false, lostPercent: 0 })).toEqual(rows);
  });
});

describe('each behaviour', () => {
  it.each(Object.entries(BEHAVIOURS))('%s changes something, and nothing for other groups', (_, reporter) => {
    const other = homeSpec({ name: 'other', socPercent: 77 });
    const rows = play([street(reporter), other]);
    expect(ofDevice(rows, 3)).toEqual(ofDevice(play([street(), other]), 3));
    expect(rows.filter(({ device }) => device < 3)).not.toEqual(clean);
  });

  it.each(Object.entries(BEHAVIOURS))('%s leaves the batteries what they are', (_, reporter) => {
    const truths = new Map(clean.map(({ device, truth, sample }) => [`${device} ${sample.atMs}`, truth]));
    for (const { device, truth, deliveredAtMs, sample } of withReporter(reporter)) {
      const known = reporter.clock ? truths.get(`${device} ${deliveredAtMs}`) : truths.get(`${device} ${sample.atMs}`);
      if (known) expect(truth.socPercent).toBe(known.socPercent);
    }
  });

  it('draws from a stream of its own: the same records are lost, and the same come twice, whatever else is on', () => {
    const twice = (rows: readonly Delivery[]): string[] => {
      const seen = new Set<string>();
      return rows.flatMap(({ device, sample: { sequence } }) => {
        const key = `${device} ${sequence}`;
        if (seen.has(key)) return [key];
        seen.add(key);
        return [];
      });
    };
    const alone = twice(withReporter(BEHAVIOURS['duplicates'] ?? {}));
    const lost = new Set(missing(withReporter({ lostPercent: 10 })));
    const both = withReporter({ ...BEHAVIOURS['duplicates'], ...BEHAVIOURS['clock'], lostPercent: 10 });
    expect(missing(both)).toEqual([...lost]);
    expect(new Set(twice(both))).toEqual(new Set(alone.filter((key) => !lost.has(key))));
  });
});

/** `device sequence` of the records of a day that never came. */
function missing(rows: readonly Delivery[], perDevice = 288): string[] {
  const came = new Set(rows.map(({ device, sample }) => `${device} ${sample.sequence}`));
  const all = [0, 1, 2].flatMap((device) =>
    Array.from({ length: perDevice }, (_, sequence) => `${device} ${sequence}`),
  );
  return all.filter((key) => !came.has(key));
}

describe('a refresh period', () => {
  it('is the only time at which a value changes, and the value is then that of the moment', () => {
    const rows = ofDevice(withReporter({ refresh: { socS: 900, powerS: 1800, energyS: 3600 } }), 1);
    const live = ofDevice(clean, 1);
    let changes = 0;
    for (const [at, { sample }] of rows.entries()) {
      const before = rows[at - 1]?.sample;
      const now = live[at]?.sample;
      if (!before || !now) continue;
      const isDue = (periodS: number): boolean => (sample.atMs - START_MS) % (periodS * 1000) === 0;
      expect(sample.socPercent).toBe(isDue(900) ? now.socPercent : before.socPercent);
      expect(sample.energyKwh).toBe(isDue(3600) ? now.energyKwh : before.energyKwh);
      if (!isDue(1800)) expect(sample.powerKw).toBe(before.powerKw);
      if (sample.socPercent !== before.socPercent) changes++;
    }
    expect(changes).toBeGreaterThan(20);
  });

  it('of the power makes it the mean over that period: the energies add up to the books', () => {
    const quanta = { socPercent: 0.1, powerKw: 1e-9, energyKwh: 0.1 };
    const fleet = fleetOf([homeSpec({ quanta, reporter: { everyS: 1800, refresh: { powerS: 1800 } } })]);
    const kwh = [...playReports(fleet, DAY)].reduce((sum, { sample }) => sum + sample.powerKw / 2, 0);
    const { chargedKwh, dischargedKwh } = fleet.batteries;
    expect(kwh).toBeCloseTo((chargedKwh[0] ?? NaN) - (dischargedKwh[0] ?? NaN), 6);
  });

  // A real home battery shows power as its mean over 5 minutes and charge as of the last quarter of an hour.
  it('of a real home gives charge that stands still for three records while power flows', () => {
    const rows = ofDevice(withReporter({ refresh: { socS: 900, powerS: 300, energyS: 900 } }), 0);
    const standing = rows.filter(({ sample }, at) => {
      const next = rows[at + 1]?.sample;
      return sample.powerKw > 1 && next?.socPercent === sample.socPercent;
    });
    expect(standing.length).toBeGreaterThan(10);
    for (const [at, { sample, truth }] of rows.entries()) {
      expect(sample.powerKw).toBe(ofDevice(clean, 0)[at]?.sample.powerKw);
      // No further behind than a quarter of an hour at full power.
      expect(Math.abs(sample.socPercent - truth.socPercent)).toBeLessThan(11);
    }
  });
});

describe('instant power', () => {
  it('is that of the last step, not the mean', () => {
    const rows = withReporter({ power: 'instant' }, { durationS: 7200 });
    const perMinute = withReporter({}, { durationS: 7200, reportS: 60 });
    const byTime = new Map(perMinute.map(({ device, sample }) => [`${device} ${sample.atMs}`, sample.powerKw]));
    for (const { device, sample } of rows) expect(sample.powerKw).toBe(byTime.get(`${device} ${sample.atMs}`));
  });
});

describe('a schedule of its own', () => {
  it('holds for its group alone', () => {
    const rows = play([street({ everyS: 900 }), homeSpec({ name: 'other' })]);
    expect(ofDevice(rows, 0).map(({ sample }) => sample.atMs)).toEqual(
      Array.from({ length: 96 }, (_, at) => START_MS + (at + 1) * 900_000),
    );
    expect(ofDevice(rows, 3).length).toBe(288);
  });
});

describe('reporting on change', () => {
  const threshold = { socPercent: 2, powerKw: 0.5 };
  const rows = withReporter({ everyS: 3600, onChange: threshold }, { durationS: 43_200 });

  it('sends as soon as a value is the threshold away from the last record, and never misses one', () => {
    const perMinute = withReporter({ power: 'instant' }, { durationS: 43_200, reportS: 60 });
    for (const device of [0, 1, 2]) {
      const own = ofDevice(rows, device);
      let last = 0;
      for (const { sample } of ofDevice(perMinute, device)) {
        const sent = own.find((row) => row.sample.atMs === sample.atMs)?.sample.socPercent;
        if (sent !== undefined) expect(sent).toBe(sample.socPercent);
        else expect(Math.abs(sample.socPercent - last)).toBeLessThan(threshold.socPercent);
        last = sent ?? last;
      }
    }
  });

  it('still sends on schedule, numbers all records on, and sends no more than changes ask for', () => {
    for (const device of [0, 1, 2]) {
      const own = ofDevice(rows, device).map(({ sample }) => sample);
      const hours = own.filter(({ atMs }) => (atMs - START_MS) % 3_600_000 === 0);
      expect(hours.length).toBe(12);
      expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, at) => at));
      expect(own.length).toBeGreaterThan(13);
      for (const [at, sample] of own.entries()) {
        const before = own[at - 1];
        if (!before || hours.includes(sample)) continue;
        const isFar =
          Math.abs(sample.socPercent - before.socPercent) >= threshold.socPercent - 1e-9 ||
          Math.abs(sample.powerKw - before.powerKw) >= threshold.powerKw - 1e-9;
        expect(isFar).toBe(true);
      }
    }
  });
});

describe('a wrong clock', () => {
  it('moves the times of the records and nothing else', () => {
    const rows = withReporter({ clock: { offsetS: 120, driftSPerDay: -24 } });
    for (const [at, { sample, truth, deliveredAtMs }] of rows.entries()) {
      const right = clean[at];
      const elapsedS = (deliveredAtMs - START_MS) / 1000;
      expect(sample).toEqual({ ...right?.sample, atMs: deliveredAtMs + 120_000 - Math.round(elapsedS / 3.6) });
      expect({ truth, deliveredAtMs }).toEqual({ truth: right?.truth, deliveredAtMs: right?.deliveredAtMs });
    }
  });

  it('differs from device to device where it is drawn', () => {
    const rows = withReporter({ clock: { offsetS: { from: -300, to: 300 } } }, { durationS: 300 });
    const offsets = rows.map(({ sample, deliveredAtMs }) => (sample.atMs - deliveredAtMs) / 1000);
    expect(new Set(offsets).size).toBe(3);
    for (const offset of offsets) expect(Math.abs(offset)).toBeLessThanOrEqual(300);
  });
});

const offlineArbitrary: fc.Arbitrary<OfflineSpec> = fc.record({
  windows: fc.constantFrom([], [{ fromS: 36_000, toS: 50_400 }], [{ fromS: 80_000, toS: 3600 }]),
  random: fc.record({ perDay: fc.constantFrom(1, 6), lastsS: fc.constantFrom(900, { from: 60, to: 7200 }) }),
  backfill: fc.constantFrom('in-order', 'out-of-order'),
  withinS: fc.constantFrom(0, 1800),
});

describe('an outage', () => {
  it('delivers every record exactly once, in the order of arrival, and none before it was taken', () => {
    fc.assert(
      fc.property(offlineArbitrary, (offline) => {
        const rows = withReporter({ offline });
        expect(missing(rows)).toEqual([]);
        expect(rows.length).toBe(clean.length);
        const arrivals = rows.map(({ deliveredAtMs }) => deliveredAtMs);
        expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
        for (const { sample, deliveredAtMs } of rows) expect(deliveredAtMs).toBeGreaterThanOrEqual(sample.atMs);
        // The records themselves are those of a device that was never offline.
        const bodies = rows.map(({ sample }) => JSON.stringify(sample)).toSorted();
        expect(bodies).toEqual(clean.map(({ sample }) => JSON.stringify(sample)).toSorted());
      }),
      { numRuns: 15 },
    );
  });

  const fixed = { windows: [{ fromS: 36_000, toS: 43_260 }], withinS: 900 };
  const isInside = ({ sample: { atMs } }: Delivery): boolean => {
    const secondOfDay = (atMs - START_MS) / 1000;
    return secondOfDay >= 36_000 && secondOfDay < 43_260;
  };

  it('of fixed hours sends all that it held back at their end, oldest first', () => {
    const rows = ofDevice(withReporter({ offline: { ...fixed, backfill: 'in-order' } }), 0);
    const held = rows.filter(isInside);
    expect(held.length).toBe(25);
    for (const { deliveredAtMs } of held) expect(deliveredAtMs).toBe(START_MS + 43_260_000);
    expect(rows.map(({ sample }) => sample.sequence)).toEqual(rows.map((_, at) => at));
    for (const row of rows) if (!isInside(row)) expect(row.deliveredAtMs).toBe(row.sample.atMs);
  });

  it('may be filled in out of order, between the records of that time', () => {
    const rows = ofDevice(withReporter({ offline: { ...fixed, backfill: 'out-of-order' } }), 0);
    const held = rows.filter(isInside);
    for (const { deliveredAtMs } of held) {
      expect(deliveredAtMs).toBeGreaterThanOrEqual(START_MS + 43_260_000);
      expect(deliveredAtMs).toBeLessThan(START_MS + 43_260_000 + 900_000);
    }
    const sequences = held.map(({ sample }) => sample.sequence);
    expect(sequences).not.toEqual(sequences.toSorted((a, b) => a - b));
    const order = rows.map(isInside);
    const [first, last] = [order.indexOf(true), order.lastIndexOf(true)];
    expect(order.slice(first, last).includes(false)).toBe(true);
  });

  it('may lose what it held back, which the sequence shows', () => {
    const rows = ofDevice(withReporter({ offline: { ...fixed, backfill: 'lost' } }), 0);
    expect(rows.some(isInside)).toBe(false);
    const sequences = rows.map(({ sample }) => sample.sequence);
    expect(sequences.length).toBe(288 - 25);
    expect(sequences.indexOf(119 + 25) - sequences.indexOf(118)).toBe(1);
  });

  it('at random comes as often as it is told to, apart for each device', () => {
    const offline: OfflineSpec = { random: { perDay: 4, lastsS: 900 }, backfill: 'in-order', withinS: 0 };
    const rows = withReporter({ offline }, { durationS: 20 * 86_400 });
    const late = rows.filter(({ sample, deliveredAtMs }) => deliveredAtMs > sample.atMs);
    // 4 outages of a quarter of an hour hold back 12 of the day's 288 records, less where two of them meet.
    expect(late.length / rows.length / (12 / 288)).toBeGreaterThan(0.8);
    expect(late.length / rows.length / (12 / 288)).toBeLessThan(1.15);
    const times = [0, 1, 2].map((device) => ofDevice(late, device).map(({ sample }) => sample.atMs));
    expect(times[0]).not.toEqual(times[1]);
  });

  it('that is not over when the run ends still delivers what it held back, last of all', () => {
    const offline: OfflineSpec = { windows: [{ fromS: 82_800, toS: 7200 }], backfill: 'in-order', withinS: 0 };
    const rows = withReporter({ offline });
    expect(missing(rows)).toEqual([]);
    expect(rows.at(-1)?.deliveredAtMs).toBe(START_MS + (86_400 + 7200) * 1000);
  });
});

describe('a duplicate', () => {
  const rows = withReporter({ duplicates: { percent: 20, withinS: 600 } });

  it('is the same record again, reference and body, no earlier and within its time', () => {
    const first = new Map<string, Delivery>();
    let twice = 0;
    for (const row of rows) {
      const known = first.get(row.sample.recordReferenceId);
      if (!known) first.set(row.sample.recordReferenceId, row);
      else {
        twice++;
        expect(row.sample).toEqual(known.sample);
        expect(row.deliveredAtMs - known.deliveredAtMs).toBeLessThan(600_000);
      }
    }
    expect(first.size).toBe(clean.length);
    expect(twice / clean.length).toBeGreaterThan(0.15);
    expect(twice / clean.length).toBeLessThan(0.25);
  });
});

describe('a lost record', () => {
  it('never comes, and leaves a gap in the sequence', () => {
    const rows = withReporter({ lostPercent: 10 });
    const share = missing(rows).length / clean.length;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.13);
    const kept = new Set(rows.map(({ sample }) => sample.recordReferenceId));
    expect(clean.filter(({ sample }) => kept.has(sample.recordReferenceId))).toEqual(rows);
  });

  it('is none at 0 %, and every one at 100 %', () => {
    expect(withReporter({ lostPercent: 0 }).length).toBe(clean.length);
    expect(withReporter({ lostPercent: 100 })).toEqual([]);
  });
});

describe('a vehicle', () => {
  const commute = { kind: 'ev', arrivesS: 64_800, departsS: 25_200, tripKwh: 12 } as const;

  it('shows what it drives with while away', () => {
    const rows = play([carSpec(commute, { socPercent: 80 })]);
    const kwh = rows.reduce((sum, { truth }) => sum + Math.min(0, truth.powerKw) / 12, 0);
    expect(kwh).toBeCloseTo(-12, 6);
  });

  it('may be silent while away, with the meter in the plug', () => {
    const rows = play([carSpec(commute, { socPercent: 80, reporter: { isSilentAway: true } })]);
    const times = rows.map(({ sample }) => (sample.atMs - START_MS) / 1000);
    // A record is taken at the end of its period: that of 07:00 is the last before it leaves.
    expect(times.filter((atS) => atS > 25_200 && atS <= 64_800)).toEqual([]);
    expect(times.length).toBe(288 - 132);
    expect(rows.every(({ sample }) => sample.powerKw >= 0)).toBe(true);
    expect(rows.map(({ sample }) => sample.sequence)).toEqual(rows.map((_, at) => at));
    const gap = rows.find(({ sample }) => sample.atMs > START_MS + 64_800_000);
    expect(gap?.sample.socPercent).toBeLessThan(65);
  });
});

describe('what is on its way', () => {
  it('is no more than the outages hold back: memory does not grow with the run', () => {
    const offline: OfflineSpec = { random: { perDay: 2, lastsS: 1800 }, backfill: 'out-of-order', withinS: 900 };
    let latestMs = 0;
    for (const { sample, deliveredAtMs } of withReporter({ offline }, { durationS: 5 * 86_400 })) {
      latestMs = Math.max(latestMs, deliveredAtMs - sample.atMs);
    }
    expect(latestMs).toBeLessThan(4 * 60 * MINUTE_MS);
  });
});
