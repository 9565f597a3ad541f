/** Records interactions: our own client talks to Pact's mock server, which writes down what it was told to expect and got. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Contract } from '../../contract/contract.js';
import type { Exchange } from '../exchange.js';
import { createClient } from '../client/provider-client.js';
import type { Interaction } from './interaction.js';
import { normalisePact } from './pact-file.js';
import { isObject } from './template.js';

const CONSUMER = 'voltpact';
const PROVIDER = 'flatpeak';
/** How often an interaction is tried that the mock server lost sight of, and how much longer it is given each time. */
const MOST_TRIES = 6;
const SETTLE_MS = 20;

/** What became of one interaction. */
export interface Recording {
  readonly description: string;
  readonly durationMs: number;
  /** What our client sent and got; undefined where the mock server could not be started. */
  readonly exchange: Exchange | undefined;
  /** What differs from the contract; undefined where nothing does. */
  readonly mismatch: { readonly message: string; readonly missing: readonly string[] } | undefined;
}

export interface RecorderOptions {
  readonly contract: Contract;
  readonly interactions: readonly Interaction[];
  readonly signal: AbortSignal | undefined;
}

/**
 * Yields one recording for each interaction, in order.
 * @returns the text of the pact file, or undefined where any interaction did not match
 */
export async function* recordInteractions(options: RecorderOptions): AsyncGenerator<Recording, string | undefined> {
  const { interactions } = options;
  // An empty folder each time: the library merges into what it finds.
  const folder = await mkdtemp(join(tmpdir(), 'voltpact-record-'));
  try {
    let isComplete = true;
    for (const interaction of interactions) {
      options.signal?.throwIfAborted();
      const recording = await recordOne(interaction, options, folder);
      isComplete &&= recording.mismatch === undefined;
      yield recording;
    }
    if (!isComplete) return undefined;
    const text = await readFile(join(folder, `${CONSUMER}-${PROVIDER}.json`), 'utf8');
    return normalisePact(
      text,
      interactions.map(({ description }) => description),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function recordOne(interaction: Interaction, options: RecorderOptions, folder: string): Promise<Recording> {
  const started = performance.now();
  for (let tries = 1; ; tries += 1) {
    const { exchange, problem } = await tryOnce(interaction, { ...options, folder, settleMs: SETTLE_MS * (tries - 1) });
    if (problem !== undefined && tries < MOST_TRIES && isRace(interaction, { exchange, problem })) continue;
    return {
      description: interaction.description,
      durationMs: performance.now() - started,
      exchange,
      mismatch: problem === undefined ? undefined : { message: problem, missing: missingFields(interaction) },
    };
  }
}

interface Try {
  readonly exchange: Exchange | undefined;
  /** What the mock server says is wrong. */
  readonly problem: string | undefined;
}

async function tryOnce(
  interaction: Interaction,
  options: RecorderOptions & { readonly folder: string; readonly settleMs: number },
): Promise<Try> {
  const { recordWithMockServer } = await import('./native.js');
  const session = { folder: options.folder, consumer: CONSUMER, provider: PROVIDER };
  let exchange: Exchange | undefined;
  try {
    await recordWithMockServer(session, interaction, async (url) => {
      exchange = await send(interaction, options, url);
      if (options.settleMs > 0) await sleep(options.settleMs);
    });
    return { exchange, problem: undefined };
  } catch (error) {
    return { exchange, problem: error instanceof Error ? plain(error.message) : String(error) };
  }
}

/**
 * The mock server answers a request before it notes that it came, so that on a busy machine it may say in about one of a
 * hundred that it got nothing. Its answer, which it gives only to a request that matches, shows that it did.
 */
function isRace({ response }: Interaction, { exchange, problem }: Try): boolean {
  return (
    exchange?.response?.status === response.status.example && problem?.includes('expected but not received') === true
  );
}

async function send({ sending, authorization }: Interaction, options: RecorderOptions, url: string): Promise<Exchange> {
  const client = createClient({
    target: url,
    contract: options.contract,
    credentials: authorization,
    // The mock server answers a mismatch with 500, which must not be sent again.
    retry: { maxRetries: 0 },
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  try {
    if (sending.operation === 'submit') return await client.submit(sending.deviceId, sending.body);
    if (sending.operation === 'readBack') return await client.readBack(sending.deviceId);
    return await client.requestToken();
  } finally {
    await client.close();
  }
}

/** Fields that are recorded and were not sent: Pact gives two lists of names and leaves the difference to the reader. */
function missingFields({ sending, request }: Interaction): string[] {
  if (sending.operation !== 'submit' || !isObject(request.body)) return [];
  const { body } = sending;
  return Object.keys(request.body).filter((name) => !(name in body));
}

/** The library's message on one line. */
function plain(message: string): string {
  return message
    .replace(/^Test failed for the following reasons:\s*Mock server failed with the following mismatches:\s*/, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}
