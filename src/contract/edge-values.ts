/** Special values of a field that its schema allows: bounds, spellings of numbers, moments of the calendar, hard texts. */
import { bodyFromTokens } from './body-text.js';
import type { Contract } from './contract.js';
import type { FieldShape } from './request-shape.js';
import { numberRange, onGrid } from './request-shape.js';
import { renderRfc3339 } from './rfc3339.js';

export interface EdgeValue {
  /** Kebab-case, unique within the field. */
  readonly label: string;
  /** Completes the sentence that begins with the field's name. */
  readonly title: string;
  /** JSON text, for a provider whose clock shows `nowMs`. */
  readonly token: (nowMs: number) => string;
}

/** The edge values of a field, in order of interest, no two of them the same. Ids of the platform have none: only the device's own location is right. */
export function edgeValuesOf(contract: Contract, field: FieldShape): readonly EdgeValue[] {
  if (field.quantity === 'locationId') return [];
  const isAllowed = ({ token }: EdgeValue): boolean => {
    const { value } = bodyFromTokens({ [field.name]: token(SOME_MOMENT_MS) });
    return contract.checkRequestBody(value).every(({ pointer }) => pointer !== field.pointer);
  };
  const byToken = new Map<string, EdgeValue>();
  for (const one of candidates(contract, field)) {
    const token = one.token(SOME_MOMENT_MS);
    if (token !== field.plain && !byToken.has(token) && isAllowed(one)) byToken.set(token, one);
  }
  return [...byToken.values()];
}

/** Stands for the provider's clock where only the form of a time counts. */
const SOME_MOMENT_MS = Date.UTC(2025, 5, 15, 12, 34, 56, 789);

function candidates(contract: Contract, field: FieldShape): EdgeValue[] {
  const { schema, types } = field;
  if (Array.isArray(schema['enum'])) return schema['enum'].map((value: unknown) => valueEdge(value));
  if (types.some((type) => type === 'number' || type === 'integer')) return numberEdges(field);
  if (types.includes('boolean')) return [valueEdge(true), valueEdge(false)];
  if (!types.includes('string')) return [];
  return schema['format'] === 'date-time' ? timeEdges(contract) : textEdges(field);
}

function edge(label: string, title: string, token: string): EdgeValue {
  return { label, title, token: () => token };
}

function valueEdge(value: unknown): EdgeValue {
  const token = JSON.stringify(value);
  return edge(
    token
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
    `is ${token}`,
    token,
  );
}

/** Bounds first, then what programs mistake: nothing, one, signs; then the ways in which JSON may write a number. */
function numberEdges({ schema, plain }: FieldShape): EdgeValue[] {
  const { lowest, highest, step } = numberRange(schema);
  const plainNumber = Number(plain);
  const isBelow = Number.isFinite(lowest);
  const isAbove = Number.isFinite(highest);
  const written = (value: number): string => JSON.stringify(onGrid(value));
  const [mantissa = '1', exponent = '0'] = plainNumber.toExponential().split('e');
  const power = Number(exponent);
  return [
    ...(isBelow ? [edge('minimum', 'is exactly its minimum', written(lowest))] : []),
    ...(isBelow ? [edge('above-minimum', 'is one step above its minimum', written(lowest + step))] : []),
    ...(isAbove ? [edge('maximum', 'is exactly its maximum', written(highest))] : []),
    ...(isAbove ? [edge('below-maximum', 'is one step below its maximum', written(highest - step))] : []),
    edge('zero', 'is 0', '0'),
    edge('negative-zero', 'is written -0', '-0'),
    edge('one', 'is 1', '1'),
    edge('fraction', 'is below 1', '0.5'),
    edge('positive', 'is positive', JSON.stringify(Math.abs(plainNumber))),
    edge('negative', 'is negative', JSON.stringify(-Math.abs(plainNumber))),
    edge('small', 'is a thousandth', '0.001'),
    edge('small-negative', 'is a thousandth below 0', '-0.001'),
    edge('whole', 'is a whole number', JSON.stringify(Math.round(plainNumber))),
    edge('whole-with-point', 'is a whole number written with decimals', `${Math.round(plainNumber)}.00`),
    edge('trailing-zero', 'ends in a zero', plain.includes('.') ? `${plain}0` : `${plain}.0`),
    edge('exponent', 'is written with an exponent', `${mantissa}e${power}`),
    edge('exponent-upper-case', 'is written with a capital exponent', `${mantissa}E${power < 0 ? '' : '+'}${power}`),
    edge('exponent-ten', 'is 10, written 1e1', '1e1'),
    edge('exponent-negative', 'is written with a negative exponent', '345E-1'),
    edge('two-decimals', 'has two decimals', '34.56'),
    edge('many-decimals', 'has as many decimals as a double', '33.333333333333336'),
    edge('sum-of-decimals', 'is what 0.1 + 0.2 gives', '0.30000000000000004'),
    edge('tiny', 'is so small that programs write it with an exponent', '1e-7'),
    edge('large', 'is a million', '1000000'),
    edge('large-negative', 'is minus a million', '-1000000'),
  ];
}

