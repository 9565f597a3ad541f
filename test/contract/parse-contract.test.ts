// Protects: a wrong contract document is refused with its line and a way out; every violation of a body is reported, safely.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isObject } from '../../src/contract/json.js';
import { parseContract } from '../../src/contract/parse-contract.js';
import { UserError } from '../../src/errors.js';
import { packagedContractPath, readContract } from '../../src/http/read-contract.js';
import { deviceState, deviceStateText, withChange } from './shipped.js';

function failureOf(text: string): UserError {
  try {
    const contract = parseContract(text, 'mine.yaml');
    contract.checkRequestBody({});
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('the document was accepted');
}

/** What the line of a place says. */
function lineOf(text: string, { place }: UserError): string {
  return (text.split('\n')[(place.line ?? 0) - 1] ?? '').trim();
}

describe('a wrong document', () => {
  test.each<[string, [string | RegExp, string], [message: string, line: string, hint: string]]>([
    [
      'an unclosed bracket',
      ['required: [location_id,', 'required: [[location_id,'],
      ['not valid YAML', 'properties:', ''],
    ],
    [
      'a key that is there twice',
      ['  version: 2025', '  title: again\n  version: 2025'],
      ['not valid YAML', 'title: again', ''],
    ],
    [
      'OpenAPI 3.0',
      ['openapi: 3.1.0', 'openapi: 3.0.3'],
      ['expected an OpenAPI 3.1 document, got string "3.0.3"', 'openapi: 3.0.3', 'openapi: 3.1.0'],
    ],
    [
      'no x-voltpact',
      ['x-voltpact:\n', 'x-other:\n'],
      ['has no x-voltpact section', 'openapi: 3.1.0', 'Add x-voltpact with submit'],
    ],
    [
      'a misspelt key of x-voltpact',
      ['  readBack: ', '  readback: '],
      ['unknown key "readback"', 'readback: readDeviceState', 'Did you mean "readBack"?'],
    ],
    [
      'an operation that is not there',
      ['submit: submitDeviceState', 'submit: submitDeviceStat'],
      [
        'no GET, PUT or POST operation "submitDeviceStat"',
        'submit: submitDeviceStat',
        'Did you mean "submitDeviceState"?',
      ],
    ],
    [
      'an operation by another method',
      ['    put:', '    patch:'],
      ['no GET, PUT or POST operation "submitDeviceState"', 'submit: submitDeviceState', 'Known: readDeviceState'],
    ],
    [
      'two operations of one name',
      ['operationId: createToken', 'operationId: login'],
      ['two operations are called "login"', 'operationId: login', ''],
    ],
    [
      'a $ref that leads nowhere',
      ["'#/components/schemas/DeviceStateReceipt'", "'#/components/schemas/DeviceStateReciept'"],
      [
        'leads nowhere: there is no "DeviceStateReciept"',
        "$ref: '#/components/schemas/DeviceStateReciept'",
        'Did you mean "DeviceStateReceipt"?',
      ],
    ],
    [
      'a $ref into another file',
      ["'#/components/parameters/Version'", "'parameters.yaml#/Version'"],
      ['leads out of the document', "- $ref: 'parameters.yaml#/Version'", 'one document'],
    ],
    [
      'a $ref to itself',
      ['    Id:\n      title: Id\n', "    Id:\n      $ref: '#/components/schemas/Id'\n"],
      ['goes round in a circle', "$ref: '#/components/schemas/Id'", ''],
    ],
    [
      'an unknown quantity',
      ['x-voltpact-quantity: socPercent', 'x-voltpact-quantity: socPercnt'],
      [
        'unknown quantity string "socPercnt" on "state_of_charge_percent"',
        'x-voltpact-quantity: socPercnt',
        'Did you mean "socPercent"?',
      ],
    ],
    [
      'a quantity of another type',
      ['x-voltpact-quantity: socPercent', 'x-voltpact-quantity: recordReferenceId'],
      [
        'carries recordReferenceId: expected type string, got string "number"',
        'x-voltpact-quantity: recordReferenceId',
        '',
      ],
    ],
    [
      'two fields for one quantity',
      ['x-voltpact-quantity: targetSocPercent', 'x-voltpact-quantity: socPercent'],
      ['both carry socPercent', 'x-voltpact-quantity: socPercent', 'one field'],
    ],
    [
      'a required field without a quantity',
      ['          x-voltpact-quantity: time\n', ''],
      ['required field "time" carries no x-voltpact-quantity', 'time:', 'Say with x-voltpact-quantity'],
    ],
    [
      'a magnitude without a direction',
      ['x-voltpact-quantity: powerKw', 'x-voltpact-quantity: powerMagnitudeKw'],
      ['belong together', 'DeviceState:', ''],
    ],
    [
      'a missing open setting',
      ['    olderTime: stored\n', ''],
      ['"olderTime" is missing', 'open:', 'Every open question needs an answer'],
    ],
    [
      'a misspelt open setting',
      ['olderTime: stored', 'oldertime: stored'],
      ['unknown setting "oldertime"', 'oldertime: stored', 'Did you mean "olderTime"?'],
    ],
    [
      'an impossible word',
      ['olderTime: stored', 'olderTime: store'],
      [
        'olderTime: expected stored, refused, becomes-latest, got string "store"',
        'olderTime: store',
        'Did you mean "stored"?',
      ],
    ],
    [
      'a negative tolerance',
      ['futureToleranceS: 300', 'futureToleranceS: -1'],
      ['futureToleranceS: expected seconds, 0 or more, got number -1', 'futureToleranceS: -1', ''],
    ],
    [
      'a rate of nothing',
      ['rateLimitPerS: null', 'rateLimitPerS: 0'],
      ['rateLimitPerS: expected requests a second, or null for none, got number 0', 'rateLimitPerS: 0', ''],
    ],
    [
      'a success that is none',
      ['default: 200, accepted: [2XX]', 'default: 404, accepted: [404]'],
      [
        'default: expected a status from 200 to 299, got number 404',
        'successStatus: { default: 404, accepted: [404] }',
        '',
      ],
    ],
    [
      'a default that is not accepted',
      ['default: 401, accepted: [401, 403]', 'default: 401, accepted: [403]'],
      ['the default 401 is not among the accepted', 'unauthorizedStatus: { default: 401, accepted: [403] }', ''],
    ],
    [
      'a status that is no number',
      ['accepted: [400, 422]', 'accepted: [400, bad]'],
      [
        'expected a status such as 404 or a range such as 2XX, got string "bad"',
        'invalidBodyStatus: { default: 400, accepted: [400, bad] }',
        '',
      ],
    ],
    [
      'a schema with an unknown keyword',
      ['          minimum: 0\n', '          minimun: 0\n'],
      ['the schema cannot be used: strict mode: unknown keyword: "minimun"', 'DeviceState:', 'JSON Schema 2020-12'],
    ],
    [
      'a schema with a format that nothing checks',
      ['format: date-time', 'format: date-tme'],
      ['unknown format "date-tme"', 'DeviceState:', 'date-time'],
    ],
    [
      'a bound that is no number',
      ['          minimum: 0\n', '          minimum: low\n'],
      ['the schema cannot be used: minimum', 'DeviceState:', 'JSON Schema 2020-12'],
    ],
    [
      'a pattern that is no expression',
      [
        'pattern: ^[a-z]{2,4}_[A-Za-z0-9]+$\n          x-voltpact-quantity: locationId',
        'pattern: "["\n          x-voltpact-quantity: locationId',
      ],
      ['the schema cannot be used', 'DeviceState:', ''],
    ],
    ['no title', ['  title: Flatpeak device state\n', ''], ['info.title: expected text, got nothing', 'info:', '']],
  ])('%s is refused with its line', (_sentence, [from, to], [message, line, hint]) => {
    const text = withChange(from, to);
    const error = failureOf(text);
    expect(error.message).toContain(message);
    expect(lineOf(text, error)).toBe(line);
    expect(error.place.file).toBe('mine.yaml');
    expect(error.hint ?? '').toContain(hint);
  });

  test.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['a list', '- openapi: 3.1.0'],
    ['two documents', '---\nopenapi: 3.1.0\n---\nopenapi: 3.1.0\n'],
    ['an alias to nothing', 'openapi: *version'],
    [
      'a billion laughs',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]`)
        .join('\n')}\n`,
    ],
  ])('%s is no document', (_sentence, text) => {
    expect(failureOf(text).place.file).toBe('mine.yaml');
  });
});

