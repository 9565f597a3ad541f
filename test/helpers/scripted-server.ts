/** Real servers on loopback that answer as a test says. */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server as TcpServer, Socket } from 'node:net';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly atMs: number;
}

export interface ScriptedServer {
  readonly url: string;
  /** In the order of arrival. */
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** An object is sent as JSON. */
  readonly body?: object | string;
}

/**
 * @param answer says what a request gets; `index` counts from 0. Where it returns nothing, it has dealt with the raw response
 */
export async function startScriptedServer(
  answer: (
    request: SeenRequest,
    index: number,
    raw: { readonly request: IncomingMessage; readonly response: ServerResponse },
  ) => Answer | undefined | Promise<Answer | undefined>,
): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry: SeenRequest = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
        atMs: performance.now(),
      };
      seen.push(entry);
      void Promise.resolve(answer(entry, seen.length - 1, { request, response })).then((given) => {
        if (given !== undefined) send(response, given);
      });
    });
  });
  const url = await listen(server);
  return { url, seen, close: () => closeHttp(server) };
}

function send(response: ServerResponse, { status = 200, headers = {}, body = '' }: Answer): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** A server that speaks whatever it likes on the bare socket. */
export async function startRawServer(
  onSocket: (socket: Socket) => void,
  atPort = 0,
): Promise<{
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    // A client that goes away first is no trouble of the server's.
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  const url = await listen(server, atPort);
  return {
    url,
    port: Number(new URL(url).port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A port of this machine at which nothing listens. */
export async function freePort(): Promise<number> {
  const { port, close } = await startRawServer(() => undefined);
  await close();
  return port;
}

export function listen(server: Server | TcpServer, port = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

function closeHttp(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
