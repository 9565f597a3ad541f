/** What Pact's verifier says of each interaction, from its JSON and never from its log. */
import { isObject } from './template.js';

export interface Mismatch {
  readonly kind: 'status' | 'header' | 'body' | 'content-type' | 'other';
  /** JSON path in the body (`$.id`), or the header's name; empty for the status. */
  readonly path: string;
  /** Names of fields that the answer should have and has not. */
  readonly missing: readonly string[];
  readonly expected: unknown;
  readonly actual: unknown;
  /** Pact's own sentence. */
  readonly message: string;
}

export type Verdict =
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'mismatched'; readonly mismatches: readonly Mismatch[] }
  /** No comparison was made: a provider state or the request failed. */
  | { readonly outcome: 'not-compared'; readonly message: string };

/**
 * One verdict for each interaction of the file, in its order.
 * @throws Error where the text is not what the library is known to write
 */
export function parseVerdicts(json: string, descriptions: readonly string[]): Verdict[] {
  const result: unknown = JSON.parse(json);
  const results: unknown = isObject(result) ? result['interactionResults'] : undefined;
  if (!isObject(result) || !Array.isArray(results) || results.length !== descriptions.length) {
    throw new Error(`Pact's verifier gave no result for each interaction: ${json.slice(0, 500)}`);
  }
  // The errors stand in the order of the interactions that failed, those of pending ones in a list of their own.
  const queues = [result['errors'], result['pendingErrors']].map((list) =>
    Array.isArray(list) ? list.filter(isObject) : [],
  );
  return descriptions.map((description, index) => {
    const entry: unknown = results[index];
    if (isObject(entry) && entry['result'] === 'OK') return { outcome: 'passed' };
    const queue = queues.find(([first]) => String(first?.['interaction']).endsWith(` - ${description}`));
    return parseFailure(queue?.shift()?.['mismatch']);
  });
}

function parseFailure(failure: unknown): Verdict {
  const mismatches: unknown = isObject(failure) ? failure['mismatches'] : undefined;
  if (Array.isArray(mismatches)) {
    return { outcome: 'mismatched', mismatches: mismatches.filter(isObject).map(parseMismatch) };
  }
  const message = isObject(failure) && typeof failure['message'] === 'string' ? failure['message'] : 'no reason given';
  return { outcome: 'not-compared', message };
}

const KINDS: Readonly<Record<string, Mismatch['kind']>> = {
  StatusMismatch: 'status',
  HeaderMismatch: 'header',
  BodyMismatch: 'body',
  BodyTypeMismatch: 'content-type',
};

function parseMismatch(json: Readonly<Record<string, unknown>>): Mismatch {
  const kind = KINDS[String(json['type'])] ?? 'other';
  const message = text(json['mismatch']);
  const expected = parsed(json['expected']);
  const actual = parsed(json['actual']);
  return {
    kind,
    path: kind === 'body' ? bodyPath(text(json['path'])) : text(json['key']),
    missing: kind === 'body' && message.includes('missing') ? absent(expected, actual) : [],
    expected,
    actual,
    message,
  };
}

/** Pact says `/` of a body as a whole where there is none, and `$` elsewhere. */
function bodyPath(path: string): string {
  return path === '/' || path === '' ? '$' : path;
}

/** Of missing fields Pact gives both lists of names. */
function absent(expected: unknown, actual: unknown): string[] {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return [];
  return expected.map(String).filter((name) => !actual.includes(name));
}

/** Pact writes values as JSON text. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
