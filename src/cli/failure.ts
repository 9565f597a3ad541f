/** The one place that turns what was thrown into words, an exit code, and a finding for the reports. */
import type { Finding } from '../check/finding.js';
import { TransportError, UserError } from '../errors.js';
import type { Place } from '../errors.js';
import type { Paint } from '../report/paint.js';
import { exitCodes } from './exit-code.js';
import type { ExitCode } from './exit-code.js';

/** Ctrl-C, or a request of the system to end. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';

  constructor() {
    super('interrupted');
  }
}

export interface Failure {
  readonly code: ExitCode;
  /** One sentence. */
  readonly message: string;
  readonly place: string | undefined;
  readonly hint: string | undefined;
  /** Only of a bug. */
  readonly stack: string | undefined;
  readonly finding: Finding;
}

const bugHint = 'This is a bug in voltpact. Please report it with the command that you ran and the lines above.';

export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof UserError) {
    const place = renderPlace(thrown.place);
    return failure(thrown, { code: exitCodes.input, ruleId: 'run/input', place, hint: thrown.hint });
  }
  if (thrown instanceof TransportError) {
    return failure(thrown, { code: exitCodes.unreachable, ruleId: `transport/${thrown.code}`, hint: thrown.hint });
  }
  if (thrown instanceof InterruptedError) {
    return failure(thrown, { code: exitCodes.interrupted, ruleId: 'run/interrupted' });
  }
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const stack = error.stack ?? error.message;
  return { ...failure(error, { code: exitCodes.bug, ruleId: 'run/bug', hint: bugHint }), stack };
}

/** What standard error shows. */
export function renderFailure({ message, place, hint, stack }: Failure, paint: Paint): string {
  const lines = [`${paint.bad('voltpact:')} ${message}`];
  if (place !== undefined) lines.push(`  at ${place}`);
  if (stack !== undefined) lines.push('', stack, '');
  if (hint !== undefined) lines.push(`  ${hint}`);
  return `${lines.join('\n')}\n`;
}

/** `file:line:column`, as editors and terminals link it, then the pointer. */
function renderPlace({ file, line, column, pointer }: Place): string | undefined {
  const where = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const parts = [where, pointer].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? undefined : parts.join(' ');
}

interface FailureFacts {
  readonly code: ExitCode;
  readonly ruleId: string;
  readonly place?: string | undefined;
  readonly hint?: string | undefined;
}

function failure({ message }: Error, { code, ruleId, place, hint }: FailureFacts): Failure {
  const finding: Finding = {
    ruleId,
    severity: 'error',
    title: 'The run did not come to its end',
    message: [message, hint].filter((part) => part !== undefined).join('\n'),
    evidence: place === undefined ? {} : { place },
  };
  return { code, message, place, hint, stack: undefined, finding };
}
