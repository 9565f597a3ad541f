// Protects: each single-fault case breaks exactly the constraint that it names and nothing else, each single-edge case is
// valid, both follow the document, and a real provider answers every one of them as the case says that it should.
import fc from 'fast-check';
import { Agent } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyArbitrary } from '../../src/contract/arbitrary.js';
import { bodyFromTokens, bodyFromValue, changeField } from '../../src/contract/body-text.js';
import type { BodyText } from '../../src/contract/body-text.js';
import type { Contract } from '../../src/contract/contract.js';
import { isObject, valueAt } from '../../src/contract/json.js';
import { negativesOf } from '../../src/contract/negative.js';
import { parseContract } from '../../src/contract/parse-contract.js';
import { positivesOf } from '../../src/contract/positive.js';
import type { CaseBase, Deserved, RequestCase } from '../../src/contract/request-case.js';
import { validRequest } from '../../src/contract/request-case.js';
import { startProvider } from '../../src/http/provider/provider.js';
import type { RunningProvider } from '../../src/http/provider/provider.js';
import { deviceState, flowDirection, withChange } from './shipped.js';

const NOW_MS = Date.UTC(2025, 5, 15, 12, 34, 56, 789);
const dialects: [string, Contract][] = [
  ['default document', deviceState],
  ['flow-direction document', flowDirection],
];

function exampleBody(contract: Contract): BodyText {
  const example = contract.operations.submit.requestExamples['discharging'];
  return bodyFromValue(isObject(example) ? example : {});
}

function baseWith(body: BodyText): CaseBase {
  return { deviceId: 'dev_6563a6757360a6d6a628e839', token: 'aGVhZGVy.cGF5bG9hZA.c2lnbmF0dXJl', body, nowMs: NOW_MS };
}

