/**
 * Pact's "integration JSON" as plain data: a body, path or header in which some values are examples with a matcher.
 * Every matcher carries its example: left out, Pact draws a random one, and a broker refuses a pact that changed under the
 * same version.
 */
import type { Contract, OperationName } from '../../contract/contract.js';

/** A value with a rule for what else may stand in its place. */
export interface Matcher {
  readonly 'pact:matcher:type': string;
  readonly value: unknown;
  readonly [option: string]: unknown;
}

/** A JSON value any part of which may be a Matcher. */
export type Template = unknown;

/** A text or a Matcher whose example is a text. */
export type TextTemplate = string | (Matcher & { readonly value: string });

/**
 * RFC 3339 date-time. Pact's own date formats take `Z` and `+10:00` but not a fraction of a second.
 * Pact's regular expressions are Rust's: no look-around, and `[0-9]` since `\d` is every Unicode digit there.
 */
export const RFC3339_PATTERN =
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$';

/** Any JSON number. Pact's `decimal` would refuse 5, and JSON writes 5.0 as 5. */
function anyNumber(example: number): Matcher {
  return { 'pact:matcher:type': 'number', value: example };
}

/** Any value of the example's JSON type. */
function sameType(example: unknown): Matcher {
  return { 'pact:matcher:type': 'type', value: example };
}

/** A text that the whole pattern matches. */
export function textLike(pattern: string, example: string): Matcher & { readonly value: string } {
  return { 'pact:matcher:type': 'regex', regex: pattern, value: example };
}

/**
 * A text that a provider state fills in: the verifier asks the state's handler for the names in `expression`, and keeps
 * the example where the handler does not give them. The pattern tells recorded requests apart on a stub server.
 */
export function fromState(expression: string, pattern: string, example: string): Matcher & { readonly value: string } {
  return { ...textLike(pattern, example), 'pact:generator:type': 'ProviderState', expression };
}

/** The part of a pattern that matches exactly this text. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fields of a schema of the contract document, through `$ref` and `allOf`. */
export interface SchemaFields {
  readonly properties: ReadonlyMap<string, JsonObject>;
  readonly required: readonly string[];
}

/** Fields of the request body of `submit`. */
export function requestFields(contract: Contract): SchemaFields {
  return fieldsOf(contract, jsonMedia(contract, operationNode(contract, 'submit')['requestBody'])['schema']);
}

/**
 * The answer to a status as the document shows it (exact status, else its class such as `4XX`), with a matcher on each field
 * that the document requires or `also` names. Other fields stay out: Pact would demand them, while it lets a provider send
 * more.
 */
export function answerTemplate(
  contract: Contract,
  { operation, status, also = [] }: { operation: OperationName; status: number; also?: readonly string[] },
): Template {
  const responses = operationNode(contract, operation)['responses'];
  const answers = isObject(responses) ? responses : {};
  const media = jsonMedia(
    contract,
    answers[String(status)] ?? answers[`${String(status).charAt(0)}XX`] ?? answers['default'],
  );
  const fields = fieldsOf(contract, media['schema']);
  const values = firstExample(contract, media);
  return Object.fromEntries(
    [...new Set([...fields.required, ...also])]
      .filter((name) => values[name] !== undefined)
      .map((name) => [name, fieldTemplate(fields.properties.get(name) ?? {}, values[name])]),
  );
}

/** An example with the matcher that its schema calls for. */
export function fieldTemplate(schema: JsonObject, example: unknown): Template {
  if (schema['const'] !== undefined) return schema['const'];
  if (typeof example === 'number') return anyNumber(example);
  if (typeof example !== 'string') return sameType(example);
  const allowed: unknown = schema['enum'];
  if (Array.isArray(allowed)) {
    const alternatives = allowed.filter((word) => typeof word === 'string').map(escapePattern);
    return textLike(`^(${alternatives.join('|')})$`, example);
  }
  if (schema['format'] === 'date-time' && new RegExp(RFC3339_PATTERN).test(example)) {
    return textLike(RFC3339_PATTERN, example);
  }
  const pattern = schema['pattern'];
  return typeof pattern === 'string' ? textLike(wholePattern(pattern), example) : sameType(example);
}

/** JSON Schema patterns may match anywhere in the text, Pact's must match all of it. */
export function wholePattern(pattern: string): string {
  const head = pattern.startsWith('^') ? '' : '^.*';
  const tail = pattern.endsWith('$') ? '' : '.*$';
  return head === '' && tail === '' ? pattern : `${head}(?:${pattern})${tail}`;
}

function operationNode(contract: Contract, operation: OperationName): JsonObject {
  const { pathTemplate, method } = contract.operations[operation];
  const root = isObject(contract.document) ? contract.document : {};
  const paths = isObject(root['paths']) ? root['paths'] : {};
  const item = follow(contract, paths[pathTemplate]);
  return follow(contract, item[method.toLowerCase()]);
}

function jsonMedia(contract: Contract, message: unknown): JsonObject {
  const content = follow(contract, message)['content'];
  if (!isObject(content)) return {};
  return follow(contract, Object.entries(content).find(([type]) => /[/+]json\b/i.test(type))?.[1]);
}

function firstExample(contract: Contract, media: JsonObject): JsonObject {
  const named = isObject(media['examples']) ? Object.values(media['examples'])[0] : undefined;
  const example = follow(contract, named)['value'] ?? media['example'];
  return isObject(example) ? example : {};
}

function fieldsOf(contract: Contract, schema: unknown): SchemaFields {
  const properties = new Map<string, JsonObject>();
  const required = new Set<string>();
  const visit = (part: unknown): void => {
    const node = follow(contract, part);
    const own = isObject(node['properties']) ? node['properties'] : {};
    for (const [name, property] of Object.entries(own)) properties.set(name, follow(contract, property));
    if (Array.isArray(node['required'])) for (const name of node['required']) required.add(String(name));
    if (Array.isArray(node['allOf'])) for (const inner of node['allOf']) visit(inner);
  };
  visit(schema);
  return { properties, required: [...required] };
}

/** What a `$ref` leads to in the end; the contract's parser has seen to it that it leads somewhere. */
function follow(contract: Contract, node: unknown): JsonObject {
  let current = node;
  while (isObject(current) && typeof current['$ref'] === 'string') {
    current = current['$ref']
      .replace(/^#\/?/, '')
      .split('/')
      .filter((token) => token !== '')
      .map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'))
      .reduce<unknown>((at, token) => (isObject(at) ? at[token] : undefined), contract.document);
  }
  return isObject(current) ? current : {};
}
