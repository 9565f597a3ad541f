/** Constants and tables of all classes on the electrical path, side by side, and what depends on the step alone. */
import type { BatteryClass } from './battery-class.js';
import type { ElectricalClass, ElectricalConstants } from './electrical-class.js';
import { SOC_TABLE_SIZE } from './soc-table.js';
import { TEMPERATURE_TABLE_SIZE } from './temperature-table.js';

/** Near empty and near full, and where much flows, a step is taken in parts of at most this length, s. */
const SHORT_S = 60;

/** What depends on the step and the class alone: two numbers each, for the whole step and for a part of it. */
export interface StepColumns {
  /** The step that the columns stand for, s. */
  dtS: number;
  parts: number;
  readonly hours: Float64Array;
  /** Share of the polarisation that is left at the end; its mean; the mean of its square. */
  readonly relaxed: Float64Array;
  readonly relaxedMean: Float64Array;
  readonly relaxedSquareMean: Float64Array;
  /** Of a new cell. */
  readonly percentPerA: Float64Array;
  /** Share of the distance to the final temperature that is left at the end. */
  readonly cooled: Float64Array;
}

export type ElectricalColumns = { readonly [K in keyof ElectricalConstants]: Float64Array } & {
  /** 1 where the class is on the electrical path. */
  readonly isElectrical: Uint8Array;
  readonly socTable: Float64Array;
  readonly temperatureTable: Float64Array;
  readonly step: StepColumns;
};

export function electricalColumns(classes: readonly BatteryClass[]): ElectricalColumns {
  const column = (key: keyof ElectricalConstants): Float64Array =>
    Float64Array.from(classes, (c) => c.electrical?.constants[key] ?? NaN);
  return {
    isElectrical: Uint8Array.from(classes, (c) => (c.electrical === undefined ? 0 : 1)),
    cellCount: column('cellCount'),
    seriesCells: column('seriesCells'),
    cellAh: column('cellAh'),
    minVoltageV: column('minVoltageV'),
    maxVoltageV: column('maxVoltageV'),
    hysteresisV: column('hysteresisV'),
    relaxationOhm: column('relaxationOhm'),
    relaxationS: column('relaxationS'),
    heatCapacityJPerK: column('heatCapacityJPerK'),
    coolingS: column('coolingS'),
    cooledToCelsius: column('cooledToCelsius'),
    preheatedToCelsius: column('preheatedToCelsius'),
    selfDischargePercentPerHour: column('selfDischargePercentPerHour'),
    fullChargeDcKw: column('fullChargeDcKw'),
    fullDischargeDcKw: column('fullDischargeDcKw'),
    socTable: sideBySide(classes, SOC_TABLE_SIZE, (c) => c.socTable),
    temperatureTable: sideBySide(classes, TEMPERATURE_TABLE_SIZE, (c) => c.temperatureTable),
    step: stepColumns(classes.length),
  };
}

/** A table of each class; zeros where a class is on the energy path. */
function sideBySide(
  classes: readonly BatteryClass[],
  size: number,
  table: (electrical: ElectricalClass) => Float64Array,
): Float64Array {
  const all = new Float64Array(classes.length * size);
  for (const [number, { electrical }] of classes.entries()) {
    if (electrical !== undefined) all.set(table(electrical), number * size);
  }
  return all;
}

function stepColumns(classCount: number): StepColumns {
  const two = (): Float64Array => new Float64Array(2 * classCount);
  return {
    dtS: NaN,
    parts: 1,
    hours: new Float64Array(2),
    relaxed: two(),
    relaxedMean: two(),
    relaxedSquareMean: two(),
    percentPerA: two(),
    cooled: two(),
  };
}

/** Fills in what depends on the step and the class: all exponentials of the electrical path. */
export function prepareStep(columns: ElectricalColumns, dtS: number): void {
  const { step } = columns;
  if (step.dtS === dtS) return;
  step.dtS = dtS;
  step.parts = Math.ceil(dtS / SHORT_S);
  const lengths = [dtS, dtS / step.parts];
  lengths.forEach((lengthS, part) => {
    step.hours[part] = lengthS / 3600;
    for (let c = 0; c < columns.cellAh.length; c += 1) {
      const turns = lengthS / (columns.relaxationS[c] ?? NaN);
      const row = 2 * c + part;
      step.relaxed[row] = Math.exp(-turns);
      step.relaxedMean[row] = -Math.expm1(-turns) / turns;
      step.relaxedSquareMean[row] = -Math.expm1(-2 * turns) / (2 * turns);
      step.percentPerA[row] = lengthS / 36 / (columns.cellAh[c] ?? NaN);
      step.cooled[row] = Math.exp(-lengthS / (columns.coolingS[c] ?? NaN));
    }
  });
}
