// Protects how a target is read: what is refused and why, that a prefix is kept, and which addresses count as this machine.
import { describe, expect, it } from 'vitest';
import { UserError } from '../../../src/errors.js';
import { parseBaseUrl } from '../../../src/http/client/base-url.js';

describe('what is refused', () => {
  it.each([
    ['an empty text', '', 'is not a URL'],
    ['a host without a scheme', 'localhost', 'is not a URL'],
    ['a host and port without a scheme', 'localhost:8080', 'must begin with http'],
    ['another scheme', 'ftp://example.com', 'must begin with http'],
    ['a path of this machine', 'file:///etc/passwd', 'must begin with http'],
    ['a port out of range', 'http://127.0.0.1:70000', 'is not a URL'],
    ['credentials in the address', 'https://acc_1:sk_live_secret@example.com', 'must not carry credentials'],
    ['a user in the address', 'https://sk_live_secret@example.com', 'must not carry credentials'],
    ['credentials in an address that is broken too', 'http://acc_1:sk_live_secret@[::', 'is not a URL'],
    ['a query', 'http://127.0.0.1/?a=b', 'must not have a query'],
    ['a fragment', 'http://127.0.0.1/#a', 'must not have a query'],
  ])('%s', (_sentence, target, reason) => {
    let thrown: unknown;
    try {
      parseBaseUrl(target);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UserError);
    const { message, hint } = thrown as UserError;
    expect(message).toContain(reason);
    expect(message).not.toContain('secret');
    expect(hint).toMatch(/^[A-Z].*\.$/);
  });
});

describe('what is kept', () => {
  it.each([
    ['no path at all', 'http://127.0.0.1:8080', 'http://127.0.0.1:8080', ''],
    ['a lone slash', 'http://127.0.0.1:8080/', 'http://127.0.0.1:8080', ''],
    ['a prefix', 'https://host.example/v1/energy', 'https://host.example', '/v1/energy'],
    ['a prefix with a slash behind it', 'https://host.example/v1/', 'https://host.example', '/v1'],
    ['a port that is the default anyway', 'https://host.example:443/a', 'https://host.example', '/a'],
  ])('%s', (_sentence, target, origin, prefix) => {
    expect(parseBaseUrl(target)).toMatchObject({ origin, prefix });
  });

  it('names host and port for a connection, IPv6 without brackets', () => {
    expect(parseBaseUrl('https://[::1]')).toMatchObject({ host: '::1', port: 443, secure: true });
    expect(parseBaseUrl('http://host.example')).toMatchObject({ host: 'host.example', port: 80, secure: false });
  });
});

describe('which addresses are this machine', () => {
  it.each([
    ['http://localhost:1', true],
    ['http://LOCALHOST.:1', true],
    ['http://mock.localhost', true],
    ['http://127.0.0.1', true],
    ['http://127.1', true],
    ['http://0x7f.2.3.4', true],
    ['http://[::1]', true],
    ['http://[::ffff:127.0.0.1]', true],
    ['http://10.0.0.1', false],
    ['http://127.0.0.1.example.com', false],
    ['http://localhost.example.com', false],
    ['http://notlocalhost', false],
    ['https://api.flatpeak.com', false],
  ])('%s: %s', (target, loopback) => {
    expect(parseBaseUrl(target).loopback).toBe(loopback);
  });
});
