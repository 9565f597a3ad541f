/** The body of a request: read with a limit, decoded as UTF-8, parsed as JSON without any coercion. */
import type { Readable } from 'node:stream';

export interface ArrivedBody {
  readonly byteLength: number;
  /** True where it was longer than the limit; then nothing of it is kept. */
  readonly tooLarge: boolean;
  /** What came, as text; undefined where nothing came or too much. */
  readonly text: string | undefined;
  /** The parsed text, undefined where it isn't JSON. */
  readonly value: unknown;
  /** Why the text isn't JSON, undefined where it is or where there is none. */
  readonly problem: string | undefined;
}

export const emptyBody: ArrivedBody = {
  byteLength: 0,
  tooLarge: false,
  text: undefined,
  value: undefined,
  problem: undefined,
};

/**
 * Reads to the end even past the limit, since a client that is still sending would not see the answer.
 *
 * @throws the stream's error where the client goes away in mid-body
 */
export async function readBody(stream: Readable, limitBytes: number): Promise<ArrivedBody> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    byteLength += chunk.length;
    if (byteLength <= limitBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (byteLength === 0) return emptyBody;
  if (byteLength > limitBytes) return { ...emptyBody, byteLength, tooLarge: true };
  return parseBody(Buffer.concat(chunks));
}

function parseBody(bytes: Buffer): ArrivedBody {
  const text = bytes.toString('utf8');
  const arrived = { byteLength: bytes.length, tooLarge: false, text };
  try {
    // The lenient decoder above keeps something to show; the strict one decides.
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ...arrived, value: undefined, problem: 'it is not valid UTF-8' };
  }
  return { ...arrived, ...parseText(text) };
}

/** A text as JSON, or why it isn't. */
export function parseText(text: string): Pick<ArrivedBody, 'value' | 'problem'> {
  try {
    return { value: JSON.parse(text) as unknown, problem: undefined };
  } catch (error) {
    return { value: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}