const TEXTS: readonly (readonly [label: string, title: string, text: string])[] = [
  ['empty', 'is empty', ''],
  ['one-character', 'has one character', 'a'],
  ['space', 'is a single space', ' '],
  ['outer-spaces', 'begins and ends with a space', ' MET1 '],
  ['upper-case', 'is in capitals', 'RECORD-1A'],
  ['lower-case', 'differs from another by case alone', 'record-1a'],
  ['number', 'looks like a number', '1234567890'],
  ['leading-zeros', 'looks like a number with leading zeros', '007'],
  ['exponent', 'looks like a number with an exponent', '1e3'],
  ['zero', 'is the digit 0', '0'],
  ['null-word', 'is the word null', 'null'],
  ['false-word', 'is the word false', 'false'],
  ['double-quotes', 'has double quotes', 'say "MET1"'],
  ['single-quotes', 'has a single quote as SQL injections do', "MET1'; DROP TABLE records;--"],
  ['backslashes', 'has backslashes', 'C:\\met\\1\\'],
  ['slashes', 'looks like a path', '../../MET1/%2e%2e'],
  ['percent', 'has percent signs', '100%25%s%n'],
  ['markup', 'has markup', '<b onclick="x">&amp;</b>'],
  ['template', 'looks like a template', '${7*7}{{7*7}}'],
  ['comma', 'would need quotes in CSV', 'a,b;c\td'],
  ['line-breaks', 'has line breaks', 'MET1\r\nMET2\n'],
  ['control', 'has control characters', 'MET\u0001\u001F\u007F'],
  ['nul', 'has a NUL character', 'MET\u00001'],
  ['accent-nfc', 'has an accent in one code point', 'relev\u00E91'],
  ['accent-nfd', 'has an accent in two code points', 'releve\u03011'],
  ['emoji', 'has an emoji outside the basic plane', '\u{1F50B}\u{1F469}\u200D\u{1F527}'],
  ['right-to-left', 'is written from right to left', '\u0645\u0642\u064A\u0627\u0633\u202E1'],
  ['full-width', 'has full-width letters', '\uFF2D\uFF25\uFF341'],
  ['dotless-i', 'changes length or letter with its case', '\u0130\u0131\u00DF'],
  ['invisible', 'has invisible characters', 'MET\u200B1\uFEFF'],
  ['proto', 'is a name that every JavaScript object has', '__proto__'],
  ['constructor', 'is another name that every JavaScript object has', 'constructor'],
];
/** Lengths of a text without `maxLength`: what the narrowest common column takes, one more, and far more. */
const LENGTHS = [255, 256, 1000];

function textEdges({ schema, plain }: FieldShape): EdgeValue[] {
  const lengths = typeof schema['maxLength'] === 'number' ? [schema['maxLength']] : LENGTHS;
  const shortest = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0;
  const long = (length: number): string => JSON.stringify('MET1234567'.repeat(Math.ceil(length / 10)).slice(0, length));
  const words = JSON.parse(plain) as unknown;
  const escaped = String(words).replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [
    ...TEXTS.map(([label, title, text]) => edge(label, title, JSON.stringify(text))),
    edge('escaped', 'is written with \\u escapes', `"${escaped}"`),
    ...lengths.map((length) => edge(`length-${length}`, `has ${length} characters`, long(length))),
    ...(shortest > 1 ? [edge(`length-${shortest}`, `has ${shortest} characters`, long(shortest))] : []),
  ];
}

