// Protects: generated bodies are valid by the contract and by a validator that shares no code with it, every edge case comes
// up within a few thousand runs, counterexamples shrink to what matters, and the document alone decides what is generated.
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyArbitrary, negativeArbitrary } from '../../src/contract/arbitrary.js';
import type { GeneratedBody } from '../../src/contract/arbitrary.js';
import type { Contract } from '../../src/contract/contract.js';
import { isObject, valueAt } from '../../src/contract/json.js';
import { parseContract } from '../../src/contract/parse-contract.js';
import { positivesOf } from '../../src/contract/positive.js';
import { UserError } from '../../src/errors.js';
import { deviceState, flowDirection, withChange } from './shipped.js';

const NOW_MS = Date.UTC(2025, 5, 15, 12, 34, 56, 789);
const dialects: [string, Contract][] = [
  ['default document', deviceState],
  ['flow-direction document', flowDirection],
];

/** The DeviceState schema of a document, compiled on its own with another idea of what a date-time is. */
function independentValidator(contract: Contract): (body: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  ajv.addFormat('date-time', isDateTime);
  const schema = valueAt(contract.document, '/components/schemas/DeviceState');
  return ajv.compile(isObject(schema) ? schema : {});
}

/** By the platform's own calendar: a day that does not exist comes back as another one. */
function isDateTime(text: string): boolean {
  const [, day = '', second] =
    /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.exec(text.toUpperCase()) ?? [];
  if (second === undefined || !new Date(`${day}T00:00:00Z`).toISOString().startsWith(day)) return false;
  return Number.isFinite(Date.parse(text.toUpperCase().replace(/:60(?=[.Z+-])/, ':59')));
}

function sample(contract: Contract, runs: number, options: { edgeShare?: number } = {}): readonly GeneratedBody[] {
  return fc.sample(bodyArbitrary(contract, { nowMs: NOW_MS, ...options }), { numRuns: runs, seed: 1 });
}

/** The simplest body that a property refuses, for each of a few seeds. */
function smallest(contract: Contract, isFine: (body: GeneratedBody) => boolean): readonly GeneratedBody[] {
  const arbitrary = bodyArbitrary(contract, { nowMs: NOW_MS });
  return [1, 2, 3, 4, 5].map((seed) => {
    const { counterexample } = fc.check(fc.property(arbitrary, isFine), { seed, numRuns: 2000 });
    if (counterexample === null) throw new Error(`seed ${seed} meets no such body`);
    return counterexample[0];
  });
}

