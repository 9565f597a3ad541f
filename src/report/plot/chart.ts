/**
 * The chart of a simulated run as a Vega-Lite specification: state of charge with its target and reserve above, signed
 * power with load and solar below, temperature under both where it changes, one time axis for all. A few devices have panels of
 * their own; a fleet is drawn as percentile bands of each quantity.
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
  step: false,
  series: socSeries,
  areas: [{ from: undefined, to: 'socPercent', colour: colours.battery, opacity: 0.08 }],
} as const;
const powerAxes = {
  yTitle: 'power, kW',
  yDomain: 'zero',
  step: true,
  areas: [
    { from: undefined, to: 'chargingKw', colour: colours.charging, opacity: 0.4 },
    { from: undefined, to: 'dischargingKw', colour: colours.discharging, opacity: 0.35 },
  ],
} as const;
const temperatureSeries: readonly (Series & { readonly field: 'temperatureCelsius' | 'ambientCelsius' })[] = [
  { field: 'temperatureCelsius', label: 'battery', colour: colours.battery, dash: [] },
  { field: 'ambientCelsius', label: 'air', colour: colours.load, dash: [4, 2] },
];
const temperatureAxes = {
  yTitle: 'temperature, °C',
  yDomain: 'data',
  step: false,
  areas: [],
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
/** In the order of the page. A quantity that no device has, or that never changes, gets no panel. */
const fleetPanels = [
  {
    quantity: 'socPercent',
    yTitle: 'state of charge, %',
    height: tall,
    yDomain: socAxes.yDomain,
    step: false,
    optional: false,
  },
  {
    quantity: 'powerKw',
    yTitle: 'battery power, kW (+ charging)',
    height: tall,
    yDomain: 'zero',
    step: true,
    optional: false,
  },
  { quantity: 'loadKw', yTitle: 'load, kW', height: low, yDomain: 'zero', step: true, optional: true },
  { quantity: 'solarKw', yTitle: 'solar, kW', height: low, yDomain: 'zero', step: true, optional: true },
  { quantity: 'temperatureCelsius', yTitle: 'cells, °C', height: low, yDomain: 'data', step: false, optional: true },
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
    const height = several ? low : tall;
    const shared = { values, title: undefined, legend: index === 0 };
    const soc = { ...shared, ...socAxes, height, name: `soc_${index}`, title: several ? deviceId : undefined };
    // A site without a house or a roof needs no line at zero for it, nor a battery at rest one at its temperature.
    const series = powerSeries.filter(({ field }) => field === 'powerKw' || changes(values, field));
    const power = { ...shared, ...powerAxes, height, name: `power_${index}`, series };
    const warmth = temperatureSeries.filter(({ field }) => changes(values, field));
    const temperature = { ...shared, ...temperatureAxes, height: low, name: `temperature_${index}`, series: warmth };
    const panels = warmth.length > 0 ? [soc, power, temperature] : [soc, power];
    return panels.map((panel, place) => panelOf({ ...panel, labelled: place === panels.length - 1 }, frame));
  });
}

/** Whether there is anything to see of a quantity. */
function changes(values: readonly PlotRow[], field: keyof PlotRow): boolean {
  return (
    values.some((value) => value[field] !== values[0]?.[field]) || (field.endsWith('Kw') && values[0]?.[field] !== 0)
  );
}

function panelsOfFleet(
  { moments, utcOffsetMinutes }: Extract<PlotData, { kind: 'fleet' }>,
  interactive: boolean,
): Panel[] {
  const frame = frameOf(moments, clockName([{ utcOffsetMinutes }]), interactive);
  const shown = fleetPanels.filter(({ quantity, optional }) => !optional || varies(moments, quantity));
  return shown.map(({ quantity, yTitle, height, yDomain, step }, index) => {
    const values = moments.map((moment) => ({ localMs: moment.localMs, ...moment[quantity] }));
    const labelled = index === shown.length - 1;
    const panel = {
      yTitle,
      height,
      yDomain,
      step,
      name: quantity,
      title: undefined,
      values,
      labelled,
      legend: index === 0,
    };
    return panelOf({ ...panel, series: bandSeries, areas: bandAreas }, frame);
  });
}

function varies(moments: readonly FleetMoment[], quantity: (typeof fleetPanels)[number]['quantity']): boolean {
  const first = moments[0]?.[quantity].p50;
  return moments.some(({ [quantity]: { p5, p95 } }) => p5 !== first || p95 !== first);
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