/** Fixed moments of the calendar; all of them long past. */
const MOMENTS: readonly (readonly [label: string, title: string, text: string])[] = [
  ['leap-day', 'is on a leap day', '2020-02-29T12:00:00Z'],
  ['century-leap-day', 'is on the leap day of a century', '2000-02-29T23:59:59Z'],
  ['leap-second', 'is a leap second', '2016-12-31T23:59:60Z'],
  ['leap-second-offset', 'is a leap second on a clock with an offset', '2017-01-01T05:44:60+05:45'],
  ['year-end', 'is the last millisecond of a year', '2021-12-31T23:59:59.999Z'],
  ['year-start', 'is the first second of a year', '2022-01-01T00:00:00Z'],
  ['other-year', 'is in another year on the clock than in UTC', '2022-01-01T01:00:00+14:00'],
  ['before-summer-time', 'is the last second before summer time', '2021-03-28T01:59:59+01:00'],
  ['summer-time', 'is the first second of summer time', '2021-03-28T03:00:00+02:00'],
  ['double-hour', 'is in the hour that comes twice, the first time', '2021-10-31T02:30:00+02:00'],
  ['double-hour-again', 'is in the hour that comes twice, the second time', '2021-10-31T02:30:00+01:00'],
  ['epoch', 'is the zero of Unix time', '1970-01-01T00:00:00Z'],
];
const NANOSECONDS = '123456789';

function timeEdges({ open }: Contract): EdgeValue[] {
  const at = (label: string, title: string, write: (nowMs: number) => string): EdgeValue => ({
    label,
    title,
    token: (nowMs) => JSON.stringify(write(nowMs)),
  });
  const aheadMs = open.futureToleranceS * 500;
  return [
    at('now', 'is now', (nowMs) => wholeSecond(nowMs)),
    at('milliseconds', 'has milliseconds', (nowMs) => wholeSecond(nowMs).replace('Z', '.789Z')),
    at('offset-quarter-hours', 'has an offset of +05:45', (nowMs) => wholeSecond(nowMs, 345)),
    at('offset-half-hour-west', 'has an offset of -03:30', (nowMs) => wholeSecond(nowMs, -210)),
    at('offset-west', 'has an offset of -12:00', (nowMs) => wholeSecond(nowMs, -720)),
    at('offset-east', 'has an offset of +14:00', (nowMs) => wholeSecond(nowMs, 840)),
    at('offset-zero', 'has an offset of +00:00', (nowMs) => wholeSecond(nowMs).replace('Z', '+00:00')),
    at('offset-unknown', 'has an offset of -00:00', (nowMs) => wholeSecond(nowMs).replace('Z', '-00:00')),
    at('lower-case', 'is written with t and z', (nowMs) => wholeSecond(nowMs).toLowerCase()),
    ...[1, 2, 4, 6, 9].map((digits) =>
      at(`fraction-${digits}`, `has ${digits} decimal${digits === 1 ? '' : 's'} of a second`, (nowMs) =>
        wholeSecond(nowMs).replace('Z', `.${NANOSECONDS.slice(0, digits)}Z`),
      ),
    ),
    at('fraction-zeros', 'has a fraction of zeros', (nowMs) => wholeSecond(nowMs).replace('Z', '.000Z')),
    ...(aheadMs > 0
      ? [at('ahead', 'is ahead of the provider by half of what it takes', (nowMs) => wholeSecond(nowMs + aheadMs))]
      : []),
    ...MOMENTS.map(([label, title, text]) => edge(label, title, JSON.stringify(text))),
  ];
}

/** The last whole second that the provider's clock has surely passed. */
function wholeSecond(nowMs: number, utcOffsetMinutes = 0): string {
  return renderRfc3339(Math.floor(nowMs / 1000 - 1) * 1000, utcOffsetMinutes);
}
