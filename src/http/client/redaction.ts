/**
 * Keeps secrets out of everything that is shown or stored: logs, reports, Pact files, journals, curl lines.
 *
 * 1. A known secret of four characters or more never survives, wherever it stands, be it as it is, JSON-escaped or
 *    percent-encoded. Shorter ones are hidden only by where they stand (3), since any text would be full of them.
 * 2. What looks like a secret is hidden even if nobody named it: `sk_test_…` keys, JSON Web Tokens, `Bearer …`, `Basic …`.
 * 3. What stands where secrets stand is hidden: Authorization and cookie headers, token and key members of a JSON text,
 *    `user:password@` in an address, `-u user:password` in a curl line.
 * 4. Redacting twice changes nothing more, and JSON stays JSON.
 */

export const REDACTED = '[redacted]';

export interface Redactor {
  /** From now on hides this value too. */
  learn(secret: string): void;
  text(text: string): string;
  /** A header's value by its lower-case name; an Authorization header keeps its scheme. */
  header(name: string, value: string): string;
  /** A parsed JSON value, every string in it. */
  json(value: unknown): unknown;
}

const shortestKnownSecret = 4;
/** Tokens are refreshed for as long as a run goes on; only the latest can still turn up in an answer. */
const rememberedSecrets = 16;

const hiddenHeaders: ReadonlySet<string> = new Set(['cookie', 'set-cookie', 'x-api-key']);
const hiddenMembers = [
  'bearer_token',
  'access_token',
  'refresh_token',
  'id_token',
  'token',
  'api_key',
  'secret_key',
  'client_secret',
  'password',
];

const member = `(?:${hiddenMembers.join('|')})`;
/** None of these eats a quote or a backslash that it did not open, so that JSON stays JSON. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // A value that is a variable of the shell, as in a rendered curl line, is no secret.
  [
    /(authorization["']?\s*[:=](?!\s*["']?\s*(?:(?:Bearer|Basic)\s+)?\$)\s*["']?(?:(?:Bearer|Basic)\s+)?)[^\r\n"'\\]+/gi,
    `$1${REDACTED}`,
  ],
  [/((?:^|[\r\n"'])(?:set-)?cookie["']?\s*:\s*["']?)[^\r\n"'\\]+/gi, `$1${REDACTED}`],
  [new RegExp(`("${member}"\\s*:\\s*")(?:[^"\\\\]|\\\\.)+`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`(\\\\"${member}\\\\"\\s*:\\s*\\\\")[^"\\\\]+`, 'gi'), `$1${REDACTED}`],
  // A word of prose after "Basic" or "Bearer" has neither a digit nor a capital inside; a token has.
  [/\b((?:[Bb]earer|BEARER|[Bb]asic|BASIC)\s+)(?=[\w.~+/-]*(?:\d|[a-z][A-Z]))[\w.~+/-]+=*/g, `$1${REDACTED}`],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, REDACTED],
  [/\b([a-z]{2}_(?:test|live)_)\w+/g, `$1${REDACTED}`],
  [/(\/\/)[^\s/@:"'\\]*:[^\s/@"'\\]*@/g, `$1${REDACTED}@`],
  [/((?:^|\s)(?:-u|--user)[ =]["']?)(?!["']?\$)[^\s"':\\]+:[^\s"'\\]+/g, `$1${REDACTED}`],
];

export function createRedactor(secrets: readonly string[]): Redactor {
  let known: string[][] = [];
  const learn = (secret: string): void => {
    const spellings = spellingsOf(secret);
    if (secret.length < shortestKnownSecret || known.some(([first]) => first === spellings[0])) return;
    known = [...known.slice(-rememberedSecrets + 1), spellings];
  };
  const text = (input: string): string => redactPatterns(redactKnown(input, known));
  for (const secret of secrets) learn(secret);
  return {
    learn,
    text,
    header(name, value) {
      if (hiddenHeaders.has(name)) return REDACTED;
      if (!/^(?:proxy-)?authorization$/.test(name)) return text(value);
      const scheme = /^(Bearer|Basic)\s/i.exec(value)?.[1];
      return scheme === undefined ? REDACTED : `${scheme} ${REDACTED}`;
    },
    json: (value) => redactJson(value, text),
  };
}

/** Hides what looks like a secret, for text of which no secret is known. */
export function redactPatterns(text: string): string {
  let redacted = text;
  for (const [pattern, replacement] of patterns) redacted = redacted.replace(pattern, replacement);
  return redacted;
}

function redactKnown(text: string, known: readonly (readonly string[])[]): string {
  const spellings = known.flat().filter((spelling) => text.includes(spelling));
  // The longest first, so that a secret that contains another leaves nothing behind.
  spellings.sort((a, b) => b.length - a.length);
  let redacted = text;
  for (const spelling of spellings) redacted = redacted.replaceAll(spelling, REDACTED);
  return redacted;
}

function spellingsOf(secret: string): string[] {
  const wellFormed = secret.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed)])];
}

function redactJson(value: unknown, text: (input: string) => string): unknown {
  if (typeof value === 'string') return text(value);
  if (Array.isArray(value)) return value.map((item) => redactJson(item, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      text(name),
      typeof member === 'string' && member !== '' && hiddenMembers.includes(name.toLowerCase())
        ? REDACTED
        : redactJson(member, text),
    ]),
  );
}
