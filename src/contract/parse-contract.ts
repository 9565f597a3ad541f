/** Reads an OpenAPI 3.1 document with an `x-voltpact` section into the contract that everything else asks. */
import type { Contract, Operation, OperationName } from './contract.js';
import { ContractDocument } from './document.js';
import type { JsonObject, Located } from './document.js';
import { readFields } from './fields.js';
import type { Fields } from './fields.js';
import { childPointer } from './json-pointer.js';
import { wordHint } from './nearest.js';
import { parseOpenSettings } from './open-settings.js';
import { answerSchema, findOperation, readOperations, successSchema } from './operations.js';
import type { LocatedOperation } from './operations.js';
import { Schemas } from './schemas.js';
import { unknownField } from './violation.js';

const EXTENSION = 'x-voltpact';
const EXTENSION_KEYS = ['submit', 'readBack', 'token', 'versionHeader', 'testKeyPrefix', 'open'];
/** Statuses whose answers have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5). */
const BODILESS = new Set([204, 205, 304]);

/**
 * @param text OpenAPI 3.1 in YAML or JSON
 * @param source file name or address of the text, for messages
 * @throws UserError with line, column and pointer for whatever is wrong with the document
 */
export function parseContract(text: string, source: string): Contract {
  const document = new ContractDocument(text, source);
  checkDialect(document);
  const extension = readExtension(document);
  const named = (key: string): Located => document.child(extension, key);

  const all = readOperations(document);
  const operations: Readonly<Record<OperationName, LocatedOperation>> = {
    submit: findOperation(document, all, named('submit')),
    readBack: findOperation(document, all, named('readBack')),
    token: findOperation(document, all, named('token')),
  };
  const { requestSchema, idSchema } = operations.submit;
  if (requestSchema === undefined) {
    throw document.error('the submit operation has no JSON request body with a schema', operations.submit.pointer);
  }
  const requestFields = readFields(document, requestSchema);
  checkRequestFields(document, requestSchema, requestFields);
  const versionHeader = extension.value['versionHeader'];
  const open = parseOpenSettings(document, document.object(named('open'), `${EXTENSION}.open`));
  const schemas = new Schemas(document);

  return {
    source,
    title: document.text(document.at('/info/title'), 'info.title'),
    version: document.text(document.at('/info/version'), 'info.version'),
    versionHeader:
      versionHeader === undefined ? undefined : document.text(named('versionHeader'), `${EXTENSION}.versionHeader`),
    testKeyPrefix: document.text(named('testKeyPrefix'), `${EXTENSION}.testKeyPrefix`),
    serverUrl: document.text(document.at('/servers/0/url'), 'servers[0].url'),
    operations,
    tokenOperations: [...all.values()].filter((operation) => operation.isBasicAuth || operation === operations.token),
    open,
    requestFields: requestFields.byQuantity,
    answerFields: readAnswerFields(document, [operations.submit, operations.readBack]),
    requiredFields: requestFields.required,
    document: document.root,
    path: (name, deviceId) => fillPath(operations[name], deviceId),
    isId: (id) => id !== '' && (idSchema === undefined || schemas.check(idSchema, id).length === 0),
    checkRequestBody: (body) => {
      const violations = schemas.check(requestSchema, body);
      if (open.extraField === 'ignored' || typeof body !== 'object' || body === null || Array.isArray(body))
        return violations;
      const refused = new Set(violations.map((violation) => `${violation.ruleId} ${violation.pointer}`));
      return violations.concat(
        Object.keys(body)
          .filter((name) => !requestFields.names.has(name))
          .map((name) => unknownField('', name, requestFields.names))
          .filter((violation) => !refused.has(`${violation.ruleId} ${violation.pointer}`)),
      );
    },
    checkAnswerBody: (name, status, body) => {
      if (BODILESS.has(status) && body === undefined) return [];
      const schema = answerSchema(operations[name], status);
      return schema === undefined ? [] : schemas.check(schema, body);
    },
  };
}

function checkDialect(document: ContractDocument): void {
  const { value } = document.at('/openapi');
  if (typeof value === 'string' && /^3\.1(?:\.|$)/.test(value)) return;
  throw document.error(
    `expected an OpenAPI 3.1 document, got ${value === undefined ? 'none' : `version ${String(value)}`}`,
    '/openapi',
    'Begin the document with `openapi: 3.1.0`; an older one can be converted.',
  );
}

function readExtension(document: ContractDocument): Located<JsonObject> {
  const located = document.at(childPointer('', EXTENSION));
  if (located.value === undefined) {
    throw document.error(
      `the document has no ${EXTENSION} section`,
      '',
      `Add ${EXTENSION} with ${EXTENSION_KEYS.join(', ')}, as in contracts/device-state.openapi.yaml.`,
    );
  }
  const extension = document.object(located, EXTENSION);
  for (const key of Object.keys(extension.value)) {
    if (EXTENSION_KEYS.includes(key)) continue;
    throw document.error(
      `unknown key "${key}" in ${EXTENSION}`,
      childPointer(extension.pointer, key),
      wordHint(key, EXTENSION_KEYS),
    );
  }
  return extension;
}

/** A body must be makeable from telemetry: each required field carries a quantity, and a magnitude has its direction. */
function checkRequestFields(document: ContractDocument, schema: Located, { required, byQuantity }: Fields): void {
  const carried = new Set<string>(Object.values(byQuantity));
  const blank = required.find((name) => !carried.has(name));
  if (blank !== undefined) {
    throw document.error(
      `the required field "${blank}" carries no x-voltpact-quantity, so no telemetry can fill it`,
      childPointer(childPointer(schema.pointer, 'properties'), blank),
      'Say with x-voltpact-quantity what the field carries.',
    );
  }
  const [magnitude, direction] = [byQuantity.powerMagnitudeKw, byQuantity.flowDirection];
  if ((magnitude === undefined) !== (direction === undefined)) {
    throw document.error('powerMagnitudeKw and flowDirection belong together: one of them is missing', schema.pointer);
  }
}

function readAnswerFields(
  document: ContractDocument,
  operations: readonly LocatedOperation[],
): Contract['answerFields'] {
  return Object.assign(
    {},
    ...operations.map((operation) => {
      const schema = successSchema(operation);
      return schema === undefined ? {} : readFields(document, schema).byQuantity;
    }),
  ) as Contract['answerFields'];
}

function fillPath({ pathTemplate }: Operation, deviceId: string | undefined): string {
  return pathTemplate.replaceAll(/\{[^}]+\}/g, () => {
    if (deviceId === undefined) throw new TypeError(`${pathTemplate} needs a device id`);
    // A lone surrogate has no UTF-8 form; the replacement character stands for it, as it does in a browser's address.
    return encodeURIComponent(deviceId.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
  });
}