describe('a document in JSON, with anchors, or with its own names', () => {
  test('JSON says the same as YAML', () => {
    const contract = parseContract(JSON.stringify(deviceState.document), 'contract.json');
    expect(contract.requestFields).toEqual(deviceState.requestFields);
    expect(contract.checkRequestBody({})).toEqual(deviceState.checkRequestBody({}));
  });

  test('the token operation of the newer release can be the one in use', () => {
    const contract = parseContract(withChange('token: login', 'token: createToken'), 'newer.yaml');
    expect(contract.operations.token).toMatchObject({ method: 'POST', pathTemplate: '/auth/tokens' });
    expect(contract.tokenOperations.map((operation) => operation.operationId)).toEqual(['login', 'createToken']);
  });

  test('a range of statuses stands for each of them', () => {
    expect(deviceState.open.successStatus.accepted).toHaveLength(100);
    expect(deviceState.open.successStatus.accepted).toEqual(expect.arrayContaining([200, 202, 299]));
  });
});

describe('a request body', () => {
  const good = deviceState.operations.submit.requestExamples['discharging'];
  const kept = isObject(good) ? good : {};

  test('all that is wrong with it is said at once', () => {
    const violations = deviceState.checkRequestBody({
      time: '2022-02-30T10:30:00Z',
      state_of_charge_percent: 140,
      target_state_of_charge_percent: '80',
      backup_reserve_percent: -5,
      record_reference_id: null,
    });
    expect(violations.map(({ ruleId, message }) => `${ruleId} ${message}`).toSorted()).toEqual([
      'contract/date-time /time: expected an RFC 3339 date-time, got "2022-02-30T10:30:00Z" (there is no 30 February in 2022)',
      'contract/maximum /state_of_charge_percent: expected at most 100, got 140',
      'contract/minimum /backup_reserve_percent: expected at least 0, got -5',
      'contract/required /location_id: expected a value, since the field is required, got nothing',
      'contract/type /record_reference_id: expected a string, got null',
      'contract/type /target_state_of_charge_percent: expected a number, got "80"',
    ]);
  });

  test.each<[string, unknown, string]>([
    ['a list', [], 'the body: expected an object, got an empty list'],
    ['a list of bodies', [good, good], 'the body: expected an object, got a list of 2'],
    ['text', '{}', 'the body: expected an object, got "{}"'],
    ['null', null, 'the body: expected an object, got null'],
    ['nothing', undefined, 'the body: expected an object, got nothing'],
    ['true', true, 'the body: expected an object, got true'],
    ['a body with NaN', { ...kept, battery_power_kw: Number.NaN }, '/battery_power_kw: expected a number, got NaN'],
    [
      'a body with infinity',
      { ...kept, battery_power_kw: -Infinity },
      '/battery_power_kw: expected a number, got -Infinity',
    ],
    [
      'a body with a list for a number',
      { ...kept, battery_power_kw: [1] },
      '/battery_power_kw: expected a number, got a list of 1',
    ],
    [
      'a body with an object for a text',
      { ...kept, location_id: {} },
      '/location_id: expected a string, got an object',
    ],
  ])('%s is one violation in plain words', (_sentence, body, message) => {
    expect(deviceState.checkRequestBody(body).map((violation) => violation.message)).toEqual([message]);
  });

  test('a long value is cut in the message and kept beside it', () => {
    const [violation] = deviceState.checkRequestBody({ ...kept, location_id: '🔋'.repeat(5000) });
    expect(violation?.message.length).toBeLessThan(200);
    expect(violation?.message).toContain('(10000 characters)');
    expect(violation?.message).not.toMatch(/\p{Surrogate}/u);
    expect(violation?.actual).toHaveLength(10_000);
  });

  test('inherited and poisoned names satisfy nothing and harm nothing', () => {
    const poisoned: unknown = JSON.parse('{"__proto__": {"location_id": "loc_1"}, "constructor": 1}');
    const inherited: unknown = Object.create(kept);
    for (const body of [poisoned, inherited]) {
      expect(deviceState.checkRequestBody(body).filter(({ ruleId }) => ruleId === 'contract/required')).toHaveLength(4);
    }
    expect(Object.hasOwn(Object.prototype, 'location_id')).toBe(false);
  });
});

