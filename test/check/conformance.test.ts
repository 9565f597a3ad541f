// Protects: what conforms is never blamed, and each way of not conforming has its own rule, severity and words.
import { describe, expect, test } from 'vitest';
import { checkExchange } from '../../src/check/conformance.js';
import type { Expectation, ExchangeOptions } from '../../src/check/conformance.js';
import type { ObservedExchange, ObservedResponse } from '../../src/check/observed-exchange.js';
import type { OperationName } from '../../src/contract/contract.js';
import { parseContract } from '../../src/contract/parse-contract.js';
import { deviceState, flowDirection, withChange } from '../contract/shipped.js';

const DEVICE = 'dev_6563a6757360a6d6a628e839';
const NOW = Date.UTC(2022, 1, 1, 10, 33);

const receipt = {
  id: 'dsr_6a284b7596d3f2b722544e70',
  object: 'device_state',
  account_id: 'acc_661677911f2197045e6cf1b1',
  device_id: DEVICE,
  time_created: '2022-02-01T10:33:00Z',
};
const refusal = { object: 'error', type: 'invalid_request', code: 'not_good', message: 'Not good' };

interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly bodyText?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly operation?: OperationName;
  readonly sent?: string;
}

function answered({ status = 200, operation = 'submit', sent = '{}', ...answer }: Answer): ObservedExchange {
  const bodyText = answer.bodyText ?? JSON.stringify(answer.body ?? receipt);
  let body: unknown;
  try {
    body = JSON.parse(bodyText);
  } catch {
    body = undefined;
  }
  const response: ObservedResponse = {
    status,
    headers: answer.headers ?? { 'content-type': 'application/json; charset=utf-8' },
    bodyText,
    body,
  };
  return {
    operation,
    deviceId: operation === 'token' ? undefined : DEVICE,
    request: { method: 'PUT', url: `http://127.0.0.1/devices/${DEVICE}/state`, body: sent },
    response,
    failure: undefined,
    startedAtMs: NOW,
    durationMs: 5,
  };
}

function found(answer: Answer, options?: ExchangeOptions): string[] {
  return checkExchange(deviceState, answered(answer), options).map(({ severity, ruleId }) => `${severity} ${ruleId}`);
}

describe('status by class of request', () => {
  test.each<[string, [Expectation, number], string[]]>([
    ['the default success', ['success', 200], []],
    ['another success is noted', ['success', 202], ['info conformance/status']],
    ['a refusal of what is right', ['success', 401], ['error conformance/status']],
    ['a redirect', ['success', 302], ['error conformance/status']],
    ['the default for a missing token', ['unauthorized', 401], []],
    ['the other one for a missing token', ['unauthorized', 403], ['info conformance/status']],
    ['a missing token that does not matter', ['unauthorized', 200], ['error conformance/status']],
    ['a missing token that is called a wrong body', ['unauthorized', 400], ['error conformance/status']],
    ['the default for an unknown device', ['unknown-device', 404], []],
    ['an unknown device that is forbidden', ['unknown-device', 403], ['info conformance/status']],
    ['an unknown device that is stored', ['unknown-device', 200], ['error conformance/status']],
    ['the default for a wrong body', ['invalid-body', 400], []],
    ['a wrong body that cannot be processed', ['invalid-body', 422], ['info conformance/status']],
    ['a wrong body that is stored', ['invalid-body', 200], ['error conformance/status']],
    ['the default for a reference that is taken', ['duplicate-other-body', 409], []],
    ['the first record for a reference that is taken', ['duplicate-other-body', 200], ['warning conformance/status']],
    ['a wrong request for a reference that is taken', ['duplicate-other-body', 422], ['warning conformance/status']],
    ['an unknown page for a reference that is taken', ['duplicate-other-body', 404], ['error conformance/status']],
  ])('%s', (_sentence, [expected, status], findings) => {
    const body = status < 300 ? receipt : refusal;
    expect(found({ status, body }, { expected })).toEqual(findings);
  });

  test.each<Expectation>(['success', 'unauthorized', 'unknown-device', 'invalid-body', 'duplicate-other-body'])(
    'a 5XX is an error when the request is for %s',
    (expected) => {
      const body = { ...refusal, type: 'api_error' };
      expect(found({ status: 503, body }, { expected })).toEqual(['error conformance/server-error']);
    },
  );

  test('follows the settings of the document', () => {
    const contract = parseContract(withChange('accepted: [401, 403]', 'accepted: [401], reported: [418]'), 'own.yaml');
    const severity = (status: number): string[] =>
      checkExchange(contract, answered({ status, body: refusal }), { expected: 'unauthorized' }).map(
        (one) => one.severity,
      );
    expect([severity(401), severity(403), severity(418)]).toEqual([[], ['error'], ['warning']]);
  });

  test('says what was expected, what came and what to do', () => {
    const [finding] = checkExchange(deviceState, answered({ status: 401, body: refusal }));
    expect(finding).toMatchObject({
      title: 'Status is not the expected one',
      message: 'Expected status 200 or another from 200 to 299 for a request that is right, got 401. Check the token.',
      evidence: { operation: 'submit', deviceId: DEVICE, status: 401, expected: 200, body: JSON.stringify(refusal) },
    });
    expect(finding?.evidence['request']).toBe(`PUT http://127.0.0.1/devices/${DEVICE}/state`);
  });

  test('a login that is refused with the documented 403 is not noted', () => {
    expect(found({ operation: 'token', status: 403, body: refusal }, { expected: 'unauthorized' })).toEqual([]);
  });
});

