// Protects the numbered laws at the head of src/battery/batteries.ts on the electrical path: every catalogue product at each of its ports, in
// cold and heat, over missions that go from full to empty. What the energy path keeps exactly and this one within a bound is said in each test.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridArbitrary, requestArbitrary } from '../../src/battery/arbitrary.js';
import { type BatteryClass, compileBatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, createBatteries, stepBatteries, storedKwh, usableKwh } from '../../src/battery/batteries.js';
import { batteryProducts } from '../../src/battery/catalogue.js';
import { live, type Mission, missionArbitrary, oneBattery } from './product-arbitrary.js';

const electricalClasses = batteryProducts.flatMap((product) => {
  const ac = [`${product.id} at ac`, compileBatteryClass(product, 'ac', 'electrical')] as const;
  if (product.maxDcChargeKw === 0) return [ac];
  return [ac, [`${product.id} at dc`, compileBatteryClass(product, 'dc', 'electrical')] as const];
});

const books = ['chargedKwh', 'dischargedKwh', 'lossKwh', 'standbyKwh', 'siteStandbyKwh', 'drawnKwh'] as const;

function book(batteries: Batteries, name: (typeof books)[number]): number {
  return batteries[name][0] ?? NaN;
}

function soc(batteries: Batteries): number {
  return batteries.socPercent[0] ?? NaN;
}

/** Of 20 steps of a quarter of an hour, rounded up. */
const SELF_DISCHARGE_PERCENT = 0.02;

interface Life extends Mission {
  readonly celsius: number;
}

/** A mission in air of one temperature; half of them at 25 °C. */
function lifeArbitrary(battery: BatteryClass): fc.Arbitrary<Life> {
  const celsius = fc.oneof(fc.constant(25), gridArbitrary(-25, 50));
  return fc.tuple(missionArbitrary(battery), celsius).map(([mission, at]) => ({ ...mission, celsius: at }));
}

function begin(battery: BatteryClass, { celsius, startPercent }: Life, reservePercent = 0): Batteries {
  const batteries = oneBattery(battery, startPercent, reservePercent);
  batteries.ambientCelsius[0] = celsius;
  batteries.temperatureCelsius[0] = celsius;
  return batteries;
}

function check(battery: BatteryClass, law: (life: Life) => void): void {
  fc.assert(fc.property(lifeArbitrary(battery), law), { numRuns: 40 });
}

/** Energy that polarisation may hold, at most a minute of a current that drops half a volt: under 0.2 % of what the pack holds. */
function polarisationKwh(batteries: Batteries): number {
  return 0.002 * usableKwh(batteries, 0);
}

