/**
 * The one file that touches Pact's packages. They load a native library, which takes about half a second: import this file
 * at the moment of use, never at start-up.
 */
// Pact's packages are CommonJS, and not every name of theirs is visible to an ESM named import.
import pact from '@pact-foundation/pact';
import type { Interaction } from './interaction.js';

export interface MockSession {
  /** Folder that the pact file goes to. */
  readonly folder: string;
  readonly consumer: string;
  readonly provider: string;
}

/**
 * Starts Pact's mock server for one interaction, lets `send` talk to it, and adds the interaction to the pact file in the
 * folder if what was sent matches.
 * @throws Error with Pact's own list of mismatches, or whatever `send` throws; nothing is written then
 */
export async function recordWithMockServer<T>(
  session: MockSession,
  interaction: Interaction,
  send: (url: string) => Promise<T>,
): Promise<T | undefined> {
  const { request, response } = interaction;
  const { accepted } = response.status;
  const builder = new pact.Pact({
    dir: session.folder,
    consumer: session.consumer,
    provider: session.provider,
    spec: pact.SpecificationVersion.SPECIFICATION_VERSION_V4,
    host: '127.0.0.1',
    logLevel: 'error',
  }).addInteraction();
  for (const state of interaction.states) builder.given(state.name, { ...state.parameters });
  return builder
    .uponReceiving(interaction.description)
    .withRequest(request.method, request.path, (part) => {
      part.headers({ ...request.headers });
      if (request.body !== undefined) part.jsonBody(request.body);
    })
    .willRespondWith(
      pact.Matchers.matchStatus(
        response.status.example,
        accepted === '2xx' ? pact.HTTPResponseStatusClass.Success : [...accepted],
      ),
      (part) => {
        part.headers({ ...response.headers });
        part.jsonBody(response.body);
      },
    )
    .executeTest((server) => send(server.url));
}

export interface NativeVerification {
  /** Where the requests go: a loopback proxy of ours. */
  readonly providerUrl: string;
  /** Takes `POST { action, state, params }`. */
  readonly statesUrl: string;
  readonly provider: string;
  readonly pactFile: string;
  /** How long one request may take, ms. */
  readonly timeoutMs: number;
}

/**
 * Plays a pact file against a provider.
 * @returns Pact's result as JSON text, whether the provider passed or not
 * @throws Error where the library could not run at all
 */
export async function verifyWithLibrary(input: NativeVerification): Promise<string> {
  const verifier = new pact.Verifier({
    providerBaseUrl: input.providerUrl,
    // Named here, Pact asks our own server, which can refuse a state; a handler given as a function can't: Pact logs what
    // it throws and goes on.
    providerStatesSetupUrl: input.statesUrl,
    provider: input.provider,
    pactUrls: [input.pactFile],
    timeout: input.timeoutMs,
    logLevel: 'error',
  });
  try {
    return await verifier.verifyProvider();
  } catch (error) {
    // A provider that fails comes back as an error whose message is the result.
    if (error instanceof Error && error.message.trimStart().startsWith('{')) return error.message;
    throw error;
  }
}
