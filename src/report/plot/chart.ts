/**
 * The chart of a simulated run as a Vega-Lite specification: state of charge with its target and reserve above, signed
 * power with load and solar below, one time axis for both. Up to `mostPanels` devices have a pair of panels each; a
 * larger fleet is drawn as percentile bands.
 */
import type { TopLevelSpec } from 'vega-lite';
import { UserError } from '../../errors.js';
import { bandsOf } from './bands.js';
import { panelOf } from './panel.js';
import type { Area, Frame, Panel, Series } from './panel.js';
import type { PlotRow, PlotText } from './row.js';
import { colours, style } from './style.js';

/** More devices than this no longer fit one page as panels of their own. */
const mostPanels = 6;
const tall = 230;
const low = 110;

/** A row with its moment on the device's own clock, and its power split by direction. */
interface Point extends PlotRow {
  readonly localMs: number;
  readonly chargingKw: number;
  readonly dischargingKw: number;
}

const socSeries: readonly Series[] = [
  { field: 'socPercent', label: 'state of charge', colour: colours.battery, dash: [] },
  { field: 'targetSocPercent', label: 'target', colour: colours.target, dash: [7, 4] },
  { field: 'reservePercent', label: 'backup reserve', colour: colours.reserve, dash: [2, 3] },
];
const powerSeries: readonly (Series & { readonly field: 'powerKw' | 'solarKw' | 'loadKw' })[] = [
  { field: 'powerKw', label: 'battery (+ charging, − discharging)', colour: colours.battery, dash: [] },
  { field: 'solarKw', label: 'solar', colour: colours.solar, dash: [] },
  { field: 'loadKw', label: 'load', colour: colours.load, dash: [4, 2] },
];
const socAxes = {
  yTitle: 'state of charge, %',
  yDomain: [0, 100],
  labelled: false,
  step: false,
  series: socSeries,
  areas: [{ from: undefined, to: 'socPercent', colour: colours.battery, opacity: 0.08 }],
} as const;
const powerAxes = {
  yTitle: 'power, kW',
  yDomain: undefined,
  labelled: true,
  step: true,
  areas: [
    { from: undefined, to: 'chargingKw', colour: colours.charging, opacity: 0.4 },
    { from: undefined, to: 'dischargingKw', colour: colours.discharging, opacity: 0.35 },
  ],
} as const;
const bandSeries: readonly Series[] = [
  { field: 'p50', label: 'median', colour: colours.battery, dash: [] },
  { field: 'p25', label: 'quarter to three quarters of the fleet', colour: colours.inner, dash: [] },
  { field: 'p10', label: '10 to 90 % of the fleet', colour: colours.outer, dash: [] },
];
const bandAreas: readonly Area[] = [
  { from: 'p10', to: 'p90', colour: colours.outer, opacity: 0.45 },
  { from: 'p25', to: 'p75', colour: colours.inner, opacity: 0.55 },
];

/** @throws UserError where there are fewer than two moments to draw */
export function chartOf(rows: Iterable<PlotRow>, text: PlotText, interactive: boolean): TopLevelSpec {
  const points = Array.from(rows, toPoint);
  const frame = frameOf(points, interactive);
  const byDevice = new Map<string, Point[]>();
  for (const point of points) {
    const known = byDevice.get(point.deviceId);
    if (known === undefined) byDevice.set(point.deviceId, [point]);
    else known.push(point);
  }
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: text.title, subtitle: text.subtitle },
    config: style,
    spacing: 14,
    resolve: { scale: { color: 'independent', strokeDash: 'independent' } },
    vconcat: byDevice.size > mostPanels ? fleetPanels(points, frame) : devicePanels(byDevice, frame),
  };
}

function toPoint(row: PlotRow): Point {
  return {
    ...row,
    localMs: row.atMs + row.utcOffsetMinutes * 60_000,
    chargingKw: Math.max(row.powerKw, 0),
    dischargingKw: Math.min(row.powerKw, 0),
  };
}

function frameOf(points: readonly Point[], interactive: boolean): Frame {
  let first = Infinity;
  let last = -Infinity;
  for (const { localMs } of points) {
    first = Math.min(first, localMs);
    last = Math.max(last, localMs);
  }
  if (!(last > first)) {
    throw new UserError('a plot needs at least two moments and this run has fewer', {
      hint: 'Give a longer --duration.',
    });
  }
  return { domain: [first, last], clock: clockName(points), interactive };
}

function clockName(points: readonly Point[]): string {
  const [offset, ...others] = new Set(points.map((point) => point.utcOffsetMinutes));
  if (offset === undefined || others.length > 0) return 'local time';
  if (offset === 0) return 'time, UTC';
  const minutes = Math.abs(offset);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `local time, UTC${offset < 0 ? '−' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

function devicePanels(byDevice: ReadonlyMap<string, readonly Point[]>, frame: Frame): Panel[] {
  const several = byDevice.size > 1;
  return [...byDevice].flatMap(([deviceId, values], index) => {
    const shared = { values, height: several ? low : tall, legend: index === 0 };
    const soc = { ...shared, name: `soc_${index}`, title: several ? deviceId : undefined };
    const power = { ...shared, name: `power_${index}`, title: undefined };
    // A site without a house or a roof needs no line at zero for it.
    const series = powerSeries.filter(({ field }) => field === 'powerKw' || values.some((value) => value[field] !== 0));
    return [panelOf({ ...soc, ...socAxes }, frame), panelOf({ ...power, ...powerAxes, series }, frame)];
  });
}

function fleetPanels(points: readonly Point[], frame: Frame): Panel[] {
  const bands = (pick: (point: Point) => number) =>
    bandsOf(points.map((point) => ({ localMs: point.localMs, value: pick(point) })));
  const shared = { title: undefined, height: tall, legend: true };
  const own = { series: bandSeries, areas: bandAreas };
  const soc = { ...shared, name: 'soc', values: bands((point) => point.socPercent) };
  const power = { ...shared, name: 'power', values: bands((point) => point.powerKw) };
  return [
    panelOf({ ...soc, ...socAxes, ...own }, frame),
    panelOf({ ...power, ...powerAxes, ...own, yTitle: 'power of a device, kW' }, frame),
  ];
}
