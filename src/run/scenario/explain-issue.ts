/** Turns what zod found into sentences: where, what was expected, what came, and the nearest right word. */
import type { z } from 'zod';
import { nameKind } from '../../contract/document.js';
import { isObject } from '../../contract/json.js';
import { nearestWord, wordHint } from '../../contract/nearest.js';
import type { Path, Problem } from './problem.js';
import { scenarioJsonSchema } from './schema.js';
import type { YamlSource } from './yaml-source.js';

type Issue = z.core.$ZodIssue;

export function explainIssues(issues: readonly Issue[], source: YamlSource): Problem[] {
  const problems = issues.flatMap((issue) => explainIssue(issue, { source, parent: [] }));
  // A slip in a required key is one problem, not also that the right key is missing.
  const meant = new Set(problems.map(({ meantPointer }) => meantPointer));
  return problems.filter(({ isMissing, place }) => !isMissing || !meant.has(place.pointer));
}

interface ExplainedIssue extends Problem {
  readonly isMissing?: true;
  /** Of an unknown key: where the key that was probably meant would be. */
  readonly meantPointer?: string | undefined;
}

/** How messages write a path: `devices[0].controller.kind`. */
function renderPath(path: Path): string {
  const text = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return text.replace(/^\./, '');
}

function explainIssue(issue: Issue, context: { source: YamlSource; parent: Path }): ExplainedIssue[] {
  const { source } = context;
  const path: Path = [...context.parent, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(path, source.value);
    return issue.keys.map((key) => {
      const nearest = nearestWord(key, known);
      return {
        message: `${prefix(path)}unknown key ${JSON.stringify(key)}`,
        place: source.placeOfKey([...path, key]),
        hint: wordHint(key, known),
        meantPointer: nearest === undefined ? undefined : source.placeOf([...path, nearest]).pointer,
      };
    });
  }
  const value = valueAt(source.value, path);
  const place = source.placeOf(path);
  if (value === undefined) {
    const what = description(path, source.value);
    return [
      {
        message: `${prefix(path.slice(0, -1))}${JSON.stringify(path.at(-1))} is missing`,
        place,
        isMissing: true,
        ...(what === undefined ? {} : { hint: what }),
      },
    ];
  }
  if (issue.code === 'invalid_union') return explainUnion(issue, { ...context, path, value });
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : [];
  return [
    {
      message: `${prefix(path)}expected ${expectation(issue)}, got ${nameKind(value)}`,
      place,
      ...(words.length > 0 && typeof value === 'string' ? { hint: wordHint(value, words) } : {}),
    },
  ];
}

/** What is wrong with the alternative that was meant: the one of the same shape, if there is exactly one. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  at: { source: YamlSource; path: Path; value: unknown },
): ExplainedIssue[] {
  const { path, value } = at;
  const place = at.source.placeOf(path);
  if ('options' in issue && issue.options) {
    const words = issue.options.map(String);
    const message = `${prefix(path)}expected one of ${words.join(', ')}, got ${nameKind(value)}`;
    return [{ message, place, hint: wordHint(String(value), words) }];
  }
  const meant = issue.errors.filter(
    (issues) => !issues.some(({ code, path: own }) => code === 'invalid_type' && own.length === 0),
  );
  const [only] = meant;
  if (only && meant.length === 1)
    return only.flatMap((inner) => explainIssue(inner, { source: at.source, parent: path }));
  const expected = issue.errors.flatMap((issues) => issues.slice(0, 1).map(expectation));
  return [{ message: `${prefix(path)}expected ${expected.join(' or ')}, got ${nameKind(value)}`, place }];
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `at least ${issue.minimum} of them`;
      if (issue.origin === 'string') return 'some text';
      return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array') return `at most ${issue.maximum} of them`;
      return `a number ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  object: 'a mapping',
  array: 'a list',
};

function prefix(path: Path): string {
  return path.length === 0 ? '' : `${renderPath(path)}: `;
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

/** The keys that may stand in the mapping at a path. */
function knownKeys(path: Path, root: unknown): string[] {
  const keys = schemasAt(path, root).flatMap((schema) => Object.keys(properties(schema)));
  return [...new Set(keys)];
}

function description(path: Path, root: unknown): string | undefined {
  const texts = schemasAt(path, root).map((schema) => schema['description']);
  return texts.find((text) => typeof text === 'string');
}

type Schema = Readonly<Record<string, unknown>>;

/** The parts of the JSON Schema that speak of a path, alternatives that the value's `kind` rules out left aside. */
function schemasAt(path: Path, root: unknown): Schema[] {
  let schemas = alternatives({ ...scenarioJsonSchema() }, root);
  let value = root;
  for (const key of path) {
    value = valueAt(value, [key]);
    schemas = schemas
      .map((schema) => (typeof key === 'number' ? schema['items'] : properties(schema)[key]))
      .filter(isObject)
      .flatMap((schema) => alternatives(schema, value));
  }
  return schemas;
}

function alternatives(schema: Schema, value: unknown): Schema[] {
  const options = schema['oneOf'] ?? schema['anyOf'];
  if (!Array.isArray(options)) return [schema];
  const kind = isObject(value) ? value['kind'] : undefined;
  const fits = options.filter(isObject).filter((option) => {
    const wanted = properties(option)['kind'];
    return kind === undefined || !isObject(wanted) || wanted['const'] === undefined || wanted['const'] === kind;
  });
  // What is said of the whole counts before what is said of an alternative.
  return schema['description'] === undefined
    ? fits
    : fits.map((fit) => ({ ...fit, description: schema['description'] }));
}

function properties(schema: Schema): Schema {
  return isObject(schema['properties']) ? schema['properties'] : {};
}
