/** Runs a job to its end or to its first trouble, shows it, writes its reports, and says with which code to leave. */
import { TransportError } from '../errors.js';
import { addEvent, emptySummary, outcomeOf } from '../report/summary.js';
import type { RunEvent } from '../run/event.js';
import type { CommandContext } from './command.js';
import { exitCodeOfOutcome, exitCodes } from './exit-code.js';
import type { ExitCode } from './exit-code.js';
import { InterruptedError, failureOf, renderFailure } from './failure.js';
import type { Failure } from './failure.js';
import { openProgress } from './progress.js';
import { writeReports } from './report-output.js';
import type { ReportOutput } from './report-output.js';

/** How long an interrupted job may take to put its things away. */
const windUpMs = 2000;

export interface JobRun {
  readonly command: string;
  readonly reports: readonly ReportOutput[];
  readonly context: CommandContext;
}

/** A job that dies midway still gets its reports, with outcome `error`. */
export async function runJob(
  events: AsyncIterable<RunEvent>,
  { command, reports, context }: JobRun,
): Promise<ExitCode> {
  const summary = emptySummary(command);
  summary.startedAtMs = context.now();
  const progress = openProgress(context);
  let failure: Failure | undefined;
  try {
    for await (const event of untilAborted(events, context.signal)) {
      addEvent(summary, event);
      progress.show(event);
    }
  } catch (thrown) {
    // A reader that has seen enough ends the job; that is no failure.
    if (context.terminal.out.closed && !context.signal.aborted) return exitCodes.ok;
    if (thrown instanceof TransportError) summary.target ??= thrown.target;
    failure = failureOf(context.signal.aborted ? new InterruptedError() : thrown);
    summary.failure = failure.finding;
  }
  progress.close();
  summary.durationMs ??= context.now() - summary.startedAtMs;
  // Where the input is wrong, the message says it all and a scorecard would hide it.
  const shown = failure?.code === exitCodes.input ? reports.filter(isForPrograms) : reports;
  await writeReports(shown, summary, context);
  if (failure === undefined) return exitCodeOfOutcome(outcomeOf(summary));
  context.terminal.err.write(renderFailure(failure, context.terminal.err.paint));
  return failure.code;
}

function isForPrograms({ kind, file }: ReportOutput): boolean {
  return kind !== 'text' || file !== undefined;
}

/** The events until the end or until Ctrl-C, which does not wait for the event under way. */
async function* untilAborted(events: AsyncIterable<RunEvent>, signal: AbortSignal): AsyncGenerator<RunEvent> {
  const iterator = events[Symbol.asyncIterator]();
  const aborted = new Promise<never>((_, reject) => {
    const stop = (): void => reject(new InterruptedError());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  aborted.catch(() => undefined);
  try {
    for (;;) {
      const next = iterator.next();
      next.catch(() => undefined);
      const result = await Promise.race([next, aborted]);
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    if (signal.aborted) await atMost(windUpMs, iterator.return?.());
  }
}

async function atMost(limitMs: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([limit, Promise.resolve(work).catch(() => undefined)]);
  clearTimeout(timer);
}
