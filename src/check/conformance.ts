/**
 * Does an answer conform to the contract? Status by class of request, documented shape, content type, ids, creation time,
 * nothing leaked. What the vendor's documentation leaves open follows the contract's settings: an accepted status that is
 * not the default is information, a reported one a warning, any other an error; a 5XX is always an error.
 */
import type { Contract, StatusSetting, Violation } from '../contract/contract.js';
import { parseRfc3339, renderRfc3339 } from '../contract/rfc3339.js';
import type { Finding } from './finding.js';
import { findTrace, holdsSecret } from './leak.js';
import { describeExchange } from './observed-exchange.js';
import type { ObservedExchange, ObservedResponse } from './observed-exchange.js';
import { makeFinding, ruleOf } from './rules.js';

/** What the request deserved: an answer, or to be refused for one reason. */
export type Expectation =
  | 'success'
  | 'unauthorized'
  | 'unknown-device'
  | 'invalid-body'
  | 'duplicate-other-body'
  /** By whatever 4XX: no setting says which. */
  | 'refused';

export interface ExchangeOptions {
  /** Default `success`. */
  readonly expected?: Expectation;
  /** The provider's clock, ms since 1970, where it is neither its `Date` header nor the real time. */
  readonly nowMs?: number;
  /** Statuses that are all equally right, where the contract's setting for what is expected does not apply. */
  readonly statuses?: readonly number[];
  /** Whose token it is, where that is known. */
  readonly accountId?: string | undefined;
  /** Text that stands in an answer where the client has cut a secret out. */
  readonly redactedMark?: string;
}

/** An exchange with its answer. */
interface Answered {
  readonly contract: Contract;
  readonly exchange: ObservedExchange;
  readonly response: ObservedResponse;
  readonly options: ExchangeOptions;
}

const REQUESTS: Readonly<Record<Expectation, string>> = {
  success: 'a request that is right',
  unauthorized: 'a request without a valid token',
  'unknown-device': 'a request for a device that is unknown or another account’s',
  'invalid-body': 'a request whose body breaks the contract',
  'duplicate-other-body': 'a record whose reference id is taken by another one',
  refused: 'a request that is wrong',
};
const SETTINGS = {
  success: 'successStatus',
  unauthorized: 'unauthorizedStatus',
  'unknown-device': 'unknownDeviceStatus',
  'invalid-body': 'invalidBodyStatus',
  'duplicate-other-body': 'duplicateOtherBodyStatus',
} as const satisfies Readonly<Record<Exclude<Expectation, 'refused'>, keyof Contract['open']>>;
const ANY_REFUSAL: StatusSetting = { default: 400, accepted: Array.from({ length: 100 }, (_, index) => 400 + index) };
const NEXT_STEPS: Readonly<Record<number, string>> = {
  401: 'Check the token',
  403: 'Check the token and whose account the device belongs to',
  404: 'Check the device id and the address of the provider',
  429: 'The provider limits the rate: send more slowly',
};
/** No provider of this API was there before; 1970 and other defaults of a clock are. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const BODILESS = new Set([204, 205, 304]);
const SHOWN_BODY = 500;

/** Everything about an answer that does not conform. */
export function checkExchange(
  contract: Contract,
  exchange: ObservedExchange,
  options: ExchangeOptions = {},
): Finding[] {
  const { response } = exchange;
  if (response === undefined) return [describeSilence(exchange)];
  const answered: Answered = { contract, exchange, response, options };
  return [
    ...checkStatus(answered),
    ...checkBody(answered),
    ...checkDeviceId(answered),
    ...checkAccountId(answered),
    ...checkTimeCreated(answered),
    ...checkLeaks(answered),
  ];
}

function describeSilence(exchange: ObservedExchange): Finding {
  const reason = exchange.failure?.message ?? 'the connection gave none';
  return makeFinding('conformance/no-answer', {
    message: `Expected an answer, got none: ${reason}`,
    evidence: { ...describeExchange(exchange), failure: exchange.failure?.code, durationMs: exchange.durationMs },
  });
}

