/** Requests that are valid but at an edge, one edge each, derived from the contract's document. */
import { bodyFromTokens, changeField } from './body-text.js';
import type { BodyText, Layout } from './body-text.js';
import type { Contract } from './contract.js';
import { edgeValuesOf } from './edge-values.js';
import { relationsOf } from './relation.js';
import { bodyCase, validRequest } from './request-case.js';
import type { RequestCase } from './request-case.js';
import { requestShape } from './request-shape.js';
import type { FieldShape, RequestShape } from './request-shape.js';

/**
 * Every single-edge request of a contract. A provider must accept each (`deserves` is `success`), with the answer of an
 * open question where `setting` names one.
 * @example
 * for (const positive of positivesOf(contract)) expect(await send(positive.request(base))).toBe(200);
 */
export function positivesOf(contract: Contract): readonly RequestCase[] {
  const shape = requestShape(contract);
  return [
    ...shape.fields.flatMap((field) => edgeCases(contract, shape, field)),
    ...relationCases(contract),
    ...presenceCases(contract, shape),
    ...writingCases(contract, shape),
    ...extraFieldCases(contract, shape),
    ...headCases(contract),
  ];
}

const DESERVED = { pointer: '', deserves: 'success' } as const;

function edgeCases(contract: Contract, shape: RequestShape, field: FieldShape): RequestCase[] {
  const { name, pointer, schema } = field;
  const isEnum = Array.isArray(schema['enum']);
  return edgeValuesOf(contract, field).map((edge) => {
    const head = {
      ...DESERVED,
      id: `${name}/${edge.label}`,
      title: `${name} ${edge.title}`,
      constraint: isEnum ? 'contract/enum' : constraintOf(edge.label, schema),
      pointer,
      ...(edge.label === 'ahead' ? { setting: 'futureToleranceS' as const } : {}),
    };
    return bodyCase(
      contract,
      head,
      ({ body, nowMs }) => changeField(withPartners(contract, { shape, body, field }), name, edge.token(nowMs)).text,
    );
  });
}

/** Which constraint an accepted edge value shows to be drawn at the right place. */
function constraintOf(label: string, schema: FieldShape['schema']): string {
  const bound = /^(?:above-)?(minimum)$|^(?:below-)?(maximum)$/.exec(label);
  const keyword = bound?.[1] ?? bound?.[2];
  if (keyword !== undefined) {
    const exclusive = `exclusive${keyword === 'minimum' ? 'Minimum' : 'Maximum'}`;
    return `contract/${schema[exclusive] === undefined ? keyword : `exclusive-${keyword}`}`;
  }
  if (label === `length-${String(schema['maxLength'])}`) return 'contract/max-length';
  if (label === `length-${String(schema['minLength'])}`) return 'contract/min-length';
  return schema['format'] === 'date-time' ? 'contract/date-time' : 'contract/type';
}

/** A magnitude means nothing without its direction: whoever writes one writes both. */
function withPartners(
  contract: Contract,
  { shape, body, field }: { readonly shape: RequestShape; readonly body: BodyText; readonly field: FieldShape },
): BodyText {
  const { powerMagnitudeKw, flowDirection } = contract.requestFields;
  const partner = field.name === powerMagnitudeKw ? flowDirection : powerMagnitudeKw;
  if (partner === undefined || (field.name !== powerMagnitudeKw && field.name !== flowDirection)) return body;
  return Object.hasOwn(body.tokens, partner) ? body : changeField(body, partner, shape.full.tokens[partner]);
}

function relationCases(contract: Contract): RequestCase[] {
  return relationsOf(contract).map(({ label, title, tokens }) =>
    bodyCase(
      contract,
      { ...DESERVED, id: `telemetry/${label}`, title, constraint: 'telemetry/relation' },
      ({ body }) => bodyFromTokens({ ...body.tokens, ...tokens }).text,
    ),
  );
}

/** Optional fields: none, each alone, each missing, all. */
function presenceCases(contract: Contract, shape: RequestShape): RequestCase[] {
  const { flowDirection } = contract.requestFields;
  const optional = shape.fields.filter(({ isRequired, name }) => !isRequired && name !== flowDirection);
  const isIn = (field: FieldShape, chosen: readonly FieldShape[]): boolean =>
    chosen.includes(field) ||
    (field.name === flowDirection && chosen.some((one) => one.quantity === 'powerMagnitudeKw'));
  const presence = (id: string, title: string, chosen: readonly FieldShape[]): RequestCase => {
    const head = { ...DESERVED, id: `optional/${id}`, title, constraint: 'contract/required' };
    return bodyCase(contract, head, ({ body }) => {
      const tokens = shape.fields
        .filter((field) => field.isRequired || isIn(field, chosen))
        .map(({ name, plain }): [string, string] => [name, body.tokens[name] ?? plain]);
      return bodyFromTokens(Object.fromEntries(tokens)).text;
    });
  };
  return [
    presence('none', 'only the required fields are there', []),
    presence('all', 'every field is there', optional),
    ...optional.map((field) => presence(`${field.name}-alone`, `${field.name} is the only optional field`, [field])),
    ...optional.map((field) =>
      presence(
        `${field.name}-missing`,
        `${field.name} is the only field left out`,
        optional.filter((one) => one !== field),
      ),
    ),
  ];
}

