/**
 * The electrical path of the kernel: what the devices of an electrical class do in one step. Power is limited at the port, by temperature and
 * by the product's published curve, as on the energy path; then the cell finds its current and warms up.
 *
 * One cell is an open-circuit voltage U(s), hysteresis H with the sign of the current, a resistance R0 that acts at once and one RC pair
 * (R1, τ) with the voltage u = R1·w (Thevenin model, see for instance Plett, Battery Management Systems, 2015, ch. 2). Over a step of dt at a constant
 * current I, with α = e^(−dt/τ) and k = (τ/dt)(1 − α), s moves by c·I and w relaxes exactly, w' = I + (w − I)·α:
 *
 *  mean over the step   E = U + H + u·k,  R = R0 + R1(1 − k) + ½U'c,  P = I(E + R·I)  =>  I = 2P / (E + √(E² + 4RP)), which does not cancel near 0
 *  voltage at its end   V = U + H + u·α + (R0 + R1(1 − α) + U'c)·I
 *  heat                 Q = I²R0 + |I|·H + mean of R1·w²;  T∞ = T_air + Q/hA,  T' = T∞ + (T − T∞)·e^(−dt/τ_th)
 *
 * The current is bounded so that voltage, charge and rate keep their limits at the end of the step: constant current, constant voltage and
 * taper follow from that. Past a corner of U(s), and where the cell warms up, it is found again with the slopes and the temperature that the
 * first answer means. Loss is booked as what went in less what the pack holds more: heat, and the little that polarisation may give back
 * (under 0.01 % of the capacity).
 */
import { dcFromAcKw } from './battery-class.js';
import type { Batteries } from './battery-state.js';
import type { PartColumns } from './electrical-step.js';
import { walkLimit } from './limit-walk.js';
import { SOC_LAST_ROW, SOC_ROWS_PER_PERCENT, SOC_STRIDE } from './soc-table.js';
import { COLDEST_CELSIUS, LAST_DEGREE, TEMPERATURE_STRIDE } from './temperature-table.js';

/** From and to which charge a step is taken in parts, and from which change of charge in one step on. */
const LOW_PERCENT = 5;
const HIGH_PERCENT = 97;
const LARGE_PERCENT = 4;
/** Between these a cell takes and gives its full power. */
const MILD_FROM_CELSIUS = 20;
const MILD_TO_CELSIUS = 45;

/** A change of temperature in one part that is worth a second look, K. */
const MID_TEMPERATURE_K = 0.05;
/** Slopes of the open-circuit voltage that differ by less are one, V per percent. */
const SAME_SLOPE_V = 1e-9;

// Read for each cell, and imports are slow in a test runner: hence names of its own.
const PER_PERCENT = SOC_ROWS_PER_PERCENT;
const LAST_ROW = SOC_LAST_ROW;
const ROW = SOC_STRIDE;
const COLDEST = COLDEST_CELSIUS;
const LAST_PLACE = LAST_DEGREE;
const DEGREE = TEMPERATURE_STRIDE;

const EMPTY = new Float64Array(0);

