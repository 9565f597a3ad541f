/** What the provider remembers of each request. Plain JSON without secrets, so that it can be written as it is. */
import type { IncomingHttpHeaders } from 'node:http';

import type { OperationName } from '../../contract/contract.js';

/** One request and what became of it. A line of the journal. */
export interface JournalEntry {
  /** In the order in which requests were complete, from 0. Entries come in the order of their answers. */
  readonly sequence: number;
  /** When the request was complete, by the provider's clock, ms. */
  readonly atMs: number;
  /** When the answer began to go out, by the provider's clock, ms. */
  readonly answeredAtMs: number;
  /** Number of the TCP connection, from 0. */
  readonly connection: number;
  readonly method: string;
  /** With query, as received. */
  readonly path: string;
  /** Lower-case names, repeated ones joined by a comma; credentials are redacted. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, absent where there was none or it was too large. */
  readonly bodyText?: string;
  readonly operation?: OperationName;
  readonly deviceId?: string;
  readonly accountId?: string;
  /** Number of the bearer token among all that this provider gave out, since the token itself is not shown. */
  readonly tokenNumber?: number;
  /** Absent where the connection was closed before an answer. */
  readonly status?: number;
  /** The answer's body as it was meant to go out; tokens are redacted. */
  readonly answerText?: string;
  /** The record that the answer is about. */
  readonly recordId?: string;
  /** True where this request stored the record, false where an earlier one had. */
  readonly stored?: boolean;
  /** The fault that befell it, as it was written. */
  readonly fault?: string;
}

/** A journal entry with the parsed body beside its text. */
export interface ReceivedRequest extends JournalEntry {
  /** Undefined where there was none or it isn't JSON. */
  readonly body: unknown;
}

const redacted = '[redacted]';
const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);

/** Headers that may be shown: the scheme of a credential stays, the credential doesn't. */
export function redactHeaders(
  headers: IncomingHttpHeaders,
  redactText: (text: string) => string,
): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const text = Array.isArray(value) ? value.join(', ') : value;
    const [, scheme] = /^(bearer|basic) /i.exec(text) ?? [];
    if (!secretHeaders.has(name)) shown[name] = redactText(text);
    else shown[name] = scheme === undefined ? redacted : `${scheme} ${redacted}`;
  }
  return shown;
}

/** Blacks out the keys given and everything that looks like a JSON Web Token, wherever a client may have put them. */
export function createRedaction(keys: () => readonly string[]): (text: string) => string {
  return (text) => {
    let shown = text.replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, redacted);
    for (const key of keys()) if (shown.includes(key)) shown = shown.replaceAll(key, redacted);
    return shown;
  };
}

/** The latest entries up to a bound, each handed to a listener as well. */
export class Journal {
  readonly #received: ReceivedRequest[] = [];
  readonly #limit: number;
  readonly #listener: ((entry: JournalEntry) => void) | undefined;

  constructor(limit: number, listener: ((entry: JournalEntry) => void) | undefined) {
    this.#limit = limit;
    this.#listener = listener;
  }

  get received(): readonly ReceivedRequest[] {
    return this.#received;
  }

  add(entry: JournalEntry, body: unknown): void {
    if (this.#limit > 0) {
      if (this.#received.length >= this.#limit) this.#received.shift();
      this.#received.push({ ...entry, body });
    }
    this.#listener?.(entry);
  }

  clear(): void {
    this.#received.length = 0;
  }
}
