// Protects the promise that no token and no API key is ever shown: known secrets anywhere, unknown ones where secrets stand.
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createRedactor, redactPatterns } from '../../../src/http/client/redaction.js';

const jwt = 'eyJhbGciOiJub25lIn0.eyJleGFtcGxlIjp0cnVlfQ.c2lnbmF0dXJl';
const basic = Buffer.from('acc_1:sk_test_abc').toString('base64');

describe('a known secret', () => {
  // The mark itself, and what JSON or an address needs, would be found again in any redacted text.
  const secret = fc
    .string({ minLength: 4, maxLength: 60, unit: 'grapheme' })
    .filter((text) => !'[redacted]'.includes(text));
  const anyText = fc.string({ unit: 'grapheme' });

  test.prop([secret, anyText, anyText])(
    'never survives in a text, whatever stands around it',
    (value, before, after) => {
      const redacted = createRedactor([value]).text(`${before}${value}${after}`);
      expect(redacted.replaceAll('[redacted]', '')).not.toContain(value);
    },
  );

  test.prop([secret])('never survives in JSON or in an address', (value) => {
    const redactor = createRedactor([value]);
    const json = JSON.stringify({ note: value });
    const escaped = JSON.stringify(value).slice(1, -1);
    fc.pre(!json.slice(0, 9).includes(escaped));
    expect(redactor.text(json).replaceAll('[redacted]', '')).not.toContain(escaped);
    const address = redactor.text(`https://host/?key=${encodeURIComponent(value)}`);
    expect(address.replaceAll('[redacted]', '')).not.toContain(encodeURIComponent(value));
  });

  test.prop([secret, fc.jsonValue()])('never survives in a value, as member or as name', (value, other) => {
    const redacted = createRedactor([value]).json({ list: [value, other], [value]: { deep: `x ${value}` } });
    const strings: string[] = [];
    JSON.stringify(redacted, (name, member: unknown) => {
      strings.push(name);
      if (typeof member === 'string') strings.push(member);
      return member;
    });
    for (const text of strings) expect(text.replaceAll('[redacted]', '')).not.toContain(value);
  });

  it('goes before a shorter one that it contains', () => {
    expect(createRedactor(['sekrit', 'sekrit-and-more']).text('a sekrit-and-more b')).toBe('a [redacted] b');
  });

  it('can be learnt later, and the credentials stay known after many tokens', () => {
    const redactor = createRedactor(['the-key']);
    for (let index = 0; index < 12; index += 1) redactor.learn(`token-number-${index}`);
    expect(redactor.text('the-key token-number-11')).toBe('[redacted] [redacted]');
  });

  it('of fewer than four characters is hidden by its place only, so that ordinary text stays readable', () => {
    const redactor = createRedactor(['ab']);
    expect(redactor.text('about a cab')).toBe('about a cab');
    expect(redactor.header('authorization', 'Bearer ab')).toBe('Bearer [redacted]');
  });
});

describe('a secret that nobody named', () => {
  it.each([
    ['a header line', 'Authorization: Bearer abc', 'Authorization: Bearer [redacted]'],
    ['a header line in lower case', 'authorization: basic abc=', 'authorization: basic [redacted]'],
    ['a header with a scheme that is not known', 'Authorization: Token abc def', 'Authorization: [redacted]'],
    ['a header in JSON', '{"authorization":"Bearer abc","x":1}', '{"authorization":"Bearer [redacted]","x":1}'],
    [
      'a header in a curl line',
      `curl -H 'Authorization: Bearer abc' http://h`,
      `curl -H 'Authorization: Bearer [redacted]' http://h`,
    ],
    ['a proxy header', 'Proxy-Authorization: Basic abc', 'Proxy-Authorization: Basic [redacted]'],
    ['a cookie', 'Set-Cookie: session=abc; Path=/', 'Set-Cookie: [redacted]'],
    ['a user in a curl line', 'curl -u acc_1:abc http://h', 'curl -u [redacted] http://h'],
    ['a user in an address', 'GET http://acc_1:abc@h/login', 'GET http://[redacted]@h/login'],
    ['a token in prose', `the token ${jwt} has expired`, 'the token [redacted] has expired'],
    ['a bearer token in prose', 'got "Bearer abc123xyz" instead', 'got "Bearer [redacted]" instead'],
    ['Basic credentials in prose', `got Basic ${basic}`, 'got Basic [redacted]'],
    ['a test key', 'key sk_test_51Habc is unknown', 'key sk_test_[redacted] is unknown'],
    ['a live key', 'key sk_live_51Habc is unknown', 'key sk_live_[redacted] is unknown'],
    [
      'the answer of a login',
      '{"bearer_token": "plain", "expires_in": 3600}',
      '{"bearer_token": "[redacted]", "expires_in": 3600}',
    ],
    ['a token with an escaped quote', String.raw`{"token":"a\"b"}`, '{"token":"[redacted]"}'],
    [
      'the answer of a login inside JSON',
      String.raw`{"body":"{\"bearer_token\":\"plain\"}"}`,
      String.raw`{"body":"{\"bearer_token\":\"[redacted]\"}"}`,
    ],
  ])('%s', (_sentence, text, expected) => {
    expect(redactPatterns(text)).toBe(expected);
    expect(redactPatterns(expected)).toBe(expected);
  });
});

describe('what is no secret stays', () => {
  it.each([
    'Basic authentication is required',
    'A Bearer token is missing.',
    'curl -H "Authorization: Bearer $VOLTPACT_TOKEN" http://127.0.0.1:8080/devices/dev_1/state',
    'curl -u "$VOLTPACT_ACCOUNT_ID:$VOLTPACT_API_KEY" http://127.0.0.1:8080/login',
    '{"location_id":"loc_641b90b758fb8e6293716e40","battery_power_kw":-3.4,"record_reference_id":"MET1234567890"}',
    'device dev_6563a6757360a6d6a628e839 of acc_661677911f2197045e6cf1b1',
    '2022-02-01T10:30:00+02:00',
  ])('%s', (text) => {
    expect(redactPatterns(text)).toBe(text);
  });

  test.prop([fc.jsonValue()])('JSON stays JSON, and redacting twice changes nothing more', (value) => {
    const once = redactPatterns(JSON.stringify(value));
    expect(() => JSON.parse(once) as unknown).not.toThrow();
    expect(redactPatterns(once)).toBe(once);
  });
});
