/** Percentiles over a fleet at each moment, for charts of more devices than lines can show. */

/** Percentiles of one quantity at one moment. */
export interface Band {
  readonly localMs: number;
  readonly p10: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
}

/** Bands of the values that share a moment, in order of time. */
export function bandsOf(values: Iterable<{ readonly localMs: number; readonly value: number }>): Band[] {
  const byMoment = new Map<number, number[]>();
  for (const { localMs, value } of values) {
    const known = byMoment.get(localMs);
    if (known === undefined) byMoment.set(localMs, [value]);
    else known.push(value);
  }
  return [...byMoment.entries()]
    .toSorted(([a], [b]) => a - b)
    .map(([localMs, moment]) => {
      const sorted = moment.toSorted((a, b) => a - b);
      const at = (share: number): number => quantile(sorted, share);
      return { localMs, p10: at(0.1), p25: at(0.25), p50: at(0.5), p75: at(0.75), p90: at(0.9) };
    });
}

/**
 * Linear between the two neighbours: type 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996.
 *
 * @param sorted ascending, not empty
 * @param share 0 to 1
 */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
