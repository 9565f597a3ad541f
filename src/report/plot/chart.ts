/**
 * The chart of a simulated run as a Vega-Lite specification: state of charge with its target and reserve above, signed
 * power with load and solar below, one time axis for both. A few devices have a pair of panels each; a fleet is drawn as
 * percentile bands of each quantity.
 */
import type { TopLevelSpec } from 'vega-lite';
import { UserError } from '../../errors.js';
import { panelOf } from './panel.js';
import type { Area, Frame, Panel, Series } from './panel.js';
import type { FleetMoment, PlotData, PlotRow, PlotText } from './plot-data.js';
import { colours, style } from './style.js';

/** More devices than this no longer fit one page as panels of their own. */
export const mostDevicesApart = 6;
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
  { field: 'p25', label: 'quarter to three quarters of the fleet', colour: colours.inner, dash: [], isArea: true },
  { field: 'p5', label: '5 to 95 % of the fleet', colour: colours.outer, dash: [], isArea: true },
];
const bandAreas: readonly Area[] = [
  { from: 'p5', to: 'p95', colour: colours.outer, opacity: 0.45 },
  { from: 'p25', to: 'p75', colour: colours.inner, opacity: 0.55 },
];
/** In the order of the page. A quantity that no device has gets no panel. */
const fleetPanels = [
  { quantity: 'socPercent', yTitle: 'state of charge, %', height: tall },
  { quantity: 'powerKw', yTitle: 'battery power, kW (+ charging)', height: tall },
  { quantity: 'loadKw', yTitle: 'load, kW', height: low },
  { quantity: 'solarKw', yTitle: 'solar, kW', height: low },
] as const;

/** @throws UserError where there are fewer than two moments to draw */
export function chartOf(data: PlotData, text: PlotText, interactive: boolean): TopLevelSpec {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title: { text: text.title, subtitle: text.subtitle },
    config: style,
    spacing: 14,
    resolve: { scale: { color: 'independent', strokeDash: 'independent' } },
    vconcat: data.kind === 'fleet' ? panelsOfFleet(data, interactive) : panelsOfDevices(data.rows, interactive),
  };
}

function panelsOfDevices(rows: readonly PlotRow[], interactive: boolean): Panel[] {
  const points = rows.map(toPoint);
  const frame = frameOf(points, clockName(points), interactive);
  const byDevice = new Map<string, Point[]>();
  for (const point of points) {
    const known = byDevice.get(point.deviceId);
    if (known === undefined) byDevice.set(point.deviceId, [point]);
    else known.push(point);
  }
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

function panelsOfFleet(
  { moments, utcOffsetMinutes }: Extract<PlotData, { kind: 'fleet' }>,
  interactive: boolean,
): Panel[] {
  const frame = frameOf(moments, clockName([{ utcOffsetMinutes }]), interactive);
  const shown = fleetPanels.filter(({ quantity }) => moments.some((moment) => hasValues(moment, quantity)));
  return shown.map(({ quantity, yTitle, height }, index) => {
    const values = moments.map((moment) => ({ localMs: moment.localMs, ...moment[quantity] }));
    const { yDomain, step } = quantity === 'socPercent' ? socAxes : powerAxes;
    const labelled = index === shown.length - 1;
    const panel = { name: quantity, title: undefined, height, values, yTitle, yDomain, labelled, step };
    return panelOf({ ...panel, legend: index === 0, series: bandSeries, areas: bandAreas }, frame);
  });
}

function hasValues(moment: FleetMoment, quantity: (typeof fleetPanels)[number]['quantity']): boolean {
  const { p5, p95 } = moment[quantity];
  return quantity === 'socPercent' || quantity === 'powerKw' || p5 !== 0 || p95 !== 0;
}

function toPoint(row: PlotRow): Point {
  return {
    ...row,
    localMs: row.atMs + row.utcOffsetMinutes * 60_000,
    chargingKw: Math.max(row.powerKw, 0),
    dischargingKw: Math.min(row.powerKw, 0),
  };
}

function frameOf(points: readonly { readonly localMs: number }[], clock: string, interactive: boolean): Frame {
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
  return { domain: [first, last], clock, interactive };
}

function clockName(points: readonly { readonly utcOffsetMinutes: number }[]): string {
  const [offset, ...others] = new Set(points.map((point) => point.utcOffsetMinutes));
  if (offset === undefined || others.length > 0) return 'local time';
  if (offset === 0) return 'time, UTC';
  const minutes = Math.abs(offset);
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `local time, UTC${offset < 0 ? '−' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}
