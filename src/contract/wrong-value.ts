/** Values that break exactly one constraint of a field: another type, beyond a bound, another form. */
import type { Contract } from './contract.js';
import { changeField } from './body-text.js';
import type { JsonObject } from './json.js';
import { numberRange, onGrid, requestShape } from './request-shape.js';
import type { FieldShape } from './request-shape.js';

export interface WrongValue {
  /** Kebab-case, unique within field and rule. */
  readonly label: string;
  /** Completes the sentence that begins with the field's name. */
  readonly title: string;
  /** Rule of the contract that it breaks. */
  readonly ruleId: string;
  /** JSON text. */
  readonly token: string;
}

/** A value that is not of an enumerated field's type is none of its values either. */
const COMPANIONS = new Set(['contract/enum', 'contract/const']);

/** Every wrong value of a field, each of which breaks the rule that it names, there, and nothing else. */
export function wrongValuesOf(contract: Contract, field: FieldShape): readonly WrongValue[] {
  const { full } = requestShape(contract);
  return candidates(field).filter(({ ruleId, token }) => {
    const violations = contract.checkRequestBody(changeField(full, field.name, token).value);
    return (
      violations.some((violation) => violation.ruleId === ruleId) &&
      violations.every((one) => one.pointer === field.pointer && (one.ruleId === ruleId || COMPANIONS.has(one.ruleId)))
    );
  });
}

function candidates(field: FieldShape): WrongValue[] {
  const { types, schema, plain } = field;
  const isNumber = types.some((type) => type === 'number' || type === 'integer');
  return [
    ...wrongTypes(plain, isNumber),
    ...(isNumber ? wrongNumbers(field) : []),
    ...(types.includes('string') ? wrongTexts(schema, String(JSON.parse(plain))) : []),
    ...(Array.isArray(schema['enum']) || schema['const'] !== undefined ? wrongWords(field) : []),
  ];
}

type Row = readonly [label: string, title: string, token: string];

function wrongTypes(plain: string, isNumber: boolean): WrongValue[] {
  const numberRows: readonly Row[] = [
    ['quoted', 'is the right number in quotes', `"${plain}"`],
    ['quoted-zero', 'is 0 in quotes', '"0"'],
    ['quoted-unit', 'is a number with its unit in quotes', `"${plain} kW"`],
    ['quoted-percent', 'is a number with a percent sign in quotes', `"${plain}%"`],
    ['quoted-comma', 'is a number with a decimal comma in quotes', '"34,2"'],
    ['quoted-spaces', 'is a number with spaces in quotes', `" ${plain} "`],
    ['quoted-exponent', 'is a number with an exponent in quotes', '"1e1"'],
    ['quoted-hexadecimal', 'is a hexadecimal number in quotes', '"0x22"'],
    ['quoted-nan', 'is the word NaN in quotes', '"NaN"'],
    ['quoted-infinity', 'is the word Infinity in quotes', '"Infinity"'],
    ['half', 'is not a whole number', '34.5'],
  ];
  const rows: readonly Row[] = [
    ...(isNumber ? numberRows : []),
    ['word', 'is a word', '"full"'],
    ['empty-text', 'is an empty text', '""'],
    ['number', 'is a number', '42'],
    ['zero', 'is the number 0', '0'],
    ['unix-seconds', 'is a Unix time in seconds', '1643711400'],
    ['unix-milliseconds', 'is a Unix time in milliseconds', '1643711400000'],
    ['true', 'is true', 'true'],
    ['false', 'is false', 'false'],
    ['null', 'is null', 'null'],
    ['list', 'is a list with the right value', `[${plain}]`],
    ['empty-list', 'is an empty list', '[]'],
    ['object', 'is an object with the right value', `{"value":${plain}}`],
    ['empty-object', 'is an empty object', '{}'],
  ];
  return rows.map(([label, title, token]) => ({ label, title, ruleId: 'contract/type', token }));
}

