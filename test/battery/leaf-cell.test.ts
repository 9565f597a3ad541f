// Protects the Leaf cell and the Thevenin equations against a real cell (test/truth/leaf-cell.json, made by make-leaf-cell.py).
// Fitted on the pulse test at 25 °C: the open-circuit curve, R0, R1 and τ. From the literature: 20 kJ/mol of activation. Tested on what took no
// part in the fit: the pulse test at 10 °C, and a 1C discharge. The voltage at rest before a pulse sets the state of charge it starts from.
import { describe, expect, it } from 'vitest';
import { curveAt } from '../../src/battery/cell.js';
import { leafLmoNmc } from '../../src/battery/cells.js';
import truth from '../truth/leaf-cell.json' with { type: 'json' };
import { cellClass, stepAtCurrent } from './cell-product.js';
import { oneBattery } from './product-arbitrary.js';

type Stretch = typeof truth.discharge1C;

// Kept at its temperature, as in the climate chamber, and free to take any current at 10 °C.
const leaf = cellClass({ ...leafLmoNmc, chargeShare: [[25, 1]], maxVoltageV: 4.5 }, { coolingHours: 1e-6 });

/** State of charge that the open-circuit curve has at a voltage, %. */
function percentAt(voltageV: number): number {
  const curve = leafLmoNmc.openCircuitV.map(([percent, v]) => [v, percent] as const);
  return Math.min(curveAt(curve, voltageV), 100);
}

interface Errors {
  readonly socPercent: number;
  readonly mv: number;
}

function replay(stretch: Stretch, celsius: number, startPercent: number): Errors[] {
  const battery = oneBattery(leaf, startPercent);
  battery.ambientCelsius[0] = celsius;
  battery.temperatureCelsius[0] = celsius;
  return stretch.timeS.map((atS, k) => {
    stepAtCurrent(battery, stretch.currentA[k] ?? NaN, atS - (stretch.timeS[k - 1] ?? 0));
    const mv = 1000 * ((battery.voltageV[0] ?? NaN) - (stretch.voltageV[k] ?? NaN));
    return { socPercent: battery.socPercent[0] ?? NaN, mv };
  });
}

const rmsMv = (errors: readonly Errors[]): number =>
  Math.hypot(...errors.map(({ mv }) => mv)) / Math.sqrt(errors.length);

it('holds the parameters that the script fitted', () => {
  const fitted = truth.fittedOn25C;
  expect(leafLmoNmc.capacityAh).toBe(fitted.capacityAh);
  expect(leafLmoNmc.openCircuitV).toEqual(fitted.ocvSocPercent.map((percent, i) => [percent, fitted.ocvV[i]]));
  for (const ohm of [curveAt(leafLmoNmc.chargeOhm, 50), curveAt(leafLmoNmc.dischargeOhm, 50)]) {
    expect(ohm / fitted.r0Ohm).toBeCloseTo(1, 2);
  }
  expect(leafLmoNmc.relaxationOhm / fitted.r1Ohm).toBeCloseTo(1, 2);
  expect(leafLmoNmc.relaxationS).toBe(fitted.tauS);
});

describe.each([
  ['25 °C, where it was fitted', 25, truth.pulses25C],
  ['10 °C, which it has not seen', 10, truth.pulses10C],
])('30 A for 30 s, rest, and charge for 10 s at ten states of charge, %s', (_name, celsius, pulses) => {
  it('voltage within 10 mV RMS over all pulses', () => {
    const errors = pulses.flatMap((pulse) => replay(pulse, celsius, percentAt(pulse.restVoltageV)));
    expect(errors.length).toBeGreaterThan(800);
    expect(rmsMv(errors)).toBeLessThan(10);
  });
});

it('1C discharge from full: voltage within 20 mV RMS between 90 and 10 %', () => {
  const errors = replay(truth.discharge1C, 25, 100).filter(({ socPercent }) => socPercent > 10 && socPercent < 90);
  expect(errors.length).toBeGreaterThan(40);
  expect(rmsMv(errors)).toBeLessThan(20);
});
