// Protects the numbered laws at the head of src/battery/batteries.ts, for every catalogue product and for products that nobody sells.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownProductArbitrary, requestArbitrary } from '../../src/battery/arbitrary.js';
import { type BatteryClass, compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, createBatteries, stepBatteries, storedKwh, usableKwh } from '../../src/battery/batteries.js';
import type { LimitPoint } from '../../src/battery/product.js';
import { catalogueClasses, live, type Mission, missionArbitrary, oneBattery } from './product-arbitrary.js';

/** A class with a mission that suits it. */
function check(battery: fc.Arbitrary<BatteryClass>, law: (battery: BatteryClass, mission: Mission) => void): void {
  const pair = battery.chain((drawn) => fc.tuple(fc.constant(drawn), missionArbitrary(drawn)));
  fc.assert(
    fc.property(pair, ([drawn, mission]) => law(drawn, mission)),
    { numRuns: 60 },
  );
}

const drawnClass = ownProductArbitrary().map((product) => compileBatteryClass(product, 'ac'));
const subjects: [string, fc.Arbitrary<BatteryClass>][] = [
  ...catalogueClasses.map(([name, battery]): [string, fc.Arbitrary<BatteryClass>] => [name, fc.constant(battery)]),
  // Drawn products get as many turns as ten rows of the catalogue.
  ...Array.from({ length: 10 }, (_, i): [string, fc.Arbitrary<BatteryClass>] => [`drawn product ${i + 1}`, drawnClass]),
];

const books = ['chargedKwh', 'dischargedKwh', 'lossKwh', 'standbyKwh', 'siteStandbyKwh', 'drawnKwh'] as const;

function book(batteries: Batteries, name: (typeof books)[number]): number {
  return batteries[name][0] ?? NaN;
}

function soc(batteries: Batteries): number {
  return batteries.socPercent[0] ?? NaN;
}

/** The highest of the product's own limit between two states of charge, kW at DC: straight lines between corners, flat outside. */
function highestLimit(points: readonly LimitPoint[], onePercent: number, otherPercent: number): number {
  if (points.length === 0) return Infinity;
  const [low, high] = [Math.min(onePercent, otherPercent), Math.max(onePercent, otherPercent)];
  const line = [{ ...points[0], socPercent: 0 }, ...points, { ...points.at(-1), socPercent: 100 }];
  let highestKw = 0;
  for (let i = 1; i < line.length; i += 1) {
    const { socPercent: fromPercent = NaN, powerKw: fromKw = NaN } = line[i - 1] ?? {};
    const { socPercent: toPercent = NaN, powerKw: toKw = NaN } = line[i] ?? {};
    if (toPercent < low || fromPercent > high) continue;
    const slope = toPercent > fromPercent ? (toKw - fromKw) / (toPercent - fromPercent) : 0;
    const atKw = (percent: number): number => fromKw + slope * (percent - fromPercent);
    highestKw = Math.max(highestKw, atKw(Math.max(low, fromPercent)), atKw(Math.min(high, toPercent)));
    if (slope === 0) highestKw = Math.max(highestKw, toKw);
  }
  return highestKw;
}

