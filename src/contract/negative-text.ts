/** Bodies that are no JSON, no object, or an object that JSON leaves open. */
import type { BodyText } from './body-text.js';
import type { Contract } from './contract.js';
import { bodyCase } from './request-case.js';
import type { CaseBase, Deserved, RequestCase } from './request-case.js';
import { requestShape } from './request-shape.js';

/** What takes the place of the value of one number. */
const NO_NUMBERS: readonly (readonly [label: string, title: string, text: string])[] = [
  ['nan', 'NaN', 'NaN'],
  ['infinity', 'Infinity', 'Infinity'],
  ['negative-infinity', '-Infinity', '-Infinity'],
  ['undefined', 'undefined', 'undefined'],
  ['nothing', 'nothing at all', ''],
  ['leading-zero', 'a number with a leading zero', '034.2'],
  ['plus', 'a number with a plus sign', '+34.2'],
  ['bare-point', 'a number that begins with its point', '.5'],
  ['trailing-point', 'a number that ends in its point', '34.'],
  ['hexadecimal', 'a hexadecimal number', '0x22'],
  ['decimal-comma', 'a number with a decimal comma', '34,2'],
  ['underscore', 'a number with an underscore', '3_4'],
];

/** The quote at the end of the first text that is a value. */
const LAST_OF_TEXT = /"(?=\s*[,}])/;

interface Broken {
  readonly id: string;
  readonly title: string;
  readonly deserves?: Deserved;
  readonly constraint?: string;
  readonly write: (body: BodyText, base: CaseBase) => string | Uint8Array;
}

export function brokenTexts(contract: Contract): readonly RequestCase[] {
  return [
    ...malformed(),
    ...wrongEncodings(),
    ...otherRoots(),
    ...openTexts(contract),
    ...largeBodies(),
    ...noNumbers(contract),
  ].map(({ id, title, deserves = 'invalid-body', constraint = 'json/text', write }) =>
    bodyCase(contract, { id: `json/${id}`, title, constraint, pointer: '', deserves }, (base) =>
      write(base.body, base),
    ),
  );
}

function malformed(): Broken[] {
  return [
    { id: 'empty', title: 'the body is empty', write: () => '' },
    { id: 'white-space', title: 'the body is white space', write: () => ' \r\n' },
    { id: 'half', title: 'the body is cut in the middle', write: ({ text }) => text.slice(0, text.length / 2) },
    { id: 'no-brace', title: 'the body lacks its last brace', write: ({ text }) => text.slice(0, -1) },
    { id: 'extra-brace', title: 'the body has one brace too many', write: ({ text }) => `${text}}` },
    { id: 'twice', title: 'the body is there twice', write: ({ text }) => `${text}${text}` },
    { id: 'trailing-text', title: 'text follows the body', write: ({ text }) => `${text};` },
    { id: 'leading-text', title: 'text goes before the body', write: ({ text }) => `)]}',\n${text}` },
    { id: 'trailing-comma', title: 'a comma follows the last field', write: ({ text }) => text.replace(/\}$/, ',}') },
    { id: 'leading-comma', title: 'a comma goes before the first field', write: ({ text }) => text.replace('{', '{,') },
    { id: 'no-colon', title: 'a colon is missing', write: ({ text }) => text.replace(/"\s*:/, '" ') },
    {
      id: 'single-quotes',
      title: 'names and texts stand in single quotes',
      write: ({ text }) => text.replaceAll('"', "'"),
    },
    {
      id: 'bare-names',
      title: 'names stand without quotes',
      write: ({ text }) => text.replaceAll(/"([^"\\]+)"\s*:/g, '$1:'),
    },
    { id: 'comment', title: 'a comment stands in the body', write: ({ text }) => text.replace('{', '{/* state */') },
    { id: 'form', title: 'the body is a web form', write: ({ value }) => formOf(value) },
    { id: 'xml', title: 'the body is XML', write: () => '<?xml version="1.0"?><state/>' },
    {
      id: 'raw-line-break',
      title: 'a text has a line break that is not escaped',
      write: ({ text }) => text.replace(LAST_OF_TEXT, '\n"'),
    },
    {
      id: 'bad-escape',
      title: 'a text has an escape that JSON does not know',
      write: ({ text }) => text.replace(LAST_OF_TEXT, '\\x41"'),
    },
  ];
}

function formOf(value: Readonly<Record<string, unknown>>): string {
  return Object.entries(value)
    .map((pair) => pair.map((part) => encodeURIComponent(String(part))).join('='))
    .join('&');
}

function wrongEncodings(): Broken[] {
  const spoilt = (bytes: readonly number[]) => (body: BodyText) => {
    const at = body.text.search(LAST_OF_TEXT);
    return Uint8Array.from([...utf8(body.text.slice(0, at)), ...bytes, ...utf8(body.text.slice(at))]);
  };
  return [
    { id: 'utf8-byte', title: 'a text has a byte that is no UTF-8', write: spoilt([0xff]) },
    { id: 'utf8-cut', title: 'a text has half a UTF-8 character', write: spoilt([0xc3]) },
    { id: 'utf8-overlong', title: 'a text has an overlong UTF-8 character', write: spoilt([0xc0, 0xaf]) },
    { id: 'utf8-surrogate', title: 'a text has a surrogate in UTF-8', write: spoilt([0xed, 0xa0, 0x80]) },
    { id: 'latin-1', title: 'the body is in Latin-1', write: spoilt([0xe9]) },
    {
      id: 'utf16',
      title: 'the body is in UTF-16',
      write: ({ text }) =>
        Uint8Array.from(text.split('').flatMap((unit) => [unit.charCodeAt(0) & 255, unit.charCodeAt(0) >> 8])),
    },
  ];
}

