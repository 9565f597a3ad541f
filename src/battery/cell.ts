/** What is known of a lithium-ion cell: figures from measurements, each with its source. `electrical-class.ts` turns them into tables. */

/** A value at a place, as rows of `[place, value]` in order of place; straight lines between them, flat outside. */
export type Curve = readonly (readonly [number, number])[];

export interface CellModel {
  readonly name: string;
  /** From 100 to 0 % of the open-circuit curve. */
  readonly capacityAh: number;
  readonly minVoltageV: number;
  readonly maxVoltageV: number;
  /** Open-circuit voltage, V, over state of charge, %; nowhere falling. */
  readonly openCircuitV: Curve;
  /** Charging lies this much above the open-circuit curve and discharging below it, however small the current. */
  readonly hysteresisV: number;
  /** Resistance that acts at once, Ω at 25 °C over state of charge, %. */
  readonly chargeOhm: Curve;
  readonly dischargeOhm: Curve;
  /** Resistance that acts with the time constant `relaxationS`, Ω at 25 °C. */
  readonly relaxationOhm: number;
  readonly relaxationS: number;
  /** Arrhenius activation of both resistances below and above 25 °C, J/mol. */
  readonly coldActivationJPerMol: number;
  readonly hotActivationJPerMol: number;
  /** Share of the product's full power that it may charge and discharge with, 0 to 1, over the temperature of the cell, °C. */
  readonly chargeShare: Curve;
  readonly dischargeShare: Curve;
  readonly heatCapacityJPerK: number;
  /** Of the capacity. */
  readonly selfDischargePercentPerMonth: number;
  /** Who measured the figures, the licence where it is data, and which of them are assumptions. */
  readonly source: string;
}

/** How a product builds its pack from cells. How many it takes follows from the usable energy. */
export interface PackDesign {
  readonly cell: CellModel;
  readonly seriesCells: number;
  /** What 0 and 100 % of the product are of its cells, %: makers keep clear of both ends. */
  readonly cellWindowPercent: readonly [number, number];
  /** In which the difference to the air around falls to 1/e, with no current. */
  readonly coolingHours: number;
  /** Cooling by liquid keeps the pack at or below this, °C; Infinity where only air cools it. */
  readonly cooledToCelsius: number;
  /** To which it warms itself before a DC charge, °C; left out where it does not. */
  readonly preheatedToCelsius?: number;
}

/** @throws RangeError where there is no row */
export function curveAt(curve: Curve, place: number): number {
  const after = curve.findIndex(([at]) => at >= place);
  const [high = curve.at(-1), low = high] = [curve[after], curve[after - 1]];
  if (high === undefined || low === undefined) throw new RangeError('a curve needs at least one row');
  if (high[0] === low[0]) return high[1];
  return low[1] + ((high[1] - low[1]) * (place - low[0])) / (high[0] - low[0]);
}