describe('body', () => {
  test('every violation of the documented shape is a finding with its place', () => {
    const findings = checkExchange(
      deviceState,
      answered({ body: { ...receipt, id: 7, account_id: 'me', time_created: 'now' } }),
    );
    expect(findings.map(({ ruleId, evidence }) => `${ruleId} ${String(evidence['pointer'])}`)).toEqual([
      'contract/type /id',
      'contract/pattern /account_id',
      'contract/date-time /time_created',
    ]);
    expect(findings[0]).toMatchObject({
      severity: 'error',
      title: 'Value has the wrong type',
      message: 'The answer with status 200 breaks the contract at /id: expected a string, got 7.',
    });
  });

  test.each<[string, Answer, string[]]>([
    [
      'a refusal without the error object',
      { status: 404, body: { error: 'gone' } },
      ['object', 'type', 'code', 'message'],
    ],
    ['a refusal whose type is another', { status: 404, body: { ...refusal, type: 'api_error' } }, ['type']],
  ])('%s', (_sentence, answer, fields) => {
    const findings = checkExchange(deviceState, answered(answer), { expected: 'unknown-device' });
    expect(findings.map(({ evidence }) => evidence['pointer'])).toEqual(fields.map((name) => `/${name}`));
  });

  test.each<[string, Answer, string[]]>([
    ['a page of HTML', { bodyText: '<html>', headers: { 'content-type': 'text/html' } }, ['content-type', 'not-json']],
    ['JSON that is called text', { headers: { 'content-type': 'text/plain' } }, ['content-type']],
    ['JSON of no declared type', { headers: {} }, ['content-type']],
    [
      'JSON that is called something that begins the same',
      { headers: { 'content-type': 'application/jsonp' } },
      ['content-type'],
    ],
    ['a type of the JSON family', { headers: { 'content-type': 'application/problem+json' } }, []],
    ['a type in capitals', { headers: { 'content-type': 'Application/JSON;charset=UTF-8' } }, []],
    ['a truncated body', { bodyText: '{"id":' }, ['not-json']],
    ['an empty body', { bodyText: '' }, ['not-json']],
    ['no content where there is none', { status: 204, bodyText: '', headers: {} }, ['status']],
  ])('%s', (_sentence, answer, rules) => {
    expect(found(answer).map((line) => line.split('/')[1])).toEqual(rules);
  });

  test('a token is never shown, whatever is wrong with the answer around it', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2VjcmV0';
    for (const body of [{ bearer_token: [token], expires_in: 0, live_mode: token }, [token], token]) {
      const findings = checkExchange(deviceState, answered({ operation: 'token', body }));
      expect(findings.length).toBeGreaterThan(0);
      expect(JSON.stringify(findings)).not.toContain(token);
    }
  });
});

