/** What happens while a job runs, on standard error: one line that changes on a terminal, lines from time to time elsewhere. */
import { renderDuration } from '../report/duration.js';
import type { RunEvent } from '../run/event.js';
import type { CommandContext } from './command.js';
import type { Channel } from './terminal.js';

export interface ProgressView {
  show(event: RunEvent): void;
  /** Removes the changing line. */
  close(): void;
}

/** How far the stage under way is. */
interface Position {
  title: string;
  done: number;
  total: number | undefined;
}

/** A terminal is redrawn at most this often. */
const redrawMs = 80;
/** A log gets a line at most this often within a stage. */
const logMs = 10_000;
const clearLine = '\r\u001b[2K';

export function openProgress({ terminal: { err }, quiet, now }: CommandContext): ProgressView {
  if (quiet) return { show: () => undefined, close: () => undefined };
  return err.interactive ? changingLine(err, now) : logLines(err, now);
}

function changingLine(err: Channel, now: () => number): ProgressView {
  const position: Position = { title: '', done: 0, total: undefined };
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  return {
    show: (event) => {
      const line = lineOf(event);
      if (line !== undefined) err.write(`${clearLine}${line}\n`);
      if (event.kind === 'stage-finished') err.write(clearLine);
      if (!move(position, event)) return;
      if (event.kind !== 'stage-started' && now() - drawnAtMs < redrawMs) return;
      drawnAtMs = now();
      err.write(`${clearLine}${renderPosition(position).slice(0, err.columns - 1)}`);
    },
    close: () => err.write(clearLine),
  };
}

function logLines(err: Channel, now: () => number): ProgressView {
  const position: Position = { title: '', done: 0, total: undefined };
  let loggedAtMs = now();
  return {
    show: (event) => {
      const line = lineOf(event);
      if (line !== undefined) err.write(`${line}\n`);
      if (event.kind === 'stage-started') loggedAtMs = now();
      if (event.kind === 'stage-finished') {
        err.write(`${position.title}: ${event.summary}, ${renderDuration(event.durationMs)}\n`);
      }
      if (!move(position, event) || now() - loggedAtMs < logMs) return;
      loggedAtMs = now();
      err.write(`${renderPosition(position)}\n`);
    },
    close: () => undefined,
  };
}

/** What stays on the screen: notes, and the seed, so that an interrupted run can be repeated as well. */
function lineOf(event: RunEvent): string | undefined {
  if (event.kind === 'note') return event.message;
  return event.kind === 'run-started' && event.seed !== undefined ? `seed ${event.seed}` : undefined;
}

/** Follows the event; false where it moves nothing. */
function move(position: Position, event: RunEvent): boolean {
  switch (event.kind) {
    case 'stage-started':
      Object.assign(position, { title: event.title, done: 0, total: event.total });
      return true;
    case 'progress':
      position.done = event.done;
      position.total = event.total ?? position.total;
      return true;
    case 'case-finished':
      position.done += 1;
      return true;
    default:
      return false;
  }
}

function renderPosition({ title, done, total }: Position): string {
  return `${title}  ${total === undefined ? done : `${done} of ${total}`}`;
}
