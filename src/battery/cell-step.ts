/**
 * What the electrical path works with while it takes one cell through one part of a step. The kernel keeps a single one and fills it in again
 * for each device; NaN makes each field a number with a fraction from the start.
 */
export class CellStep {
  /** Row of the class in `StepColumns`, and where its tables begin. */
  row = 0;
  socTable = 0;
  temperatureTable = 0;
  hours = NaN;
  /** Of this cell, as it has aged. */
  percentPerA = NaN;
  percentPerAh = NaN;
  /** Lost to self-discharge. */
  leakPercent = NaN;
  relaxed = NaN;
  relaxedMean = NaN;
  /** At the temperature of the cell: resistance over that at 25 °C, shares of full power. */
  resistanceFactor = NaN;
  chargeShare = NaN;
  dischargeShare = NaN;
  /** At the start: state of charge, its row in the table, open-circuit voltage, its slope in V per percent, the area below it in V times percent. */
  startPercent = NaN;
  tableRow = 0;
  /** At 25 °C. */
  chargeOhm = NaN;
  dischargeOhm = NaN;
  openV = NaN;
  slopeV = NaN;
  startArea = NaN;
  /** Across the RC pair at the start. */
  polarisationV = NaN;
  /** With the sign of the current. */
  hysteresisV = NaN;
  ohm = NaN;
  relaxationOhm = NaN;
  /** Wanted of the cell; + charges. */
  powerW = NaN;
  /** Bounds of the step: magnitude of the current, voltage at the end, state of charge at the end. */
  limitA = NaN;
  boundV = NaN;
  stopPercent = NaN;
  /** Slopes of the open-circuit voltage that give its mean over the step and its value at the end, V per percent. */
  meanSlopeV = NaN;
  endSlopeV = NaN;
  /** What became of it. Energy is area over `percentPerAh`. */
  currentA = NaN;
  isCurbed = false;
  endPercent = NaN;
  endTableRow = 0;
  endOpenV = NaN;
  endArea = NaN;
  /** Temperature at which the cell acts, and at the end of the part, °C. */
  celsius = NaN;
  endCelsius = NaN;
  /** Across the RC pair at the end. */
  endPolarisationV = NaN;
  /** Asked to charge, and can take no more. */
  isHeld = false;
  /** In the part, as magnitude: 0 where nothing flows. */
  portKw = NaN;
  /** At the port over the step so far, kWh, + in. */
  portKwh = NaN;
}