/** Each bound from outside: by a hair, by one step of the grid, far. */
function wrongNumbers({ schema, plain }: FieldShape): WrongValue[] {
  const { step } = numberRange(schema);
  const beyond = (keyword: string, ruleId: string, direction: 1 | -1): WrongValue[] => {
    const bound = schema[keyword];
    if (typeof bound !== 'number') return [];
    const side = direction < 0 ? 'below' : 'above';
    const row = (label: string, title: string, distance: number): WrongValue => ({
      label,
      title,
      ruleId,
      token: JSON.stringify(onGrid(bound + direction * distance)),
    });
    return [
      ...(keyword.startsWith('exclusive') ? [row('at-bound', `is exactly ${bound}, which is excluded`, 0)] : []),
      row('one-step', `is one step ${side} ${bound}`, step),
      row('hair', `is a millionth ${side} ${bound}`, 1e-6),
      row('one', `is 1 ${side} ${bound}`, 1),
      row('double', `is 100 ${side} ${bound}`, 100),
      row('far', `is a million ${side} ${bound}`, 1e6),
    ];
  };
  const offStep = JSON.stringify(onGrid(Number(plain) + step / 2));
  return [
    ...beyond('minimum', 'contract/minimum', -1),
    ...beyond('exclusiveMinimum', 'contract/exclusive-minimum', -1),
    ...beyond('maximum', 'contract/maximum', 1),
    ...beyond('exclusiveMaximum', 'contract/exclusive-maximum', 1),
    { label: 'off-step', title: 'lies between two steps', ruleId: 'contract/multiple-of', token: offStep },
  ];
}

function wrongTexts(schema: JsonObject, plain: string): WrongValue[] {
  const wrong = (ruleId: string, rows: readonly Row[]): WrongValue[] =>
    rows.map(([label, title, text]) => ({ label, title, ruleId, token: JSON.stringify(text) }));
  const { minLength, maxLength, pattern, format } = schema;
  return [
    ...(typeof minLength === 'number'
      ? wrong('contract/min-length', [
          ['one-short', 'is one character too short', 'v'.repeat(Math.max(0, minLength - 1))],
          ['empty', 'is empty', ''],
        ])
      : []),
    ...(typeof maxLength === 'number'
      ? wrong('contract/max-length', [
          ['one-long', 'is one character too long', 'v'.repeat(maxLength + 1)],
          ['far', 'is ten times too long', 'v'.repeat(10 * maxLength + 1)],
        ])
      : []),
    ...(pattern === undefined ? [] : wrong('contract/pattern', wrongForms(plain))),
    ...(format === 'date-time' ? wrong('contract/date-time', WRONG_TIMES) : []),
  ];
}

/** What a pattern is often checked without: its ends, its case, its alphabet. */
function wrongForms(plain: string): readonly Row[] {
  return [
    ['empty', 'is empty', ''],
    ['words', 'is plain words', 'no id'],
    ['no-separator', 'lacks its separator', plain.replaceAll(/[^A-Za-z0-9]/g, '')],
    ['prefix-alone', 'is only a prefix', plain.replace(/_.*$/, '_')],
    ['no-prefix', 'lacks its prefix', plain.replace(/^.*_/, '')],
    ['upper-case', 'is in capitals', plain.toUpperCase()],
    ['leading-space', 'begins with a space', ` ${plain}`],
    ['trailing-space', 'ends with a space', `${plain} `],
    ['trailing-line-break', 'ends with a line break', `${plain}\n`],
    ['second-line', 'is right on its second line only', `no id\n${plain}`],
    ['hyphen', 'has a hyphen', `${plain}-1`],
    ['accent', 'has an accent', `${plain}\u00E9`],
    ['quote', 'has a quote', `${plain}'`],
    ['path', 'has a path behind it', `${plain}/../admin`],
  ];
}

function wrongWords({ schema, plain }: FieldShape): WrongValue[] {
  const word = String(JSON.parse(plain));
  const ruleId = schema['enum'] === undefined ? 'contract/const' : 'contract/enum';
  const rows: readonly Row[] = [
    ['other-word', 'is another word', 'voltpact'],
    ['empty', 'is empty', ''],
    ['lower-case', 'is in lower case', word.toLowerCase()],
    ['upper-case', 'is in capitals', word.toUpperCase()],
    ['trailing-space', 'ends with a space', `${word} `],
    ['prefix', 'is cut', word.slice(0, -1)],
    ['two-words', 'is the word twice', `${word},${word}`],
  ];
  return rows.map(([label, title, text]) => ({ label, title, ruleId, token: JSON.stringify(text) }));
}