describe.each(electricalClasses)('%s', (_name, battery) => {
  it('law 1: charged − discharged − loss − standby − drawn is what the pack holds more, to 1e-12 of all that flowed', () => {
    check(battery, (life) => {
      const batteries = begin(battery, life);
      const before = storedKwh(batteries, 0);
      for (const stretch of life.stretches) live(batteries, 0, stretch);
      const net = books.reduce((sum, name) => {
        if (name === 'siteStandbyKwh') return sum;
        return sum + (name === 'chargedKwh' ? 1 : -1) * book(batteries, name);
      }, 0);
      const flowed = book(batteries, 'chargedKwh') + book(batteries, 'dischargedKwh') + usableKwh(batteries, 0);
      expect(Math.abs(storedKwh(batteries, 0) - before - net)).toBeLessThan(1e-12 * flowed);
    });
  });

  it('law 2: SoC stays within 0 to 100, and no book shrinks but for what polarisation gives back', () => {
    check(battery, (life) => {
      const batteries = begin(battery, life);
      for (const stretch of life.stretches) {
        const before = books.map((name) => book(batteries, name));
        live(batteries, 0, stretch);
        expect(soc(batteries)).toBeGreaterThanOrEqual(0);
        expect(soc(batteries)).toBeLessThanOrEqual(100);
        expect(Number.isFinite(batteries.temperatureCelsius[0])).toBe(true);
        books.forEach((name, i) => {
          const slackKwh = name === 'lossKwh' ? polarisationKwh(batteries) : 1e-15;
          expect(book(batteries, name), name).toBeGreaterThanOrEqual((before[i] ?? NaN) - slackKwh);
        });
      }
    });
  });

  it('law 3: delivered power has the sign of the request, is at most the request and the rating, and voltage keeps its bounds', () => {
    check(battery, (life) => {
      const batteries = begin(battery, life);
      const { constants, electrical } = battery;
      const { minVoltageV = NaN, maxVoltageV = NaN, seriesCells = NaN } = electrical?.constants ?? {};
      for (const stretch of life.stretches) {
        live(batteries, 0, { ...stretch, drawKwh: 0 });
        const powerKw = batteries.powerKw[0] ?? NaN;
        expect(powerKw * stretch.requestedPowerKw >= 0 || powerKw === 0).toBe(true);
        expect(Math.abs(powerKw)).toBeLessThanOrEqual(Math.abs(stretch.requestedPowerKw));
        const ratedKw = powerKw > 0 ? constants.maxChargeKw : constants.maxDischargeKw;
        expect(Math.abs(powerKw)).toBeLessThanOrEqual(ratedKw * (1 + 1e-12));
        const cellV = (batteries.voltageV[0] ?? NaN) / seriesCells;
        if (powerKw > 0) expect(cellV).toBeLessThan(maxVoltageV + 0.01);
        if (powerKw < 0) expect(cellV).toBeGreaterThan(minVoltageV - 0.01);
      }
    });
  });

  it('law 4: after any life, whoever asks for more in the next step does not end it lower, to 0.02 points', () => {
    const lives = fc.tuple(lifeArbitrary(battery), requestArbitrary(battery), requestArbitrary(battery));
    fc.assert(
      fc.property(lives, fc.constantFrom(1, 60, 300, 900), ([life, one, other], dtS) => {
        const [less, more] = [begin(battery, life), begin(battery, life)];
        for (const stretch of life.stretches) for (const batteries of [less, more]) live(batteries, 0, stretch);
        for (const [batteries, requestedKw] of [
          [less, Math.min(one, other)],
          [more, Math.max(one, other)],
        ] as const) {
          batteries.requestedPowerKw[0] = requestedKw;
          stepBatteries(batteries, dtS);
        }
        expect(soc(more)).toBeGreaterThanOrEqual(soc(less) - 0.02);
      }),
      { numRuns: 40 },
    );
  });

  it('law 5: a step of up to 15 minutes ends within 0.15 points of the same in steps of about a second', () => {
    fc.assert(
      fc.property(lifeArbitrary(battery), (life) => {
        const [long, short] = [begin(battery, life), begin(battery, life)];
        for (const stretch of life.stretches.slice(0, 3)) {
          const parts = Math.ceil(stretch.dtS);
          live(long, 0, stretch);
          live(short, 0, { ...stretch, dtS: stretch.dtS / parts });
          for (let k = 1; k < parts; k += 1) live(short, 0, { ...stretch, dtS: stretch.dtS / parts, drawKwh: 0 });
          expect(Math.abs(soc(long) - soc(short))).toBeLessThan(0.15);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('law 6: discharging stops exactly at the reserve, and only standby and self-discharge go on below it', () => {
    check(battery, (life) => {
      const reservePercent = life.stretches[0]?.reservePercent ?? 0;
      const batteries = begin(
        battery,
        { ...life, startPercent: Math.max(life.startPercent, reservePercent) },
        reservePercent,
      );
      batteries.requestedPowerKw[0] = -Infinity;
      for (let step = 0; step < 20; step += 1) {
        const fromPercent = soc(batteries);
        stepBatteries(batteries, life.stretches[0]?.dtS ?? NaN);
        // A percent holds less energy where the voltage is low: down to 60 %.
        const standbyPercent = (170 * book(batteries, 'standbyKwh')) / usableKwh(batteries, 0);
        expect(soc(batteries)).toBeGreaterThanOrEqual(reservePercent - standbyPercent - SELF_DISCHARGE_PERCENT);
        if (fromPercent <= reservePercent) expect(batteries.powerKw[0]).toBe(0);
      }
    });
  });
});

it('law 7: a device in a fleet of both paths does, to the last bit, what it does alone, however the fleet is cut', () => {
  const classes = electricalClasses.flatMap(([, battery]) => [
    battery,
    compileBatteryClass(battery.product, battery.port, 'energy'),
  ]);
  const member = fc.tuple(fc.nat({ max: classes.length - 1 }), gridArbitrary(0, 100), gridArbitrary(-150, 250));
  const cut = fc.nat({ max: 20 });
  fc.assert(
    fc.property(fc.array(member, { minLength: 2, maxLength: 20 }), cut, (members, middle) => {
      const fleet = createBatteries({
        classes,
        classOf: Uint16Array.from(members, ([index]) => index),
        socPercent: Float64Array.from(members, ([, percent]) => percent),
        reservePercent: new Float64Array(members.length).fill(10),
      });
      members.forEach(([, , requestKw], i) => (fleet.requestedPowerKw[i] = requestKw));
      const alone = members.map(([index, percent, requestKw]) => {
        const battery = oneBattery(classes[index] ?? ([] as never), percent, 10);
        battery.requestedPowerKw[0] = requestKw;
        return battery;
      });
      for (let step = 0; step < 5; step += 1) {
        stepBatteries(fleet, 300, { from: Math.min(middle, members.length), to: members.length });
        stepBatteries(fleet, 300, { from: 0, to: Math.min(middle, members.length) });
        for (const battery of alone) stepBatteries(battery, 300);
      }
      for (const name of ['socPercent', 'powerKw', 'temperatureCelsius', 'voltageV', ...books] as const)
        alone.forEach((battery, i) => expect(fleet[name][i], name).toBe(battery[name][0]));
    }),
  );
});
