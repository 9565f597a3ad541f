/** Requests with exactly one thing wrong, derived from the contract's document: a new bound brings its own. */
import { changeField } from './body-text.js';
import type { Contract } from './contract.js';
import { brokenHeads } from './negative-head.js';
import { brokenTexts } from './negative-text.js';
import { bodyCase } from './request-case.js';
import type { OtherAccount, RequestCase } from './request-case.js';
import { requestShape } from './request-shape.js';
import type { FieldShape } from './request-shape.js';
import { renderRfc3339 } from './rfc3339.js';
import { wrongValuesOf } from './wrong-value.js';

export interface NegativeOptions {
  /** Without it there are no cases of other accounts. */
  readonly otherAccount?: OtherAccount;
}

/**
 * Every single-fault request of a contract: fields first, then the text of the body, then the head of the request.
 * @example
 * for (const negative of negativesOf(contract)) {
 *   const answer = await send(negative.request(base)); // to be refused as `negative.deserves` says
 * }
 */
export function negativesOf(contract: Contract, options: NegativeOptions = {}): readonly RequestCase[] {
  const { fields } = requestShape(contract);
  return [
    ...fields.flatMap((field) => missingCases(contract, field)),
    ...fields.flatMap((field) => wrongValueCases(contract, field)),
    ...timeCases(contract),
    ...locationCases(contract),
    ...brokenTexts(contract),
    ...brokenHeads(contract, options.otherAccount),
  ];
}

/** The field is not there under its name; a provider may find it under a name that is nearly right. */
function missingCases(contract: Contract, { name, pointer, plain, isRequired }: FieldShape): RequestCase[] {
  if (!isRequired) return [];
  const missing = (id: string, title: string, substitute: (token: string) => string): RequestCase => {
    const head = { constraint: 'contract/required', pointer, deserves: 'invalid-body' } as const;
    return bodyCase(contract, { ...head, id: `required/${name}/${id}`, title }, ({ body }) => {
      const member = substitute(body.tokens[name] ?? plain);
      const { text } = changeField(body, name, undefined);
      return member === '' ? text : text.replace(/,?\}$/, `${text === '{}' ? '' : ','}${member}}`);
    });
  };
  const gone = missing('missing', `${name} is missing`, () => '');
  // Where extra fields are refused, a substitute would be a second fault.
  if (contract.open.extraField === 'refused') return [gone];
  const camelCase = name.replaceAll(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
  const renamed = (id: string, title: string, other: string): RequestCase[] =>
    contract.knownFields.includes(other) ? [] : [missing(id, title, (token) => `${JSON.stringify(other)}:${token}`)];
  return [
    gone,
    ...renamed('upper-case', `${name} is written in capitals`, name.toUpperCase()),
    ...renamed('camel-case', `${name} is written in camel case`, camelCase),
    ...renamed('space', `${name} is written with a space behind it`, `${name} `),
    missing(
      'in-proto',
      `${name} stands inside __proto__ only`,
      (token) => `"__proto__":{${JSON.stringify(name)}:${token}}`,
    ),
  ];
}

function wrongValueCases(contract: Contract, field: FieldShape): RequestCase[] {
  const { name, pointer } = field;
  return wrongValuesOf(contract, field).map(({ label, title, ruleId, token }) => {
    const id = `${ruleId.replace('contract/', '')}/${name}/${label}`;
    const head = { id, title: `${name} ${title}`, constraint: ruleId, pointer, deserves: 'invalid-body' } as const;
    return bodyCase(contract, head, ({ body }) => changeField(body, name, token).text);
  });
}

/** Times that are well-formed and further ahead than the provider takes. */
function timeCases(contract: Contract): RequestCase[] {
  const name = contract.requestFields.time;
  if (name === undefined) return [];
  const toleranceMs = contract.open.futureToleranceS * 1000;
  const ahead = (id: string, title: string, time: (nowMs: number) => string): RequestCase =>
    bodyCase(
      contract,
      {
        id: `future/${name}/${id}`,
        title: `${name} ${title}`,
        constraint: 'time/future',
        pointer: `/${name}`,
        deserves: 'invalid-body',
        setting: 'futureToleranceS',
      },
      ({ body, nowMs }) => changeField(body, name, JSON.stringify(time(nowMs))).text,
    );
  // A minute for the difference between two clocks.
  const laterBy = (ms: number) => (nowMs: number) => renderRfc3339(nowMs + toleranceMs + 60_000 + ms);
  return [
    ahead('minute', 'is a minute further ahead than the provider takes', laterBy(0)),
    ahead('hour', 'is an hour ahead, as with a forgotten offset', laterBy(3_600_000)),
    ahead('offset', 'is an hour ahead by its offset', (nowMs) => renderRfc3339(nowMs + toleranceMs + 3_600_000, -720)),
    ahead('day', 'is a day ahead', laterBy(86_400_000)),
    ahead('year', 'is in the year 9999', () => '9999-12-31T23:59:59Z'),
  ];
}

/** A location that could be one, but not the device's. */
function locationCases(contract: Contract): RequestCase[] {
  const field = requestShape(contract).fields.find(({ quantity }) => quantity === 'locationId');
  if (field === undefined) return [];
  const { name, pointer, plain } = field;
  const head = { constraint: 'device/location', pointer, deserves: 'invalid-body', isAssumed: true } as const;
  return [
    bodyCase(
      contract,
      { ...head, id: `location/${name}/other`, title: `${name} is not the location of the device` },
      ({ body }) => {
        const token = body.tokens[name] ?? plain;
        return changeField(
          body,
          name,
          token.replace(/.(?="$)/, (last) => (last === '0' ? '1' : '0')),
        ).text;
      },
    ),
  ];
}