describe('ids and times', () => {
  test.each<[string, Answer, string[]]>([
    ['the id of the path', {}, []],
    ['the id of another device', { body: { ...receipt, device_id: 'dev_1' } }, ['error conformance/device-id']],
    ['a creation time in UTC by +00:00', { body: { ...receipt, time_created: '2022-02-01T10:33:00+00:00' } }, []],
    [
      'a creation time in local time',
      { body: { ...receipt, time_created: '2022-02-01T11:33:00+01:00' } },
      ['error conformance/time-created-utc'],
    ],
    [
      'local time that is called UTC',
      { body: { ...receipt, time_created: '2022-02-01T20:33:00Z' } },
      ['error conformance/time-created-range'],
    ],
    [
      'a clock that begins in 1970',
      { body: { ...receipt, time_created: '1970-01-01T00:00:12Z' } },
      ['error conformance/time-created-range'],
    ],
    ['a clock within the tolerance', { body: { ...receipt, time_created: '2022-02-01T10:37:59Z' } }, []],
    ['a record of long ago, as a repeated one is', { body: { ...receipt, time_created: '2021-02-01T10:33:00Z' } }, []],
  ])('%s', (_sentence, answer, findings) => {
    expect(found(answer)).toEqual(findings);
  });

  test('the Date header of the answer is the provider’s clock, so that ours may be wrong', () => {
    const headers = { 'content-type': 'application/json', date: 'Tue, 01 Feb 2022 20:30:00 GMT' };
    const body = { ...receipt, time_created: '2022-02-01T20:33:00Z' };
    expect(found({ body, headers })).toEqual([]);
    expect(found({ body, headers: { ...headers, date: 'yesterday' } })).toEqual([
      'error conformance/time-created-range',
    ]);
    expect(found({ body, headers }, { nowMs: NOW })).toEqual(['error conformance/time-created-range']);
  });
});

describe('what should stay inside', () => {
  test.each([
    ['JavaScript', 'TypeError: x is undefined\n    at Server.handle (/srv/app/index.js:12:34)'],
    ['JavaScript', 'at async file:///srv/app/main.mjs:3:1'],
    ['Java', 'at com.example.Device.store(Device.java:120)'],
    ['Python', 'Traceback (most recent call last):\n  File "app.py", line 12'],
    ['.NET', 'at App.Device.Store(String id) in C:\\app\\Device.cs:line 12'],
    ['Go', 'goroutine 1 [running]:\nmain.main()'],
    ['PHP', 'Uncaught Error in /var/www/html/device.php:12'],
    ['Ruby', "app/models/device.rb:12:in `store'"],
    ['SQL', 'SQLSTATE[23000]: Integrity constraint violation'],
  ])('a trace of %s is found: %j', (runtime, message) => {
    const findings = checkExchange(deviceState, answered({ status: 400, body: { ...refusal, message } }), {
      expected: 'invalid-body',
    });
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['conformance/stack-trace']);
    expect(findings[0]?.evidence['runtime']).toBe(runtime);
  });

  test.each([
    'Look at /devices for help: 10:30:00',
    'time must be at most 2022-02-01T10:30:00Z',
    'Error at line 12',
    'expected a number at /state_of_charge_percent:12',
    'record MET:1:2 exists at loc_1',
  ])('ordinary words are no trace: %s', (message) => {
    expect(found({ status: 400, body: { ...refusal, message } }, { expected: 'invalid-body' })).toEqual([]);
  });

  test('a trace that the client itself sent is no leak', () => {
    const line = 'at run (/tmp/x.js:1:2)';
    expect(found({ body: { ...receipt, note: line }, sent: JSON.stringify({ record_reference_id: line }) })).toEqual(
      [],
    );
  });

  test.each([
    ['an API key', 'No account for sk_test_4eC39HqLyjWDarjtT1zdp7dc'],
    ['a bearer token', 'Bad token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2VjcmV0'],
    ['what the client cut out', 'Bad token [redacted]'],
  ])('%s in a refusal is found and not repeated', (_sentence, message) => {
    const findings = checkExchange(deviceState, answered({ status: 401, body: { ...refusal, message } }), {
      expected: 'unauthorized',
      redactedMark: '[redacted]',
    });
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['conformance/secret-echoed']);
    expect(JSON.stringify(findings)).not.toContain(message);
  });

  test('the token in the answer that is there to give it is no leak', () => {
    const body = deviceState.operations.token.answerExample;
    expect(found({ operation: 'token', body })).toEqual([]);
  });
});

describe('examples and silence', () => {
  test.each([
    ['default', deviceState],
    ['flow-direction', flowDirection],
  ])('the examples of the %s document conform', (_name, contract) => {
    for (const operation of ['submit', 'readBack', 'token'] as const) {
      const body = contract.operations[operation].answerExample;
      expect(checkExchange(contract, answered({ operation, body }))).toEqual([]);
    }
  });

  test('no answer is a finding with its reason', () => {
    const failure = { code: 'timeout', message: 'no answer within 5 s' };
    const findings = checkExchange(deviceState, { ...answered({}), response: undefined, failure });
    expect(findings).toMatchObject([
      {
        ruleId: 'conformance/no-answer',
        severity: 'error',
        message: 'Expected an answer, got none: no answer within 5 s',
      },
    ]);
  });
});
