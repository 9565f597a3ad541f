/** An exchange as a line for a POSIX shell, to send it again by hand. */
import type { Exchange } from '../exchange.js';

/** Headers that curl sets by itself or that change nothing. */
const leftOut: ReadonlySet<string> = new Set(['accept', 'authorization', 'content-length', 'host', 'user-agent']);

/** Linux takes no single argument above 128 KiB; a shell's own printf has no such bound. */
const longestArgument = 100_000;

/**
 * A minimal curl line with `$VOLTPACT_TOKEN` for the token (for Basic, `$VOLTPACT_ACCOUNT_ID` and `$VOLTPACT_API_KEY`), one
 * line unless the body has line breaks. It holds no secret, and sends the body's exact bytes.
 */
export function renderCurl(exchange: Pick<Exchange, 'request'>): string {
  const { method, url, headers, body } = exchange.request;
  const words = ['curl'];
  if (method !== (body === undefined ? 'GET' : 'POST')) words.push('-X', method);
  // Brackets and braces in an address are patterns to curl unless it is told otherwise.
  if (/[[\]{}]/.test(url)) words.push('-g');
  words.push(quote(url), ...authorizationWords(headers['authorization']));
  for (const [name, value] of Object.entries(headers)) {
    if (!leftOut.has(name)) words.push('-H', quote(`${name}: ${value}`));
  }
  if (body === undefined) return words.join(' ');
  if (body.includes('\0') || Buffer.byteLength(body) > longestArgument) {
    return `printf %b ${quote(escapeForPrintf(body))} | ${[...words, '--data-binary', '@-'].join(' ')}`;
  }
  return [...words, '--data-raw', quote(body)].join(' ');
}

function authorizationWords(authorization: string | undefined): string[] {
  if (authorization === undefined) return [];
  if (/^Basic\b/i.test(authorization)) return ['-u', '"$VOLTPACT_ACCOUNT_ID:$VOLTPACT_API_KEY"'];
  return ['-H', '"Authorization: Bearer $VOLTPACT_TOKEN"'];
}

/** Single quotes protect everything but themselves (POSIX, Shell Command Language, 2.2.2). */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function escapeForPrintf(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\0', '\\0000');
}
