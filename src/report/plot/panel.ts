/** The parts that every panel of a chart is made of. */
import type { TopLevelSpec } from 'vega-lite';
import { ink } from './style.js';

type Column = Extract<TopLevelSpec, { vconcat: unknown }>;
export type Panel = Column['vconcat'][number];
type Layer = Extract<Panel, { layer: unknown }>['layer'][number];

const width = 880;
const dayMs = 86_400_000;

/** What all panels of one chart share. */
export interface Frame {
  /** First and last moment on the devices' own clock, ms. */
  readonly domain: readonly [number, number];
  /** Title of the time axis. */
  readonly clock: string;
  /** With a line that follows the pointer and shows the values under it. */
  readonly interactive: boolean;
}

export interface Series {
  /** Column of the data. */
  readonly field: string;
  /** What the legend calls it. */
  readonly label: string;
  readonly colour: string;
  /** Lengths of dash and gap in pixels; none is a solid line. */
  readonly dash: readonly number[];
  /** Stands in the legend for an area: there is no line of it. */
  readonly isArea?: boolean;
}

export interface PanelSpec {
  /** Unique within the chart. */
  readonly name: string;
  readonly title: string | undefined;
  readonly height: number;
  readonly values: readonly object[];
  /** Unit and quantity of the vertical axis. */
  readonly yTitle: string;
  /** Ends of the vertical axis, or what it follows: the data with zero, or the data alone. */
  readonly yDomain: readonly [number, number] | 'zero' | 'data';
  /** Only the lowest panel of a device names the hours. */
  readonly labelled: boolean;
  /** Panels that repeat the series of the first one need no legend again. */
  readonly legend: boolean;
  /** Powers are means over the span that ends at their moment; a state of charge holds at its moment. */
  readonly step: boolean;
  readonly series: readonly Series[];
  readonly areas: readonly Area[];
}

/** The space between two columns of the data, or between one and zero. */
export interface Area {
  readonly from: string | undefined;
  readonly to: string;
  readonly colour: string;
  readonly opacity: number;
}

export function panelOf(spec: PanelSpec, frame: Frame): Panel {
  const axes = axesOf(spec, frame);
  return {
    name: spec.name,
    width,
    height: spec.height,
    data: { values: [...spec.values] },
    ...(spec.title === undefined ? {} : { title: { text: spec.title, fontSize: 13, offset: 4 } }),
    layer: [
      ...areaLayers(spec, axes),
      ...(spec.yDomain === 'zero' ? [zeroLine] : []),
      lineLayer(spec, axes),
      ...(frame.interactive ? [readout(spec, axes)] : []),
    ],
  };
}

type Axes = ReturnType<typeof axesOf>;

function axesOf(spec: PanelSpec, frame: Frame) {
  const y = {
    type: 'quantitative',
    title: spec.yTitle,
    axis: { tickCount: spec.height > 150 ? 6 : 4 },
    ...scaleOf(spec.yDomain),
  } as const;
  return {
    x: timeAxis(frame, spec.labelled),
    y,
    interpolate: spec.step ? ('step-before' as const) : ('linear' as const),
  };
}

function scaleOf(domain: PanelSpec['yDomain']) {
  if (domain === 'zero') return {};
  return domain === 'data' ? { scale: { zero: false } } : { scale: { domain: [...domain] } };
}

function areaLayers({ areas }: PanelSpec, { x, y, interpolate }: Axes): Layer[] {
  return areas.map(({ from, to, colour, opacity }) => ({
    mark: { type: 'area', color: colour, opacity, interpolate },
    encoding: { x, y: { field: to, ...y }, ...(from === undefined ? {} : { y2: { field: from } }) },
  }));
}

const zeroLine: Layer = {
  mark: { type: 'rule', color: ink, opacity: 0.55 },
  encoding: { y: { datum: 0, type: 'quantitative' } },
};

/** All series of a panel under one legend that shows colour and dash together. */
function lineLayer({ series, legend: wanted }: PanelSpec, { x, y, interpolate }: Axes): Layer {
  const fields = series.map((one) => one.field);
  const lines = series.flatMap(({ field, isArea }) => (isArea === true ? [] : field));
  const labels = JSON.stringify(Object.fromEntries(series.map((one) => [one.field, one.label])));
  const legend = wanted ? { labelExpr: `${labels}[datum.value]` } : null;
  const range = (values: (string | number[])[]) => ({ scale: { domain: fields, range: values }, sort: fields, legend });
  return {
    // The first series is the subject of the panel: drawn last, it lies on top of the others.
    transform: [{ fold: lines.toReversed(), as: ['field', 'value'] }],
    mark: { type: 'line', interpolate, strokeJoin: 'round' },
    encoding: {
      x,
      y: { field: 'value', ...y },
      color: { field: 'field', type: 'nominal', ...range(series.map((one) => one.colour)) },
      strokeDash: { field: 'field', type: 'nominal', ...range(series.map((one) => [...one.dash])) },
    },
  };
}

function timeAxis({ domain: [first, last], clock }: Frame, labelled: boolean) {
  const long = (last - first) / dayMs > 1.5;
  return {
    field: 'localMs',
    type: 'temporal',
    scale: { type: 'utc', domain: [first, last] as number[], nice: false },
    title: labelled ? clock : null,
    axis: { labels: labelled, format: long ? '%a %H:%M' : '%H:%M', tickCount: long ? 8 : 12, labelOverlap: true },
  } as const;
}

/** A line under the pointer whose tooltip names every value of the panel. */
function readout(spec: PanelSpec, { x }: Axes): Layer {
  const param = `hover_${spec.name}`;
  return {
    mark: { type: 'rule', color: ink, strokeWidth: 1 },
    params: [
      {
        name: param,
        select: { type: 'point', on: 'pointermove', clear: 'pointerout', nearest: true, encodings: ['x'] },
      },
    ],
    encoding: {
      x,
      opacity: { condition: { param, value: 0.6, empty: false }, value: 0 },
      tooltip: [
        {
          field: 'localMs',
          type: 'temporal',
          title: 'time',
          format: '%a %d %b %H:%M',
          timeUnit: 'utcyearmonthdatehoursminutes',
        },
        ...spec.series.map(({ field, label }) => ({
          field,
          type: 'quantitative' as const,
          title: label,
          format: '.2f',
        })),
      ],
    },
  };
}
