/** Trouble that the provider makes on purpose, at a rate. */
import { type RandomStream, randomStream } from '../../device/random.js';
import { UserError } from '../../errors.js';
import { parseDelayMs } from './latency.js';

export type FaultEffect =
  /** The error object with this status instead of an answer; nothing is stored. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection is closed without an answer; nothing is stored. */
  | { readonly kind: 'drop' }
  /** The record is stored, then the connection is closed without an answer. */
  | { readonly kind: 'drop-after' }
  /** Head and first half of the answer come at once, the rest after the delay. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** The connection is closed after half of the announced body. */
  | { readonly kind: 'truncate' }
  /** The body arrives whole, but lacks its last character and so isn't JSON. */
  | { readonly kind: 'malformed' };

export interface Fault {
  /** As it was written, `503:10%`. */
  readonly text: string;
  readonly effect: FaultEffect;
  readonly when:
    | { readonly kind: 'always' }
    /** Each request with this chance, 0 to 1. */
    | { readonly kind: 'rate'; readonly fraction: number }
    /** The first requests that no earlier fault took, so many. */
    | { readonly kind: 'first'; readonly count: number };
}

const forms =
  'Forms: 503 (a status of 400 to 599), drop, drop-after, slow=2s, truncate, malformed; each alone for every request, or with :10% for a share, or with :2x for the first two.';

/**
 * The form of the command line: `503`, `503:10%`, `503:2x`, `drop:5%`, `drop-after:5%`, `slow=2s:10%`, `truncate:1%`, `malformed:1%`.
 *
 * @throws UserError with the forms that there are
 */
export function parseFault(text: string): Fault {
  const [what = '', when, ...rest] = text.trim().split(':');
  const effect = parseEffect(what);
  const timing = when === undefined ? ({ kind: 'always' } as const) : parseTiming(when);
  if (effect === undefined || timing === undefined || rest.length > 0) {
    throw new UserError(`${JSON.stringify(text)} is not a fault.`, { hint: forms });
  }
  return { text: text.trim(), effect, when: timing };
}

function parseEffect(what: string): FaultEffect | undefined {
  if (what === 'drop' || what === 'drop-after' || what === 'truncate' || what === 'malformed') return { kind: what };
  if (/^[45]\d\d$/.test(what)) return { kind: 'status', status: Number(what) };
  if (!what.startsWith('slow=')) return undefined;
  const delayMs = parseDelayMs(what.slice('slow='.length));
  return delayMs === undefined ? undefined : { kind: 'slow', delayMs };
}

function parseTiming(when: string): Fault['when'] | undefined {
  const [, count] = /^(\d+)x$/.exec(when) ?? [];
  if (count !== undefined) return Number(count) > 0 ? { kind: 'first', count: Number(count) } : undefined;
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(when) ?? [];
  if (percent === undefined || Number(percent) > 100) return undefined;
  return { kind: 'rate', fraction: Number(percent) / 100 };
}

export interface FaultSchedule {
  /** What befalls the next request, undefined for nothing. Where several faults would, the first one given does. */
  next(): Fault | undefined;
}

/** Each fault draws from a stream of its own, once a request, so that adding one doesn't move the others. */
export function createFaultSchedule(faults: readonly Fault[], seed: number): FaultSchedule {
  const rows: { fault: Fault; random: RandomStream; left: number }[] = faults.map((fault, index) => ({
    fault,
    random: randomStream(seed, 'fault', String(index), fault.text),
    left: fault.when.kind === 'first' ? fault.when.count : 0,
  }));
  return {
    next: () => {
      let hit: Fault | undefined;
      for (const row of rows) {
        const { when } = row.fault;
        const drawn = when.kind === 'rate' ? row.random.next() < when.fraction : true;
        if (hit !== undefined || !drawn || (when.kind === 'first' && row.left === 0)) continue;
        if (when.kind === 'first') row.left -= 1;
        hit = row.fault;
      }
      return hit;
    },
  };
}
