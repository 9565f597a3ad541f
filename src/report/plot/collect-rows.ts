/**
 * Rows of a run of any length in memory that its length does not make grow: a chart is some thousand pixels wide at most, so
 * the rows of a device are put together by spans of time. Powers keep their mean, and what has a value at a moment its last.
 */
import type { PlotRow } from './plot-data.js';

export interface RowCollector {
  add(row: PlotRow): void;
  /** In order of time for each device. */
  rows(): PlotRow[];
}

/** The last row of a span, and the sums over all of its rows. */
interface Span {
  last: PlotRow;
  rows: number;
  powerKw: number;
  loadKw: number;
  solarKw: number;
}

const mostSpans = 2000;

export function createRowCollector(run: { startMs: number; durationS: number; reportS: number }): RowCollector {
  const spanMs = 1000 * run.reportS * Math.max(1, Math.ceil(run.durationS / run.reportS / mostSpans));
  const byDevice = new Map<string, Map<number, Span>>();
  return {
    add: (row) => {
      const spans = byDevice.get(row.deviceId) ?? new Map<number, Span>();
      byDevice.set(row.deviceId, spans);
      const number = Math.ceil((row.atMs - run.startMs) / spanMs);
      const { powerKw, loadKw, solarKw } = row;
      const known = spans.get(number);
      if (known === undefined) {
        spans.set(number, { last: row, rows: 1, powerKw, loadKw, solarKw });
        return;
      }
      // A row that comes late does not replace a newer one.
      if (row.atMs >= known.last.atMs) known.last = row;
      known.rows += 1;
      known.powerKw += powerKw;
      known.loadKw += loadKw;
      known.solarKw += solarKw;
    },
    rows: () =>
      [...byDevice.values()].flatMap((spans) => [...spans.values()].map(meanOf).toSorted((a, b) => a.atMs - b.atMs)),
  };
}

function meanOf({ last, rows, powerKw, loadKw, solarKw }: Span): PlotRow {
  return { ...last, powerKw: powerKw / rows, loadKw: loadKw / rows, solarKw: solarKw / rows };
}
