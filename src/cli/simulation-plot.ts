/** The chart of a simulated run: what is kept of the run while it goes on, and how it is drawn at its end. */
import { extname } from 'node:path';
import { UserError } from '../errors.js';
import { mostDevicesApart } from '../report/plot/chart.js';
import { createRowCollector } from '../report/plot/collect-rows.js';
import type { FleetMoment, PlotText } from '../report/plot/plot-data.js';
import { type PlotFormat, renderPlot } from '../report/plot/render-plot.js';
import { deviceCount } from '../run/change-scenario.js';
import { type BandsAt, createFleetBands, percentileBands } from '../run/fleet-bands.js';
import type { Scenario } from '../run/scenario/scenario.js';
import type { PlayedRow, SimulateDeps } from '../run/simulate-job.js';
import type { GivenValue } from './command.js';

export interface RunPlot {
  /** What the job has to tell. */
  readonly watch: Pick<SimulateDeps, 'onRow' | 'bands'>;
  /** @throws UserError where there is too little to draw */
  render(): Promise<string | Uint8Array>;
}

const plotFormats: readonly PlotFormat[] = ['svg', 'png', 'html'];

/** @throws UserError where the name's ending is none of the formats */
export function parsePlotFormat(value: GivenValue): PlotFormat {
  const ending = extname(value.text).slice(1).toLowerCase();
  const format = plotFormats.find((known) => known === ending);
  if (format !== undefined) return format;
  throw new UserError(`${value.name}: cannot tell the format of ${JSON.stringify(value.text)} by its ending`, {
    place: value.place,
    hint: `Let it end in ${plotFormats.map((known) => `.${known}`).join(', ')}.`,
  });
}

/** A few devices each get curves of their own, a fleet is drawn as percentiles of all its devices. */
export function openPlot(scenario: Scenario, format: PlotFormat): RunPlot {
  const text = plotText(scenario);
  if (deviceCount(scenario) <= mostDevicesApart) {
    const collector = createRowCollector(scenario);
    const onRow = ({ sample, truth }: PlayedRow): void => {
      const { loadKw, solarKw, temperatureCelsius, ambientCelsius } = truth;
      collector.add({ ...sample, loadKw, solarKw, temperatureCelsius, ambientCelsius });
    };
    return { watch: { onRow }, render: () => renderPlot({ kind: 'devices', rows: collector.rows() }, text, format) };
  }
  const bands = createFleetBands(scenario);
  const toMoment = ({ atMs, bands: quantities }: BandsAt): FleetMoment => {
    return { ...quantities, localMs: atMs + scenario.utcOffsetMinutes * 60_000 };
  };
  return {
    watch: { bands },
    render: () => {
      const moments = percentileBands(bands).map(toMoment);
      return renderPlot({ kind: 'fleet', moments, utcOffsetMinutes: scenario.utcOffsetMinutes }, text, format);
    },
  };
}

function plotText(scenario: Scenario): PlotText {
  const { title, name, seed, devices } = scenario;
  const products = [...new Set(devices.filter(({ count }) => count > 0).map(({ product }) => product.name))];
  const shown = products.length <= 3 ? products.join(', ') : `${products.length} kinds of battery`;
  const count = deviceCount(scenario);
  const fleet = count > 1 ? [`${count.toLocaleString('en')} devices`] : [];
  return { title, subtitle: [name, ...fleet, shown, `seed ${seed}`].join(' · ') };
}
