/** Plays a pact file against a provider: our proxy in front of it, Pact's verifier in a process of its own behind that. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contract } from '../../contract/contract.js';
import type { Credentials } from '../client/credentials.js';
import { createClient } from '../client/provider-client.js';
import type { Exchange } from '../exchange.js';
import { verifyInChild } from './child.js';
import type { PactFile, PactInteraction } from './pact-file.js';
import { INTERACTION_HEADER, INTERACTION_PARAMETER, startProxy } from './proxy.js';
import type { Observation, Proxy } from './proxy.js';
import { setUpState } from './states.js';
import type { StateFailure } from './states.js';
import { isObject } from './template.js';
import { Upstream } from './upstream.js';
import { parseVerdicts } from './verdict.js';
import type { Verdict } from './verdict.js';

export interface VerificationOptions {
  readonly target: string;
  readonly contract: Contract;
  readonly pact: PactFile;
  readonly credentials: Credentials;
  /** In place of the recorded examples; left out, the examples are sent. */
  readonly deviceId?: string;
  readonly locationId?: string;
  /** For each try of a request, ms. */
  readonly timeoutMs: number;
  /** For all of it, ms. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** What became of one interaction of the file. */
export interface InteractionResult {
  readonly interaction: PactInteraction;
  readonly verdict:
    Verdict | { readonly outcome: 'skipped'; readonly reason: string } | { readonly outcome: 'deadline' };
  /** Its own request and the answer; undefined where none was sent. */
  readonly exchange: Exchange | undefined;
  /** What was sent to set up its provider state. */
  readonly stateExchange: Exchange | undefined;
  readonly stateFailure: StateFailure | undefined;
}

const NEEDS_ACCOUNT = 'it needs an account id with an API key, and only a bearer token was given';

/**
 * @returns one result for each interaction, in the file's order
 * @throws UserError for a bad target or credentials; Error where Pact's library could not run
 */
export async function verifyProvider(options: VerificationOptions): Promise<InteractionResult[]> {
  const { pact, credentials } = options;
  const isSkipped = ({ request }: PactInteraction): boolean =>
    credentials.kind === 'token' && request.filledIn.includes('basicCredentials');
  const played = pact.interactions.filter((interaction) => !isSkipped(interaction));
  const results = await play(options, played);
  return pact.interactions.map(
    (interaction) =>
      results.get(interaction) ?? {
        interaction,
        verdict: { outcome: 'skipped', reason: NEEDS_ACCOUNT },
        exchange: undefined,
        stateExchange: undefined,
        stateFailure: undefined,
      },
  );
}

async function play(
  options: VerificationOptions,
  interactions: readonly PactInteraction[],
): Promise<Map<PactInteraction, InteractionResult>> {
  const { target, contract, credentials, timeoutMs, signal } = options;
  const upstream = new Upstream({ target, contract, credentials, timeoutMs, signal });
  const client = createClient({
    target,
    contract,
    credentials,
    timeoutMs,
    retry: { maxRetries: 0 },
    ...(signal !== undefined && { signal }),
  });
  const recordReference = `voltpact-verify-${Date.now()}`;
  const { deviceId, locationId } = options;
  const states = { contract, client, deviceId, locationId, recordReference, nowMs: Date.now };
  const proxy = await startProxy({
    upstream,
    interactions,
    setUpState: (name, parameters) => setUpState(states, name, parameters),
  });
  try {
    return await compare({ options, interactions, proxy, upstream });
  } finally {
    await Promise.all([proxy.close(), upstream.close(), client.close()]);
  }
}

interface Play {
  readonly options: VerificationOptions;
  readonly interactions: readonly PactInteraction[];
  readonly proxy: Proxy;
  readonly upstream: Upstream;
}

async function compare({
  options,
  interactions,
  proxy,
  upstream,
}: Play): Promise<Map<PactInteraction, InteractionResult>> {
  const folder = await mkdtemp(join(tmpdir(), 'voltpact-verify-'));
  try {
    const pactFile = join(folder, 'pact.json');
    await writeFile(pactFile, numbered(options.pact, interactions));
    const outcome = await verifyInChild(
      {
        providerUrl: proxy.url,
        statesUrl: proxy.statesUrl,
        provider: options.pact.provider,
        pactFile,
        // The proxy answers in time whatever the provider does: a login, a try, a new login and a second try.
        timeoutMs: 5 * options.timeoutMs,
      },
      { deadlineMs: options.deadlineMs, signal: options.signal },
    );
    const verdicts =
      outcome.kind === 'result'
        ? parseVerdicts(
            // What the provider answered stands in it.
            upstream.redact(outcome.json),
            interactions.map(({ description }) => description),
          )
        : [];
    return new Map(
      interactions.map((interaction, index) => {
        const verdict: InteractionResult['verdict'] = verdicts[index] ?? { outcome: 'deadline' };
        const observation: Observation | undefined = proxy.observations[index];
        const { exchange, stateExchange, stateFailure } = observation ?? {};
        return [interaction, { interaction, verdict, exchange, stateExchange, stateFailure }];
      }),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file with a number on each interaction, so that the proxy knows which one a request or a state belongs to. */
function numbered(pact: PactFile, interactions: readonly PactInteraction[]): string {
  return JSON.stringify({
    consumer: { name: pact.consumer },
    provider: { name: pact.provider },
    metadata: { pactSpecification: { version: '4.0' } },
    interactions: interactions.map(({ json, states }, index) => {
      const request = isObject(json['request']) ? json['request'] : {};
      const headers = isObject(request['headers']) ? request['headers'] : {};
      return {
        ...json,
        providerStates: states.map(({ name, parameters }) => ({
          name,
          params: { ...parameters, [INTERACTION_PARAMETER]: index },
        })),
        request: { ...request, headers: { ...headers, [INTERACTION_HEADER]: [String(index)] } },
      };
    }),
  });
}