describe('unknown fields', () => {
  const minimal: unknown = deviceState.operations.submit.requestExamples['minimal'];
  const strict = parseContract(withChange('extraField: ignored', 'extraField: refused'), 'strict.yaml');
  const body = {
    ...(isObject(minimal) ? minimal : {}),
    battery_power_kW: 3,
    'a/b~c': 1,
    // An own property of that name, as it comes out of JSON.parse.
    ['__proto__']: 1,
  };

  test('are ignored by default', () => {
    expect(deviceState.checkRequestBody(body)).toEqual([]);
  });

  test('are violations where the document refuses them, with an escaped pointer and the name that was meant', () => {
    expect(strict.checkRequestBody(body).map(({ ruleId, pointer }) => [ruleId, pointer])).toEqual([
      ['contract/additional-properties', '/battery_power_kW'],
      ['contract/additional-properties', '/a~1b~0c'],
      ['contract/additional-properties', '/__proto__'],
    ]);
    expect(strict.checkRequestBody(body)[0]?.message).toContain('did you mean "battery_power_kw"?');
  });

  test('are named once where the schema refuses them as well', () => {
    const twice = parseContract(
      withChange('extraField: ignored', 'extraField: refused').replace(
        'description: What a device reports about itself.\n      type: object',
        'description: What a device reports about itself.\n      type: object\n      additionalProperties: false',
      ),
      'twice.yaml',
    );
    expect(twice.checkRequestBody(body)).toHaveLength(3);
  });
});

