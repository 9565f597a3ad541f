// Protects: telemetry reaches the wire under the document's own names, readable, and comes back the same in every dialect.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromWire, toWire } from '../../src/contract/telemetry.js';
import type { QuantityValues } from '../../src/contract/telemetry.js';
import { deviceState, flowDirection } from './shipped.js';

const sample = {
  locationId: 'loc_641b90b758fb8e6293716e40',
  time: { atMs: Date.UTC(2022, 1, 1, 10, 30), utcOffsetMinutes: 0 },
  socPercent: 34.2,
  targetSocPercent: 80,
  powerKw: -3.4,
  energyKwh: 8.3,
  reservePercent: 20,
  recordReferenceId: 'MET1234567890',
} satisfies QuantityValues;

describe('toWire', () => {
  test('makes the document’s own example, fields in its order', () => {
    const body = toWire(deviceState, sample);
    expect(body).toEqual(deviceState.operations.submit.requestExamples['discharging']);
    expect(Object.keys(body)).toEqual(Object.values(deviceState.requestFields));
  });

  test('makes the example of the other dialect from the same telemetry', () => {
    expect(toWire(flowDirection, sample)).toEqual(flowDirection.operations.submit.requestExamples['discharging']);
  });

  test('makes the minimal example where only required fields are asked for', () => {
    expect(toWire(deviceState, sample, { fields: 'required' })).toEqual(
      deviceState.operations.submit.requestExamples['minimal'],
    );
  });

  test.each([
    ['a sum of binary fractions', 0.1 + 0.2, 0.3],
    ['a third', 10 / 3, 3.333],
    ['minus zero', -0, 0],
    ['a negative hair', -1e-9, 0],
    ['a power with an exponent', 1.5e-7, 0],
    ['a whole number', 5, 5],
  ])('writes %s as telemetry reads', (_sentence, powerKw, written) => {
    const value = toWire(deviceState, { powerKw })['battery_power_kw'];
    expect(Object.is(value, written)).toBe(true);
  });

  test.each([
    ['charging', 3.4, { battery_power_kw: 3.4, energy_flow_direction: 'IMPORT' }],
    ['discharging', -3.4, { battery_power_kw: 3.4, energy_flow_direction: 'EXPORT' }],
    ['idle', 0, { battery_power_kw: 0, energy_flow_direction: 'IMPORT' }],
    ['a discharge too small to be written', -1e-9, { battery_power_kw: 0, energy_flow_direction: 'IMPORT' }],
  ])('writes %s as magnitude and direction', (_sentence, powerKw, body) => {
    expect(toWire(flowDirection, { powerKw })).toEqual(body);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('never writes %s', (powerKw) => {
    expect(() => toWire(deviceState, { powerKw })).toThrow(RangeError);
  });
});

describe('fromWire', () => {
  test('reads the quantities of a read-back answer', () => {
    expect(fromWire(deviceState, deviceState.operations.readBack.answerExample)).toEqual({
      ...sample,
      recordId: 'dsr_6a284b7596d3f2b722544e70',
      objectName: 'device_state',
      accountId: 'acc_661677911f2197045e6cf1b1',
      deviceId: 'dev_6563a6757360a6d6a628e839',
      timeCreated: { atMs: Date.UTC(2022, 1, 1, 10, 33), utcOffsetMinutes: 0 },
    });
  });

  test.each([
    ['a list', []],
    ['null', null],
    ['text', 'state_of_charge_percent'],
    ['nothing', undefined],
    ['values of the wrong kind', { time: 'yesterday', state_of_charge_percent: '34', location_id: 7 }],
    ['inherited names', Object.create({ state_of_charge_percent: 5 })],
  ])('finds no quantity in %s', (_sentence, body: unknown) => {
    expect(fromWire(deviceState, body)).toEqual({});
  });

  test('leaves the power out where its direction is missing', () => {
    expect(fromWire(flowDirection, { battery_power_kw: 3 })).toEqual({});
  });
});

// Values on the wire's own grid, so that rounding has nothing to do.
const telemetry = fc.record({
  locationId: fc.stringMatching(/^loc_[a-z0-9]{4,24}$/),
  time: fc.record({
    atMs: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
    utcOffsetMinutes: fc.integer({ min: -720, max: 840 }),
  }),
  socPercent: fc.integer({ min: 0, max: 10_000 }).map((value) => value / 100),
  targetSocPercent: fc.integer({ min: 0, max: 10_000 }).map((value) => value / 100),
  powerKw: fc.integer({ min: -350_000, max: 350_000 }).map((value) => value / 1000),
  energyKwh: fc.integer({ min: 0, max: 200_000 }).map((value) => value / 1000),
  reservePercent: fc.integer({ min: 0, max: 100 }),
  recordReferenceId: fc.string(),
});

test('law: telemetry that goes out comes back the same and breaks no constraint, in both dialects', () => {
  fc.assert(
    fc.property(telemetry, (values) => {
      const body = toWire(deviceState, values);
      expect(deviceState.checkRequestBody(body)).toEqual([]);
      expect(fromWire(deviceState, JSON.parse(JSON.stringify(body)))).toEqual(values);

      const other = toWire(flowDirection, values);
      expect(flowDirection.checkRequestBody(other)).toEqual([]);
      const { locationId: _absent, ...rest } = values;
      expect(fromWire(flowDirection, JSON.parse(JSON.stringify(other)))).toEqual(rest);
    }),
  );
});

test('law: what is written of any power is within half a watt of it and has at most three decimals', () => {
  fc.assert(
    fc.property(fc.double({ min: -1000, max: 1000, noNaN: true }), (powerKw) => {
      const written = toWire(deviceState, { powerKw })['battery_power_kw'];
      expect(Math.abs(Number(written) - powerKw)).toBeLessThanOrEqual(0.0005 + 1e-9);
      expect(String(written)).toMatch(/^-?\d+(\.\d{1,3})?$/);
    }),
  );
});
