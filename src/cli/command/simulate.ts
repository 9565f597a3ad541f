/** `voltpact simulate`: a scenario on the model alone, as telemetry and as a chart. */
import { readContract } from '../../http/read-contract.js';
import { changeScenario, type ScenarioChanges } from '../../run/change-scenario.js';
import type { RunEvent } from '../../run/event.js';
import { readScenario } from '../../run/scenario/read-scenario.js';
import type { Scenario } from '../../run/scenario/scenario.js';
import { simulate } from '../../run/simulate-job.js';
import { telemetryFormat } from '../../run/telemetry-format.js';
import type { Arguments, CommandContext, GivenValue } from '../command.js';
import type { ExitCode } from '../exit-code.js';
import { given, parseDurationS, parseSeed, parsed, parseWhole, withOption } from '../option-value.js';
import { runJob } from '../run-job.js';
import { openPlot, parsePlotFormat, type RunPlot } from '../simulation-plot.js';
import type { Channel } from '../terminal.js';
import { assertWritable, writeWholeFile } from '../write-file.js';

const mostDevices = 10_000_000;
const mostWorkers = 256;

export async function run(args: Arguments, context: CommandContext): Promise<ExitCode> {
  const out = given(args, 'out');
  const plotFile = given(args, 'plot');
  if (out !== undefined && withOption(out, telemetryFormat) && out.text !== '-') await assertWritable(out.text, out);
  const format = plotFile === undefined ? undefined : parsePlotFormat(plotFile);
  if (plotFile !== undefined) await assertWritable(plotFile.text, plotFile);
  const workers = parsed(args, 'workers', (value) => parseCount(value, mostWorkers)) ?? 1;
  const contract = await readContract(given(args, 'contract')?.text);
  const scenario = await readChangedScenario(args);
  const reader = readerOf(context.terminal.out, context.signal);
  const plot = format === undefined ? undefined : openPlot(scenario, format);
  const events = simulate(
    { scenario, contract, workers, ...outputOf(out, plotFile) },
    { now: context.now, writeStdout: reader.write, signal: reader.signal, ...plot?.watch },
  );
  const drawn = plot === undefined || plotFile === undefined ? events : withPlot(events, { plot, file: plotFile.text });
  return runJob(drawn, { command: 'simulate', reports: [], context });
}

function outputOf(out: GivenValue | undefined, plot: GivenValue | undefined): { out?: string } {
  if (out !== undefined) return { out: out.text };
  return plot === undefined ? { out: '-' } : {};
}

/** Each change by itself, so that what is wrong names its option; the last one checks them all together. */
async function readChangedScenario(args: Arguments): Promise<Scenario> {
  const scenario = await readScenario(args.positional?.text ?? '');
  const seed = parsed(args, 'seed', parseSeed);
  const devices = parsed(args, 'devices', (value) => parseCount(value, mostDevices));
  const stepS = parsed(args, 'step', parseStepS);
  const reportS = parsed(args, 'every', parseDurationS);
  const durationS = parsed(args, 'duration', parseDurationS);
  const changes: ScenarioChanges = {
    ...(seed === undefined ? {} : { seed }),
    ...(devices === undefined ? {} : { devices }),
    ...(stepS === undefined ? {} : { stepS }),
    ...(reportS === undefined ? {} : { reportS }),
    ...(durationS === undefined ? {} : { durationS }),
  };
  const blamed = ['devices', 'step', 'every', 'duration'].flatMap((name) => given(args, name) ?? []);
  const [only] = blamed;
  if (only === undefined || blamed.length > 1) return changeScenario(scenario, changes);
  return withOption(only, () => changeScenario(scenario, changes));
}

/** A bare number is seconds. */
function parseStepS(value: GivenValue): number {
  return /^[1-9]\d*$/.test(value.text) ? Number(value.text) : parseDurationS(value);
}

function parseCount(value: GivenValue, most: number): number {
  return parseWhole(value, { least: 1, most, hint: 'Write it in plain digits, such as 1000.' });
}

/** The job with its picture: drawn when all rows are there, before the run ends. */
async function* withPlot(
  events: AsyncIterable<RunEvent>,
  { plot, file }: { plot: RunPlot; file: string },
): AsyncGenerator<RunEvent> {
  for await (const event of events) {
    if (event.kind === 'run-finished') {
      await writeWholeFile(file, await plot.render());
      yield { kind: 'note', message: `wrote ${file}` };
    }
    yield event;
  }
}

/** Standard output as the job needs it: it waits for a slow reader, and ends the job once nobody reads any more. */
function readerOf(
  out: Channel,
  interrupted: AbortSignal,
): { write: (data: string | Uint8Array) => Promise<void>; signal: AbortSignal } {
  const gone = new AbortController();
  return {
    signal: AbortSignal.any([interrupted, gone.signal]),
    write: async (data) => {
      out.write(data);
      await out.drained();
      if (out.closed) gone.abort();
    },
  };
}
