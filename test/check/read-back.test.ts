// Protects: what reads back is compared field by field with what was submitted, by value and instant, and no difference of
// mere spelling is blamed.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObservedExchange } from '../../src/check/observed-exchange.js';
import { checkReadBack } from '../../src/check/read-back.js';
import { isObject } from '../../src/contract/json.js';
import { renderRfc3339 } from '../../src/contract/rfc3339.js';
import { deviceState, flowDirection } from '../contract/shipped.js';

const example = deviceState.operations.readBack.answerExample;
const stored = isObject(example) ? example : {};

function readBack(body: unknown): ObservedExchange {
  return {
    operation: 'readBack',
    deviceId: 'dev_1',
    request: { method: 'GET', url: 'http://127.0.0.1/devices/dev_1/state', body: undefined },
    response: { status: 200, headers: {}, bodyText: JSON.stringify(body) ?? '', body },
    failure: undefined,
    startedAtMs: 0,
    durationMs: 1,
  };
}

function compare(submitted: object, received: object): string[] {
  return checkReadBack(deviceState, submitted, readBack({ ...stored, ...received })).map(
    ({ severity, message }) => `${severity} ${message}`,
  );
}

describe('one field', () => {
  test.each<[string, object, object, ...string[]]>([
    ['the same number', { battery_power_kw: -3.4 }, { battery_power_kw: -3.4 }],
    ['zero by either sign', { battery_power_kw: -0 }, { battery_power_kw: 0 }],
    ['a field that was not submitted', {}, { battery_power_kw: 7 }],
    ['a field that the contract does not know', { note: 1 }, {}],
    ['the same instant in another zone', { time: '2022-02-01T11:30:00+01:00' }, { time: '2022-02-01T10:30:00Z' }],
    ['the same instant with zeros', { time: '2022-02-01T10:30:00.5Z' }, { time: '2022-02-01T10:30:00.500z' }],
    [
      'a sign that is lost',
      { battery_power_kw: -3.4 },
      { battery_power_kw: 3.4 },
      'error /battery_power_kw: submitted -3.4, read back 3.4 (the sign is lost or turned).',
    ],
    [
      'a zero that is no value',
      { battery_power_kw: 0 },
      { battery_power_kw: undefined },
      'error /battery_power_kw: submitted 0, read back nothing (a zero that counts as no value?).',
    ],
    [
      'a field that is dropped',
      { record_reference_id: 'A' },
      { record_reference_id: null },
      'error /record_reference_id: submitted "A", read back null (the field was not kept).',
    ],
    [
      'a number that is text',
      { battery_power_kw: 5 },
      { battery_power_kw: '5' },
      'error /battery_power_kw: submitted 5, read back "5" (a number that became text).',
    ],
    [
      'a number without its decimals',
      { state_of_charge_percent: 34.2 },
      { state_of_charge_percent: 34 },
      'error /state_of_charge_percent: submitted 34.2, read back 34 (the decimals are lost).',
    ],
    [
      'a number in single precision',
      { state_of_charge_percent: 34.2 },
      { state_of_charge_percent: Math.fround(34.2) },
      'warning /state_of_charge_percent: submitted 34.2, read back 34.20000076293945.',
    ],
    [
      'a time that lost its offset',
      { time: '2022-02-01T11:30:00+01:00' },
      { time: '2022-02-01T11:30:00Z' },
      'error /time: submitted "2022-02-01T11:30:00+01:00", read back "2022-02-01T11:30:00Z".',
    ],
    [
      'a time that lost its seconds',
      { time: '2022-02-01T11:30:15Z' },
      { time: '2022-02-01T11:30:00Z' },
      'error /time: submitted "2022-02-01T11:30:15Z", read back "2022-02-01T11:30:00Z".',
    ],
    [
      'a time that lost its microseconds',
      { time: '2022-02-01T11:30:15.123456Z' },
      { time: '2022-02-01T11:30:15.123Z' },
      'warning /time: submitted "2022-02-01T11:30:15.123456Z", read back "2022-02-01T11:30:15.123Z".',
    ],
    [
      'a text with another case',
      { record_reference_id: 'MET1' },
      { record_reference_id: 'met1' },
      'error /record_reference_id: submitted "MET1", read back "met1".',
    ],
    [
      'a text that is cut',
      { record_reference_id: 'é'.repeat(3) },
      { record_reference_id: 'éé' },
      'error /record_reference_id: submitted "ééé", read back "éé".',
    ],
  ])('%s', (_sentence, ...[submitted, received, ...messages]) => {
    expect(compare(submitted, received)).toEqual(messages);
  });
});

test('every field that differs is a finding of its own, with both values as evidence', () => {
  const findings = checkReadBack(
    deviceState,
    stored,
    readBack({ ...stored, time: '2020-01-01T00:00:00Z', battery_power_kw: 1 }),
  );
  expect(findings.map(({ ruleId, evidence }) => ({ ruleId, ...evidence }))).toMatchObject([
    { ruleId: 'conformance/read-back', pointer: '/time', received: '2020-01-01T00:00:00Z' },
    {
      ruleId: 'conformance/read-back',
      pointer: '/battery_power_kw',
      submitted: -3.4,
      received: 1,
      operation: 'readBack',
    },
  ]);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['a list', []],
  ['text', 'ok'],
])('%s in place of the state never passes for equal', (_sentence, body) => {
  expect(checkReadBack(deviceState, stored, readBack(body)).map(({ severity }) => severity)).toEqual(['error']);
});

test('no answer never passes for equal', () => {
  expect(checkReadBack(deviceState, stored, { ...readBack({}), response: undefined })).toHaveLength(1);
});

test('the other dialect compares its own fields', () => {
  const submitted = { battery_power_kw: 3.4, energy_flow_direction: 'EXPORT' };
  const findings = checkReadBack(flowDirection, submitted, readBack({ ...submitted, energy_flow_direction: 'IMPORT' }));
  expect(findings.map(({ evidence }) => evidence['pointer'])).toEqual(['/energy_flow_direction']);
});

test('law: a number that is off by more than rounding is found, and one that is kept never is', () => {
  fc.assert(
    fc.property(fc.double({ min: -500, max: 500, noNaN: true }), fc.integer({ min: 1, max: 10_000 }), (power, step) => {
      const shifted = power + step / 1000;
      expect(compare({ battery_power_kw: power }, { battery_power_kw: Number(JSON.stringify(power)) })).toEqual([]);
      expect(compare({ battery_power_kw: power }, { battery_power_kw: shifted })).toHaveLength(1);
    }),
  );
});

test('law: an instant is the same in every zone', () => {
  const offset = fc.integer({ min: -1439, max: 1439 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), offset, offset, (atMs, sent, received) => {
      expect(compare({ time: renderRfc3339(atMs, sent) }, { time: renderRfc3339(atMs, received) })).toEqual([]);
    }),
  );
});
