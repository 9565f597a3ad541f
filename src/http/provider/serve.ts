/**
 * The wire of the provider: Fastify listens, finds the route and hands each request over whole; what comes back goes out,
 * whole or broken on purpose. Nothing here knows what a request means.
 */
import { METHODS } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { UserError } from '../../errors.js';
import { type ArrivedBody, emptyBody, readBody } from './arrived-body.js';
import type { ArrivedRequest, Route } from './arrived-request.js';
import type { FaultEffect } from './fault.js';
import { Refusal } from './refusal.js';

export interface Departure {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text unless the headers give another content type; undefined for no body. */
  readonly text: string | undefined;
  /** How it goes wrong on its way, undefined for not at all. */
  readonly effect: FaultEffect | undefined;
}

export interface Handlers {
  /** @param signal aborts when the server closes */
  handle(request: ArrivedRequest, signal: AbortSignal): Promise<Departure>;
  /** The answer to something that isn't HTTP. */
  refuse(refusal: Refusal): Departure;
}

export interface Listening {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly routes: readonly Route[];
  readonly bodyLimitBytes: number;
}

export interface Server {
  readonly url: string;
  /** Closes every connection. Rejects with the first thing that a handler threw, which is a bug, if one did. */
  close(): Promise<void>;
}

/** @throws UserError where the host or the port can't be listened on */
export async function serve(listening: Listening, handlers: Handlers): Promise<Server> {
  // Loaded here, so that whoever only parses a fault or starts no provider doesn't wait for it.
  const { fastify } = await import('fastify');
  const wire = new Wire(listening, handlers);
  const app: FastifyInstance = fastify({
    logger: false,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    // A header of 16 KiB ends a request before a path parameter of that length can.
    routerOptions: { maxParamLength: 16_384 },
    // The contract's validator decides, so none of Fastify's own is loaded.
    schemaController: {
      compilersFactory: { buildValidator: () => refuseSchema, buildSerializer: () => refuseSchema },
    },
    frameworkErrors: (error, { raw }, reply) => {
      const { message } = error;
      void wire.receive({ raw, reply }, new Refusal(error.statusCode ?? 400, 'path_malformed', { message }));
    },
    clientErrorHandler: (error, socket) => wire.refuseClient(error.code ?? '', socket),
  });
  wire.attach(app);
  try {
    await app.listen({ host: listening.host, port: listening.port });
  } catch (error) {
    await app.close();
    throw explainListening(error, listening);
  }
  return { url: addressOf(app, listening.host), close: () => wire.close(app) };
}

/** One request on its way in and the reply that waits for it, as far as they matter here. */
interface Call {
  readonly raw: IncomingMessage;
  readonly reply: { readonly raw: ServerResponse; hijack(): unknown };
  readonly deviceId?: string | undefined;
}

class Wire {
  readonly #listening: Listening;
  readonly #handlers: Handlers;
  readonly #closing = new AbortController();
  readonly #connections = new WeakMap<Socket, number>();
  readonly #bodies = new WeakMap<IncomingMessage, ArrivedBody>();
  #connectionCount = 0;
  #bug: Error | undefined;

  constructor(listening: Listening, handlers: Handlers) {
    this.#listening = listening;
    this.#handlers = handlers;
  }

