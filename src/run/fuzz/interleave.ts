import type { Probe } from './step.js';

/** One list of several, so many of each in a round, one unless said otherwise; what is left of the longest comes last. */
export function interleave(lists: readonly (readonly Probe[])[], shares: readonly number[] = []): Probe[] {
  const rows = lists.flatMap((list, which) =>
    list.map((probe, index) => ({ probe, at: (index + 0.5) / (shares[which] ?? 1), which })),
  );
  return rows.toSorted((a, b) => a.at - b.at || a.which - b.which).map(({ probe }) => probe);
}
