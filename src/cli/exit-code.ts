/** The one table of exit codes. */
import type { Outcome } from '../run/event.js';

export const exitCodes = {
  /** All well. */
  ok: 0,
  /** Findings of severity error, or a failed threshold. */
  findings: 1,
  /** The user's input is wrong. */
  input: 2,
  /** The target can't be reached. */
  unreachable: 3,
  /** A bug in voltpact (EX_SOFTWARE of sysexits.h). */
  bug: 70,
  /** Interrupted (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The same table for the help text. */
export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.ok, 'all well'],
  [exitCodes.findings, 'findings: the system under test is at fault'],
  [exitCodes.input, 'the input is wrong: an option, a file, a scenario'],
  [exitCodes.unreachable, "the target can't be reached"],
  [exitCodes.bug, 'a bug in voltpact'],
  [exitCodes.interrupted, 'interrupted by Ctrl-C'],
];

/** Of a run that came to its end. One that did not has a failure, and the failure decides. */
export function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  return { pass: exitCodes.ok, fail: exitCodes.findings, error: exitCodes.bug }[outcome];
}
