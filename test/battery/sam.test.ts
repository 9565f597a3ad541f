// Protects the electrical path against a second reference simulator: SAM's BatteryStateful (test/truth/sam-traces.json, made by make-sam.py),
// in what both model: a voltage table and one resistance. Tolerance: SoC within 0.3 points anywhere, voltage within 10 mV RMS.
import { describe, expect, it } from 'vitest';
import truth from '../truth/sam-traces.json' with { type: 'json' };
import { cellClass, plainCell, stepAtCurrent } from './cell-product.js';
import { oneBattery } from './product-arbitrary.js';

const { cell } = truth;
const battery = cellClass(
  plainCell({
    capacityAh: cell.capacityAh,
    openCircuitV: cell.ocvSocPercent.map((percent, i) => [percent, cell.ocvV[i] ?? NaN] as const),
    chargeOhm: [[50, cell.ohm]],
    dischargeOhm: [[50, cell.ohm]],
    // SAM has no RC pair.
    relaxationOhm: 1e-9,
    hotActivationJPerMol: 0,
    coldActivationJPerMol: 0,
  }),
);

describe.each(truth.traces.map((trace) => [trace.name, trace] as const))('%s', (_name, trace) => {
  it.each([1, 60])('in steps of %d s', (stepS) => {
    const batteries = oneBattery(battery, trace.initialSocPercent);
    const errors = trace.currentA.map((currentA, k) => {
      for (let atS = 0; atS < trace.everyS; atS += stepS) stepAtCurrent(batteries, currentA, stepS);
      return {
        socPoints: Math.abs((batteries.socPercent[0] ?? NaN) - (trace.socPercent[k] ?? NaN)),
        mv: 1000 * ((batteries.voltageV[0] ?? NaN) - (trace.voltageV[k] ?? NaN)),
      };
    });
    expect(Math.max(...errors.map(({ socPoints }) => socPoints))).toBeLessThan(0.3);
    expect(Math.hypot(...errors.map(({ mv }) => mv)) / Math.sqrt(errors.length)).toBeLessThan(10);
  });
});
