/**
 * A request body of which the very text is under control, since `10`, `10.0` and `1e1` are one number to JSON and three to
 * a provider that reads it carelessly.
 */
import { isObject } from './json.js';
import type { JsonObject } from './json.js';

export interface BodyText {
  /** Each field's value as JSON text, in the order in which they are written. */
  readonly tokens: Readonly<Record<string, string>>;
  /** What the text says, as `JSON.parse` reads it. */
  readonly value: JsonObject;
  /** The whole body as it is sent. */
  readonly text: string;
}

/** How the text is laid out between its tokens. */
export type Layout = 'compact' | 'spaced' | 'lines';

/** @param tokens JSON text of each field, in order */
export function bodyFromTokens(tokens: Readonly<Record<string, string>>, layout: Layout = 'compact'): BodyText {
  const [open, colon, comma, close] = LAYOUTS[layout];
  const pairs = Object.entries(tokens).map(([name, token]) => `${JSON.stringify(name)}${colon}${token}`);
  const text = `{${open}${pairs.join(comma)}${close}}`;
  const value: unknown = JSON.parse(text);
  return { tokens, value: isObject(value) ? value : {}, text };
}

/** The body that `JSON.stringify` would send. */
export function bodyFromValue(value: JsonObject): BodyText {
  return bodyFromTokens(Object.fromEntries(Object.entries(value).map(([name, part]) => [name, JSON.stringify(part)])));
}

/**
 * The body with one field written otherwise, in its place or at the end if it was not there, in compact layout.
 * @param token JSON text, or undefined to leave the field out
 */
export function changeField(body: BodyText, name: string, token: string | undefined): BodyText {
  if (token !== undefined) return bodyFromTokens({ ...body.tokens, [name]: token });
  return bodyFromTokens(Object.fromEntries(Object.entries(body.tokens).filter(([other]) => other !== name)));
}

const LAYOUTS: Readonly<Record<Layout, readonly [open: string, colon: string, comma: string, close: string]>> = {
  compact: ['', ':', ',', ''],
  spaced: [' ', ' : ', ' , ', ' '],
  lines: ['\r\n\t', ':\t', ',\r\n\t', '\r\n'],
};