function checkStatus({ contract, exchange, response, options }: Answered): Finding[] {
  const { status } = response;
  const expected = options.expected ?? 'success';
  const setting = settingOf(contract, expected);
  if (options.statuses?.includes(status) === true || status === setting.default) return [];
  const wanted = `Expected ${describeStatuses(setting)} for ${REQUESTS[expected]}, got ${status}`;
  const evidence = { ...describeExchange(exchange), expected: setting.default, ...shownBody(exchange, response) };
  if (status >= 500) {
    return [makeFinding('conformance/server-error', { message: `${wanted}: the provider itself failed.`, evidence })];
  }
  if (setting.accepted.includes(status)) {
    // The settings answer for device states; how a login is refused is documented and not open.
    if (setting === ANY_REFUSAL || exchange.operation === 'token') return [];
    const message = `${wanted}, which is accepted: the vendor's documentation leaves the status open.`;
    return [makeFinding('conformance/status', { message, evidence, severity: 'info' })];
  }
  if (setting.reported?.includes(status) === true) {
    const message = `${wanted}, which the vendor's documentation does not rule out.`;
    return [makeFinding('conformance/status', { message, evidence, severity: 'warning' })];
  }
  const next = expected === 'success' ? NEXT_STEPS[status] : undefined;
  return [
    makeFinding('conformance/status', { message: next === undefined ? `${wanted}.` : `${wanted}. ${next}.`, evidence }),
  ];
}

function settingOf({ open }: Contract, expected: Expectation): StatusSetting {
  return expected === 'refused' ? ANY_REFUSAL : open[SETTINGS[expected]];
}

function describeStatuses({ default: fallback, accepted }: StatusSetting): string {
  const others = accepted.filter((status) => status !== fallback);
  if (others.length > 5)
    return `status ${fallback} or another from ${Math.min(...accepted)} to ${Math.max(...accepted)}`;
  return ['status', [fallback, ...others].join(' or ')].join(' ');
}

/** Content type, JSON and every constraint that the document puts on the answer. */
function checkBody({ contract, exchange, response }: Answered): Finding[] {
  const { status, headers, bodyText, body } = response;
  if (BODILESS.has(status) && bodyText === '') return [];
  const evidence = (): Finding['evidence'] => ({ ...describeExchange(exchange), ...shownBody(exchange, response) });
  const findings: Finding[] = [];
  const contentType = headers['content-type'];
  if (bodyText !== '' && !/^application\/(?:[\w.-]+\+)?json(?:\s*;|\s*$)/i.test(contentType ?? '')) {
    const message = `Expected the content type application/json, got ${contentType ?? 'none'}.`;
    findings.push(makeFinding('conformance/content-type', { message, evidence: { ...evidence(), contentType } }));
  }
  if (body === undefined) {
    const message = `Expected a JSON body with status ${status}, got ${bodyText === '' ? 'an empty one' : 'something else'}.`;
    return [...findings, makeFinding('conformance/not-json', { message, evidence: evidence() })];
  }
  const violations = contract.checkAnswerBody(exchange.operation, status, body);
  return [...findings, ...violations.map((violation) => describeViolation(exchange, status, violation))];
}

function describeViolation(exchange: ObservedExchange, status: number, violation: Violation): Finding {
  const { ruleId, pointer, expected, actual } = violation;
  const { severity, title } = ruleOf(ruleId);
  const common = { ruleId, severity, title };
  const evidence = { ...describeExchange(exchange), pointer, expected };
  const answer = `The answer with status ${status} breaks the contract at`;
  if (exchange.operation !== 'token') {
    return { ...common, message: `${answer} ${violation.message}.`, evidence: { ...evidence, actual } };
  }
  // Whatever came may be the token in a wrong place.
  const place = pointer === '' ? 'the body' : pointer;
  return { ...common, message: `${answer} ${place}. What came is not shown, since it may be a secret.`, evidence };
}

function checkDeviceId({ contract, exchange, response }: Answered): Finding[] {
  const actual = fieldOf(response, contract.answerFields.deviceId);
  if (exchange.operation === 'token' || typeof actual !== 'string' || actual === exchange.deviceId) return [];
  const message = `Expected the device id of the path, ${exchange.deviceId ?? 'none'}, got ${actual}.`;
  return [
    makeFinding('conformance/device-id', {
      message,
      evidence: { ...describeExchange(exchange), pointer: `/${contract.answerFields.deviceId}`, actual },
    }),
  ];
}

function checkAccountId({ contract, exchange, response, options: { accountId } }: Answered): Finding[] {
  const name = contract.answerFields.accountId;
  const actual = fieldOf(response, name);
  if (exchange.operation === 'token' || accountId === undefined || typeof actual !== 'string') return [];
  if (actual === accountId) return [];
  const message = `Expected the account ${accountId}, got ${actual}.`;
  const evidence = { ...describeExchange(exchange), pointer: `/${name}`, actual };
  return [makeFinding('conformance/account-id', { message, evidence })];
}