/** What the case sends, as JSON; undefined where it is none or the bytes are no UTF-8. */
function parsed(one: RequestCase, body: BodyText): { readonly value: unknown } | undefined {
  const sent = one.request(baseWith(body)).body ?? '';
  try {
    const text = typeof sent === 'string' ? sent : new TextDecoder('utf-8', { fatal: true }).decode(sent);
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

describe.each(dialects)('cases of the %s', (_name, contract) => {
  const negatives = negativesOf(contract, { otherAccount: { deviceId: 'dev_other', token: 'other' } });
  const positives = positivesOf(contract);
  const bodies = bodyArbitrary(contract, { nowMs: NOW_MS });

  test('have ids of their own, and titles that are sentences', () => {
    const all = [...negatives, ...positives];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all.filter(({ id }) => !/^[\w-]+\/[\w/-]+$/.test(id)).map(({ id }) => id)).toEqual([]);
    expect(all.filter(({ title }) => !/^\S.*\S$/.test(title) || title.endsWith('.'))).toEqual([]);
    expect(new Set(all.map(({ title }) => title)).size).toBeGreaterThan(0.99 * all.length);
  });

  test('a case of the schema breaks its own rule at its own place, whatever the body around it', () => {
    const ofSchema = negatives.filter((one) => one.constraint.startsWith('contract/') && one.pointer !== '');
    expect(ofSchema.length).toBeGreaterThan(200);
    fc.assert(
      fc.property(fc.constantFrom(...ofSchema), bodies, (one, body) => {
        expect(contract.checkRequestBody(body.value)).toEqual([]);
        const found = contract.checkRequestBody(parsed(one, body)?.value);
        const rules = new Set(found.map(({ ruleId, pointer }) => `${ruleId} ${pointer}`));
        expect(rules).toContain(`${one.constraint} ${one.pointer}`);
        // What is no text is none of the words of an enumeration either.
        rules.delete(`contract/enum ${one.pointer}`);
        rules.delete(`${one.constraint} ${one.pointer}`);
        expect([...rules]).toEqual([]);
        expect(one.deserves).toBe('invalid-body');
      }),
      { numRuns: 2000 },
    );
  });

  test('a case of the text is no JSON, whatever the body around it', () => {
    const ofText = negatives.filter((one) => one.constraint.startsWith('json/') && one.deserves === 'invalid-body');
    expect(ofText.length).toBeGreaterThan(40);
    fc.assert(
      fc.property(fc.constantFrom(...ofText), bodies, (one, body) => {
        expect(parsed(one, body), one.id).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  test('a case of another root is JSON and no object', () => {
    const roots = negatives.filter(({ id }) => id.startsWith('json/root-'));
    expect(roots.length).toBe(9);
    for (const one of roots) {
      const found = contract.checkRequestBody(parsed(one, exampleBody(contract))?.value);
      expect(found.map(({ ruleId, pointer }) => `${ruleId} ${pointer}`)).toEqual(['contract/type ']);
    }
  });

  test('a case of the head leaves the body as it is and differs from the right request in one part', () => {
    const base = baseWith(exampleBody(contract));
    const right = validRequest(contract, base);
    const ofHead = negatives.filter((one) => /^(?:http\/(?!size)|token\/|device\/(?!location))/.test(one.constraint));
    expect(ofHead.length).toBeGreaterThan(70);
    for (const one of ofHead) {
      const sent = one.request(base);
      const changed = (['method', 'path', 'headers', 'body'] as const).filter(
        (part) => JSON.stringify(sent[part]) !== JSON.stringify(right[part]),
      );
      expect(changed, one.id).toHaveLength(1);
      expect(changed).not.toContain('body');
    }
  });

  test('a positive is valid by the contract, whatever the body around it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...positives), bodies, (one, body) => {
        const { value } = parsed(one, body) ?? { value: undefined };
        expect(contract.checkRequestBody(value), one.id).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });

  test('every keyword of every field has its wrong values, every bound its two neighbours on the right side', () => {
    const properties = valueAt(contract.document, '/components/schemas/DeviceState/properties');
    const wanted = Object.entries(isObject(properties) ? properties : {}).flatMap(([name, schema]) =>
      Object.keys(isObject(schema) ? schema : {})
        .filter((keyword) => ['type', 'minimum', 'maximum', 'enum', 'pattern', 'format'].includes(keyword))
        .map((keyword) => `contract/${keyword === 'format' ? 'date-time' : keyword} /${name}`),
    );
    const counts = (cases: readonly RequestCase[], key: string): number =>
      cases.filter(({ constraint, pointer }) => `${constraint} ${pointer}` === key).length;
    expect(wanted.length).toBeGreaterThan(15);
    for (const key of wanted) expect(counts(negatives, key), key).toBeGreaterThanOrEqual(key.includes('type') ? 8 : 5);
    for (const key of wanted.filter((one) => /imum /.test(one))) {
      expect(counts(positives, key), key).toBe(2);
    }
    for (const name of contract.requiredFields)
      expect(counts(negatives, `contract/required /${name}`)).toBeGreaterThan(2);
  });
});

describe('the document decides', () => {
  const sent = (contract: Contract, id: string): unknown => {
    const one = [...negativesOf(contract), ...positivesOf(contract)].find((each) => each.id === id);
    return one === undefined ? 'no such case' : parsed(one, exampleBody(deviceState))?.value;
  };

  test.each<[string, string | RegExp, string, string, string, unknown]>([
    [
      'a lower maximum',
      /(Current state of charge[^]*?)maximum: 100/,
      '$1maximum: 90',
      'maximum/state_of_charge_percent/one-step',
      'state_of_charge_percent',
      90.1,
    ],
    [
      'and its neighbour inside',
      /(Current state of charge[^]*?)maximum: 100/,
      '$1maximum: 90',
      'state_of_charge_percent/below-maximum',
      'state_of_charge_percent',
      89.9,
    ],
    [
      'a bound where there was none',
      /(Current power in kW[^]*?)type: number/,
      '$1type: number\n          minimum: -50',
      'minimum/battery_power_kw/one-step',
      'battery_power_kw',
      -50.1,
    ],
    [
      'a bound that is excluded',
      /(Current state[^]*?)minimum: 0/,
      '$1exclusiveMinimum: 0',
      'exclusive-minimum/state_of_charge_percent/at-bound',
      'state_of_charge_percent',
      0,
    ],
    [
      'whole numbers only',
      /(Backup|Share of capacity[^]*?)type: number/,
      '$1type: integer',
      'type/backup_reserve_percent/half',
      'backup_reserve_percent',
      34.5,
    ],
    [
      'steps',
      /(Share of capacity[^]*?)type: number/,
      '$1type: number\n          multipleOf: 5',
      'multiple-of/backup_reserve_percent/off-step',
      'backup_reserve_percent',
      22.5,
    ],
    [
      'a longest text',
      /(Unique id of the telemetry[^]*?)type: string/,
      '$1type: string\n          maxLength: 16',
      'max-length/record_reference_id/one-long',
      'record_reference_id',
      'v'.repeat(17),
    ],
    [
      'a shortest text',
      /(Unique id of the telemetry[^]*?)type: string/,
      '$1type: string\n          minLength: 3',
      'min-length/record_reference_id/one-short',
      'record_reference_id',
      'vv',
    ],
    [
      'one word',
      /(Unique id of the telemetry[^]*?)type: string/,
      '$1type: string\n          const: MET1234567890',
      'const/record_reference_id/lower-case',
      'record_reference_id',
      'met1234567890',
    ],
    [
      'one more required field',
      'required: [location_id, time,',
      'required: [battery_power_kw, location_id, time,',
      'required/battery_power_kw/missing',
      'battery_power_kw',
      undefined,
    ],
  ])('%s', (_sentence, ...[from, to, id, name, value]) => {
    const body = sent(parseContract(withChange(from, to), 'changed.yaml'), id);
    expect(isObject(body)).toBe(true);
    expect(isObject(body) ? body[name] : 'no body').toBe(value);
    expect(sent(deviceState, id)).not.toEqual(body);
  });

  test('a field that is renamed takes its cases along', () => {
    const contract = parseContract(withChange(/backup_reserve_percent/g, 'kept_back'), 'changed.yaml');
    const ids = negativesOf(contract).map(({ id }) => id);
    expect(ids).toContain('minimum/kept_back/one-step');
    expect(ids.filter((id) => id.includes('backup_reserve_percent'))).toEqual([]);
  });

  test('where extra fields are refused, an extra field is a fault and no substitute of a missing one', () => {
    const contract = parseContract(withChange('extraField: ignored', 'extraField: refused'), 'changed.yaml');
    const extra = positivesOf(contract).filter(({ id }) => id.startsWith('extra-field/'));
    expect(extra.map(({ deserves }) => deserves)).toEqual(Array(6).fill('invalid-body'));
    for (const one of extra) {
      const found = contract.checkRequestBody(parsed(one, exampleBody(contract))?.value);
      expect(found.map(({ ruleId }) => ruleId)).toEqual(['contract/additional-properties']);
    }
    const required = negativesOf(contract).filter(({ constraint }) => constraint === 'contract/required');
    expect(required.every(({ id }) => id.endsWith('/missing'))).toBe(true);
  });

  test('a method that the document has an operation for is not among the wrong ones', () => {
    const contract = parseContract(
      withChange(
        '    get:\n      operationId: readDeviceState',
        '    patch: { responses: {} }\n    get:\n      operationId: readDeviceState',
      ),
      'changed.yaml',
    );
    const methods = (of: Contract): string[] =>
      negativesOf(of).flatMap(({ id }) => (id.startsWith('method/') ? [id.slice('method/'.length)] : []));
    expect(methods(deviceState)).toEqual(['POST', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND']);
    expect(methods(contract)).toEqual(['POST', 'DELETE', 'OPTIONS', 'PROPFIND']);
  });

  test('a request for another account’s device names the location of that device', () => {
    const otherAccount = { deviceId: 'dev_two', locationId: 'loc_two', token: 'other' };
    const one = negativesOf(deviceState, { otherAccount }).find(({ id }) => id === 'device/other-account');
    const sent = one?.request(baseWith(exampleBody(deviceState)));
    expect(sent?.path).toBe('/devices/dev_two/state');
    expect(sent?.body).toContain('"location_id":"loc_two"');
  });

  test('without another account there are no cases of one', () => {
    expect(negativesOf(deviceState).filter(({ id }) => id.endsWith('/other-account'))).toEqual([]);
  });
});

describe('bodies as text', () => {
  test('a field is changed in its place, added at the end, and left out', () => {
    const body = bodyFromTokens({ a: '1', b: '1e1' });
    expect(changeField(body, 'a', '-0').text).toBe('{"a":-0,"b":1e1}');
    expect(changeField(body, 'c', '"x"').text).toBe('{"a":1,"b":1e1,"c":"x"}');
    expect(changeField(body, 'a', undefined).text).toBe('{"b":1e1}');
    expect(changeField(body, 'a', '-0').value).toEqual({ a: -0, b: 10 });
  });
});

describe.each(dialects)('a provider by the %s', (_name, contract) => {
  const accepted: Readonly<Record<Deserved, (status: number) => boolean>> = {
    success: (status) => status === contract.open.successStatus.default,
    'invalid-body': (status) => status === contract.open.invalidBodyStatus.default,
    unauthorized: (status) => status === contract.open.unauthorizedStatus.default,
    'unknown-device': (status) => status === contract.open.unknownDeviceStatus.default,
    'content-type': (status) => status === 415,
    method: (status) => status === 405,
    refused: (status) => status >= 400 && status < 500,
    any: (status) => status < 500,
  };
  let provider: RunningProvider;
  let agent: Agent;

  beforeAll(async () => {
    agent = new Agent();
    provider = await startProvider({
      contract,
      accounts: ['one', 'two'].map((name) => ({
        accountId: `acc_${name}`,
        apiKey: `sk_test_${name}`,
        devices: [{ deviceId: `dev_${name}`, locationId: `loc_${name}` }],
      })),
    });
  });

  afterAll(async () => {
    await agent.destroy();
    await provider.close();
  });

  test('answers every case as it deserves', async () => {
    const { locationId, recordReferenceId = '' } = contract.requestFields;
    const token = provider.token('acc_one');
    const otherAccount = { deviceId: 'dev_two', locationId: 'loc_two', token: provider.token('acc_two') };
    const located =
      locationId === undefined ? exampleBody(contract) : changeField(exampleBody(contract), locationId, '"loc_one"');
    const cases = [...positivesOf(contract), ...negativesOf(contract, { otherAccount })];
    const wrong: string[] = [];
    for (const [number, one] of cases.entries()) {
      const body = changeField(located, recordReferenceId, `"r${number}"`);
      const sent = one.request({ deviceId: 'dev_one', token, body, nowMs: Date.now() });
      const answer = await agent.request({ ...sent, body: sent.body ?? null, origin: provider.url });
      await answer.body.dump();
      if (!accepted[one.deserves](answer.statusCode))
        wrong.push(`${one.id}: ${one.deserves}, got ${answer.statusCode}`);
    }
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(550);
  });
});