/** The same JSON object, written in other ways. */
function writingCases(contract: Contract, { fields }: RequestShape): RequestCase[] {
  const writing = (id: string, title: string, write: (body: BodyText) => string): RequestCase =>
    bodyCase(contract, { ...DESERVED, id: `json/${id}`, title, constraint: 'json/text' }, ({ body }) => write(body));
  const ordered = (body: BodyText, order: (names: string[]) => string[]): string =>
    bodyFromTokens(Object.fromEntries(order(Object.keys(body.tokens)).map((name) => [name, body.tokens[name] ?? ''])))
      .text;
  const laidOut = (layout: Layout) => (body: BodyText) => bodyFromTokens(body.tokens, layout).text;
  const [first] = fields;
  const named = JSON.stringify(first?.name ?? '');
  const escaped = `"\\u${named.charCodeAt(1).toString(16).padStart(4, '0')}${named.slice(2)}`;
  return [
    writing('reverse-order', 'the fields stand in reverse order', (body) =>
      ordered(body, (names) => names.toReversed()),
    ),
    writing('sorted', 'the fields stand in alphabetical order', (body) => ordered(body, (names) => names.toSorted())),
    writing('spaced', 'spaces stand between all tokens', laidOut('spaced')),
    writing('lines', 'tabs and line breaks stand between all tokens', laidOut('lines')),
    writing('outer-white-space', 'white space stands around the body', ({ text }) => ` \r\n\t${text}\n\n`),
    writing('escaped-name', 'the name of a field is written with an escape', ({ text }) =>
      text.replace(named, escaped),
    ),
  ];
}

function extraFieldCases(contract: Contract, { fields }: RequestShape): RequestCase[] {
  const { extraField } = contract.open;
  const extra = (id: string, title: string, member: string): RequestCase => {
    const head = {
      id: `extra-field/${id}`,
      title,
      constraint: 'contract/additional-properties',
      pointer: '',
      deserves: extraField === 'ignored' ? 'success' : 'invalid-body',
      setting: 'extraField',
    } as const;
    return bodyCase(contract, head, ({ body }) => body.text.replace(/\}$/, `,${member}}`));
  };
  // Some readers of JSON do not tell capitals from small letters, and let the last one win.
  const soc = fields.find(({ quantity }) => quantity === 'socPercent');
  const capitals = JSON.stringify(soc?.name.toUpperCase() ?? 'VOLTPACT_EXTRA');
  return [
    extra('capitals', 'a known field is there again, its name in capitals and its value another', `${capitals}:1`),
    extra('number', 'a field that the contract does not know is there', '"voltpact_extra":1'),
    extra('nested', 'an object that the contract does not know is there', '"voltpact_extra":{"a":[1,{"b":null}]}'),
    extra('proto', 'a field is called __proto__', '"__proto__":{"polluted":true}'),
    extra('constructor', 'a field is called constructor', '"constructor":{"prototype":{"polluted":true}}'),
    extra('empty-name', 'a field has an empty name', '"":1'),
  ];
}

/** The same request with another head. */
function headCases(contract: Contract): RequestCase[] {
  const head = (id: string, title: string, headers: Readonly<Record<string, string>>): RequestCase => ({
    ...DESERVED,
    id: `http/${id}`,
    title,
    constraint: 'http/head',
    request: (base) => {
      const request = validRequest(contract, base);
      return { ...request, headers: { ...request.headers, ...headers } };
    },
  });
  return [
    head('content-type-charset', 'the content type names UTF-8', { 'content-type': 'application/json; charset=utf-8' }),
    head('content-type-case', 'the content type is written in capitals', { 'content-type': 'Application/JSON' }),
    head('accept-any', 'any answer is accepted', { accept: '*/*' }),
    {
      ...DESERVED,
      id: 'http/scheme-case',
      title: 'the scheme of the token is written in lower case (RFC 9110, section 11.1)',
      constraint: 'http/head',
      request: (base) => {
        const request = validRequest(contract, base);
        return { ...request, headers: { ...request.headers, authorization: `bearer ${base.token}` } };
      },
    },
    {
      ...DESERVED,
      id: 'http/path-encoded',
      title: 'a letter of the device id is percent-encoded (RFC 3986, section 6.2.2.2)',
      constraint: 'http/head',
      request: (base) => {
        const request = validRequest(contract, base);
        const encoded = `%${base.deviceId.charCodeAt(0).toString(16)}${base.deviceId.slice(1)}`;
        return { ...request, path: request.path.replace(base.deviceId, () => encoded) };
      },
    },
  ];
}