function checkTimeCreated(answered: Answered): Finding[] {
  const { contract, exchange, response } = answered;
  const text = fieldOf(response, contract.answerFields.timeCreated);
  const time = typeof text === 'string' ? parseRfc3339(text) : undefined;
  if (exchange.operation === 'token' || time?.ok !== true) return [];
  const pointer = `/${contract.answerFields.timeCreated}`;
  const findings: Finding[] = [];
  if (time.utcOffsetMinutes !== 0) {
    const message = `Expected a creation time in UTC, got ${String(text)}.`;
    findings.push(
      makeFinding('conformance/time-created-utc', {
        message,
        evidence: { ...describeExchange(exchange), pointer, actual: text },
      }),
    );
  }
  const nowMs = clockOf(answered);
  const toleranceS = contract.open.futureToleranceS;
  if (time.epochMs < EARLIEST_MS || time.epochMs > nowMs + toleranceS * 1000) {
    const now = renderRfc3339(nowMs);
    const message = `Expected a creation time from 2000 on and at most ${toleranceS} s after ${now}, the provider's clock, got ${String(text)}.`;
    const evidence = { ...describeExchange(exchange), pointer, actual: text, providerClock: now };
    findings.push(makeFinding('conformance/time-created-range', { message, evidence }));
  }
  return findings;
}

/** The provider's own clock where its answer shows one, so that a wrong clock on this side does not count against it. */
function clockOf({ exchange, response, options }: Answered): number {
  return options.nowMs ?? clockOfAnswer(exchange, response);
}

/** By the header `Date` of an answer, else by the clock of this side, ms since 1970. */
export function clockOfAnswer({ startedAtMs, durationMs }: ObservedExchange, { headers }: ObservedResponse): number {
  return parseHttpDate(headers['date'] ?? '') ?? startedAtMs + durationMs;
}

/** Thousands of answers have the same one: the last is remembered. */
let lastHttpDate: { readonly text: string; readonly epochMs: number | undefined } | undefined;

/** @returns ms since 1970 of an IMF-fixdate (RFC 9110, section 5.6.7), the one form that a server may send */
function parseHttpDate(text: string): number | undefined {
  if (lastHttpDate?.text !== text) lastHttpDate = { text, epochMs: readHttpDate(text) };
  return lastHttpDate.epochMs;
}

function readHttpDate(text: string): number | undefined {
  const match = /^[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d) GMT$/.exec(text);
  const month = 'JanFebMarAprMayJunJulAugSepOctNovDec'.indexOf(match?.[2] ?? '-') / 3 + 1;
  if (match === null || !Number.isInteger(month)) return undefined;
  const time = parseRfc3339(`${match[3]}-${String(month).padStart(2, '0')}-${match[1]}T${match[4]}Z`);
  return time.ok ? time.epochMs : undefined;
}

function checkLeaks({ exchange, response, options }: Answered): Finding[] {
  const findings: Finding[] = [];
  const sent = `${exchange.request.url}\n${exchange.request.body ?? ''}`;
  const trace = findTrace(response.bodyText, sent);
  if (trace !== undefined) {
    findings.push(
      makeFinding('conformance/stack-trace', {
        message: `Expected an answer that tells nothing of the provider's inside, got a ${trace.runtime} trace: ${trace.excerpt}`,
        evidence: { ...describeExchange(exchange), ...trace },
      }),
    );
  }
  // The one answer that is meant to hold a token.
  if (exchange.operation === 'token' && response.status < 300) return findings;
  if (holdsSecret(response.bodyText, { sent, redactedMark: options.redactedMark })) {
    const message = 'Expected an answer without secrets, got one that repeats a key or a token. It is not shown here.';
    findings.push(makeFinding('conformance/secret-echoed', { message, evidence: describeExchange(exchange) }));
  }
  return findings;
}

/** The start of the body as evidence; never of an answer that may hold a token. */
function shownBody({ operation }: ObservedExchange, { bodyText }: ObservedResponse): { body?: string } {
  return operation === 'token' || bodyText === '' ? {} : { body: bodyText.slice(0, SHOWN_BODY) };
}

function fieldOf({ body }: ObservedResponse, name: string | undefined): unknown {
  if (name === undefined || typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return Reflect.get(body, name);
}
