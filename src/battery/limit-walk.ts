/** Exact motion of SoC under a piecewise-linear power limit: the slow path of the kernel. */
import { SEGMENT_STRIDE } from './battery-class.js';

/** State of one walk. The kernel keeps a single one and fills it in again for each device. */
export interface LimitWalk {
  /** SoC while charging, 100 − SoC while discharging, percent; moves upwards only. */
  x: number;
  /** Where to stop: full, or the reserve. */
  stopX: number;
  /** DC power asked for, kW, positive. */
  demandKw: number;
  /** Percent of x per kWh at the DC terminals. */
  percentPerKwh: number;
  /** Length of the step that the walk is part of. */
  stepHours: number;
  /** Time to spend before the walk, time left after it; some is left only where nothing more can flow. */
  hoursLeft: number;
  /** Integral of the DC power over the walk. */
  dcKwh: number;
  /** Integral of the squared DC power over the walk, kW²·h: what a quadratic loss needs. */
  dcSquareKw2h: number;
}

export function createLimitWalk(): LimitWalk {
  return { x: 0, stopX: 0, demandKw: 0, percentPerKwh: 0, stepHours: 0, hoursLeft: 0, dcKwh: 0, dcSquareKw2h: 0 };
}

/**
 * Walks until the time is used up, `stopX` is reached or the limit is zero. `dx/dt = g·min(demand, L(x))` with g = `percentPerKwh`.
 * Where the demand binds, power is constant. Where the limit `L = L0 + m·(x − x0)` binds, power follows `P(t) = P0·e^(m·g·t)`, hence
 * Δx = P0·g·t·expm1(m·g·t)/(m·g·t), ∫P dt = Δx/g and ∫P² dt = (P0 + P1)/2·∫P dt: exact for any step.
 *
 * @param segments of `SEGMENT_STRIDE` numbers each, in order of x; the limit of one is positive throughout or zero throughout
 */
export function walkLimit(walk: LimitWalk, segments: Float64Array): void {
  for (let k = 0; k < segments.length && walk.hoursLeft > 0 && walk.x < walk.stopX; k += SEGMENT_STRIDE) {
    const startX = segments[k] ?? 0;
    const endX = Math.min(segments[k + 1] ?? 0, walk.stopX);
    if (walk.x >= endX) continue;
    const startKw = segments[k + 2] ?? 0;
    const slope = segments[k + 3] ?? 0;
    if (startKw <= 0) return;
    if (slope === 0) {
      walkConstant(walk, Math.min(walk.demandKw, startKw), endX);
      continue;
    }
    // Decided by place, not by comparing powers, so that rounding at the crossing can't stall the walk.
    const crossingX = Math.min(Math.max(startX + (walk.demandKw - startKw) / slope, startX), endX);
    if (slope < 0) {
      walkConstant(walk, walk.demandKw, crossingX);
      walkAlongLimit(walk, { startX, startKw, slope, endX });
    } else {
      walkAlongLimit(walk, { startX, startKw, slope, endX: crossingX });
      walkConstant(walk, walk.demandKw, endX);
    }
  }
}

function walkConstant(walk: LimitWalk, powerKw: number, endX: number): void {
  if (walk.x >= endX || walk.hoursLeft <= 0) return;
  const hoursToEnd = (endX - walk.x) / (walk.percentPerKwh * powerKw);
  const hours = Math.min(hoursToEnd, walk.hoursLeft);
  const reached = hoursToEnd <= walk.hoursLeft;
  const kwh = powerKw * hours;
  walk.x = reached ? endX : Math.min(walk.x + walk.percentPerKwh * kwh, endX);
  walk.hoursLeft = reached ? walk.hoursLeft - hours : 0;
  walk.dcKwh += kwh;
  walk.dcSquareKw2h += powerKw * kwh;
}

function walkAlongLimit(walk: LimitWalk, line: { startX: number; startKw: number; slope: number; endX: number }): void {
  if (walk.x >= line.endX || walk.hoursLeft <= 0) return;
  const fromKw = line.startKw + line.slope * (walk.x - line.startX);
  const endKw = line.startKw + line.slope * (line.endX - line.startX);
  const growthPerHour = line.slope * walk.percentPerKwh;
  const hoursToEnd = Math.log(endKw / fromKw) / growthPerHour;
  const reached = hoursToEnd <= walk.hoursLeft;
  const growth = growthPerHour * walk.hoursLeft;
  const endX = reached ? line.endX : Math.min(walk.x + (fromKw * Math.expm1(growth)) / line.slope, line.endX);
  const kwh = (endX - walk.x) / walk.percentPerKwh;
  walk.dcSquareKw2h += kwh * (fromKw + (line.slope * (endX - walk.x)) / 2);
  walk.dcKwh += kwh;
  walk.x = endX;
  walk.hoursLeft = reached ? walk.hoursLeft - hoursToEnd : 0;
}
