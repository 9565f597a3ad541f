/**
 * How the devices of a fleet are spread, over time, in memory that neither devices nor duration make grow: a histogram for each
 * of up to 400 spans of time and each quantity. Histograms of parts of a fleet add up to that of the whole.
 *
 * Charge is counted in steps of 0.1 % and temperature in steps of 0.1 °C. Powers are counted in steps that grow with them, 64 to each doubling from 1 W on, so
 * that a percentile is off by at most 0.8 % of itself; what is below 1 W counts as none.
 */
import type { RecordColumns } from '../device/records.js';

export type BandQuantity = 'socPercent' | 'powerKw' | 'loadKw' | 'solarKw' | 'temperatureCelsius';

/** Can be sent from thread to thread. */
export interface FleetBands {
  readonly startMs: number;
  /** Length of a span. */
  readonly spanMs: number;
  readonly spans: number;
  /** Of each span, how many values there are in each step; undefined before the first value. */
  readonly counts: Readonly<Record<BandQuantity, (Uint32Array<ArrayBuffer> | undefined)[]>>;
}

/** Percentiles of one quantity over the fleet. */
export interface Band {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

export interface BandsAt {
  /** End of the span, ms since 1970. */
  readonly atMs: number;
  readonly bands: Readonly<Record<BandQuantity, Band>>;
}

/** How the values of a quantity are counted: a number of steps, and which one a value lies in. */
interface Scale {
  readonly steps: number;
  readonly stepOf: (value: number) => number;
  /** The middle of a step. */
  readonly valueOf: (step: number) => number;
}

const MOST_SPANS = 400;
/** Bits of a single-precision float that are cut off: of 23 bits of fraction, 6 remain. */
const CUT_BITS = 17;
/** The step of 2^-10 kW. */
const FIRST_STEP = (127 - 10) << 6;
/** Of one sign, up to 2^17 kW. */
const POWER_STEPS = 27 << 6;
const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);
const POWER: Scale = { steps: 2 * POWER_STEPS + 1, stepOf: powerStep, valueOf: powerOfStep };
const SCALES: Readonly<Record<BandQuantity, Scale>> = {
  socPercent: tenths(0, 100),
  powerKw: POWER,
  loadKw: POWER,
  solarKw: POWER,
  temperatureCelsius: tenths(-100, 200),
};
const BAND_QUANTITIES = ['socPercent', 'powerKw', 'loadKw', 'solarKw', 'temperatureCelsius'] as const;

export function createFleetBands(run: { startMs: number; durationS: number; reportS: number }): FleetBands {
  const moments = Math.max(1, Math.floor(run.durationS / run.reportS));
  const momentsASpan = Math.ceil(moments / MOST_SPANS);
  const spans = Math.ceil(moments / momentsASpan);
  const empty = (): undefined[] => Array.from({ length: spans }, () => undefined);
  return {
    startMs: run.startMs,
    spanMs: 1000 * momentsASpan * run.reportS,
    spans,
    counts: {
      socPercent: empty(),
      powerKw: empty(),
      loadKw: empty(),
      solarKw: empty(),
      temperatureCelsius: empty(),
    },
  };
}

/** Counts what is true of the devices of these records. */
export function addToBands(bands: FleetBands, { size, atMs, truth }: RecordColumns): void {
  for (const quantity of BAND_QUANTITIES) {
    const values = truth[quantity];
    const { stepOf } = SCALES[quantity];
    let span = -1;
    let histogram = new Uint32Array();
    for (let row = 0; row < size; row++) {
      const at = spanOf(bands, atMs[row] ?? NaN);
      if (at !== span) {
        span = at;
        histogram = histogramOf(bands, quantity, span);
      }
      const index = stepOf(values[row] ?? NaN);
      histogram[index] = (histogram[index] ?? 0) + 1;
    }
  }
}

/** Adds what another part of the fleet counted in the same run. */
export function mergeBands(into: FleetBands, part: FleetBands): void {
  for (const quantity of BAND_QUANTITIES) {
    for (const [span, counts] of part.counts[quantity].entries()) {
      if (!counts) continue;
      const sum = histogramOf(into, quantity, span);
      for (const [step, count] of counts.entries()) sum[step] = (sum[step] ?? 0) + count;
    }
  }
}

/** The percentiles of each span that has values, in order of time. */
export function percentileBands(bands: FleetBands): BandsAt[] {
  return Array.from({ length: bands.spans }, (_, span): BandsAt[] => {
    if (!bands.counts.socPercent[span]) return [];
    const of = (quantity: BandQuantity): Band => {
      return bandOf(histogramOf(bands, quantity, span), SCALES[quantity]);
    };
    return [
      {
        atMs: bands.startMs + (span + 1) * bands.spanMs,
        bands: {
          socPercent: of('socPercent'),
          powerKw: of('powerKw'),
          loadKw: of('loadKw'),
          solarKw: of('solarKw'),
          temperatureCelsius: of('temperatureCelsius'),
        },
      },
    ];
  }).flat();
}

function bandOf(counts: Uint32Array, { valueOf }: Scale): Band {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const at = (share: number): number => valueOf(stepAt(counts, Math.floor(share * (total - 1))));
  return { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95) };
}

/** The step that the value of this rank lies in, 0 for the least value. */
function stepAt(counts: Uint32Array, rank: number): number {
  let below = 0;
  for (const [step, count] of counts.entries()) {
    below += count;
    if (below > rank) return step;
  }
  return counts.length - 1;
}

function spanOf({ startMs, spanMs, spans }: FleetBands, atMs: number): number {
  // A record is made at the end of its period, which belongs to the span before.
  return Math.max(0, Math.min(Math.ceil((atMs - startMs) / spanMs) - 1, spans - 1));
}

function histogramOf({ counts }: FleetBands, quantity: BandQuantity, span: number): Uint32Array<ArrayBuffer> {
  const known = counts[quantity][span];
  if (known) return known;
  const made = new Uint32Array(SCALES[quantity].steps);
  counts[quantity][span] = made;
  return made;
}

function tenths(least: number, most: number): Scale {
  const steps = 10 * (most - least) + 1;
  return {
    steps,
    stepOf: (value) => Math.max(0, Math.min(Math.round(10 * (value - least)), steps - 1)),
    valueOf: (step) => step / 10 + least,
  };
}

/** Negative powers come first, none in the middle. */
function powerStep(kw: number): number {
  floats[0] = Math.abs(kw);
  const size = Math.min(((bits[0] ?? 0) >>> CUT_BITS) - FIRST_STEP + 1, POWER_STEPS);
  if (size <= 0) return POWER_STEPS;
  return kw < 0 ? POWER_STEPS - size : POWER_STEPS + size;
}

function powerOfStep(step: number): number {
  const size = Math.abs(step - POWER_STEPS);
  if (size === 0) return 0;
  bits[0] = ((size - 1 + FIRST_STEP) << CUT_BITS) + (1 << (CUT_BITS - 1));
  return Math.sign(step - POWER_STEPS) * (floats[0] ?? 0);
}
