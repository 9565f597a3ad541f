/** Colours and type of the charts. */
import type { Config } from 'vega-lite';

/**
 * Okabe and Ito, "Color Universal Design", 2008: hues that people with any common colour blindness tell apart.
 * Dashes and the order of the legend carry the same information a second time.
 */
export const colours = {
  battery: '#0072b2',
  target: '#009e73',
  reserve: '#d55e00',
  charging: '#56b4e9',
  discharging: '#cc79a7',
  load: '#4d4d4d',
  solar: '#e69f00',
  /** Tints of `battery`, for the bands of a fleet. */
  inner: '#7fb8d8',
  outer: '#c4dfee',
} as const;

export const ink = '#1f2933';
const quiet = '#5b6773';
const grid = '#e6eaee';

/** Families that are drawn alike on the common systems; the last is what every viewer has. */
const font = 'Inter, Helvetica Neue, Helvetica, Arial, DejaVu Sans, Liberation Sans, sans-serif';

export const style: Config = {
  background: '#ffffff',
  font,
  padding: { left: 16, right: 24, top: 16, bottom: 16 },
  title: {
    anchor: 'start',
    fontSize: 18,
    fontWeight: 600,
    color: ink,
    subtitleFontSize: 13,
    subtitleColor: quiet,
    offset: 14,
  },
  view: { stroke: null },
  line: { strokeWidth: 2.25 },
  axis: {
    labelColor: quiet,
    labelFontSize: 12,
    titleColor: quiet,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    gridColor: grid,
    domain: false,
    ticks: false,
    labelPadding: 8,
    titlePadding: 12,
  },
  legend: {
    orient: 'top',
    title: null,
    labelColor: ink,
    labelFontSize: 12,
    labelLimit: 0,
    symbolType: 'stroke',
    symbolSize: 320,
    symbolStrokeWidth: 3,
    columnPadding: 20,
    offset: 8,
  },
};
