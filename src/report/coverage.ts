/** What a stage tried, as a table for people: a row for each field and constraint. */
import type { Paint } from './paint.js';
import type { StageSummary } from './summary.js';

const head = ['field', 'constraint', 'tried', 'refused', 'accepted'] as const;

/** Empty where the stage does not say what it tried. */
export function renderCoverage({ coverage }: StageSummary, paint: Paint): string {
  if (coverage.length === 0) return '';
  const rows = coverage.map(({ field, constraint, tried, refused, accepted }, index) => [
    // A field is named once, in its first row.
    coverage[index - 1]?.field === field ? '' : field,
    constraint,
    ...[tried, refused, accepted].map(String),
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [`  ${paint.dim(line(head))}`, ...rows.map((row) => `  ${line(row)}`)].join('\n');
}