/** UTF-8 of a text, which the language itself has no function for. */
function utf8(text: string): number[] {
  return [...encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|./g)].map(([unit, hex]) =>
    hex === undefined ? unit.charCodeAt(0) : Number.parseInt(hex, 16),
  );
}

/** Well-formed JSON that is no object. */
function otherRoots(): Broken[] {
  const root = (id: string, title: string, write: Broken['write']): Broken => ({
    id: `root-${id}`,
    title: `the body is ${title}`,
    constraint: 'contract/type',
    write,
  });
  return [
    root('null', 'null', () => 'null'),
    root('true', 'true', () => 'true'),
    root('number', 'a number', () => '42'),
    root('text', 'a text', () => '"state"'),
    root('quoted', 'the right object as a text', ({ text }) => JSON.stringify(text)),
    root('empty-list', 'an empty list', () => '[]'),
    root('list', 'a list with the right object', ({ text }) => `[${text}]`),
    root('list-of-two', 'a list with the right object twice', ({ text }) => `[${text},${text}]`),
    root('deep-list', 'a list in a list, 5000 deep', () => `${'['.repeat(5000)}${']'.repeat(5000)}`),
  ];
}

/** What RFC 8259 leaves to each reader. */
function openTexts(contract: Contract): Broken[] {
  const open = (id: string, title: string, write: Broken['write']): Broken => ({ id, title, deserves: 'any', write });
  const numbers = requestShape(contract).fields.filter(({ schema }) => schema['maximum'] !== undefined);
  const reference = contract.requestFields.recordReferenceId;
  const infinite = requestShape(contract).fields.find(({ quantity }) => quantity === 'powerKw');
  return [
    open('byte-order-mark', 'a byte order mark goes before the body', ({ text }) => `\u{FEFF}${text}`),
    open('deep-extra', 'an unknown field is 2000 levels deep', ({ text }) =>
      text.replace(/\}$/, `,"voltpact_extra":${'['.repeat(2000)}${']'.repeat(2000)}}`),
    ),
    open('duplicate-same', 'a field is there twice with the same value', ({ text, tokens }) => {
      const [name = '', token = ''] = Object.entries(tokens)[0] ?? [];
      return text.replace('{', () => `{${JSON.stringify(name)}:${token},`);
    }),
    ...numbers.flatMap(({ name }) => [
      open(`duplicate-first-wrong/${name}`, `${name} is there twice, first out of bounds`, ({ text }) =>
        text.replace('{', `{${JSON.stringify(name)}:-999,`),
      ),
      open(`duplicate-last-wrong/${name}`, `${name} is there twice, last out of bounds`, ({ text }) =>
        text.replace(/\}$/, `,${JSON.stringify(name)}:-999}`),
      ),
    ]),
    ...(reference === undefined
      ? []
      : [
          open('lone-surrogate', `${reference} has half a surrogate pair`, (body) =>
            withRaw(body, reference, '"MET\\ud83d"'),
          ),
        ]),
    ...(infinite === undefined
      ? []
      : [
          open('number-too-large', `${infinite.name} is a number beyond every double`, (body) =>
            withRaw(body, infinite.name, '1e400'),
          ),
        ]),
  ];
}

const MEGABYTE = 1_000_000;

function largeBodies(): Broken[] {
  return [
    {
      id: 'large-padded',
      title: 'two megabytes of spaces follow the body',
      deserves: 'any',
      constraint: 'http/size',
      write: ({ text }) => text.padEnd(2 * MEGABYTE),
    },
    {
      id: 'large-extra',
      title: 'an unknown field has a text of two megabytes',
      deserves: 'any',
      constraint: 'http/size',
      write: ({ text }) => text.replace(/\}$/, `,"voltpact_extra":"${'x'.repeat(2 * MEGABYTE)}"}`),
    },
    {
      id: 'large-list',
      title: 'the body is a list of two megabytes',
      deserves: 'refused',
      constraint: 'http/size',
      write: () => `[${'0,'.repeat(MEGABYTE)}0]`,
    },
  ];
}

/** Values that look like numbers and are none to JSON, each in the first number that must be there. */
function noNumbers(contract: Contract): Broken[] {
  const fields = requestShape(contract).fields.filter(
    ({ types }) => types.includes('number') || types.includes('integer'),
  );
  const [first] = fields;
  return fields.flatMap(({ name }) =>
    NO_NUMBERS.filter(([, , text]) => name === first?.name || /^-?Infinity$|NaN/.test(text)).map(
      ([label, title, text]) => ({
        id: `${label}/${name}`,
        title: `${name} is ${title}`,
        constraint: 'json/number',
        write: (body: BodyText) => withRaw(body, name, text),
      }),
    ),
  );
}

/** The body with a text that is no JSON as the value of a field. */
function withRaw({ tokens }: BodyText, name: string, raw: string): string {
  const pairs = Object.entries({ ...tokens, [name]: raw }).map(([key, token]) => `${JSON.stringify(key)}:${token}`);
  return `{${pairs.join(',')}}`;
}
