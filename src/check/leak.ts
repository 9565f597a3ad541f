/** Finds what an answer should not tell: the inside of the provider, and secrets. */

/** None looks at a long text more than a few times over. One line of each is typical and found in nothing else; each with the runtime that prints it. */
const TRACES: readonly (readonly [runtime: string, line: RegExp])[] = [
  ['JavaScript', /\bat (?:async )?(?:[\w$.<>[\] ]+ \()?(?:file:\/\/|node:|\/|[A-Za-z]:\\)[^\s()"]+:\d+:\d+\)?/],
  ['Java', /\bat [\w$.]+\((?:[\w$]+\.(?:java|kt|scala)(?::\d+)?|Native Method|Unknown Source)\)/],
  ['Python', /Traceback \(most recent call last\)|File \\?"[^"\n]+\.py\\?", line \d+/],
  ['.NET', /\bat [\w.`<>]+\([^)\n]*\) in [^\s"]+:line \d+/],
  ['Go', /goroutine \d+ \[[a-z ]+\]:|\b[\w/.-]+\.go:\d+ \+0x[0-9a-f]+/],
  ['PHP', /\bin \/[^\s"]+\.php(?: on line |:)\d+|#\d+ \/[^\s"]+\.php\(\d+\)/],
  ['Ruby', /\b\w+\.rb:\d+:in [`'][^'\n]+'/],
  ['SQL', /\bSQLSTATE\[|\bORA-\d{5}\b|\bPG::\w+Error\b|syntax error at or near \\?"/],
];
const SECRETS: readonly RegExp[] = [/\beyJ[\w-]{4,}\.[\w-]{4,}\.[\w-]*/, /\bsk_(?:test|live)_\w{4,}/];

export interface Trace {
  readonly runtime: string;
  /** The typical part of the trace. */
  readonly excerpt: string;
}

/** @param sent text of the request: what the client itself wrote is no leak */
export function findTrace(text: string, sent: string): Trace | undefined {
  for (const [runtime, line] of TRACES) {
    const excerpt = line.exec(text)?.[0];
    if (excerpt !== undefined && !sent.includes(excerpt)) return { runtime, excerpt: excerpt.slice(0, 200) };
  }
  return undefined;
}

export interface SecretSearch {
  readonly sent: string;
  /** Text that stands where the client has cut a secret out of the answer. */
  readonly redactedMark: string | undefined;
}

/** True where a text holds a key, a JSON Web Token, or the mark of one that was cut out. Never says which. */
export function holdsSecret(text: string, { sent, redactedMark }: SecretSearch): boolean {
  if (redactedMark !== undefined && text.includes(redactedMark) && !sent.includes(redactedMark)) return true;
  return SECRETS.some((pattern) => {
    const secret = pattern.exec(text)?.[0];
    return secret !== undefined && !sent.includes(secret);
  });
}
