/** Requests whose body is right and whose method, content type, token or device id is not. */
import { changeField } from './body-text.js';
import type { Contract } from './contract.js';
import { isObject, valueAt, childPointer } from './json.js';
import { validRequest } from './request-case.js';
import type { CaseBase, CaseHead, OtherAccount, RawRequest, RequestCase } from './request-case.js';

export function brokenHeads(contract: Contract, otherAccount: OtherAccount | undefined): readonly RequestCase[] {
  return [
    ...methodCases(contract),
    ...contentTypeCases(contract),
    ...tokenCases(contract),
    ...deviceCases(contract),
    ...(otherAccount === undefined ? [] : otherAccountCases(contract, otherAccount)),
  ];
}

type Change = (request: RawRequest, base: CaseBase) => RawRequest;

function headCase(contract: Contract, head: Omit<CaseHead, 'pointer'>, change: Change): RequestCase {
  return { ...head, pointer: '', request: (base) => change(validRequest(contract, base), base) };
}

/** Methods that the document has no operation for. */
function methodCases(contract: Contract): RequestCase[] {
  const template = contract.operations.submit.pathTemplate;
  const item = valueAt(contract.document, childPointer('/paths', template));
  const wrong = (method: string, deserves: CaseHead['deserves']): RequestCase => {
    const title = `the method is ${method}`;
    return headCase(contract, { id: `method/${method}`, title, constraint: 'http/method', deserves }, (request) => ({
      ...request,
      method,
    }));
  };
  const isFree = (method: string): boolean => !isObject(item) || item[method.toLowerCase()] === undefined;
  return [
    ...['POST', 'PATCH', 'DELETE'].filter(isFree).map((method) => wrong(method, 'method')),
    ...['OPTIONS', 'PROPFIND'].filter(isFree).map((method) => wrong(method, 'any')),
  ];
}

function contentTypeCases(contract: Contract): RequestCase[] {
  const wrong = (id: string, contentType: string | undefined): RequestCase => {
    const title = contentType === undefined ? 'the content type is missing' : `the content type is ${contentType}`;
    const head = {
      id: `content-type/${id}`,
      title,
      constraint: 'http/content-type',
      deserves: 'content-type',
    } as const;
    return headCase(contract, head, (request) => {
      const { 'content-type': _right, ...headers } = request.headers;
      return { ...request, headers: contentType === undefined ? headers : { ...headers, 'content-type': contentType } };
    });
  };
  return [
    wrong('missing', undefined),
    wrong('text', 'text/plain'),
    wrong('form', 'application/x-www-form-urlencoded'),
    wrong('multipart', 'multipart/form-data; boundary=voltpact'),
    wrong('xml', 'application/xml'),
    wrong('binary', 'application/octet-stream'),
    wrong('word', 'json'),
  ];
}

/** Cases in which the token itself is right or absent and its scheme is not. */
const SCHEME_CASES = new Set([
  'empty',
  'scheme-alone',
  'no-scheme',
  'other-scheme',
  'unknown-scheme',
  'no-space',
  'colon',
]);

