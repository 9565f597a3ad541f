// Protects: every constraint of the shipped documents bites, every example in them keeps to its own schema, and the checks
// follow the text of the document.
import { describe, expect, test } from 'vitest';
import type { Contract, Violation } from '../../src/contract/contract.js';
import { isObject, valueAt } from '../../src/contract/json.js';
import type { JsonObject } from '../../src/contract/json.js';
import { parseContract } from '../../src/contract/parse-contract.js';
import { deviceState, flowDirection, withChange } from './shipped.js';

interface Breach {
  readonly pointer: string;
  readonly ruleId: string;
  readonly body: JsonObject;
}

/** One body for each constraint of an object schema: the example with that one constraint broken. */
function breachesOf(root: unknown, schema: unknown, example: JsonObject): Breach[] {
  if (!isObject(schema)) return [];
  if (typeof schema['$ref'] === 'string') return breachesOf(root, valueAt(root, schema['$ref'].slice(1)), example);
  const parts: unknown[] = Array.isArray(schema['allOf']) ? schema['allOf'] : [];
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const required: unknown[] = Array.isArray(schema['required']) ? schema['required'] : [];
  return [
    ...parts.flatMap((part) => breachesOf(root, part, example)),
    ...required.map((name) => ({
      pointer: `/${String(name)}`,
      ruleId: 'contract/required',
      body: Object.fromEntries(Object.entries(example).filter(([key]) => key !== name)),
    })),
    ...properties.flatMap(([name, property]) =>
      (isObject(property) ? Object.entries(property) : []).flatMap(([keyword, bound]) => {
        const breach = breachOf(keyword, bound);
        if (breach === undefined) return [];
        const [rule, value] = breach;
        return [{ pointer: `/${name}`, ruleId: `contract/${rule}`, body: { ...example, [name]: value } }];
      }),
    ),
  ];
}

/** The rule that a keyword stands for and a value that breaks it. */
function breachOf(keyword: string, bound: unknown): [rule: string, value: unknown] | undefined {
  const number = Number(bound);
  const breaches: Readonly<Record<string, [string, unknown]>> = {
    type: ['type', bound === 'number' ? '1' : 1],
    minimum: ['minimum', number - 1e-9],
    maximum: ['maximum', number + 1e-9],
    exclusiveMinimum: ['exclusive-minimum', number],
    minLength: ['min-length', ''],
    pattern: ['pattern', 'no id'],
    const: ['const', 'another'],
    enum: ['enum', 'another'],
  };
  if (keyword === 'format') return bound === 'date-time' ? ['date-time', '2022-02-30T10:30:00Z'] : undefined;
  return breaches[keyword];
}

const ANNOTATIONS = ['description', 'x-voltpact-quantity', 'title'];

function example(value: unknown): JsonObject {
  if (!isObject(value)) throw new Error('the document has no such example');
  return value;
}

function schemaOf(contract: Contract, name: string): unknown {
  return valueAt(contract.document, `/components/schemas/${name}`);
}

describe.each([
  ['default document', deviceState],
  ['flow-direction document', flowDirection],
])('constraints of the %s', (_name, contract) => {
  const submitted = example(contract.operations.submit.requestExamples['discharging']);
  const refusal = example(
    valueAt(contract.document, '/components/responses/Refused/content/application~1json/examples/refused/value'),
  );
  const bodies: readonly [string, JsonObject, (body: unknown) => Violation[]][] = [
    ['DeviceState', submitted, (body) => contract.checkRequestBody(body)],
    [
      'DeviceStateReceipt',
      example(contract.operations.submit.answerExample),
      (body) => contract.checkAnswerBody('submit', 200, body),
    ],
    [
      'DeviceStateRecord',
      example(contract.operations.readBack.answerExample),
      (body) => contract.checkAnswerBody('readBack', 200, body),
    ],
    ['Token', example(contract.operations.token.answerExample), (body) => contract.checkAnswerBody('token', 200, body)],
    ['ApiError', refusal, (body) => contract.checkAnswerBody('submit', 404, body)],
  ];

  test.each(bodies)('%s: each broken alone is named with its place', (name, base, check) => {
    const breaches = breachesOf(contract.document, schemaOf(contract, name), base);
    expect(breaches.length).toBeGreaterThan(5);
    for (const { pointer, ruleId, body } of breaches) {
      const found = check(body).map((violation) => `${violation.ruleId} ${violation.pointer}`);
      expect(found, `${ruleId} ${pointer}`).toContain(`${ruleId} ${pointer}`);
    }
  });

  test.each(bodies)('%s: no keyword is left untried', (name) => {
    const schema = schemaOf(contract, name);
    const keywords = Object.values(
      isObject(schema) && isObject(schema['properties']) ? schema['properties'] : {},
    ).flatMap((property) => (isObject(property) ? Object.entries(property) : []));
    const untried = keywords.filter(
      ([keyword, bound]) => !ANNOTATIONS.includes(keyword) && breachOf(keyword, bound) === undefined,
    );
    expect(untried.filter(([, bound]) => bound !== 'password')).toEqual([]);
  });

  test('every example keeps to its own schema', () => {
    for (const body of Object.values(contract.operations.submit.requestExamples))
      expect(contract.checkRequestBody(body)).toEqual([]);
    for (const [name, status] of [
      ['Refused', 404],
      ['RateLimited', 429],
      ['Failed', 503],
    ] as const) {
      const examples = valueAt(contract.document, `/components/responses/${name}/content/application~1json/examples`);
      const values = Object.values(example(examples)).map((one) => example(one)['value']);
      expect(values).toHaveLength(1);
      expect(contract.checkAnswerBody('readBack', status, values[0])).toEqual([]);
    }
    for (const name of ['submit', 'readBack', 'token'] as const) {
      expect(contract.checkAnswerBody(name, 200, contract.operations[name].answerExample)).toEqual([]);
    }
    const id = valueAt(contract.document, '/components/parameters/DeviceId/example');
    expect(contract.isId(String(id))).toBe(true);
  });
});

describe('the document decides', () => {
  const body = { ...example(deviceState.operations.submit.requestExamples['minimal']), state_of_charge_percent: 95 };

  test.each<[string, string | RegExp, string, string[]]>([
    ['nothing changed', 'title: Flatpeak device state', 'title: Another', []],
    [
      'a lower maximum',
      /(Current state of charge[^]*?)maximum: 100/,
      '$1maximum: 90',
      ['/state_of_charge_percent: expected at most 90, got 95'],
    ],
    [
      'one more required field',
      'required: [location_id, time,',
      'required: [battery_power_kw, location_id, time,',
      ['/battery_power_kw: expected a value, since the field is required, got nothing'],
    ],
    [
      'another pattern',
      /(Flatpeak location where[^]*?)pattern: .*/,
      '$1pattern: ^site-',
      ['/location_id: expected text that matches ^site-, got "loc_641b90b758fb8e6293716e40"'],
    ],
    [
      'a field that is renamed',
      /state_of_charge_percent/g,
      'soc',
      [
        '/soc: expected a value, since the field is required, got nothing',
        '/target_soc: expected a value, since the field is required, got nothing',
      ],
    ],
  ])('%s', (_sentence, ...[from, to, messages]) => {
    const contract = parseContract(withChange(from, to), 'changed.yaml');
    expect(contract.checkRequestBody(body).map((violation) => violation.message)).toEqual(messages);
  });
});
