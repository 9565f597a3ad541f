/** The steps of a submission as the contract and its settings have them. */
import type { IncomingHttpHeaders } from 'node:http';

import type { Contract, OpenSettings, Violation } from '../../contract/contract.js';
import { compareTimes, parseRfc3339 } from '../../contract/rfc3339.js';
import { unknownField } from '../../contract/violation.js';
import type { DeviceSetup } from './accounts.js';
import type { ArrivedBody } from './arrived-body.js';
import type { Records } from './records.js';
import { fieldCode, Refusal } from './refusal.js';
import type { Fields, SubmissionSteps } from './steps.js';

export interface SubmissionParts {
  readonly contract: Contract;
  readonly open: OpenSettings;
  readonly records: Records;
}

export function submissionSteps(parts: SubmissionParts): SubmissionSteps {
  const { contract, open, records } = parts;
  return {
    readBody: ({ headers, body }) => checkContent(headers, body) ?? { value: body.value },
    checkSchema: (body) => checkSchema(parts, body),
    checkLocation: (fields, device) => checkLocation(parts, fields, device),
    keyOf: (fields, { accountId, device }) => {
      const name = contract.requestFields.recordReferenceId;
      const reference = name === undefined ? undefined : fields[name];
      if (typeof reference !== 'string') return undefined;
      return { scope: open.referenceScope === 'device' ? device.deviceId : accountId, reference };
    },
    findEarlier: (key) => records.underReference(key),
    isRepetition: (record, fields, deviceId) => record.deviceId === deviceId && isSameState(record.fields, fields),
    readTime: parseRfc3339,
    keepFields: (fields) => fields,
    becomesLatest: (record, latest) =>
      open.olderTime === 'becomes-latest' || compareTimes(record.time, latest.time) >= 0,
    reachMemory: () => undefined,
  };
}

/** The contract's violations, with extra fields as this provider's own setting says. */
function checkSchema({ contract, open }: SubmissionParts, body: unknown): Violation[] {
  const isExtra = (violation: Violation): boolean => violation.ruleId === 'contract/additional-properties';
  const violations = contract.checkRequestBody(body);
  if (open.extraField === 'ignored') return violations.filter((violation) => !isExtra(violation));
  if (typeof body !== 'object' || body === null || violations.some(isExtra)) return violations;
  const { knownFields } = contract;
  const extra = Object.keys(body).filter((name) => !knownFields.includes(name));
  return [...violations, ...extra.map((name) => unknownField('', name, knownFields))];
}

function checkLocation(
  { contract, open }: SubmissionParts,
  fields: Fields,
  { deviceId, locationId }: DeviceSetup,
): Refusal | undefined {
  const location = contract.requestFields.locationId;
  if (location === undefined || fields[location] === locationId) return undefined;
  const message = `/${location}: expected the location of ${deviceId}, got another one`;
  return new Refusal(open.invalidBodyStatus.default, `${fieldCode(location)}_mismatch`, { message });
}

function checkContent(headers: IncomingHttpHeaders, body: ArrivedBody): Refusal | undefined {
  if (body.tooLarge) {
    return new Refusal(413, 'body_too_large', { message: `The body of ${body.byteLength} bytes is too large.` });
  }
  if (body.text === undefined) return new Refusal(400, 'body_missing', { message: 'The request has no body.' });
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    return new Refusal(415, 'content_encoding_unsupported', { message: 'The body must not be compressed.' });
  }
  if (!isJson(headers['content-type'])) {
    return new Refusal(415, 'content_type_unsupported', {
      message: 'The header Content-Type must be application/json.',
    });
  }
  if (body.problem === undefined) return undefined;
  return new Refusal(400, 'body_malformed', { message: `The body is not JSON: ${body.problem}.` });
}

function isJson(contentType: string | undefined): boolean {
  const [mediaType, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  if (mediaType !== 'application/json') return false;
  return parameters.every((parameter) => !parameter.startsWith('charset=') || /^charset="?utf-8"?$/.test(parameter));
}

/**
 * Two submissions say the same where every known field has the same value: neither key order nor the spelling of a number
 * counts (`5`, `5.0`, `-0`), but the spelling of a time does, and an ignored field doesn't.
 */
function isSameState(one: Fields, other: Fields): boolean {
  const names = Object.keys(one);
  // The contract's known fields are strings and numbers; JSON text compares anything else a document may bring.
  const same = (name: string): boolean =>
    one[name] === other[name] || JSON.stringify(one[name]) === JSON.stringify(other[name]);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && same(name));
}