function tokenCases(contract: Contract): RequestCase[] {
  const wrong = (id: string, title: string, authorization: (token: string) => string | undefined): RequestCase => {
    const constraint = id === 'missing' ? 'token/missing' : SCHEME_CASES.has(id) ? 'token/scheme' : 'token/value';
    return headCase(contract, { id: `token/${id}`, title, constraint, deserves: 'unauthorized' }, (request, base) => {
      const { authorization: _right, ...headers } = request.headers;
      const value = authorization(base.token);
      return { ...request, headers: value === undefined ? headers : { ...headers, authorization: value } };
    });
  };
  return [
    wrong('missing', 'the token is missing', () => undefined),
    wrong('empty', 'the header Authorization is empty', () => ''),
    wrong('scheme-alone', 'only the scheme is there', () => 'Bearer'),
    wrong('no-scheme', 'the token stands without its scheme', (token) => token),
    wrong('other-scheme', 'the scheme is Basic', (token) => `Basic ${token}`),
    wrong('unknown-scheme', 'the scheme is Token', (token) => `Token ${token}`),
    wrong('no-space', 'no space stands between scheme and token', (token) => `Bearer${token}`),
    wrong('colon', 'a colon follows the scheme', (token) => `Bearer: ${token}`),
    wrong('quoted', 'the token stands in quotes', (token) => `Bearer "${token}"`),
    wrong('cut', 'the token is cut in the middle', (token) => `Bearer ${token.slice(0, token.length / 2)}`),
    wrong('longer', 'the token is longer than it should be', (token) => `Bearer ${token}xxxx`),
    wrong('changed', 'a letter of the token is another one', (token) => `Bearer ${changeLetter(token)}`),
    wrong('other-case', 'the token is written in the other case', (token) => `Bearer ${swapCase(token)}`),
    wrong('unsigned', 'the token lacks its signature', (token) => `Bearer ${withoutSignature(token)}`),
    wrong('two', 'another token follows', (token) => `Bearer ${token} ${token}`),
    wrong('word', 'the token is a word', () => 'Bearer voltpact'),
    wrong('null', 'the token is the word null', () => 'Bearer null'),
    wrong('undefined', 'the token is the word undefined', () => 'Bearer undefined'),
    wrong('expired', 'the token says that it has expired, unsigned', () => `Bearer ${EXPIRED_TOKEN}`),
    wrong('forged', 'the token says that it needs no signature', () => `Bearer ${FORGED_TOKEN}`),
    wrong('long', 'the token has 4000 characters', () => `Bearer ${'a'.repeat(4000)}`),
    wrong('hostile', 'the token looks like SQL', () => "Bearer ' OR '1'='1"),
  ];
}

/** JSON Web Tokens with `"alg":"none"` (RFC 7519, section 6), which nobody may trust: `exp` in 2001, and in 2286. */
const EXPIRED_TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY2NfdGVzdCIsImV4cCI6MTAwMDAwMDAwMH0.';
const FORGED_TOKEN = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhY2NfdGVzdCIsImV4cCI6OTk5OTk5OTk5OX0.';

/** The first letter of the last part: the last letter of a signature may hold bits that count for nothing. */
function changeLetter(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}

