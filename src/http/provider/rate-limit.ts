/** How many requests a second an account may make. */
import { UserError } from '../../errors.js';

export interface RateLimit {
  /** Counts a request. Zero where it may pass, otherwise the seconds after which the next one may. */
  take(accountId: string): number;
}

/**
 * A bucket for each account that holds one second's worth of requests, at least one, and fills at the rate.
 *
 * @param setup `ratePerS` requests a second, null for no limit; `now` in ms
 */
export function createRateLimit(setup: { ratePerS: number | null; now: () => number }): RateLimit {
  const { ratePerS, now } = setup;
  if (ratePerS === null) return { take: () => 0 };
  const capacity = Math.max(1, ratePerS);
  const buckets = new Map<string, { left: number; atMs: number }>();
  return {
    take: (accountId) => {
      const nowMs = now();
      const bucket = buckets.get(accountId) ?? { left: capacity, atMs: nowMs };
      buckets.set(accountId, bucket);
      // A clock that was set back must not empty the bucket.
      const elapsedS = Math.max(0, nowMs - bucket.atMs) / 1000;
      bucket.left = Math.min(capacity, bucket.left + elapsedS * ratePerS);
      bucket.atMs = nowMs;
      if (bucket.left < 1) return (1 - bucket.left) / ratePerS;
      bucket.left -= 1;
      return 0;
    },
  };
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/**
 * `100/s`, `30/m`, `10/h` or a bare number of requests a second, as requests a second.
 *
 * @throws UserError for anything else and for zero
 */
export function parseRate(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(text.trim()) ?? [];
  const ratePerS = Number(amount) / (secondsOf[unit ?? 's'] ?? Number.NaN);
  if (ratePerS > 0 && Number.isFinite(ratePerS)) return ratePerS;
  throw new UserError(`${JSON.stringify(text)} is not a rate.`, {
    hint: 'Write for instance 100/s, 30/m or 10/h, more than zero.',
  });
}
