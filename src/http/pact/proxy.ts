/**
 * A server on loopback between Pact's verifier and the provider. It knows which interaction a request belongs to, puts real
 * credentials in, sets up provider states, and turns trouble upstream into an answer that the verifier survives.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Exchange } from '../exchange.js';
import type { RequestOutcome } from '../client/request-loop.js';
import type { PactInteraction } from './pact-file.js';
import { StateFailure } from './states.js';
import type { StateOutcome } from './states.js';
import { isObject } from './template.js';
import type { AuthorizationKind, Upstream } from './upstream.js';

/** Header that numbers a request's interaction; it never leaves this machine. */
export const INTERACTION_HEADER = 'x-voltpact-interaction';
/** Parameter that numbers a state's interaction. */
export const INTERACTION_PARAMETER = 'voltpactInteraction';
const STATES_PATH = '/_voltpact/states';
/** So many requests in a row without an answer, and the provider is taken to hang: the rest need not wait as long. */
const HANGING_AFTER = 2;
/** RFC 9110, section 7.6.1, and what is set anew for each connection. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
]);

/** What went over the wire for one interaction. */
export interface Observation {
  /** The interaction's own request. */
  exchange: Exchange | undefined;
  /** What was sent to set up its provider state. */
  stateExchange: Exchange | undefined;
  /** Why its provider state could not be had. */
  stateFailure: StateFailure | undefined;
}

export interface ProxyOptions {
  readonly upstream: Upstream;
  readonly interactions: readonly PactInteraction[];
  readonly setUpState: (name: string, parameters: Readonly<Record<string, unknown>>) => Promise<StateOutcome>;
}

export interface Proxy {
  readonly url: string;
  readonly statesUrl: string;
  /** By the interaction's place in the file. */
  readonly observations: readonly Observation[];
  close(): Promise<void>;
}

export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const session = new Session(options);
  const server = createServer((request, response) => {
    session.handle(request, response).catch((error: unknown) => {
      // The verifier's side may have hung up; a bug shows as a failed interaction with its message.
      if (!response.headersSent)
        reply(response, 502, { error: error instanceof Error ? error.message : String(error) });
    });
  });
  const url = await listen(server);
  return {
    url,
    statesUrl: `${url}${STATES_PATH}`,
    observations: session.observations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    });
  });
}

class Session {
  readonly observations: readonly Observation[];
  readonly #options: ProxyOptions;
  #timeoutsInARow = 0;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.observations = options.interactions.map(() => ({
      exchange: undefined,
      stateExchange: undefined,
      stateFailure: undefined,
    }));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const bodyText = body === '' ? undefined : body;
    if (request.url === STATES_PATH) await this.#changeState(bodyText ?? '', response);
    else await this.#forward(request, { bodyText, response });
  }

  async #changeState(bodyText: string, response: ServerResponse): Promise<void> {
    const change: unknown = JSON.parse(bodyText);
    if (!isObject(change)) throw new Error(`the verifier asked for a state that is none: ${bodyText}`);
    const { action, state, params } = change;
    const parameters = isObject(params) ? params : {};
    // An interaction without a state asks for the state "".
    if (action !== 'setup' || state === '') {
      reply(response, 200, {});
      return;
    }
    const observation = this.observations[Number(parameters[INTERACTION_PARAMETER])];
    if (observation === undefined) throw new Error(`the verifier asked for a state of no interaction: ${bodyText}`);
    try {
      const { values, exchange } = await this.#options.setUpState(String(state), parameters);
      observation.stateExchange = exchange;
      reply(response, 200, values);
    } catch (error) {
      if (!(error instanceof StateFailure)) throw error;
      observation.stateExchange = error.exchange;
      observation.stateFailure = error;
      // Not 5xx: the verifier would ask three times.
      reply(response, 400, { error: error.message });
    }
  }

  async #forward(
    request: IncomingMessage,
    { bodyText, response }: { readonly bodyText: string | undefined; readonly response: ServerResponse },
  ): Promise<void> {
    const { [INTERACTION_HEADER]: number, ...headers } = forwardedHeaders(request);
    const index = Number(number);
    const interaction = this.#options.interactions[index];
    const observation = this.observations[index];
    const { method } = request;
    if (interaction === undefined || observation === undefined)
      throw new Error(`request of no interaction: ${request.url}`);
    if (method !== 'GET' && method !== 'PUT' && method !== 'POST')
      throw new Error(`the contract has no ${method} request`);
    if (this.#timeoutsInARow >= HANGING_AFTER) {
      reply(response, 504, { error: 'the provider has stopped answering' });
      return;
    }
    const outcome = await this.#options.upstream.send({
      method,
      path: request.url ?? '/',
      headers: { ...headers, 'accept-encoding': 'identity' },
      bodyText,
      authorization: authorizationOf(interaction),
    });
    observation.exchange = outcome.exchange();
    this.#timeoutsInARow = observation.exchange.failure?.code === 'timeout' ? this.#timeoutsInARow + 1 : 0;
    answer(response, outcome, observation.exchange);
  }
}

/** A deliberately wrong or missing Authorization stays as recorded: only a header that asks for real credentials gets them. */
function authorizationOf({ request }: PactInteraction): AuthorizationKind {
  if (request.filledIn.includes('token')) return 'token';
  return request.filledIn.includes('basicCredentials') ? 'login' : 'recorded';
}

function forwardedHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => !HOP_BY_HOP.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function answer(response: ServerResponse, { response: received }: RequestOutcome, exchange: Exchange): void {
  if (received === undefined) {
    reply(response, 502, { error: exchange.failure?.message ?? 'no answer', code: exchange.failure?.code });
    return;
  }
  const headers = Object.entries(received.headers).filter(([name]) => !HOP_BY_HOP.has(name));
  response.writeHead(received.status, Object.fromEntries(headers));
  response.end(received.bodyText);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