describe('the body of an answer', () => {
  const refusal = { object: 'error', type: 'invalid_request', code: 'x', message: 'x' };

  test.each<[string, number, unknown, string[]]>([
    ['a status by its range', 418, refusal, []],
    ['a status of its own before its range', 429, refusal, ['/type: expected "rate_limit", got "invalid_request"']],
    ['a failure with the type of a refusal', 503, refusal, ['/type: expected "api_error", got "invalid_request"']],
    ['an undocumented success has the documented shape', 202, { id: 1 }, ['/id: expected a string, got 1']],
    ['no content has no shape', 204, undefined, []],
    ['a status of which nothing is said', 302, 'anything', []],
  ])('%s', (_sentence, ...[status, body, messages]) => {
    const found = deviceState.checkAnswerBody('submit', status, body).map((violation) => violation.message);
    expect(found.filter((message) => !message.includes('required'))).toEqual(messages);
  });

  test('a token that is wrong is never shown', () => {
    const contract = parseContract(withChange('minLength: 1', 'minLength: 500'), 'long-token.yaml');
    const answer = { bearer_token: 'eyJhbGciOi.secret.signature', expires_in: 3600, live_mode: false };
    const violations = contract.checkAnswerBody('token', 200, answer);
    expect(violations.map(({ ruleId }) => ruleId)).toEqual(['contract/min-length']);
    expect(JSON.stringify(violations)).not.toContain('secret.signature');
  });
});

describe('addresses and ids', () => {
  test.each([
    ['a plain id', 'dev_6563', '/devices/dev_6563/state'],
    ['a slash and dots', '../../admin', '/devices/..%2F..%2Fadmin/state'],
    ['a query', 'a?b#c', '/devices/a%3Fb%23c/state'],
    ['a letter beyond ASCII', 'dev_ü', '/devices/dev_%C3%BC/state'],
    ['half a surrogate pair', '\uD83D', '/devices/%EF%BF%BD/state'],
    ['nothing', '', '/devices//state'],
  ])('%s is encoded', (_sentence, id, path) => {
    expect(deviceState.path('submit', id)).toBe(path);
  });

  test('an address that needs an id is not made without one', () => {
    expect(() => deviceState.path('readBack')).toThrow(TypeError);
    expect(deviceState.path('token')).toBe('/login');
  });

  test.each([
    ['dev_6563a6757360a6d6a628e839', true],
    ['DEV_6563', false],
    ['dev_', false],
    ['dev_65 63', false],
    ['dev_6563\n', false],
    ['', false],
  ])('%j could be an id: %s', (id, possible) => {
    expect(deviceState.isId(id)).toBe(possible);
  });
});

describe('readContract', () => {
  test('reads the document that ships where no other is given', async () => {
    const contract = await readContract();
    expect(contract.source).toBe(packagedContractPath());
    expect(contract.title).toBe(deviceState.title);
  });

  test('reads another one and says its name in errors', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voltpact-contract-'));
    try {
      const file = join(folder, 'mine.yaml');
      await writeFile(file, deviceStateText.replace('version: 2025-09-14.anode', 'version: mine'));
      expect((await readContract(file)).version).toBe('mine');
      await writeFile(file, 'openapi: [');
      await expect(readContract(file)).rejects.toMatchObject({ name: 'UserError', place: { file, line: 1 } });
      await expect(readContract(folder)).rejects.toThrow('it is a folder');
      await expect(readContract(join(folder, 'none.yaml'))).rejects.toMatchObject({
        name: 'UserError',
        message: 'cannot read the contract document: there is no such file',
        place: { file: join(folder, 'none.yaml') },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
