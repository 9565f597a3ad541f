// Protects the electrical path against a reference simulator: PyBaMM's Thevenin model, whose traces lie in test/truth/thevenin-traces.json
// (made by make-thevenin.py, which also says what the cell is). Tolerance: SoC within 0.3 points anywhere, voltage within 10 mV RMS, at any step.
import { describe, expect, it } from 'vitest';
import type { BatteryClass } from '../../src/battery/battery-class.js';
import { type Batteries, stepBatteries } from '../../src/battery/batteries.js';
import type { CellModel } from '../../src/battery/cell.js';
import truth from '../truth/thevenin-traces.json' with { type: 'json' };
import { cellClass, plainCell, stepAtCurrent } from './cell-product.js';
import { oneBattery } from './product-arbitrary.js';

type Trace = (typeof truth.traces)[number];
interface Drive {
  kind: string;
  currentA?: number;
  powerW?: number;
  untilVoltageV?: number;
  durationS?: number;
}

const SOC_POINTS = 0.3;
const VOLTAGE_RMS_MV = 10;

const { cell } = truth;
const model: CellModel = plainCell({
  capacityAh: cell.capacityAh,
  openCircuitV: cell.ocvSocFraction.map((soc, i) => [100 * soc, cell.ocvV[i] ?? NaN] as const),
  chargeOhm: [[50, cell.r0Ohm]],
  dischargeOhm: [[50, cell.r0Ohm]],
  relaxationOhm: cell.r1Ohm,
  relaxationS: cell.tauS,
  coldActivationJPerMol: cell.activationEnergyJPerMol,
  hotActivationJPerMol: cell.activationEnergyJPerMol,
  minVoltageV: cell.minVoltageV,
  maxVoltageV: cell.maxVoltageV,
  heatCapacityJPerK: cell.heatCapacityJPerK,
});

/** Self-heating, or a cell that its surroundings keep at their temperature. */
function classOf(trace: Trace): BatteryClass {
  const coolingS = trace.thermal ? cell.heatCapacityJPerK / cell.heatTransferWPerK : 1e-3;
  return cellClass(model, { coolingHours: coolingS / 3600 });
}

function stepDrive(batteries: Batteries, drive: Drive, dtS: number): void {
  if (drive.powerW === undefined) {
    // Held at a voltage, the cell takes what its own limit leaves: the charger sets nothing but the current of before.
    stepAtCurrent(batteries, drive.currentA ?? (drive.kind === 'voltage' ? CV_LIMIT_A : 0), dtS);
    return;
  }
  batteries.currentLimitA[0] = Infinity;
  batteries.requestedPowerKw[0] = drive.powerW / 1000;
  stepBatteries(batteries, dtS);
}

/** The current of the constant-current part, which goes on limiting in the constant-voltage part. */
const CV_LIMIT_A = 2.5;

/** How far the kernel is from a trace, at those of its times that a step ends at. */
function compare(trace: Trace, stepS: number): { voltageMv: number[]; socPoints: number[]; celsius: number[] } {
  const batteries = oneBattery(classOf(trace), 100 * trace.initialSocFraction);
  batteries.ambientCelsius[0] = trace.ambientCelsius;
  batteries.temperatureCelsius[0] = trace.ambientCelsius;
  const drives: Drive[] = trace.drive;
  const endS = trace.timeS.at(-1) ?? 0;
  const errors = { voltageMv: [] as number[], socPoints: [] as number[], celsius: [] as number[] };
  let [part, partEndS] = [0, drives[0]?.durationS ?? Infinity];
  for (let atS = 0; atS < endS;) {
    while (atS >= partEndS) partEndS += drives[(part += 1)]?.durationS ?? Infinity;
    const dtS = Math.min(stepS, partEndS - atS, endS - atS);
    stepDrive(batteries, drives[part] ?? { kind: 'rest' }, dtS);
    atS += dtS;
    const row = trace.timeS.indexOf(atS);
    if (row < 0) continue;
    errors.socPoints.push((batteries.socPercent[0] ?? NaN) - 100 * (trace.socFraction[row] ?? NaN));
    errors.celsius.push((batteries.temperatureCelsius[0] ?? NaN) - (trace.temperatureCelsius[row] ?? NaN));
    errors.voltageMv.push(1000 * ((batteries.voltageV[0] ?? NaN) - (trace.voltageV[row] ?? NaN)));
  }
  return errors;
}

const rms = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);
const most = (values: readonly number[]): number => Math.max(...values.map(Math.abs));

describe.each(truth.traces.map((trace) => [trace.name, trace] as const))('%s', (_name, trace) => {
  it.each([1, 60, 300])('in steps of %d s', (stepS) => {
    const { voltageMv, socPoints, celsius } = compare(trace, stepS);
    expect(socPoints.length).toBeGreaterThan(10);
    expect(most(socPoints)).toBeLessThan(SOC_POINTS);
    expect(rms(voltageMv)).toBeLessThan(VOLTAGE_RMS_MV);
    expect(most(celsius)).toBeLessThan(0.5);
  });
});