/** Near misses of RFC 3339: what lenient parsers take, and what only looks like a time. */
const WRONG_TIMES: readonly Row[] = [
  ['no-such-day', 'is on 30 February', '2022-02-30T10:30:00Z'],
  ['no-leap-year', 'is on 29 February of a common year', '2022-02-29T10:30:00Z'],
  ['no-leap-century', 'is on 29 February 1900', '1900-02-29T10:30:00Z'],
  ['no-31st', 'is on 31 April', '2021-04-31T10:30:00Z'],
  ['day-zero', 'is on day 0', '2022-02-00T10:30:00Z'],
  ['month-zero', 'is in month 0', '2022-00-01T10:30:00Z'],
  ['month-13', 'is in month 13', '2021-13-01T10:30:00Z'],
  ['hour-24', 'is at 24:00', '2022-02-01T24:00:00Z'],
  ['hour-25', 'is at 25:00', '2022-02-01T25:00:00Z'],
  ['minute-60', 'has minute 60', '2022-02-01T10:60:00Z'],
  ['second-61', 'has second 61', '2022-02-01T10:30:61Z'],
  ['no-leap-second', 'has second 60 in the middle of an hour', '2022-02-01T10:30:60Z'],
  ['no-zone', 'has no offset from UTC', '2022-02-01T10:30:00'],
  ['no-zone-fraction', 'has a fraction and no offset from UTC', '2022-02-01T10:30:00.000'],
  ['space', 'has a space for its T', '2022-02-01 10:30:00Z'],
  ['space-before-offset', 'has a space before its offset', '2022-02-01T10:30:00 +01:00'],
  ['no-seconds', 'has no seconds', '2022-02-01T10:30Z'],
  ['date-only', 'is a date', '2022-02-01'],
  ['month-only', 'is a month', '2022-02'],
  ['year-only', 'is a year', '2022'],
  ['time-only', 'is a time of day', '10:30:00Z'],
  ['basic-format', 'is written without separators', '20220201T103000Z'],
  ['week-date', 'is a week date', '2022-W05-2T10:30:00Z'],
  ['ordinal-date', 'is an ordinal date', '2022-032T10:30:00Z'],
  ['one-digit', 'has parts of one digit', '2022-2-1T1:3:0Z'],
  ['two-digit-year', 'has a year of two digits', '22-02-01T10:30:00Z'],
  ['six-digit-year', 'has a year of six digits', '+002022-02-01T10:30:00Z'],
  ['offset-no-colon', 'has an offset without a colon', '2022-02-01T10:30:00+0100'],
  ['offset-hours', 'has an offset of hours alone', '2022-02-01T10:30:00+01'],
  ['offset-24', 'has an offset of a whole day', '2022-02-01T10:30:00+24:00'],
  ['offset-minute-60', 'has minute 60 in its offset', '2022-02-01T10:30:00+01:60'],
  ['offset-typographic', 'has a typographic minus in its offset', '2022-02-01T10:30:00\u221201:00'],
  ['offset-after-z', 'has both Z and an offset', '2022-02-01T10:30:00Z+01:00'],
  ['zone-name', 'has the name of a zone', '2022-02-01T10:30:00+01:00[Europe/Berlin]'],
  ['zone-letters', 'has the letters of a zone', '2022-02-01T10:30:00CET'],
  ['fraction-comma', 'has a fraction with a comma', '2022-02-01T10:30:00,5Z'],
  ['fraction-empty', 'has a point without a fraction', '2022-02-01T10:30:00.Z'],
  ['leading-space', 'begins with a space', ' 2022-02-01T10:30:00Z'],
  ['trailing-space', 'ends with a space', '2022-02-01T10:30:00Z '],
  ['trailing-line-break', 'ends with a line break', '2022-02-01T10:30:00Z\n'],
  ['trailing-text', 'has text behind it', '2022-02-01T10:30:00Z; DROP TABLE records'],
  ['rfc-2822', 'is written as in an e-mail', 'Tue, 01 Feb 2022 10:30:00 +0000'],
  [
    'javascript',
    'is written as JavaScript prints it',
    'Tue Feb 01 2022 10:30:00 GMT+0000 (Coordinated Universal Time)',
  ],
  ['american', 'is written month first', '02/01/2022 10:30:00 AM'],
  ['german', 'is written day first', '01.02.2022 10:30'],
  ['long', 'is written in words', 'February 1, 2022 10:30:00 UTC'],
  ['quoted-unix-seconds', 'is a Unix time in quotes', '1643711400'],
  ['quoted-unix-milliseconds', 'is a Unix time in milliseconds in quotes', '1643711400000'],
  ['now', 'is the word now', 'now'],
  ['words', 'is plain words', 'yesterday'],
  ['digits-arabic', 'has Arabic digits', '\u0662\u0660\u0662\u0662-\u0660\u0662-\u0660\u0661T10:30:00Z'],
  ['empty', 'is empty', ''],
  ['interval', 'is a duration', 'PT15M'],
];
