/** Means over the time from one record of a device to its next. */
import type { Batteries, DeviceRange } from '../battery/batteries.js';

/** One value of each for every device. */
interface PowerColumns {
  readonly powerKw: Float64Array;
  readonly loadKw: Float64Array;
  readonly solarKw: Float64Array;
}

export interface Periods {
  /** Of the periods under way: when they began, s since the start of the run, and kW times seconds. */
  readonly fromS: Float64Array;
  readonly sums: PowerColumns;
  /** Over the last period that was closed. */
  readonly means: PowerColumns;
}

export function createPeriods(size: number): Periods {
  return { fromS: new Float64Array(size), sums: powerColumns(size), means: powerColumns(size) };
}

function powerColumns(size: number): PowerColumns {
  const column = (): Float64Array => new Float64Array(size);
  return { powerKw: column(), loadKw: column(), solarKw: column() };
}

/** What runs while periods do. */
export interface PeriodFleet {
  readonly periods: Periods;
  readonly batteries: Batteries;
  readonly loadKw: Float64Array;
  readonly solarKw: Float64Array;
}

export function addToPeriods(fleet: PeriodFleet, { from, to }: DeviceRange, dtS: number): void {
  const { sums } = fleet.periods;
  const { loadKw, solarKw } = fleet;
  const { powerKw } = fleet.batteries;
  for (let index = from; index < to; index++) {
    sums.powerKw[index] = at(sums.powerKw, index) + at(powerKw, index) * dtS;
    sums.loadKw[index] = at(sums.loadKw, index) + at(loadKw, index) * dtS;
    sums.solarKw[index] = at(sums.solarKw, index) + at(solarKw, index) * dtS;
  }
}

/** Ends the periods of a range and begins the next. @param elapsedS since the start of the run */
export function closePeriods({ fromS, sums, means }: Periods, { from, to }: DeviceRange, elapsedS: number): void {
  for (let index = from; index < to; index++) {
    const seconds = elapsedS - at(fromS, index);
    fromS[index] = elapsedS;
    // A period of no length keeps the means of the one before it.
    if (seconds <= 0) continue;
    means.powerKw[index] = at(sums.powerKw, index) / seconds;
    means.loadKw[index] = at(sums.loadKw, index) / seconds;
    means.solarKw[index] = at(sums.solarKw, index) / seconds;
    sums.powerKw[index] = 0;
    sums.loadKw[index] = 0;
    sums.solarKw[index] = 0;
  }
}

/** A column's value; the caller knows that the index is inside. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}
