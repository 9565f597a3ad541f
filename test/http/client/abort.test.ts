// Protects waiting that can be cut short: whoever no longer waits is not called, and a wait ends the moment it is stopped.
import { describe, expect, it } from 'vitest';
import { onAbort, orAborted, systemClock } from '../../../src/http/client/abort.js';

describe('a signal', () => {
  it('calls everybody who waits, once, whichever of their signals fires', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const calls: string[] = [];
    onAbort([first.signal, second.signal], () => calls.push('both'));
    onAbort([second.signal], () => calls.push('second'));
    first.abort();
    second.abort();
    expect(calls).toEqual(['both', 'second']);
  });

  it('does not call who has taken it back', () => {
    const stop = new AbortController();
    const calls: string[] = [];
    const forget = onAbort([stop.signal], () => calls.push('late'));
    forget();
    stop.abort();
    expect(calls).toEqual([]);
  });
});

describe('waiting', () => {
  it('for a promise gives its value, its error, or the stop', async () => {
    const stop = new AbortController();
    expect(await orAborted(Promise.resolve(1), [stop.signal])).toBe(1);
    await expect(orAborted(Promise.reject(new Error('bug')), [stop.signal])).rejects.toThrow('bug');
    const forever = orAborted(new Promise(() => undefined), [stop.signal]);
    stop.abort();
    expect(await forever).toBe('aborted');
    expect(await orAborted(Promise.resolve(1), [stop.signal])).toBe('aborted');
  });

  it('for time ends in time, at the stop, or at once where it was stopped before', async () => {
    const stop = new AbortController();
    const started = performance.now();
    await systemClock.sleep(30, [stop.signal]);
    expect(performance.now() - started).toBeGreaterThanOrEqual(29);
    const long = systemClock.sleep(60_000, [stop.signal]);
    stop.abort();
    await long;
    await systemClock.sleep(60_000, [stop.signal]);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
