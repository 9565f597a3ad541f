/**
 * From power to current in one cell: an open-circuit voltage U(s), a resistance R0 that acts at once and one RC pair (R1, τ), over a step of
 * dt with α = e^(−dt/τ) and k = (τ/dt)(1 − α), at a constant current I. s moves by c·I, the voltage u of the pair relaxes exactly.
 *
 *  mean over the step   E = U + H + u·k,  R = R0 + R1(1 − k) + ½U'c,  P = I(E + R·I)  =>  I = 2P / (E + √(E² + 4RP)), which does not cancel near 0
 *  voltage at its end   V = U + H + u·α + (R0 + R1(1 − α) + U'c)·I
 *
 * (Thevenin model, see for instance Plett, Battery Management Systems, 2015, ch. 2.) The current is limited so that voltage, charge and rate
 * keep their bounds at the end of the step: constant current, constant voltage and taper follow from that.
 */
import type { CellStep } from './cell-step.js';
import { closeCell } from './soc-table.js';

/** Finds the current for `powerW` within the bounds, and where it ends. */
export function solveCurrent(cell: CellStep, socTable: Float64Array): void {
  cell.meanSlopeV = cell.slopeV;
  cell.endSlopeV = cell.slopeV;
  boundedCurrent(cell);
  closeCell(cell, socTable);
  if (cell.endTableRow === cell.tableRow) return;
  // Past a corner of the curve: once more with the slopes that give the true mean and the true end of the way just found.
  const gonePercent = cell.endPercent - cell.startPercent;
  const meanV = (cell.endArea - cell.startArea) / gonePercent;
  cell.meanSlopeV = (2 * (meanV - cell.openV)) / gonePercent;
  cell.endSlopeV = (cell.endOpenV - cell.openV) / gonePercent;
  boundedCurrent(cell);
  closeCell(cell, socTable);
}

/** Power that the current of the step means, W: exact for the way from `startPercent` to `endPercent`. */
export function meanPowerW(cell: CellStep): number {
  const i = cell.currentA;
  const pairV = cell.polarisationV * cell.relaxedMean + cell.relaxationOhm * i * (1 - cell.relaxedMean);
  const storedWh = (cell.endArea - cell.startArea + cell.leakPercent * cell.openV) / cell.percentPerAh;
  return storedWh / cell.hours + i * (cell.hysteresisV + pairV + cell.ohm * i);
}

function boundedCurrent(cell: CellStep): void {
  const { openV, hysteresisV, polarisationV, ohm, relaxationOhm, relaxed, relaxedMean, percentPerA, powerW } = cell;
  const restV = openV + hysteresisV;
  const meanV = restV + polarisationV * relaxedMean;
  const meanOhm = ohm + relaxationOhm * (1 - relaxedMean) + (cell.meanSlopeV * percentPerA) / 2;
  const square = meanV * meanV + 4 * meanOhm * powerW;
  // Beyond the most that the cell can give, the current of that most.
  const wantedA = square > 0 ? (2 * powerW) / (meanV + Math.sqrt(square)) : -meanV / (2 * meanOhm);
  const endOhm = ohm + relaxationOhm * (1 - relaxed) + cell.endSlopeV * percentPerA;
  const voltageA = (cell.boundV - restV - polarisationV * relaxed) / endOhm;
  const stopA = (cell.stopPercent - cell.startPercent + cell.leakPercent) / percentPerA;
  const boundA =
    powerW > 0
      ? Math.max(0, Math.min(cell.limitA, voltageA, stopA))
      : Math.min(0, Math.max(-cell.limitA, voltageA, stopA));
  cell.isCurbed = powerW > 0 ? wantedA > boundA : wantedA < boundA;
  cell.currentA = cell.isCurbed ? boundA : wantedA;
  const isAtStop = cell.isCurbed && boundA === stopA;
  const reachedPercent = cell.startPercent + cell.currentA * percentPerA - cell.leakPercent;
  // To the last bit where charge is the bound.
  cell.endPercent = isAtStop ? cell.stopPercent : Math.max(reachedPercent, 0);
}
