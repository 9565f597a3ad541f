/** `voltpact simulate`: a scenario on the model alone, as telemetry and as a chart. */
import { extname } from 'node:path';
import { UserError } from '../../errors.js';
import { readContract } from '../../http/read-contract.js';
import { renderPlot } from '../../report/plot/render-plot.js';
import type { PlotFormat } from '../../report/plot/render-plot.js';
import type { PlotRow } from '../../report/plot/row.js';
import { readScenario } from '../../run/scenario/read-scenario.js';
import type { Scenario } from '../../run/scenario/scenario.js';
import { changeScenario, simulate } from '../../run/simulate.js';
import type { SimulatedRow } from '../../run/simulate.js';
import { telemetryFormat } from '../../run/telemetry-file.js';
import type { RunEvent } from '../../run/event.js';
import type { Arguments, CommandContext, GivenValue } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { given, parseDurationS, parseSeed, parsed, withOption } from '../option-value.js';
import { runJob } from '../run-job.js';
import type { Channel } from '../terminal.js';
import { assertWritable, writeWholeFile } from '../write-file.js';

const plotFormats: readonly PlotFormat[] = ['svg', 'png', 'html'];

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const out = given(args, 'out');
  const plot = given(args, 'plot');
  if (out !== undefined && withOption(out, telemetryFormat) && out.text !== '-') await assertWritable(out.text, out);
  const format = plot === undefined ? undefined : parsePlotFormat(plot);
  if (plot !== undefined) await assertWritable(plot.text, plot);
  const contract = await readContract(given(args, 'contract')?.text);
  const scenario = await readChangedScenario(args);
  const reader = readerOf(context.terminal.out, context.signal);
  const rows: PlotRow[] = [];
  const events = simulate(
    { scenario, contract, ...outputOf(out, plot) },
    {
      now: context.now,
      writeStdout: reader.write,
      signal: reader.signal,
      ...(plot === undefined ? {} : { onRow: (row: SimulatedRow) => rows.push(toPlotRow(row)) }),
    },
  );
  const drawn =
    format === undefined || plot === undefined ? events : withPlot(events, { rows, scenario, file: plot.text, format });
  return runJob(drawn, { command: 'simulate', reports: [], context });
}

function outputOf(out: GivenValue | undefined, plot: GivenValue | undefined): { out?: string } {
  if (out !== undefined) return { out: out.text };
  return plot === undefined ? { out: '-' } : {};
}

async function readChangedScenario(args: Arguments): Promise<Scenario> {
  const seed = parsed(args, 'seed', parseSeed);
  const duration = given(args, 'duration');
  const scenario = await readScenario(args.positional?.text ?? '');
  const seeded = changeScenario(scenario, seed === undefined ? {} : { seed });
  if (duration === undefined) return seeded;
  const durationS = parseDurationS(duration);
  return withOption(duration, () => changeScenario(seeded, { durationS }));
}

function parsePlotFormat(value: GivenValue): PlotFormat {
  const ending = extname(value.text).slice(1).toLowerCase();
  const format = plotFormats.find((known) => known === ending);
  if (format !== undefined) return format;
  throw new UserError(`${value.name}: cannot tell the format of ${JSON.stringify(value.text)} by its ending`, {
    place: value.place,
    hint: `Let it end in ${plotFormats.map((known) => `.${known}`).join(', ')}.`,
  });
}

/** The job with its picture: drawn when all rows are there, before the run ends. */
async function* withPlot(
  events: AsyncIterable<RunEvent>,
  plot: { rows: readonly PlotRow[]; scenario: Scenario; file: string; format: PlotFormat },
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    if (event.kind === 'run-finished') {
      await writeWholeFile(plot.file, await renderPlot(plot.rows, plotText(plot.scenario), plot.format));
      yield { kind: 'note', message: `wrote ${plot.file}` };
    }
    yield event;
  }
}

function plotText({ title, name, seed, devices }: Scenario): { title: string; subtitle: string } {
  const products = [...new Set(devices.map(({ product }) => product.name))];
  const shown = products.length <= 3 ? products.join(', ') : `${products.length} kinds of battery`;
  return { title, subtitle: [name, shown, `seed ${seed}`].join(' · ') };
}

function toPlotRow({ sample, truth }: SimulatedRow): PlotRow {
  const { deviceId, atMs, utcOffsetMinutes, socPercent, targetSocPercent, reservePercent, powerKw } = sample;
  const { loadKw, solarKw } = truth;
  return { deviceId, atMs, utcOffsetMinutes, socPercent, targetSocPercent, reservePercent, powerKw, loadKw, solarKw };
}

/** Standard output as the job needs it: it waits for a slow reader, and ends the job once nobody reads any more. */
function readerOf(
  out: Channel,
  interrupted: AbortSignal,
): { write: (text: string) => Promise<void>; signal: AbortSignal } {
  const gone = new AbortController();
  return {
    signal: AbortSignal.any([interrupted, gone.signal]),
    write: async (text) => {
      out.write(text);
      await out.drained();
      if (out.closed) gone.abort();
    },
  };
}