function swapCase(text: string): string {
  const swapped = text.replaceAll(/[A-Za-z]/g, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
  return swapped === text ? `${text}X` : swapped;
}

function withoutSignature(token: string): string {
  return /^.*\..*\./.exec(token)?.[0] ?? `${token}.`;
}

/** Parts of the path that stand in place of the device id, as they are sent. */
const HOSTILE_IDS: readonly (readonly [label: string, title: string, segment: string])[] = [
  ['dots', 'is two dots, percent-encoded', '%2E%2E%2F%2E%2E%2Fadmin'],
  ['nul', 'is a NUL character', '%00'],
  ['line-break', 'has a line break', 'dev_1%0D%0AX-Injected:%20yes'],
  ['sql', 'looks like SQL', '%27%20OR%20%271%27%3D%271'],
  ['template', 'looks like a template', '%24%7B7*7%7D%7B%7B7*7%7D%7D'],
  ['wildcard', 'is a wildcard', '*'],
  ['percent', 'is a percent sign', '%25'],
  ['space', 'is a space', '%20'],
  ['unicode', 'has letters beyond ASCII', 'dev_%C3%BC%F0%9F%94%8B'],
  ['right-to-left', 'turns its direction', 'dev_%E2%80%AE1'],
  ['proto', 'is __proto__', '__proto__'],
  ['constructor', 'is constructor', 'constructor'],
  ['to-string', 'is toString', 'toString'],
  ['null', 'is the word null', 'null'],
  ['undefined', 'is the word undefined', 'undefined'],
  ['zero', 'is 0', '0'],
  ['negative', 'is -1', '-1'],
  ['object', 'is an object', '%7B%22%24ne%22%3Anull%7D'],
  ['long', 'has 1000 characters', `dev_${'a'.repeat(996)}`],
];
/** Paths that a router may refuse in more than one way before it looks for a device. */
const ODD_PATHS: readonly (readonly [label: string, title: string, path: (right: string, id: string) => string])[] = [
  ['empty', 'the device id is empty', (right, id) => right.replace(id, '')],
  ['bad-percent', 'the device id has a broken escape', (right, id) => right.replace(id, '%zz')],
  ['bad-utf8', 'the device id is no UTF-8', (right, id) => right.replace(id, '%FF')],
  ['huge', 'the device id has 7000 characters', (right, id) => right.replace(id, `dev_${'a'.repeat(6996)}`)],
  ['trailing-slash', 'a slash follows the path', (right) => `${right}/`],
  ['double-slash', 'a slash stands twice', (right) => right.replace('/', '//')],
  ['capitals', 'the path is in capitals', (right, id) => right.toUpperCase().replace(id.toUpperCase(), () => id)],
  ['query', 'the path has a query', (right) => `${right}?id=1&id=2`],
  ['dot-segments', 'the path goes up and down again', (right) => right.replace('/', '/voltpact/../')],
];

function deviceCases(contract: Contract): RequestCase[] {
  const device = (id: string, title: string, segment: (deviceId: string) => string): RequestCase => {
    const head = { id: `device/${id}`, title, constraint: 'device/unknown', deserves: 'unknown-device' } as const;
    return headCase(contract, head, (request, { deviceId }) => ({
      ...request,
      path: request.path.replace(deviceId, () => segment(deviceId)),
    }));
  };
  const odd = ([id, title, path]: (typeof ODD_PATHS)[number]): RequestCase => {
    const head = { id: `path/${id}`, title, constraint: 'http/path', deserves: 'any' } as const;
    return headCase(contract, head, (request, { deviceId }) => ({ ...request, path: path(request.path, deviceId) }));
  };
  return [
    device('unknown', 'the device is unknown', (id) => id.replace(/[^_]*$/, 'voltpactUnknown')),
    device('shorter', 'the device id is cut', (id) => id.slice(0, id.length < 12 ? id.indexOf('_') : -1)),
    device('longer', 'the device id is longer than it should be', (id) => `${id}voltpact`),
    device('other-case', 'the device id is written in the other case', swapCase),
    device('leading-space', 'the device id begins with a space', (id) => `%20${id}`),
    device('trailing-space', 'the device id ends with a space', (id) => `${id}%20`),
    device('trailing-nul', 'the device id ends with a NUL character', (id) => `${id}%00`),
    device('trailing-line-break', 'the device id ends with a line break', (id) => `${id}%0A`),
    device('two', 'the device id is there twice with a comma', (id) => `${id},${id}`),
    device('encoded-slash', 'the device id ends with an encoded slash', (id) => `${id}%2F`),
    device(
      'double-encoded',
      'the device id is percent-encoded twice',
      (id) => `%25${id.charCodeAt(0).toString(16)}${id.slice(1)}`,
    ),
    ...HOSTILE_IDS.map(([id, title, segment]) => device(id, `the device id ${title}`, () => segment)),
    ...ODD_PATHS.map(odd),
  ];
}

function otherAccountCases(contract: Contract, other: OtherAccount): RequestCase[] {
  const head = { constraint: 'device/other-account', pointer: '', deserves: 'unknown-device' } as const;
  const { locationId: field } = contract.requestFields;
  const located = ({ body }: CaseBase): CaseBase['body'] =>
    other.locationId === undefined || field === undefined
      ? body
      : changeField(body, field, JSON.stringify(other.locationId));
  return [
    {
      ...head,
      id: 'device/other-account',
      title: 'the device belongs to another account',
      request: (base) => validRequest(contract, { ...base, deviceId: other.deviceId, body: located(base) }),
    },
    {
      ...head,
      id: 'token/other-account',
      title: 'the token belongs to another account',
      request: (base) => validRequest(contract, { ...base, token: other.token }),
    },
  ];
}
