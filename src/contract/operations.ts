/** Finds the operations of a document and the schemas of what goes in and comes out. */
import type { Operation } from './contract.js';
import type { ContractDocument, Located } from './document.js';
import { childPointer, isObject } from './json.js';
import type { JsonObject } from './json.js';
import { wordHint } from './nearest.js';

/** An operation with the places that checks need. */
export interface LocatedOperation extends Operation {
  readonly pointer: string;
  /** Schema of the JSON request body, undefined where there is none. */
  readonly requestSchema: Located | undefined;
  /** Schemas of the JSON answers by status, range (`4XX`) or `default`. */
  readonly answerSchemas: ReadonlyMap<string, Located>;
  /** Schema of the one path parameter, undefined where there is none. */
  readonly idSchema: Located | undefined;
  /** True where the operation takes HTTP Basic, as the ones that hand out a token do. */
  readonly isBasicAuth: boolean;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete', 'head', 'options', 'trace'] as const;

/** Every operation of the document that has an `operationId` and a method that voltpact speaks. */
export function readOperations(document: ContractDocument): ReadonlyMap<string, LocatedOperation> {
  const operations = new Map<string, LocatedOperation>();
  const paths = document.object(document.at('/paths'), 'paths');
  for (const pathTemplate of Object.keys(paths.value)) {
    const item = document.child(paths, pathTemplate);
    for (const method of METHODS) {
      const operation = document.child(item, method);
      if (!isObject(operation.value)) continue;
      const operationId = operation.value['operationId'];
      const upper = method.toUpperCase();
      if (typeof operationId !== 'string' || (upper !== 'GET' && upper !== 'PUT' && upper !== 'POST')) continue;
      if (operations.has(operationId)) {
        throw document.error(
          `two operations are called "${operationId}"`,
          childPointer(operation.pointer, 'operationId'),
        );
      }
      const located = document.object(operation, operationId);
      operations.set(
        operationId,
        readOperation(document, { operation: located, item, operationId, method: upper, pathTemplate }),
      );
    }
  }
  return operations;
}

/** @throws UserError where the document has no operation of that name */
export function findOperation(
  document: ContractDocument,
  operations: ReadonlyMap<string, LocatedOperation>,
  name: Located,
): LocatedOperation {
  const operationId = document.text(name, 'name of an operation');
  const operation = operations.get(operationId);
  if (operation !== undefined) return operation;
  throw document.error(
    `the document has no GET, PUT or POST operation "${operationId}"`,
    name.pointer,
    wordHint(operationId, [...operations.keys()]),
  );
}

/** Schema of an answer: by status, then by range, then `default`; a 2xx that nobody documents is the documented success. */
export function answerSchema(operation: LocatedOperation, status: number): Located | undefined {
  const { answerSchemas } = operation;
  const range = `${Math.floor(status / 100)}XX`;
  const documented = answerSchemas.get(String(status)) ?? answerSchemas.get(range);
  if (documented !== undefined) return documented;
  return (status >= 200 && status <= 299 ? successSchema(operation) : undefined) ?? answerSchemas.get('default');
}

export function successSchema({ answerSchemas }: LocatedOperation): Located | undefined {
  return [...answerSchemas].find(([status]) => status.startsWith('2'))?.[1];
}

interface OperationInput {
  readonly operation: Located<JsonObject>;
  readonly item: Located;
  readonly operationId: string;
  readonly method: Operation['method'];
  readonly pathTemplate: string;
}

function readOperation(document: ContractDocument, input: OperationInput): LocatedOperation {
  const { operation, operationId, method, pathTemplate } = input;
  const requestMedia = jsonMedia(document, document.child(operation, 'requestBody'));
  const responses = document.child(operation, 'responses');
  const answerSchemas = new Map<string, Located>();
  let answerExample: unknown;
  for (const status of isObject(responses.value) ? Object.keys(responses.value) : []) {
    const media = jsonMedia(document, document.child(responses, status));
    if (media === undefined) continue;
    const schema = document.child(media, 'schema');
    if (schema.value !== undefined) answerSchemas.set(status, schema);
    if (status.startsWith('2')) answerExample ??= Object.values(readExamples(document, media))[0];
  }
  const requestSchema = requestMedia === undefined ? undefined : document.child(requestMedia, 'schema');
  return {
    operationId,
    method,
    pathTemplate,
    requestExamples: requestMedia === undefined ? {} : readExamples(document, requestMedia),
    answerExample,
    pointer: operation.pointer,
    requestSchema: requestSchema?.value === undefined ? undefined : requestSchema,
    answerSchemas,
    idSchema: readIdSchema(document, input),
    isBasicAuth: takesBasicAuth(document, operation),
  };
}

function jsonMedia(document: ContractDocument, message: Located): Located | undefined {
  const content = document.child(message, 'content');
  const types = isObject(content.value) ? Object.keys(content.value) : [];
  const type = types.find((name) => /^application\/json\b/i.test(name)) ?? types.find((name) => /\+json\b/i.test(name));
  return type === undefined ? undefined : document.child(content, type);
}

function readExamples(document: ContractDocument, media: Located): Readonly<Record<string, unknown>> {
  const examples = document.child(media, 'examples');
  const entries = (isObject(examples.value) ? Object.keys(examples.value) : []).map((name): [string, unknown] => {
    const example = document.child(examples, name);
    return [name, isObject(example.value) ? example.value['value'] : undefined];
  });
  const single = isObject(media.value) ? media.value['example'] : undefined;
  if (single !== undefined) entries.push(['example', single]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function readIdSchema(
  document: ContractDocument,
  { operation, item, pathTemplate }: OperationInput,
): Located | undefined {
  const names = [...pathTemplate.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
  for (const parent of [operation, item]) {
    const parameters = document.child(parent, 'parameters');
    const count = Array.isArray(parameters.value) ? parameters.value.length : 0;
    for (let index = 0; index < count; index += 1) {
      const parameter = document.child(parameters, index);
      if (!isObject(parameter.value) || parameter.value['in'] !== 'path') continue;
      const schema = document.child(parameter, 'schema');
      if (names.includes(String(parameter.value['name'])) && schema.value !== undefined) return schema;
    }
  }
  return undefined;
}

function takesBasicAuth(document: ContractDocument, operation: Located<JsonObject>): boolean {
  const requirements: unknown = operation.value['security'] ?? document.root['security'];
  const schemes = document.at('/components/securitySchemes');
  const names = Array.isArray(requirements)
    ? requirements.flatMap((item: unknown) => (isObject(item) ? Object.keys(item) : []))
    : [];
  return names.some((name) => {
    const scheme = document.child(schemes, name).value;
    return isObject(scheme) && scheme['type'] === 'http' && String(scheme['scheme']).toLowerCase() === 'basic';
  });
}