describe.each(dialects)('bodies of the %s', (_name, contract) => {
  const { socPercent = '', targetSocPercent = '', recordReferenceId = '', energyKwh = '' } = contract.requestFields;
  const optional = contract.knownFields.filter((name) => !contract.requiredFields.includes(name));

  test('are valid by the contract and by a validator of their own, and their text says their value', () => {
    const isValid = independentValidator(contract);
    fc.assert(
      fc.property(bodyArbitrary(contract, { nowMs: NOW_MS, edgeShare: 0.5 }), ({ text, value, tokens }) => {
        expect(contract.checkRequestBody(value)).toEqual([]);
        expect(isValid(value), text).toBe(true);
        expect(JSON.parse(text)).toEqual(value);
        for (const [name, token] of Object.entries(tokens)) expect(JSON.parse(token)).toEqual(value[name]);
      }),
      { numRuns: 1000 },
    );
  });

  test('meet every edge of every field within 4000 runs, and every combination of optional fields', () => {
    const bodies = sample(contract, 4000);
    const met = new Set(bodies.flatMap(({ edges }) => edges));
    const wanted = positivesOf(contract)
      .map(({ id }) => id)
      .filter((id) => !/^(?:optional|json|extra-field|http)\//.test(id));
    expect(wanted.length).toBeGreaterThan(150);
    expect(wanted.filter((id) => !met.has(id))).toEqual([]);
    expect(met).toContain('json/spaced');
    expect(met).toContain('json/reverse-order');
    const combinations = new Set(
      bodies.map(({ value }) => optional.filter((name) => Object.hasOwn(value, name)).join()),
    );
    // Magnitude and direction come together.
    const free = contract.requestFields.flowDirection === undefined ? optional.length : optional.length - 1;
    expect(combinations.size).toBe(2 ** free);
  });

  test('keep most fields plain: about an eighth of the bodies have no edge at all', () => {
    const bodies = sample(contract, 2000);
    const plain = bodies.filter(({ edges }) => edges.length === 0).length;
    expect(plain).toBeGreaterThan(100);
    expect(plain).toBeLessThan(600);
    expect(sample(contract, 200, { edgeShare: 0 }).flatMap(({ edges }) => edges)).toEqual([]);
  });

  test('lie on decimal grids where they stand on no edge', () => {
    for (const { value } of sample(contract, 500, { edgeShare: 0 })) {
      for (const number of Object.values(value).filter((one) => typeof one === 'number')) {
        expect(String(number)).toMatch(/^-?\d+(?:\.\d{1,2})?$/);
      }
    }
  });

  test('often have the energy that goes with their charge', () => {
    const bodies = sample(contract, 500, { edgeShare: 0 }).filter(({ value }) => Object.hasOwn(value, energyKwh));
    const fitting = bodies.filter(({ value }) => {
      const usable = (100 * Number(value[energyKwh])) / Number(value[socPercent]);
      return [5, 9.9, 13.5, 40, 58, 77].some((kwh) => Math.abs(usable - kwh) < 0.2 || value[socPercent] === 0);
    });
    expect(fitting.length / bodies.length).toBeGreaterThan(0.4);
  });

  test('have no time further ahead than the provider takes, and the values that are given', () => {
    const fixed = { recordReferenceId: 'given', socPercent: 12.5 } as const;
    fc.assert(
      fc.property(bodyArbitrary(contract, { nowMs: NOW_MS, fixed }), ({ value }) => {
        const text = String(value[contract.requestFields.time ?? '']);
        const atMs = Date.parse(text.toUpperCase().replace(/:60(?=[.Z+-])/, ':59'));
        expect(atMs).toBeLessThanOrEqual(NOW_MS + contract.open.futureToleranceS * 1000);
        expect(value[recordReferenceId]).toBe('given');
        expect(value[socPercent]).toBe(12.5);
      }),
      { numRuns: 500 },
    );
  });

  /** The required fields of the example, with changes: what a property needs and nothing else. */
  const plain = contract.operations.submit.requestExamples['minimal'];
  const plainWith = (changes: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ ...(isObject(plain) ? plain : {}), ...changes });
  test.each<
    [string, (body: GeneratedBody) => boolean, (value: Readonly<Record<string, unknown>>) => Record<string, unknown>]
  >([
    ['anything fails: the example with its required fields', () => false, () => ({})],
    [
      '0 % fails: 0 % and nothing else',
      ({ value }) => value[socPercent] !== 0 || Object.is(value[socPercent], -0),
      () => ({ [socPercent]: 0 }),
    ],
    ['100 % fails: 100 % and nothing else', ({ value }) => value[socPercent] !== 100, () => ({ [socPercent]: 100 })],
    [
      'a record at its target fails: both are one, nothing else',
      ({ value }) => value[socPercent] !== value[targetSocPercent],
      (value) => ({ [socPercent]: value[targetSocPercent], [targetSocPercent]: value[socPercent] }),
    ],
    [
      'any reference fails: that of the example',
      ({ value }) => value[recordReferenceId] === undefined,
      () => ({ [recordReferenceId]: 'MET1234567890' }),
    ],
    [
      'a quote in the reference fails: a reference with one, nothing else',
      ({ value }) => !String(value[recordReferenceId]).includes('"'),
      (value) => ({ [recordReferenceId]: value[recordReferenceId] }),
    ],
  ])('shrink: %s', (_sentence, isFine, changes) => {
    for (const body of smallest(contract, isFine)) {
      expect(isFine(body)).toBe(false);
      expect(JSON.stringify(body.value)).toBe(plainWith(changes(body.value)));
    }
  });

  test('are printed by fast-check as the text that is sent', () => {
    const [body] = sample(contract, 1);
    expect(fc.stringify(body)).toBe(body?.text);
  });
});

