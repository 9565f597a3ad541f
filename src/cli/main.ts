#!/usr/bin/env node
/** The program. It alone reads the process: arguments, environment, streams, signals, and the exit code. */
import { runCommandLine } from './command-line.js';
import { exitCodes } from './exit-code.js';
import { failureOf, renderFailure } from './failure.js';
import { createPaint } from '../report/paint.js';

const interrupt = new AbortController();
const stop = (): void => {
  // Whoever asks a second time does not want to wait for things to be put away.
  if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
  interrupt.abort();
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);

// Node's own exit code for what nobody caught is 1, which means findings here.
process.on('uncaughtException', (error) => {
  process.stderr.write(renderFailure(failureOf(error), createPaint(false)));
  process.exit(exitCodes.bug);
});

const code = await runCommandLine(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  env: process.env,
  signal: interrupt.signal,
  now: Date.now,
});
// A connection or a child that lingers must not keep a script waiting: everything has been written by now.
process.exit(code);
