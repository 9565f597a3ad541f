/** Reads an OpenAPI 3.1 document with an `x-voltpact` section into the contract that everything else asks. */
import type { Contract, Operation, OperationName, OpenSettings, Quantity } from './contract.js';
import { ContractDocument, nameKind } from './document.js';
import type { Located } from './document.js';
import { readFields } from './fields.js';
import type { Fields } from './fields.js';
import { childPointer, isObject } from './json.js';
import type { JsonObject } from './json.js';
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

type Operations = Readonly<Record<OperationName, LocatedOperation>>;

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
  const operations: Operations = {
    submit: findOperation(document, all, named('submit')),
    readBack: findOperation(document, all, named('readBack')),
    token: findOperation(document, all, named('token')),
  };
  const { requestSchema } = operations.submit;
  if (requestSchema === undefined) {
    throw document.error('the submit operation has no JSON request body with a schema', operations.submit.pointer);
  }
  const fields = readFields(document, requestSchema);
  checkRequestFields(document, requestSchema, fields);
  const open = parseOpenSettings(document, document.object(named('open'), `${EXTENSION}.open`));
  const versionHeader = named('versionHeader');

  return {
    source,
    title: document.text(document.at('/info/title'), 'info.title'),
    version: document.text(document.at('/info/version'), 'info.version'),
    versionHeader:
      versionHeader.value === undefined ? undefined : document.text(versionHeader, `${EXTENSION}.versionHeader`),
    testKeyPrefix: document.text(named('testKeyPrefix'), `${EXTENSION}.testKeyPrefix`),
    serverUrl: document.text(document.at('/servers/0/url'), 'servers[0].url'),
    operations,
    tokenOperations: [...all.values()].filter((operation) => operation.isBasicAuth || operation === operations.token),
    open,
    requestFields: fields.byQuantity,
    answerFields: readAnswerFields(document, operations),
    requiredFields: fields.required,
    knownFields: [...fields.names],
    document: document.root,
    path: (name, deviceId) => fillPath(operations[name], deviceId),
    ...makeChecks({ document, operations, requestSchema, fields, open }),
  };
}

interface CheckInput {
  readonly document: ContractDocument;
  readonly operations: Operations;
  readonly requestSchema: Located;
  readonly fields: Fields;
  readonly open: OpenSettings;
}

type Checks = Pick<Contract, 'isId' | 'checkRequestBody' | 'checkAnswerBody'>;

function makeChecks({ document, operations, requestSchema, fields, open }: CheckInput): Checks {
  const schemas = new Schemas(document);
  const { idSchema } = operations.submit;
  return {
    isId: (id) => id !== '' && (idSchema === undefined || schemas.check(idSchema, id).length === 0),
    checkRequestBody: (body) => {
      const violations = schemas.check(requestSchema, body);
      if (open.extraField === 'ignored' || !isObject(body)) return violations;
      const said = new Set(violations.map(({ ruleId, pointer }) => `${ruleId} ${pointer}`));
      const unknown = Object.keys(body)
        .filter((name) => !fields.names.has(name))
        .map((name) => unknownField('', name, fields.names));
      return violations.concat(unknown.filter(({ ruleId, pointer }) => !said.has(`${ruleId} ${pointer}`)));
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
    `expected an OpenAPI 3.1 document, got ${value === undefined ? 'no version' : nameKind(value)}`,
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
    const pointer = childPointer(extension.pointer, key);
    throw document.error(`unknown key "${key}" in ${EXTENSION}`, pointer, wordHint(key, EXTENSION_KEYS));
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
  if ((byQuantity.powerMagnitudeKw === undefined) !== (byQuantity.flowDirection === undefined)) {
    throw document.error('powerMagnitudeKw and flowDirection belong together: one of them is missing', schema.pointer);
  }
}

function readAnswerFields(
  document: ContractDocument,
  { submit, readBack }: Operations,
): Readonly<Partial<Record<Quantity, string>>> {
  const [receipt, record] = [successSchema(submit), successSchema(readBack)];
  return {
    ...(receipt === undefined ? {} : readFields(document, receipt).byQuantity),
    ...(record === undefined ? {} : readFields(document, record).byQuantity),
  };
}

function fillPath({ pathTemplate }: Operation, deviceId: string | undefined): string {
  return pathTemplate.replaceAll(/\{[^}]+\}/g, () => {
    if (deviceId === undefined) throw new TypeError(`${pathTemplate} needs a device id`);
    // A lone surrogate has no UTF-8 form; the replacement character stands for it, as it does in a browser's address.
    return encodeURIComponent(deviceId.replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
  });
}
