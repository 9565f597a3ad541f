// Protects the small parts of the search: which times it may use, how references are made unique, which devices a file names.
import { fc, test as property } from '@fast-check/vitest';
import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Contract } from '../../../src/contract/contract.js';
import { UserError } from '../../../src/errors.js';
import { readContract } from '../../../src/http/read-contract.js';
import { bodyOf, otherText, uniqueForm } from '../../../src/run/fuzz/bodies.js';
import { parseDevices } from '../../../src/run/fuzz/devices-file.js';
import { edgeProbes } from '../../../src/run/fuzz/edge-probes.js';
import { Renderer } from '../../../src/run/fuzz/frame.js';
import { interleave } from '../../../src/run/fuzz/interleave.js';
import { groupsOf } from '../../../src/run/fuzz/step.js';
import type { Probe, Step } from '../../../src/run/fuzz/step.js';
import { createTimeLine } from '../../../src/run/fuzz/time-line.js';
import { requestShape } from '../../../src/contract/request-shape.js';

let contract: Contract;
const nowMs = Date.UTC(2026, 5, 15, 12, 0, 0);

beforeAll(async () => {
  contract = await readContract();
});

describe('times', () => {
  const latest = fc.option(fc.integer({ min: nowMs - 10 * 86_400_000, max: nowMs - 60_000 }), { nil: undefined });
  property.prop([latest, fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 50 })])(
    'each is later than all before it, later than what the device has, and not in the future',
    (latestMs, takes) => {
      const ticks = takes.reduce((sum, count) => sum + count, 1);
      const line = createTimeLine({ latestMs, endMs: nowMs, ticks });
      let last = latestMs ?? 0;
      for (const count of takes) {
        const firstMs = line.take(count);
        expect(firstMs).toBeGreaterThan(last);
        last = firstMs + (count - 1) * line.tickMs;
        expect(last).toBeLessThanOrEqual(nowMs);
      }
      expect(line.isCramped).toBe(false);
    },
  );

  it('are whole seconds where there is room for them', () => {
    const line = createTimeLine({ latestMs: undefined, endMs: nowMs + 789, ticks: 3000 });
    expect([line.tickMs, line.take(5) % 1000]).toEqual([1000, 0]);
  });

  it('are closer together behind a state of this minute', () => {
    const line = createTimeLine({ latestMs: nowMs - 4000, endMs: nowMs, ticks: 3000 });
    expect([line.tickMs, line.isCramped]).toEqual([1, false]);
  });
});

describe('references', () => {
  test.each([
    ['a word', '"MET1"', '"ME@@T1"'],
    ['spaces around stay around', '" MET1 "', '" ME@@T1 "'],
    ['an escape stays an escape', '"\\u004d\\u0045"', '"\\u004d\\u0045@@"'],
    ['a character of two code units stays whole', '"🔋🔋"', '"🔋@@🔋"'],
    ['an empty one has no room', '""', undefined],
    ['a reserved word would be none', '"__proto__"', undefined],
  ])('%s', (_sentence, token, form) => {
    expect(uniqueForm(token)).toBe(form);
  });

  it('are as long as before where they are as long as can be', () => {
    const form = String(JSON.parse(uniqueForm(JSON.stringify('x'.repeat(255))) ?? '""'));
    expect(form.replace('@@', '0'.repeat(20))).toHaveLength(255);
  });
});

test('every body of every edge is one that the contract allows', () => {
  const frame = { startMs: nowMs - 3_600_000, tickMs: 1000, nowMs, digits: '1234567890000001' };
  const place = { deviceId: 'dev_1', locationId: 'loc_1', token: 't' };
  const renderer = new Renderer(contract, []);
  const { past, present } = edgeProbes(contract, 5);
  for (const { id, steps } of [...past, ...present]) {
    for (const step of steps) {
      if (step.kind !== 'submit') continue;
      const { body } = renderer.render(step, place, frame);
      expect([id, contract.checkRequestBody(body)]).toEqual([id, []]);
    }
  }
});

test('another value of a field is another one that the contract allows', () => {
  const { fields, full } = requestShape(contract);
  for (const field of fields) {
    const other = otherText(field);
    if (other === undefined) continue;
    expect(other).not.toBe(field.plain);
    const value: unknown = JSON.parse(other);
    expect(contract.checkRequestBody({ ...full.value, [field.name]: value })).toEqual([]);
  }
});

test('what reads goes alone, and what is together goes at once', () => {
  const submit: Step = { kind: 'submit', device: 0, body: bodyOf(contract) };
  const together: Step = { ...submit, together: true };
  const read: Step = { kind: 'read', device: 0, together: true };
  expect(groupsOf([submit, together, together, read, together]).map((group) => group.length)).toEqual([3, 1, 1]);
});

test('lists take turns by their shares, and none loses a probe', () => {
  const list = (name: string, length: number): Probe[] =>
    Array.from({ length }, (_, index) => ({ id: `${name}${index}`, title: '', covers: [], steps: [] }));
  const mixed = interleave([list('a', 2), list('b', 6)], [1, 2]).map(({ id }) => id);
  expect(mixed).toEqual(['b0', 'a0', 'b1', 'b2', 'a1', 'b3', 'b4', 'b5']);
});

describe('a file of devices', () => {
  it('may have other columns, quotes and a byte order mark', () => {
    const text = '\u{FEFF}battery,device_id,location_id\r\nx,dev_1,"loc_1"\r\n\r\ny,"dev_2",loc_2\n';
    expect(parseDevices(text, 'd.csv')).toEqual([
      { deviceId: 'dev_1', locationId: 'loc_1' },
      { deviceId: 'dev_2', locationId: 'loc_2' },
    ]);
  });

  test.each([
    ['no such columns', 'id,location\ndev_1,loc_1', 1],
    ['half of a device', 'device_id,location_id\ndev_1,loc_1\ndev_2,', 3],
    ['no device', 'device_id,location_id\n', undefined],
  ])('%s is refused, with its line', (_sentence, text, line) => {
    const parse = (): unknown => parseDevices(text, 'd.csv');
    expect(parse).toThrow(UserError);
    expect(parse).toThrow(
      expect.objectContaining({ place: line === undefined ? { file: 'd.csv' } : { file: 'd.csv', line } }),
    );
  });
});
