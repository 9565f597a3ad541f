/** Records interactions: our own client talks to Pact's mock server, which writes down what it was told to expect and got. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Contract } from '../../contract/contract.js';
import type { Exchange } from '../exchange.js';
import { createClient } from '../client/provider-client.js';
import type { Interaction } from './interaction.js';
import { normalisePact } from './pact-file.js';
import { isObject } from './template.js';

export const CONSUMER = 'voltpact';
export const PROVIDER = 'flatpeak';

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
  const { recordWithMockServer } = await import('./native.js');
  const started = performance.now();
  let exchange: Exchange | undefined;
  let mismatch: Recording['mismatch'];
  try {
    await recordWithMockServer({ folder, consumer: CONSUMER, provider: PROVIDER }, interaction, async (url) => {
      exchange = await send(interaction, options, url);
    });
  } catch (error) {
    mismatch = {
      message: error instanceof Error ? plain(error.message) : String(error),
      missing: missingFields(interaction),
    };
  }
  return { description: interaction.description, durationMs: performance.now() - started, exchange, mismatch };
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