describe.each(subjects)('%s', (_name, battery) => {
  it('law 1: charged − discharged − loss − standby − drawn is what the pack holds more, to 1e-12 of all that flowed', () => {
    check(battery, (drawn, mission) => {
      const batteries = oneBattery(drawn, mission.startPercent);
      const before = storedKwh(batteries, 0);
      for (const stretch of mission.stretches) live(batteries, 0, stretch);
      const net =
        book(batteries, 'chargedKwh') -
        book(batteries, 'dischargedKwh') -
        book(batteries, 'lossKwh') -
        book(batteries, 'standbyKwh') -
        book(batteries, 'drawnKwh');
      const flowed = book(batteries, 'chargedKwh') + book(batteries, 'dischargedKwh') + usableKwh(batteries, 0);
      expect(Math.abs(storedKwh(batteries, 0) - before - net)).toBeLessThan(1e-12 * flowed);
    });
  });

  it('law 2: SoC stays within 0 to 100 and no book ever shrinks', () => {
    check(battery, (drawn, mission) => {
      const batteries = oneBattery(drawn, mission.startPercent);
      for (const stretch of mission.stretches) {
        const before = books.map((name) => book(batteries, name));
        live(batteries, 0, stretch);
        expect(soc(batteries)).toBeGreaterThanOrEqual(0);
        expect(soc(batteries)).toBeLessThanOrEqual(100);
        books.forEach((name, i) => {
          expect(book(batteries, name), name).toBeGreaterThanOrEqual((before[i] ?? NaN) - 1e-15);
        });
      }
    });
  });

  it('law 3: delivered power has the sign of the request and is at most the request, the rating and the curve', () => {
    check(battery, (drawn, mission) => {
      const batteries = oneBattery(drawn, mission.startPercent);
      const { product, port, constants } = drawn;
      for (const stretch of mission.stretches) {
        live(batteries, 0, { ...stretch, drawKwh: 0, dtS: 1e-3 });
        const fromPercent = soc(batteries);
        live(batteries, 0, { ...stretch, drawKwh: 0 });
        const powerKw = batteries.powerKw[0] ?? NaN;
        expect(powerKw * stretch.requestedPowerKw >= 0 || powerKw === 0).toBe(true);
        expect(Math.abs(powerKw)).toBeLessThanOrEqual(Math.abs(stretch.requestedPowerKw));
        const charging = powerKw > 0;
        expect(Math.abs(powerKw)).toBeLessThanOrEqual(charging ? constants.maxChargeKw : constants.maxDischargeKw);
        const points = charging ? product.chargeLimit : product.dischargeLimit;
        const dcKw = highestLimit(points, fromPercent, soc(batteries));
        if (powerKw === 0 || dcKw === Infinity) continue;
        const loss = charging ? product.chargeLoss : product.dischargeLoss;
        const p = dcKw / loss.ratedDcKw;
        const lossKw = port === 'dc' ? 0 : (loss.aW * p * p + loss.bW * p + loss.cW) / 1000;
        expect(Math.abs(powerKw)).toBeLessThanOrEqual((charging ? dcKw + lossKw : dcKw - lossKw) * (1 + 2e-9));
      }
    });
  });

  it('law 4: whoever asks for more, in every stretch, never ends lower', () => {
    const pair = battery.chain((drawn) =>
      fc.tuple(
        fc.constant(drawn),
        missionArbitrary(drawn),
        fc.array(requestArbitrary(drawn), { minLength: 12, maxLength: 12 }),
      ),
    );
    fc.assert(
      fc.property(pair, ([drawn, mission, others]) => {
        const [less, more] = [oneBattery(drawn, mission.startPercent), oneBattery(drawn, mission.startPercent)];
        mission.stretches.forEach((stretch, i) => {
          const other = others[i] ?? 0;
          live(less, 0, { ...stretch, requestedPowerKw: Math.min(stretch.requestedPowerKw, other) });
          live(more, 0, { ...stretch, requestedPowerKw: Math.max(stretch.requestedPowerKw, other) });
          expect(soc(more)).toBeGreaterThanOrEqual(soc(less) - 1e-10);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('law 5: one long step equals many short ones at a constant request, to 1e-9 points and 1e-9 kWh (site standby: 1e-4 kWh)', () => {
    fc.assert(
      fc.property(
        battery.chain((drawn) =>
          fc.tuple(fc.constant(drawn), missionArbitrary(drawn), fc.integer({ min: 2, max: 40 })),
        ),
        ([drawn, mission, parts]) => {
          const [long, short] = [oneBattery(drawn, mission.startPercent), oneBattery(drawn, mission.startPercent)];
          for (const stretch of mission.stretches) {
            live(long, 0, stretch);
            live(short, 0, { ...stretch, dtS: stretch.dtS / parts });
            for (let k = 1; k < parts; k += 1) live(short, 0, { ...stretch, dtS: stretch.dtS / parts, drawKwh: 0 });
            expect(Math.abs(soc(long) - soc(short))).toBeLessThan(1e-9);
          }
          for (const name of books) {
            const toleranceKwh = name === 'siteStandbyKwh' ? 1e-4 : 1e-9;
            expect(Math.abs(book(long, name) - book(short, name)), name).toBeLessThan(toleranceKwh);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('law 6: discharging stops exactly at the reserve, and only standby goes on below it', () => {
    check(battery, (drawn, mission) => {
      const reservePercent = mission.stretches[0]?.reservePercent ?? 0;
      const batteries = oneBattery(drawn, Math.max(mission.startPercent, reservePercent), reservePercent);
      const aboveKwh = storedKwh(batteries, 0) - (reservePercent / 100) * usableKwh(batteries, 0);
      for (const stretch of mission.stretches) {
        live(batteries, 0, { ...stretch, requestedPowerKw: -Infinity, drawKwh: 0, reservePercent });
        const belowKwh = Math.max(0, (reservePercent / 100) * usableKwh(batteries, 0) - storedKwh(batteries, 0));
        expect(belowKwh).toBeLessThanOrEqual(book(batteries, 'standbyKwh') + 1e-12);
        const takenKwh = book(batteries, 'dischargedKwh') + book(batteries, 'lossKwh');
        expect(takenKwh).toBeLessThanOrEqual(aboveKwh + 1e-12);
      }
      const dischargedKwh = book(batteries, 'dischargedKwh');
      if (soc(batteries) <= reservePercent) {
        live(batteries, 0, { requestedPowerKw: -Infinity, dtS: 900, reservePercent, drawKwh: 0 });
        expect(batteries.powerKw[0]).toBe(0);
        expect(book(batteries, 'dischargedKwh')).toBe(dischargedKwh);
      }
    });
  });
});

it('law 6: a pack without standby stands at its reserve to the last bit', () => {
  const [, battery] = catalogueClasses.find(([name]) => name === 'nissan-leaf-40-v2g at ac') ?? [];
  if (battery === undefined) throw new Error('the catalogue has no car that gives power back');
  fc.assert(
    fc.property(fc.double({ min: 0, max: 90, noNaN: true }), (reservePercent) => {
      const batteries = oneBattery(battery, 90, reservePercent);
      batteries.requestedPowerKw[0] = -7.4;
      for (let hour = 0; hour < 8; hour += 1) stepBatteries(batteries, 3600);
      expect(batteries.socPercent[0]).toBe(reservePercent);
    }),
  );
});

it('law 7: a device in a fleet does, to the last bit, what it does alone, however the fleet is cut', () => {
  const classes = catalogueClasses.map(([, battery]) => battery);
  const member = fc
    .nat({ max: classes.length - 1 })
    .chain((index) => fc.tuple(fc.constant(index), missionArbitrary(classes[index] ?? ([] as never))));
  fc.assert(
    fc.property(fc.array(member, { minLength: 2, maxLength: 20 }), fc.nat({ max: 20 }), (members, cut) => {
      const fleet = createBatteries({
        classes,
        classOf: Uint16Array.from(members, ([index]) => index),
        socPercent: Float64Array.from(members, ([, mission]) => mission.startPercent),
        reservePercent: new Float64Array(members.length),
      });
      members.forEach(([, mission], i) => (fleet.requestedPowerKw[i] = mission.stretches[0]?.requestedPowerKw ?? 0));
      const middle = Math.min(cut, members.length);
      for (let step = 0; step < 5; step += 1) {
        stepBatteries(fleet, 300, { from: middle, to: members.length });
        stepBatteries(fleet, 300, { from: 0, to: middle });
      }
      members.forEach(([index, mission], i) => {
        const alone = oneBattery(classes[index] ?? ([] as never), mission.startPercent);
        alone.requestedPowerKw[0] = mission.stretches[0]?.requestedPowerKw ?? 0;
        for (let step = 0; step < 5; step += 1) stepBatteries(alone, 300);
        for (const name of ['socPercent', 'powerKw', ...books] as const)
          expect(fleet[name][i], name).toBe(alone[name][0]);
      });
    }),
  );
});
