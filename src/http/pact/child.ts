/** Runs Pact's verifier in a child process, with a deadline. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { NativeVerification } from './native.js';
import type { ChildMessage } from './verifier-child.js';

export interface ChildOptions {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The library's JSON, or `deadline` where the child had to be ended. */
export type ChildOutcome = { readonly kind: 'result'; readonly json: string } | { readonly kind: 'deadline' };

/** The library must neither report its use over the network nor read a proxy, a filter or a broker from the environment. */
const CHILD_ENVIRONMENT = { PACT_DO_NOT_TRACK: 'true' };
/** Of what the library prints in trouble, ms of text are enough. */
const KEPT_OUTPUT = 4000;

/**
 * @throws Error where the library crashed, with the end of what it printed; the signal's reason where it was aborted
 */
export async function verifyInChild(input: NativeVerification, options: ChildOptions): Promise<ChildOutcome> {
  options.signal?.throwIfAborted();
  const child = fork(fileURLToPath(new URL('./verifier-child.js', import.meta.url)), [], {
    env: CHILD_ENVIRONMENT,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const end = (): void => {
    child.kill('SIGKILL');
  };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, options.deadlineMs);
  options.signal?.addEventListener('abort', end, { once: true });
  try {
    child.send(input);
    const { message, printed } = await outcomeOf(child);
    options.signal?.throwIfAborted();
    if (message?.kind === 'result') return message;
    if (late) return { kind: 'deadline' };
    throw new Error(`Pact's verifier could not run: ${message?.message ?? 'its process ended'}\n${printed}`.trimEnd());
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', end);
    end();
  }
}

function outcomeOf(child: ChildProcess): Promise<{ message: ChildMessage | undefined; printed: string }> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-KEPT_OUTPUT);
    });
    child.once('message', (message: ChildMessage) => {
      resolve({ message, printed });
    });
    child.once('error', reject);
    child.once('close', () => {
      resolve({ message: undefined, printed });
    });
  });
}
