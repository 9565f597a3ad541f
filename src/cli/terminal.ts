/** Standard output and standard error: results go to the one, progress and trouble to the other. */
import { createPaint } from '../report/paint.js';
import type { Paint } from '../report/paint.js';

/** A stream with what decides how it is written to. */
export interface Channel {
  write(data: string | Uint8Array): void;
  /** Waits while the reader is behind, so that a long output does not pile up in memory. */
  drained(): Promise<void>;
  /** True from the moment on that nobody reads any more. */
  readonly closed: boolean;
  readonly interactive: boolean;
  readonly columns: number;
  readonly paint: Paint;
}

export interface Terminal {
  readonly out: Channel;
  readonly err: Channel;
}

export interface TerminalOptions {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
  readonly colourless: boolean;
}

const defaultColumns = 100;

export function openTerminal({ out, err, env, colourless }: TerminalOptions): Terminal {
  const open = (stream: NodeJS.WriteStream): Channel => openChannel(stream, coloursOf(stream, env, colourless));
  return { out: open(out), err: open(err) };
}

/**
 * `--no-color` and NO_COLOR (no-color.org: set and not empty) forbid; FORCE_COLOR asks for colours where the output is piped,
 * 0 forbids them; otherwise only a terminal gets them.
 */
function coloursOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, colourless: boolean): boolean {
  const { NO_COLOR: none = '', FORCE_COLOR: force, TERM: term } = env;
  if (colourless || none !== '') return false;
  if (force !== undefined) return force !== '0' && force !== 'false';
  return stream.isTTY && term !== 'dumb';
}

function openChannel(stream: NodeJS.WriteStream, coloured: boolean): Channel {
  let closed = false;
  // A reader that went away (`voltpact … | head`) is no fault: what follows is discarded and the job keeps its exit code.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
    closed = true;
  });
  return {
    write: (data) => {
      if (!closed) stream.write(data);
    },
    drained: () =>
      new Promise((resolve) => {
        if (closed) resolve();
        else stream.write('', () => resolve());
      }),
    get closed() {
      return closed;
    },
    interactive: stream.isTTY,
    // A terminal that does not know its width says 0.
    columns: stream.isTTY && stream.columns > 0 ? stream.columns : defaultColumns,
    paint: createPaint(coloured),
  };
}
