/** What was tried: for each field and constraint, how many requests, how many of them refused and accepted. */
import type { CoverageRow } from '../event.js';
import type { SentStep } from './judge.js';
import type { Covered } from './step.js';

export class Coverage {
  readonly #rows = new Map<
    string,
    { field: string; constraint: string; tried: number; refused: number; accepted: number }
  >();

  /** Counts the submissions of a probe and whatever else is wrong on purpose; a read-back after them is none of it. */
  add(covers: readonly Covered[], sent: readonly SentStep[]): void {
    const tried = sent.filter(({ rendered: { step } }) => step.kind === 'submit' || step.caseId !== undefined);
    const statuses = tried.map(({ exchange }) => exchange.response?.status ?? 0);
    for (const { field, constraint } of covers) {
      const key = `${field} ${constraint}`;
      const row = this.#rows.get(key) ?? { field, constraint, tried: 0, refused: 0, accepted: 0 };
      this.#rows.set(key, row);
      row.tried += statuses.length;
      row.refused += statuses.filter((status) => status >= 400 && status < 500).length;
      row.accepted += statuses.filter((status) => status >= 200 && status < 300).length;
    }
  }

  get rows(): readonly CoverageRow[] {
    return [...this.#rows.values()].toSorted(
      (a, b) => a.field.localeCompare(b.field, 'en') || a.constraint.localeCompare(b.constraint, 'en'),
    );
  }
}