  attach(app: FastifyInstance): void {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
      this.#bodies.set(request.raw, await readBody(payload, this.#listening.bodyLimitBytes));
    });
    const supported = new Set<string>(app.supportedMethods);
    // CONNECT never reaches a handler; every other method that Node parses is to be answered 405.
    for (const method of METHODS) {
      if (!supported.has(method) && method !== 'CONNECT') app.addHttpMethod(method, { hasBody: true });
    }
    const templates = new Set(this.#listening.routes.map((route) => route.operation.pathTemplate));
    for (const template of templates) {
      const routes = this.#listening.routes.filter((route) => route.operation.pathTemplate === template);
      app.all<{ Params: Readonly<Record<string, string>> }>(routerPath(template), ({ raw, params, method }, reply) => {
        const [deviceId] = Object.values(params);
        return this.receive({ raw, reply, deviceId }, chooseRoute(routes, method));
      });
    }
    app.setNotFoundHandler(({ raw, url }, reply) =>
      this.receive({ raw, reply }, new Refusal(404, 'path_not_found', { message: `There is nothing at ${url}.` })),
    );
    app.setErrorHandler((error, { raw }, reply) => this.#receiveBroken(error, { raw, reply }));
  }

  /** Hands a request over and sends what comes back. A throw of a handler is kept for `close`. */
  async receive(call: Call, target: Route | Refusal): Promise<void> {
    // The reply goes out from here at a time of our own choosing, broken or whole, and not through Fastify.
    call.reply.hijack();
    try {
      const departure = await this.#handlers.handle(this.#arrival(call, target), this.#closing.signal);
      await this.#send(departure, call.reply.raw);
    } catch (error) {
      this.#breakOff(error, call);
    }
  }

  refuseClient(code: string, socket: Socket): void {
    if (code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, name, message] =
      code === 'HPE_HEADER_OVERFLOW'
        ? ([431, 'headers_too_large', 'The headers are too large.'] as const)
        : ([400, 'request_malformed', 'This is not an HTTP request.'] as const);
    const { text = '' } = this.#handlers.refuse(new Refusal(status, name, { message }));
    const head = `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n`;
    socket.end(`${head}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  async close(app: FastifyInstance): Promise<void> {
    this.#closing.abort();
    await app.close();
    if (this.#bug !== undefined) throw this.#bug;
  }

  #arrival({ raw, deviceId }: Call, target: Route | Refusal): ArrivedRequest {
    const { method = '', url: path = '', headers, socket } = raw;
    let connection = this.#connections.get(socket);
    if (connection === undefined) {
      connection = this.#connectionCount;
      this.#connectionCount += 1;
      this.#connections.set(socket, connection);
    }
    const body = this.#bodies.get(raw) ?? emptyBody;
    return { method, path, headers, body, connection, deviceId, target };
  }

  /** Fastify refuses a content type that is no media type before it reads a body; whatever else it throws is a bug. */
  async #receiveBroken(error: unknown, call: Call): Promise<void> {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status < 500) {
      const message = 'The header Content-Type must be application/json.';
      await this.receive(call, new Refusal(status, 'content_type_unsupported', { message }));
      return;
    }
    call.reply.hijack();
    this.#breakOff(error, call);
  }

  #breakOff(error: unknown, { raw }: Call): void {
    // A client that goes away in mid-body and a close in mid-answer are no bugs: nobody is left to answer.
    const isGone = this.#closing.signal.aborted || !raw.complete;
    if (!isGone) this.#bug ??= error instanceof Error ? error : new Error(String(error));
    raw.socket.destroy();
  }

  async #send({ status, headers, text, effect }: Departure, raw: ServerResponse): Promise<void> {
    if (effect?.kind === 'drop' || effect?.kind === 'drop-after') {
      raw.socket?.destroy();
      return;
    }
    if (effect === undefined || effect.kind === 'status') {
      const type = text === undefined ? {} : jsonHead(text);
      raw.writeHead(status, { ...type, ...headers }).end(text);
      return;
    }
    // An answer without a body has nothing to break, so it is given one.
    const whole = Buffer.from(text ?? '{}');
    const half = Math.ceil(whole.length / 2);
    const bytes = effect.kind === 'malformed' ? whole.subarray(0, -1) : whole;
    raw.writeHead(text === undefined ? 200 : status, { ...jsonHead(bytes), ...headers });
    if (effect.kind === 'malformed') {
      raw.end(bytes);
      return;
    }
    raw.write(whole.subarray(0, half));
    if (effect.kind === 'truncate') {
      raw.socket?.destroySoon();
      return;
    }
    await pause(effect.delayMs, undefined, { signal: this.#closing.signal });
    raw.end(whole.subarray(half));
  }
}

function jsonHead(body: string | Buffer): Record<string, string | number> {
  return { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };
}

/** Stands where Fastify would compile the schema of a route, and no route of the provider has one. */
function refuseSchema(): never {
  throw new TypeError('a route of the provider has a schema of its own');
}

/** `/devices/{id}/state` as Fastify writes it, `/devices/:id/state`. */
function routerPath(template: string): string {
  return template.replaceAll(':', '::').replaceAll(/\{([^}]+)\}/g, (_whole, name: string) => `:${name}`);
}

function chooseRoute(routes: readonly Route[], method: string): Route | Refusal {
  const route = routes.find(({ operation }) => operation.method === method);
  if (route !== undefined) return route;
  const allow = routes.map(({ operation }) => operation.method).join(', ');
  return new Refusal(405, 'method_not_allowed', { message: `The method must be ${allow}.`, headers: { allow } });
}

function addressOf(app: FastifyInstance, host: string): string {
  const address = app.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  // A wildcard is no address to connect to, and this machine is where the caller is.
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function explainListening(error: unknown, { host, port }: Listening): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = { cause: error };
  if (code === 'EADDRINUSE') {
    return new UserError(`The port ${port} of ${host} is in use.`, {
      hint: 'Take another port, or 0 for any free one.',
      ...cause,
    });
  }
  if (code === 'EACCES') {
    return new UserError(`Listening on port ${port} of ${host} is not permitted.`, {
      hint: 'Take a port above 1023.',
      ...cause,
    });
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EINVAL') {
    return new UserError(`${host} is not a host of this machine.`, {
      hint: 'Leave the host out for 127.0.0.1.',
      ...cause,
    });
  }
  return error;
}
