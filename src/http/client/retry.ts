/**
 * When a request is sent again, and after how long.
 *
 * - Network failures, 429 and 5xx are retried; no other status is, and neither is what would fail the same way again.
 * - A request that is not repeatable (a submit without a reference id, which the provider could store twice) is retried
 *   only where the provider can't have taken it: it never reached a connection, or the answer was 429 or 503.
 * - Back-off is capped exponential with full jitter: a wait drawn evenly from [0, min(cap, base · 2ⁿ)) before retry n+1.
 *   Source: Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, "Full Jitter".
 * - `Retry-After` (RFC 9110, section 10.2.3) is a floor, with up to one base of jitter on top so that a crowd told the same
 *   second does not come back as one. One that asks for more than `maxRetryAfterMs` ends the retries: coming back earlier
 *   than told would be rude, so the answer goes to the caller.
 */
import type { TransportErrorCode } from '../../errors.js';

export interface RetryPolicy {
  /** Tries after the first one; 0 never retries. */
  readonly maxRetries: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** The longest `Retry-After` that is waited for. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { maxRetries: 3, baseMs: 200, capMs: 10_000, maxRetryAfterMs: 30_000 };

/** How one try ended. */
export interface TryOutcome {
  readonly status: number | undefined;
  readonly failureCode: TransportErrorCode | undefined;
  /** False where no byte of the request can have reached the provider. */
  readonly dispatched: boolean;
  /** What the answer's `Retry-After` asks for, ms. */
  readonly retryAfterMs: number | undefined;
}

export interface RetryQuestion {
  readonly policy: RetryPolicy;
  /** Retries made so far. */
  readonly retries: number;
  readonly repeatable: boolean;
  /** Evenly in [0, 1). */
  readonly random: () => number;
}

const transientFailures: ReadonlySet<TransportErrorCode> = new Set([
  'connection-refused',
  'connection-reset',
  'dns',
  'timeout',
  'other',
]);

/** How long to wait before the next try, ms, or undefined where there is to be none. */
export function retryWaitMs(outcome: TryOutcome, question: RetryQuestion): number | undefined {
  const { policy, retries, repeatable, random } = question;
  if (retries >= policy.maxRetries || !isTransient(outcome)) return undefined;
  if (!repeatable && !wasNotTaken(outcome)) return undefined;
  if (outcome.retryAfterMs === undefined) return backoffMs(policy, retries, random);
  if (outcome.retryAfterMs > policy.maxRetryAfterMs) return undefined;
  return outcome.retryAfterMs + random() * policy.baseMs;
}

function isTransient(outcome: TryOutcome): boolean {
  if (outcome.failureCode !== undefined) return transientFailures.has(outcome.failureCode);
  return outcome.status === 429 || (outcome.status !== undefined && outcome.status >= 500);
}

function wasNotTaken(outcome: TryOutcome): boolean {
  return !outcome.dispatched || outcome.status === 429 || outcome.status === 503;
}

/** Full jitter before retry `retries + 1`, ms. */
export function backoffMs(policy: RetryPolicy, retries: number, random: () => number): number {
  return random() * Math.min(policy.capMs, policy.baseMs * 2 ** retries);
}

/**
 * Reads a `Retry-After` header: whole seconds, or one of the three date forms of RFC 9110, section 5.6.7. A date counts from
 * the answer's own `Date` where it has one, so that two clocks that differ don't change the wait.
 * @returns ms, never negative; undefined where the header is absent or says nothing readable
 */
export function parseRetryAfter(
  header: string | undefined,
  dateHeader: string | undefined,
  nowMs: number,
): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const untilMs = parseHttpDate(text);
  if (untilMs === undefined) return undefined;
  const fromMs = dateHeader === undefined ? undefined : parseHttpDate(dateHeader.trim());
  return Math.max(0, untilMs - (fromMs ?? nowMs));
}

const fixdate = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const rfc850 = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const asctime = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

function parseHttpDate(text: string): number | undefined {
  // Asctime names no zone, and HTTP means GMT by it.
  const zoned = asctime.test(text) ? `${text} GMT` : text;
  if (zoned === text && !fixdate.test(text) && !rfc850.test(text)) return undefined;
  const epochMs = Date.parse(zoned);
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
