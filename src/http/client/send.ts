/** One try of one request over undici, from the first byte to the last, with everything that can go wrong as data. */
import type { Dispatcher, Pool } from 'undici';
import type { TransportFailure } from '../exchange.js';
import { isAborted, onAbort } from './abort.js';
import { classifyFailure, StoppedError, TotalTimeoutError } from './transport-failure.js';
import type { FailureContext } from './transport-failure.js';

export interface WireRequest {
  readonly method: string;
  /** Path with the target's prefix. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface WireResponse {
  readonly status: number;
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
}

export interface SendResult {
  readonly response: WireResponse | undefined;
  readonly failure: TransportFailure | undefined;
  /** False where no byte of the request can have reached the provider. */
  readonly dispatched: boolean;
}

export interface SendContext extends FailureContext {
  readonly signals: readonly AbortSignal[];
}

/** Never rejects for anything that the network does. Redirects are answers like any other. */
export function sendOnce(pool: Pool, request: WireRequest, context: SendContext): Promise<SendResult> {
  return new Promise((resolve, reject) => {
    if (isAborted(context.signals)) {
      resolve({ response: undefined, failure: classifyFailure(new StoppedError(), context), dispatched: false });
      return;
    }
    const handler = new AnswerHandler(context, { resolve, reject });
    pool.dispatch({ ...request, body: request.body ?? null }, handler);
  });
}

interface Settle {
  readonly resolve: (result: SendResult) => void;
  readonly reject: (bug: unknown) => void;
}

class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #context: SendContext;
  readonly #settle: Settle;
  readonly #forgetSignals: () => void;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  /** Why the answer is no longer wanted. */
  #stopped: Error | undefined;
  #settled = false;

  constructor(context: SendContext, settle: Settle) {
    this.#context = context;
    this.#settle = settle;
    this.#forgetSignals = onAbort(context.signals, () => {
      this.#stop(new StoppedError());
    });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // A request that was stopped while it queued for a connection still gets here, and goes no further.
    if (this.#stopped !== undefined) {
      controller.abort(this.#stopped);
      return;
    }
    this.#controller = controller;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#stop(new TotalTimeoutError());
    }, this.#context.timeouts.totalMs);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    // Interim answers such as 103 come first; the one that counts comes last.
    this.#status = status;
    this.#headers = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
    );
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const bodyText = Buffer.concat(this.#chunks).toString('utf8');
    this.#finish({ status: this.#status, headers: this.#headers, bodyText }, undefined);
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    this.#fail(error);
  }

  #stop(reason: Error): void {
    this.#stopped = reason;
    this.#fail(reason);
    this.#controller?.abort(reason);
  }

  #fail(error: Error): void {
    if (this.#settled) return;
    try {
      this.#finish(undefined, classifyFailure(error, this.#context));
    } catch (bug) {
      this.#release();
      this.#settle.reject(bug);
    }
  }

  #finish(response: WireResponse | undefined, failure: TransportFailure | undefined): void {
    if (this.#settled) return;
    this.#release();
    this.#settle.resolve({ response, failure, dispatched: this.#controller !== undefined });
  }

  #release(): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#forgetSignals();
  }
}
