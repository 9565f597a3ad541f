/** How long the provider takes to answer. */
import type { RandomStream } from '../../device/random.js';
import { UserError } from '../../errors.js';

/** A fixed time, or one drawn evenly from a range, ms. */
export type Latency = number | { readonly from: number; readonly to: number };

/** The next latency, ms. A fixed one draws nothing. */
export function drawLatencyMs(latency: Latency, random: RandomStream): number {
  if (typeof latency === 'number') return latency;
  return latency.from + (latency.to - latency.from) * random.next();
}

/**
 * `50ms`, `1.5s`, `5..50ms` or `500ms..2s`. The first end of a range takes the unit of the second where it has none.
 *
 * @throws UserError for anything else and for a range that runs backwards
 */
export function parseLatency(text: string): Latency {
  const [, first, firstUnit, last, lastUnit] =
    /^(\d+(?:\.\d+)?)(ms|s)?(?:\.\.(\d+(?:\.\d+)?)(ms|s))?$/.exec(text.trim()) ?? [];
  if (first !== undefined && last === undefined && firstUnit !== undefined) return toMs(first, firstUnit);
  if (first !== undefined && last !== undefined && lastUnit !== undefined) {
    const range = { from: toMs(first, firstUnit ?? lastUnit), to: toMs(last, lastUnit) };
    if (range.from <= range.to) return range;
  }
  throw new UserError(`${JSON.stringify(text)} is not a latency.`, {
    hint: 'Write for instance 50ms, 1.5s or 5..50ms.',
  });
}

/** A duration such as `2s` or `500ms` in ms, undefined where the text is none. */
export function parseDelayMs(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : toMs(amount, unit);
}

function toMs(amount: string, unit: string): number {
  return Number(amount) * (unit === 's' ? 1000 : 1);
}
