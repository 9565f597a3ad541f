// Starts and stops servers that others wrote, installed in this folder by `npm ci --prefix test/peers`.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const contractDocument = fileURLToPath(new URL('../../contracts/device-state.openapi.yaml', import.meta.url));

/** Whether the peers are installed; where they are not, the tests beside this file say so and are left out. */
export const peersInstalled = existsSync(new URL('./node_modules', import.meta.url));

/** The title of a group of tests, with what to do where the group is left out. */
export function peerTitle(title: string): string {
  return peersInstalled ? title : `${title} (left out: run npm ci --prefix test/peers first)`;
}

/** Peers neither report home nor look for newer versions, and inherit nothing that could steer them. */
export const peerEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  CI: 'true',
  NO_COLOR: '1',
  PACT_DO_NOT_TRACK: 'true',
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
};

/** The script or program of a peer, as a path inside this folder. */
export function peerProgram(path: string): string {
  return fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url));
}

export interface PeerServer {
  readonly url: string;
  /** All that the server printed so far. */
  readonly output: () => string;
  readonly close: () => Promise<void>;
}

/** Prism answers from the OpenAPI document and refuses, with 422, each request that breaks it. */
export async function startPrism(document = contractDocument): Promise<PeerServer> {
  const script = peerProgram('@stoplight/prism-cli/dist/index.js');
  return startServer('Prism', (port) => [script, 'mock', '--errors', '--host', '127.0.0.1', '--port', port, document]);
}

/** The Pact stub server answers each request of a recorded Pact file with the recorded answer. */
export async function startPactStub(pactFile: string): Promise<PeerServer> {
  const script = peerProgram('@pact-foundation/pact-cli/bin/pact-stub-server.js');
  return startServer('The Pact stub server', (port) => [script, '--port', port, '--file', pactFile]);
}

async function startServer(name: string, argumentsFor: (port: string) => string[]): Promise<PeerServer> {
  const port = await freePort();
  // A process group of its own, so that a program behind a wrapper script ends with it.
  const child = spawn(process.execPath, argumentsFor(String(port)), { env: peerEnvironment, detached: true });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  }
  const stopAtExit = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', stopAtExit);
  const server: PeerServer = {
    url: `http://127.0.0.1:${port}`,
    output: () => printed.join(''),
    close: async () => {
      process.off('exit', stopAtExit);
      await stop(child);
    },
  };
  try {
    await waitUntilItAnswers(name, child, server);
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

async function waitUntilItAnswers(name: string, child: ChildProcess, server: PeerServer): Promise<void> {
  const deadlineMs = Date.now() + 15_000;
  while (child.exitCode === null && Date.now() < deadlineMs) {
    const answered = await fetch(server.url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    );
    if (answered) return;
    await delay(50);
  }
  throw new Error(`${name} did not answer at ${server.url}. It printed:\n${server.output()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((done) => {
    child.once('exit', () => done());
  });
  signalGroup(child, 'SIGTERM');
  const killLater = setTimeout(() => signalGroup(child, 'SIGKILL'), 3000);
  await ended;
  clearTimeout(killLater);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended by itself.
  }
}

async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address !== null && typeof address === 'object') done(address.port);
        else fail(new Error('No free port on 127.0.0.1.'));
      });
    });
  });
}
