// Protects the curl line of an exchange: any body survives a real shell byte for byte, and no secret is in the line.
import { spawnSync } from 'node:child_process';
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { renderCurl } from '../../../src/http/client/curl.js';
import type { SentRequest } from '../../../src/http/exchange.js';

const put: SentRequest = {
  method: 'PUT',
  url: 'http://127.0.0.1:8080/devices/dev_1/state',
  headers: {
    accept: 'application/json',
    'user-agent': 'voltpact/0.1.0',
    'flatpeak-version': '2025-09-14.anode',
    'content-type': 'application/json',
    authorization: 'Bearer [redacted]',
  },
  body: '{"a":1}',
};

/** What curl would be given: its arguments, and what it would read from standard input where `@-` asks for it. */
function runInShell(line: string): { arguments: string[]; input: string } {
  const curl = String.raw`curl() { printf '%s\0' "$@"; case "$*" in *"@-") printf 'INPUT\0'; cat;; esac; }`;
  const { stdout, stderr, status } = spawnSync('sh', ['-s'], {
    // As standard input, since the line may be longer than an argument can be.
    input: `${curl}\n${line}\n`,
    env: { ...process.env, VOLTPACT_TOKEN: 'the token', VOLTPACT_ACCOUNT_ID: 'acc_1', VOLTPACT_API_KEY: 'key' },
    maxBuffer: 1 << 26,
  });
  expect(stderr.toString()).toBe('');
  expect(status).toBe(0);
  const text = stdout.toString('utf8');
  const mark = text.indexOf('INPUT\0');
  const list = mark < 0 ? text : text.slice(0, mark);
  return { arguments: list.split('\0').slice(0, -1), input: mark < 0 ? '' : text.slice(mark + 'INPUT\0'.length) };
}

describe('the line', () => {
  it('is minimal and names variables in place of secrets', () => {
    expect(renderCurl({ request: put })).toBe(
      `curl -X PUT 'http://127.0.0.1:8080/devices/dev_1/state' -H "Authorization: Bearer $VOLTPACT_TOKEN" ` +
        `-H 'flatpeak-version: 2025-09-14.anode' -H 'content-type: application/json' --data-raw '{"a":1}'`,
    );
  });

  it.each([
    ['a read needs no method', { ...put, method: 'GET', body: undefined, headers: {} }, `curl '${put.url}'`],
    [
      'a POST without a body names its method',
      { ...put, method: 'POST', body: undefined, headers: {} },
      `curl -X POST '${put.url}'`,
    ],
    [
      'a POST with a body needs no method',
      { ...put, method: 'POST', body: 'x', headers: {} },
      `curl '${put.url}' --data-raw 'x'`,
    ],
    [
      'a login',
      { ...put, method: 'GET', body: undefined, headers: { authorization: 'Basic [redacted]' } },
      `curl '${put.url}' -u "$VOLTPACT_ACCOUNT_ID:$VOLTPACT_API_KEY"`,
    ],
    [
      'an address with brackets',
      { ...put, url: 'http://[::1]/a', method: 'GET', body: undefined, headers: {} },
      `curl -g 'http://[::1]/a'`,
    ],
  ])('%s', (_sentence, request, line) => {
    expect(renderCurl({ request })).toBe(line);
  });
});

describe('through a real shell', () => {
  const body = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary-ascii' }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', '%', '-', '@', '!', '\0', '0', ' ', '\r', '\t'),
    }),
    fc.json(),
  );

  test.prop([body], { numRuns: 150 })('every body arrives byte for byte', (text) => {
    const seen = runInShell(renderCurl({ request: { ...put, body: text } }));
    expect(seen.arguments).toContain('Authorization: Bearer the token');
    expect(seen.arguments.slice(0, 3)).toEqual(['-X', 'PUT', put.url]);
    const last = seen.arguments.slice(-2);
    expect(last[0] === '--data-raw' ? last[1] : seen.input).toBe(text);
    expect(last[0] === '--data-raw' || last[1] === '@-').toBe(true);
  });

  it('a body longer than one argument may be arrives whole', () => {
    const text = `${'\\%d\'"'.repeat(60_000)}\n`;
    expect(runInShell(renderCurl({ request: { ...put, body: text } })).input).toBe(text);
  });

  it('a login gets both values from the environment', () => {
    const request = { ...put, method: 'GET', body: undefined, headers: { authorization: 'Basic [redacted]' } };
    expect(runInShell(renderCurl({ request })).arguments).toEqual([put.url, '-u', 'acc_1:key']);
  });
});