describe('the document decides', () => {
  const numbers = (contract: Contract, name: string): number[] =>
    sample(contract, 1500).flatMap(({ value }) => (typeof value[name] === 'number' ? [value[name]] : []));

  test('a lower maximum is never passed and often met', () => {
    const contract = parseContract(
      withChange(/(Current state of charge[^]*?)maximum: 100/, '$1maximum: 62.5'),
      'changed',
    );
    const found = numbers(contract, 'state_of_charge_percent');
    expect(Math.max(...found)).toBe(62.5);
    expect(found).toContain(62.4);
    expect(found).toContain(0);
  });

  test.each<[string, string | RegExp, string, (value: number) => boolean]>([
    ['a bound that is excluded', /(Current state[^]*?)minimum: 0/, '$1exclusiveMinimum: 5', (value) => value > 5],
    ['whole numbers only', /(Current state of charge[^]*?)type: number/, '$1type: integer', Number.isInteger],
    [
      'steps of a quarter',
      /(Current state of charge[^]*?)minimum: 0/,
      '$1minimum: 0\n          multipleOf: 0.25',
      (value) => (value * 4) % 1 === 0,
    ],
    [
      'a range far from the example',
      /(Current state[^]*?)minimum: 0\n {10}maximum: 100/,
      '$1minimum: 1000\n          maximum: 1001',
      (value) => value >= 1000 && value <= 1001,
    ],
  ])('%s', (_sentence, ...[from, to, holds]) => {
    const text = withChange(from, to).replaceAll('state_of_charge_percent: 34.2', 'state_of_charge_percent: 35');
    const found = numbers(parseContract(text, 'changed'), 'state_of_charge_percent');
    expect(found.length).toBeGreaterThan(1000);
    expect(found.filter((value) => !holds(value))).toEqual([]);
    expect(new Set(found).size).toBeGreaterThan(1);
  });

  test('a reference with a length limit keeps to it and reaches it', () => {
    const contract = parseContract(
      withChange(
        /(Unique id of the telemetry[^]*?)type: string/,
        '$1type: string\n          minLength: 2\n          maxLength: 20',
      ),
      'changed',
    );
    const lengths = sample(contract, 3000).flatMap(({ value }) => {
      const reference = value['record_reference_id'];
      return typeof reference === 'string' ? [Array.from(reference).length] : [];
    });
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual([2, 20]);
  });

  test('fields that carry no quantity are generated as well: words, flags, ids, lists', () => {
    const contract = parseContract(
      withChange(
        '        location_id:\n          description: Flatpeak location where',
        [
          '        mode: { type: string, enum: [eco, sport] }',
          '        grid_ok: { type: boolean }',
          "        meter_id: { type: string, pattern: '^m-[0-9]{3}$$', example: m-001 }",
          '        phases: { type: array, items: { type: number } }',
          '        location_id:\n          description: Flatpeak location where',
        ].join('\n'),
      ),
      'changed',
    );
    const seen = (name: string): Set<string> =>
      new Set(sample(contract, 500).map(({ tokens }) => tokens[name] ?? 'absent'));
    expect([...seen('mode')].toSorted()).toEqual(['"eco"', '"sport"', 'absent']);
    expect([...seen('grid_ok')].toSorted()).toEqual(['absent', 'false', 'true']);
    expect(seen('meter_id').size).toBeGreaterThan(20);
    expect([...seen('phases')].toSorted()).toEqual(['[]', 'absent']);
    for (const { value } of sample(contract, 500)) expect(contract.checkRequestBody(value)).toEqual([]);
  });

  test('a document of which no body can be made says which field is in the way', () => {
    const text = withChange(/(Flatpeak location where[^]*?)pattern: .*/, "$1pattern: '^site-[0-9]{9}$$'");
    const contract = parseContract(text, 'changed.yaml');
    expect(() => bodyArbitrary(contract, { nowMs: NOW_MS })).toThrow(UserError);
    expect(() => bodyArbitrary(contract, { nowMs: NOW_MS })).toThrow(
      'no request body can be made from changed.yaml: no value is known that /location_id allows',
    );
  });
});

describe('negatives for fast-check', () => {
  test('every constraint comes up as often as any other, and a pair is printed by its id', () => {
    const pairs = fc.sample(negativeArbitrary(deviceState, { nowMs: NOW_MS }), { numRuns: 2000, seed: 1 });
    const counts = new Map<string, number>();
    for (const { negative } of pairs) counts.set(negative.constraint, (counts.get(negative.constraint) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(15);
    expect(Math.min(...counts.values())).toBeGreaterThan(50);
    const [pair] = pairs;
    expect(fc.stringify(pair)).toBe(`${pair?.negative.id} in ${pair?.body.text}`);
  });
});
