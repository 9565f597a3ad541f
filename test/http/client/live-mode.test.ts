// Protects the interlock: nothing that may be live is written to unless the user says so, and no message shows a secret.
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import type { Credentials } from '../../../src/http/client/credentials.js';
import { assertTestMode, liveModeOfJwt } from '../../../src/http/client/live-mode.js';

const contract = { testKeyPrefix: 'sk_test_' };
const remote = 'https://api.example.com';
const loopback = 'http://127.0.0.1:8080';
const account = (apiKey: string): Credentials => ({ kind: 'account', accountId: 'acc_1', apiKey });
const token = (text: string): Credentials => ({ kind: 'token', token: text });
const jwt = (claims: unknown): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.secretsignature`;

const refuses = true;
const allows = false;

describe('what may be written to', () => {
  it.each<[string, string, Credentials, boolean | undefined, boolean]>([
    ['a test key', remote, account('sk_test_secret'), undefined, allows],
    ['a test key whose login says test mode', remote, account('sk_test_secret'), false, allows],
    ['a test key whose login says live mode', remote, account('sk_test_secret'), true, refuses],
    ['a test key whose login says live mode, on this machine', loopback, account('sk_test_secret'), true, refuses],
    ['a live key', remote, account('sk_live_secret'), undefined, refuses],
    ['a live key, on this machine', loopback, account('sk_live_secret'), undefined, refuses],
    ['a live key, whatever the login says', remote, account('sk_live_secret'), false, refuses],
    ['a key of an unknown form', remote, account('secret'), undefined, refuses],
    ['a token that says test mode', remote, token(jwt({ live_mode: false })), undefined, allows],
    ['a token that says live mode', remote, token(jwt({ live_mode: true })), undefined, refuses],
    ['a token that says live mode, on this machine', loopback, token(jwt({ live_mode: true })), undefined, refuses],
    ['a token that says nothing', remote, token(jwt({ sub: 'x' })), undefined, refuses],
    ['a token that says something else than yes or no', remote, token(jwt({ live_mode: 'false' })), undefined, refuses],
    ['a token that is no JSON Web Token', remote, token('opaque-secret'), undefined, refuses],
    ['a token that is no JSON Web Token, on this machine', loopback, token('opaque-secret'), undefined, allows],
    ['a token of which the caller knows better', remote, token('opaque-secret'), false, allows],
    ['no credentials, which open nothing', remote, { kind: 'none' }, undefined, allows],
  ])('%s', (_sentence, target, credentials, liveModeOfToken, isRefused) => {
    const ask = (allowLive: boolean): unknown => {
      try {
        assertTestMode({ target, credentials, contract, allowLive, liveModeOfToken });
        return undefined;
      } catch (error) {
        return error;
      }
    };
    expect(ask(true)).toBeUndefined();
    const refusal = ask(false);
    expect(refusal instanceof UserError).toBe(isRefused);
    if (refusal instanceof UserError) {
      expect(refusal.hint).toContain('--allow-live');
      expect(`${refusal.message} ${refusal.hint}`).not.toContain('secret');
    }
  });
});

describe('reading a token', () => {
  it.each([
    ['claims that say so', jwt({ live_mode: true }), true],
    ['claims that deny it', jwt({ live_mode: false }), false],
    [
      'an unsecured token with an empty signature',
      `${jwt({ live_mode: true }).split('.').slice(0, 2).join('.')}.`,
      true,
    ],
    ['claims that are null', jwt(null), undefined],
    ['claims that are a list', jwt([true]), undefined],
    ['a payload that is no JSON', 'a.bm90IGpzb24.c', undefined],
    ['two parts only', 'a.b', undefined],
    ['nothing', '', undefined],
  ])('%s', (_sentence, text, expected) => {
    expect(liveModeOfJwt(text)).toBe(expected);
  });
});
