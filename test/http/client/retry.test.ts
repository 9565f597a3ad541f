// Protects what is retried, when, and how long is waited: full jitter, Retry-After in seconds and dates, and that nothing
// which a provider could store twice goes out twice.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { backoffMs, defaultRetryPolicy, parseRetryAfter, retryWaitMs } from '../../../src/http/client/retry.js';
import type { RetryQuestion, TryOutcome } from '../../../src/http/client/retry.js';

const answered = (status: number, retryAfterMs?: number): TryOutcome => ({
  status,
  failureCode: undefined,
  dispatched: true,
  retryAfterMs,
});
const failed = (failureCode: TryOutcome['failureCode'], dispatched = true): TryOutcome => ({
  status: undefined,
  failureCode,
  dispatched,
  retryAfterMs: undefined,
});
const question = (changes: Partial<RetryQuestion> = {}): RetryQuestion => ({
  policy: defaultRetryPolicy,
  retries: 0,
  repeatable: true,
  random: () => 0.5,
  ...changes,
});

describe('what is tried again', () => {
  it.each([
    ['a success is not', answered(200), false, false],
    ['a redirect is not', answered(302), false, false],
    ['a refused body is not', answered(400), false, false],
    ['a rejected token is not', answered(401), false, false],
    ['a conflict is not', answered(409), false, false],
    ['422 is not', answered(422), false, false],
    ['a rate limit is, since nothing was stored', answered(429), true, true],
    ['500 is, unless the record may be stored already', answered(500), true, false],
    ['502 is, unless the record may be stored already', answered(502), true, false],
    ['503 is, since the provider says that it did not take it', answered(503), true, true],
    ['504 is, unless the record may be stored already', answered(504), true, false],
    ['a refused connection is', failed('connection-refused', false), true, true],
    ['a name that could not be resolved is', failed('dns', false), true, true],
    ['a connection that timed out is', failed('timeout', false), true, true],
    ['a reset after the body went out is, if repeatable', failed('connection-reset'), true, false],
    ['a time-out after the body went out is, if repeatable', failed('timeout'), true, false],
    ['a certificate that is not trusted is not', failed('tls', false), false, false],
    ['an answer that is no HTTP is not', failed('malformed-answer'), false, false],
    ['what the caller stopped is not', failed('aborted', false), false, false],
    ['a refused login is not', failed('login-refused', false), false, false],
  ])('%s', (_sentence, outcome, ifRepeatable, ifNot) => {
    expect(retryWaitMs(outcome, question({ repeatable: true })) !== undefined).toBe(ifRepeatable);
    expect(retryWaitMs(outcome, question({ repeatable: false })) !== undefined).toBe(ifNot);
  });

  it('ends after as many retries as the policy allows', () => {
    expect(retryWaitMs(answered(500), question({ retries: defaultRetryPolicy.maxRetries - 1 }))).toBeDefined();
    expect(retryWaitMs(answered(500), question({ retries: defaultRetryPolicy.maxRetries }))).toBeUndefined();
    const never = question({ policy: { ...defaultRetryPolicy, maxRetries: 0 } });
    expect(retryWaitMs(answered(500), never)).toBeUndefined();
  });
});

describe('how long is waited', () => {
  const policy = fc.record({
    maxRetries: fc.integer({ min: 0, max: 20 }),
    baseMs: fc.integer({ min: 0, max: 5_000 }),
    capMs: fc.integer({ min: 0, max: 60_000 }),
    maxRetryAfterMs: fc.integer({ min: 0, max: 60_000 }),
  });
  const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test.prop([policy, fc.integer({ min: 0, max: 60 }), unit])(
    'full jitter: the draw times the capped exponential, so never above the cap',
    (given, retries, draw) => {
      const wait = backoffMs(given, retries, () => draw);
      expect(wait).toBe(draw * Math.min(given.capMs, given.baseMs * 2 ** retries));
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(given.capMs);
    },
  );

  test.prop([fc.integer({ min: 0, max: 100_000 }), unit])(
    'Retry-After is never undercut, is exceeded by a base at most, and ends the retries beyond its maximum',
    (retryAfterMs, draw) => {
      const wait = retryWaitMs(answered(429, retryAfterMs), question({ random: () => draw }));
      if (retryAfterMs > defaultRetryPolicy.maxRetryAfterMs) {
        expect(wait).toBeUndefined();
      } else {
        expect(wait).toBeGreaterThanOrEqual(retryAfterMs);
        expect(wait).toBeLessThanOrEqual(retryAfterMs + defaultRetryPolicy.baseMs);
      }
    },
  );
});

describe('reading Retry-After', () => {
  const nowMs = Date.UTC(1994, 10, 6, 8, 49, 30);

  it.each([
    ['no header', undefined, undefined, undefined],
    ['whole seconds', '120', undefined, 120_000],
    ['zero', '0', undefined, 0],
    ['spaces around it', ' 5 ', undefined, 5_000],
    ['the date form of RFC 9110', 'Sun, 06 Nov 1994 08:49:37 GMT', undefined, 7_000],
    ['the date form of RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', undefined, 7_000],
    ['the date form of asctime, in GMT wherever this runs', 'Sun Nov  6 08:49:37 1994', undefined, 7_000],
    ['a date that has passed', 'Sun, 06 Nov 1994 08:00:00 GMT', undefined, 0],
    [
      'a date, seen from a provider whose clock is wrong',
      'Sun, 06 Nov 1994 18:00:10 GMT',
      'Sun, 06 Nov 1994 18:00:00 GMT',
      10_000,
    ],
    ['a date beside a Date that is none', 'Sun, 06 Nov 1994 08:49:37 GMT', 'yesterday', 7_000],
    ['a negative number', '-1', undefined, undefined],
    ['a fraction', '1.5', undefined, undefined],
    ['an ISO date, which HTTP does not know', '1994-11-06T08:49:37Z', undefined, undefined],
    ['words', 'later', undefined, undefined],
    ['nothing', '', undefined, undefined],
    ['a day that does not exist', 'Sun, 99 Nov 1994 08:49:37 GMT', undefined, undefined],
  ])('%s', (_sentence, header, date, expected) => {
    expect(parseRetryAfter(header, date, nowMs)).toBe(expected);
  });

  test.prop([fc.integer({ min: 0, max: 86_400 })])('a date and seconds mean the same', (seconds) => {
    const date = new Date(nowMs + seconds * 1000).toUTCString();
    expect(parseRetryAfter(date, undefined, nowMs)).toBe(parseRetryAfter(String(seconds), undefined, nowMs));
  });
});
