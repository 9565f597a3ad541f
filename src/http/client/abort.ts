/** Waiting that an AbortSignal can cut short. */

/** One listener a signal, however many requests wait on it: Node warns at the eleventh listener of an EventTarget. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

export function isAborted(signals: readonly AbortSignal[]): boolean {
  return signals.some((signal) => signal.aborted);
}

/** Calls `stop` once when any of the signals fires; the function returned takes it back. */
export function onAbort(signals: readonly AbortSignal[], stop: () => void): () => void {
  const sets = signals.map(waitersOf);
  const forget = (): void => {
    for (const set of sets) set.delete(once);
  };
  const once = (): void => {
    forget();
    stop();
  };
  for (const set of sets) set.add(once);
  return forget;
}

function waitersOf(signal: AbortSignal): Set<() => void> {
  const known = waiting.get(signal);
  if (known !== undefined) return known;
  const waiters = new Set<() => void>();
  waiting.set(signal, waiters);
  signal.addEventListener(
    'abort',
    () => {
      for (const stop of waiters) stop();
    },
    { once: true },
  );
  return waiters;
}

/** The promise's value, or `'aborted'` as soon as a signal fires; what the promise stands for goes on for others. */
export function orAborted<T>(promise: Promise<T>, signals: readonly AbortSignal[]): Promise<T | 'aborted'> {
  if (isAborted(signals)) {
    promise.catch(() => undefined);
    return Promise.resolve('aborted');
  }
  return new Promise((resolve, reject) => {
    const forget = onAbort(signals, () => {
      resolve('aborted');
    });
    promise.then(resolve, reject).finally(forget);
  });
}

/** Time as the client sees it. */
export interface Clock {
  /** Epoch, ms. */
  nowMs(): number;
  /** Resolves after `ms`, or at once when a signal fires. */
  sleep(ms: number, signals: readonly AbortSignal[]): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep(ms, signals) {
    if (isAborted(signals)) return Promise.resolve();
    return new Promise((resolve) => {
      const forget = onAbort(signals, () => {
        clearTimeout(timer);
        resolve();
      });
      const timer = setTimeout(() => {
        forget();
        resolve();
      }, ms);
    });
  },
};
