// Protects what a stub server relies on: every recorded request is told apart from every other one that must be answered
// differently, by path, method, headers and body patterns, whatever device and location a user puts in.
import { describe, expect, it } from 'vitest';
import { parseContract } from '../../../src/contract/parse-contract.js';
import { parseRfc3339 } from '../../../src/contract/rfc3339.js';
import type { Interaction } from '../../../src/http/pact/interaction.js';
import { buildInteractions } from '../../../src/http/pact/interactions.js';
import { isObject, RFC3339_PATTERN, wholePattern } from '../../../src/http/pact/template.js';
import { packagedContractPath, readContract } from '../../../src/http/read-contract.js';
import { readFile } from 'node:fs/promises';

const contract = await readContract();
const interactions = buildInteractions(contract);

/** Whether a value is what a template allows, as Pact has it: extra headers pass, extra body fields do not. */
function fits(template: unknown, value: unknown): boolean {
  if (!isObject(template)) return template === value;
  const kind = template['pact:matcher:type'];
  if (kind === 'regex') return typeof value === 'string' && new RegExp(String(template['regex'])).test(value);
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'type') return typeof value === typeof template['value'];
  if (!isObject(value)) return false;
  const names = Object.keys(template);
  return names.length === Object.keys(value).length && names.every((name) => fits(template[name], value[name]));
}

function example(template: unknown): unknown {
  if (!isObject(template)) return template;
  if ('pact:matcher:type' in template) return template['value'];
  return Object.fromEntries(Object.entries(template).map(([name, part]) => [name, example(part)]));
}

function takes({ request }: Interaction, { request: sent }: Interaction): boolean {
  return (
    request.method === sent.method &&
    fits(request.path, example(sent.path)) &&
    Object.entries(request.headers).every(([name, part]) => fits(part, example(sent.headers[name]))) &&
    (request.body === undefined || fits(request.body, example(sent.body)))
  );
}

describe('the interactions', () => {
  it('each take their own example and no other one that is answered differently', () => {
    for (const sent of interactions) {
      const takers = interactions.filter((each) => takes(each, sent));
      expect(takers).toContain(sent);
      const statuses = new Set(takers.map(({ response }) => response.status.example));
      expect([...statuses], sent.description).toEqual([sent.response.status.example]);
    }
  });

  it('have descriptions of their own, since Pact overwrites one with its namesake', () => {
    expect(new Set(interactions.map(({ description }) => description)).size).toBe(interactions.length);
  });

  it('send what the contract allows where it must be taken, and what it forbids where it must be refused', () => {
    for (const { description, sending, response } of interactions) {
      if (sending.operation !== 'submit') continue;
      const isRefusedForItsBody = response.status.example === contract.open.invalidBodyStatus.default;
      expect(contract.checkRequestBody(sending.body).length > 0, description).toBe(isRefusedForItsBody);
    }
  });

  it('need an example in the document, and say so', async () => {
    const text = await readFile(packagedContractPath(), 'utf8');
    const without = parseContract(
      text.replace(/examples:\n +discharging:[\s\S]*?responses:/, 'x-none: 1\n      responses:'),
      'c.yaml',
    );
    expect(() => buildInteractions(without)).toThrow(/example/);
  });
});

describe('the pattern for RFC 3339', () => {
  it.each([
    ['2022-02-01T10:30:00Z', true],
    ['2022-02-01t10:30:00z', true],
    ['2022-02-01T10:30:00.123Z', true],
    ['2022-02-01T20:30:00+10:00', true],
    ['1990-12-31T23:59:60Z', true],
    ['2022-02-01 10:30:00Z', false],
    ['2022-02-01T10:30:00', false],
    ['2022-02-01T10:30Z', false],
    ['2022-13-01T10:30:00Z', false],
    ['2022-02-01T24:30:00Z', false],
    ['2022-02-01T10:30:00+1000', false],
  ])('says of %s: %s, as the parser does', (text, expected) => {
    expect(new RegExp(RFC3339_PATTERN).test(text)).toBe(expected);
    expect(parseRfc3339(text).ok).toBe(expected);
  });
});

describe('a pattern of JSON Schema', () => {
  it.each([
    ['^[a-z]+$', '^[a-z]+$'],
    ['[a-z]+', '^.*(?:[a-z]+).*$'],
    ['^a|b', '(?:^a|b).*$'],
  ])('%s becomes %s, since Pact matches the whole text', (pattern, whole) => {
    expect(wholePattern(pattern)).toBe(whole);
  });
});