/** Devices of one electrical class: some of a list. */
export interface CellRun {
  readonly classNumber: number;
  readonly list: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** Takes devices of an electrical class on by the step of `prepareStep`. */
export function stepElectricalRun(batteries: Batteries, run: CellRun): void {
  const { electrical, parted } = batteries;
  parted.count = 0;
  stepCells(batteries, run, electrical.whole);
  const rest = { classNumber: run.classNumber, list: parted.list, from: 0, to: parted.count };
  for (let k = 0; k < electrical.part.parts && rest.to > 0; k += 1) stepCells(batteries, rest, electrical.part);
}

/**
 * One loop that keeps every number in a register: with functions that hand them on through memory, the same work takes three times as long.
 * A whole step sets those aside, in `parted`, for which it is too long.
 */
// oxlint-disable-next-line max-lines-per-function
function stepCells(batteries: Batteries, run: CellRun, part: PartColumns): void {
  const { flow, walk, socPercent, reservePercent, requestedPowerKw, currentLimitA, capacityFraction } = batteries;
  const { polarisationA, temperatureCelsius, ambientCelsius, resistanceFactor, powerKw, lossKwh, voltageV } = batteries;
  const c = run.classNumber;
  const { socTable = EMPTY, temperatureTable = EMPTY } = batteries.classes[c]?.electrical ?? {};
  const { hours, parts } = part;
  const partShare = 1 / parts;
  const relaxed = at(part.relaxed, c);
  const relaxedMean = at(part.relaxedMean, c);
  const relaxedSquareMean = at(part.relaxedSquareMean, c);
  const cooled = at(part.cooled, c);
  const kPerW = at(part.kPerW, c);
  const cooledToCelsius = at(part.cooledToCelsius, c);
  const newPercentPerA = at(part.newPercentPerA, c);
  const leakPercent = at(part.leakPercent, c);
  const newRelaxationOhm = at(part.newRelaxationOhm, c);
  const cellCount = at(part.cellCount, c);
  const seriesCells = at(part.seriesCells, c);
  const minVoltageV = at(part.minVoltageV, c);
  const maxVoltageV = at(part.maxVoltageV, c);
  const hysteresisV = at(part.hysteresisV, c);
  const fullChargeDcKw = at(part.fullChargeDcKw, c);
  const fullDischargeDcKw = at(part.fullDischargeDcKw, c);
  const emptyDrainW = at(part.drainW, c);
  const drainSlopeW = at(part.drainSlopeW, c);
  const siteIdleKw = at(part.siteIdleKw, c);
  const siteIdleSlopeKw = at(part.siteIdleSlopeKw, c);
  const siteActiveKw = at(part.siteActiveKw, c);
  const hasStandby = at(part.hasStandby, c) === 1;
  const kwPerW = cellCount / 1000;
  const wPerKw = 1000 / cellCount;
  const newAPerPercent = 1 / newPercentPerA;
  const kwhPerArea = (hours * kwPerW) / newPercentPerA;
  const cellPerPackA = seriesCells / cellCount;
  // More than passes for a kW in the part, of any cell with half of its capacity.
  const mostPercentPerKw = (2 * newPercentPerA * wPerKw) / minVoltageV;
  const wholePercentPerKw = (100 * hours) / at(flow.usableKwh, 2 * c);
  const canPart = part !== batteries.electrical.part && batteries.electrical.part.parts > 1;
  for (let m = run.from; m < run.to; m += 1) {
    const i = run.list[m] ?? 0;
    const requestedKw = at(requestedPowerKw, i);
    const isCharge = requestedKw > 0;
    const sign = isCharge ? 1 : -1;
    const row = 2 * c + (isCharge ? 0 : 1);
    if (Number.isNaN(requestedKw)) throw new RangeError(`the power requested of device ${i} is not a number`);

    // The cell as the part finds it.
    const startPercent = at(socPercent, i);
    const startRow = Math.min((startPercent * PER_PERCENT) | 0, LAST_ROW);
    const startAt = startRow * ROW;
    const startLowV = at(socTable, startAt);
    const slopeV = (at(socTable, startAt + ROW) - startLowV) * PER_PERCENT;
    const startAbove = startPercent - startRow / PER_PERCENT;
    const openV = startLowV + slopeV * startAbove;
    const aged = at(resistanceFactor, i);
    const coolOhm = at(socTable, startAt + (isCharge ? 2 : 3)) * aged;
    const coolPairOhm = newRelaxationOhm * aged;
    const capacity = at(capacityFraction, i);
    const percentPerA = newPercentPerA / capacity;
    const startPairA = at(polarisationA, i);
    const startCelsius = at(temperatureCelsius, i);

    // What is asked of it, by the request and by the converter.
    const isAsked = Math.abs(requestedKw) > at(flow.startKw, row);
    const mostKw = Math.min(Math.abs(requestedKw), at(flow.maxKw, row));
    const slope = at(flow.slope, row);
    const square = at(flow.square, row);
    const wantedKw = isAsked ? dcFromAcKw(mostKw + at(flow.offsetKw, row), slope, square) : 0;
    const stopPercent = isCharge ? 100 : Math.min(at(reservePercent, i), startPercent);

    // Too long a step: the curve bends near its ends, where much flows the published limit changes on the way, and in cold and heat the share.
    const goesPercent = mostKw * wholePercentPerKw;
    const isMild = mostKw === 0 || (startCelsius >= MILD_FROM_CELSIUS && startCelsius <= MILD_TO_CELSIUS);
    const isInside = startPercent > LOW_PERCENT + goesPercent && startPercent < HIGH_PERCENT - goesPercent;
    if (canPart && !(isMild && isInside && goesPercent < LARGE_PERCENT)) {
      setAside(batteries, i);
      continue;
    }

    let celsius = startCelsius;
    let meanSlopeV = slopeV;
    let endSlopeV = slopeV;
    for (let isLast = false; ; isLast = true) {
      // What its temperature means.
      const place = Math.min(Math.max(celsius - COLDEST, 0), LAST_PLACE);
      const degree = place | 0;
      const warmth = place - degree;
      const factorAt = degree * DEGREE;
      const factor = at(temperatureTable, factorAt) * (1 - warmth) + at(temperatureTable, factorAt + DEGREE) * warmth;
      const ohm = coolOhm * factor;
      const pairOhm = coolPairOhm * factor;
      const pairV = pairOhm * startPairA;
      let flowA = 0;
      let gotKw = 0;
      let isAtStop = false;
      if (isAsked) {
        const shareAt = factorAt + (isCharge ? 1 : 2);
        const share = at(temperatureTable, shareAt) * (1 - warmth) + at(temperatureTable, shareAt + DEGREE) * warmth;
        const boundV = isCharge ? maxVoltageV : minVoltageV;
        const restV = openV + sign * hysteresisV;
        let dcKw = Math.min(wantedKw, share * (isCharge ? fullChargeDcKw : fullDischargeDcKw));

        // The published limit, along the way that the voltage under load at the start means.
        const fromX = isCharge ? startPercent : 100 - startPercent;
        const mostX = fromX + dcKw * mostPercentPerKw;
        if (fromX < at(flow.freeFrom, row) || mostX > at(flow.freeTo, row)) {
          const loadedV = restV + pairV + (sign * ohm * dcKw * wPerKw) / openV;
          const meetsV = isCharge ? Math.min(loadedV, boundV) : Math.max(loadedV, boundV);
          walk.x = fromX;
          walk.stopX = isCharge ? 100 : 100 - stopPercent;
          walk.demandKw = dcKw;
          walk.percentPerKwh = (percentPerA * wPerKw) / (hours * meetsV);
          dcKw = alongLimitKw(batteries, row, part);
        }

        // Its current, within the bounds of voltage, charge and rate.
        const powerW = sign * dcKw * wPerKw;
        const meanV = restV + pairV * relaxedMean;
        const meanOhm = ohm + pairOhm * (1 - relaxedMean) + (meanSlopeV * percentPerA) / 2;
        const endOhm = ohm + pairOhm * (1 - relaxed) + endSlopeV * percentPerA;
        const radicand = meanV * meanV + 4 * meanOhm * powerW;
        // Beyond the most that a cell can give, the current of that most.
        const wantedA = radicand > 0 ? (2 * powerW) / (meanV + Math.sqrt(radicand)) : -meanV / (2 * meanOhm);
        const beyondV = sign * (restV + pairV * relaxed + endOhm * wantedA - boundV);
        const voltageA = beyondV > 0 ? sign * wantedA - beyondV / endOhm : Infinity;
        const stopA = sign * (stopPercent - startPercent + leakPercent) * capacity * newAPerPercent;
        const boundA = Math.max(0, Math.min(at(currentLimitA, i) * cellPerPackA, voltageA, stopA));
        const isCurbed = sign * wantedA > boundA;
        flowA = isCurbed ? sign * boundA : wantedA;
        gotKw = isCurbed ? Math.min(sign * flowA * (meanV + meanOhm * flowA) * kwPerW, dcKw) : dcKw;
        isAtStop = isCurbed && boundA === stopA;
      }

      // Too little to run the converter ends the flow: a full pack is held where it is, any other stands by.
      const isFlowing = gotKw > at(flow.endKw, row);
      const isHeld = isAsked && isCharge && !isFlowing;
      const currentA = isFlowing ? flowA : 0;
      const ownV = isFlowing ? sign * hysteresisV : 0;
      const drainW = emptyDrainW + drainSlopeW * startPercent;
      const drainPercent = drainW > 0 ? (drainW / openV) * percentPerA : 0;
      const lostPercent = isFlowing ? leakPercent : isHeld ? 0 : leakPercent + drainPercent;
      const reachedPercent = Math.max(startPercent + currentA * percentPerA - lostPercent, 0);
      // To the last bit where charge is the bound.
      const endPercent = isFlowing && isAtStop ? stopPercent : reachedPercent;
      const endRow = Math.min((endPercent * PER_PERCENT) | 0, LAST_ROW);
      const endAt = endRow * ROW;
      const endLowV = at(socTable, endAt);
      const lastSlopeV = (at(socTable, endAt + ROW) - endLowV) * PER_PERCENT;
      const endAbove = endPercent - endRow / PER_PERCENT;
      const endOpenV = endLowV + lastSlopeV * endAbove;
      // Area below the curve, V times percent: energy once divided by what an Ah moves.
      const area =
        at(socTable, endAt + 1) -
        at(socTable, startAt + 1) +
        (endAbove * (endLowV + endOpenV) - startAbove * (startLowV + openV)) / 2;

      // Its warmth. Cooling by liquid takes what the current warms above its set point, not what the air does.
      const offA = startPairA - currentA;
      const squareA = currentA * currentA + offA * (2 * currentA * relaxedMean + offA * relaxedSquareMean);
      const heatW = currentA * (currentA * ohm + ownV) + squareA * pairOhm;
      const finalCelsius = at(ambientCelsius, i) + heatW * kPerW;
      const freeCelsius = finalCelsius + (startCelsius - finalCelsius) * cooled;
      const endCelsius = Math.min(freeCelsius, Math.max(cooledToCelsius, Math.min(startCelsius, freeCelsius)));

      // Past a corner of the curve, or warmer: once more, with the slopes and the temperature that the first answer means.
      const isBent = isFlowing && Math.abs(lastSlopeV - slopeV) > SAME_SLOPE_V;
      if (!isLast && (isBent || Math.abs(endCelsius - startCelsius) > MID_TEMPERATURE_K)) {
        const gonePercent = endPercent - startPercent;
        if (isBent) meanSlopeV = (2 * (area / gonePercent - openV)) / gonePercent;
        if (isBent) endSlopeV = (endOpenV - openV) / gonePercent;
        celsius = (startCelsius + endCelsius) / 2;
        continue;
      }

      // The books and the new state.
      const neededKw = gotKw * (slope + square * gotKw) - at(flow.offsetKw, row);
      const portKw = isFlowing ? (gotKw < wantedKw ? Math.min(neededKw, mostKw) : mostKw) : 0;
      const meanKw = (parts > 1 ? at(powerKw, i) : 0) + sign * portKw * partShare;
      const storedKwh = area * capacity * kwhPerArea;
      const standbyKwh = isFlowing || isHeld ? 0 : Math.min(drainW * kwPerW * hours, -storedKwh);
      if (isFlowing) add(isCharge ? batteries.chargedKwh : batteries.dischargedKwh, i, portKw * hours);
      add(lossKwh, i, sign * portKw * hours - storedKwh - standbyKwh);
      if (hasStandby) {
        const idleKw = siteIdleKw + siteIdleSlopeKw * startPercent + (isHeld ? drainW * kwPerW : 0);
        add(batteries.standbyKwh, i, standbyKwh);
        add(batteries.siteStandbyKwh, i, (isFlowing ? siteActiveKw : idleKw) * hours);
      }
      powerKw[i] = isCharge ? Math.min(meanKw, requestedKw) : Math.max(meanKw, requestedKw);
      socPercent[i] = endPercent;
      const endPairA = currentA + offA * relaxed;
      polarisationA[i] = endPairA;
      temperatureCelsius[i] = endCelsius;
      voltageV[i] = seriesCells * (endOpenV + ownV + pairOhm * endPairA + ohm * currentA);
      break;
    }
  }
}

function setAside(batteries: Batteries, i: number): void {
  const { parted, powerKw } = batteries;
  parted.list[parted.count] = i;
  parted.count += 1;
  powerKw[i] = 0;
}

/** Mean over the part of what the product's own limit leaves of `walk.demandKw`, kW. */
function alongLimitKw(batteries: Batteries, row: number, part: PartColumns): number {
  const { walk, segments } = batteries;
  walk.hoursLeft = part.hours;
  walk.dcKwh = 0;
  walk.dcSquareKw2h = 0;
  walkLimit(walk, segments[row] ?? EMPTY);
  return Math.min(walk.dcKwh / part.hours, walk.demandKw);
}

/** A column's value; the caller knows that the index is inside. Each file of the kernel has its own: imports are slow in a test runner. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? NaN) + amount;
}
