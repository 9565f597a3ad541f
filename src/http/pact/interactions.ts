/** The interactions that voltpact records, made from the contract document's own examples. */
import type { Contract, StatusSetting } from '../../contract/contract.js';
import { fromWire, toWire } from '../../contract/telemetry.js';
import type { QuantityValues, WireBody } from '../../contract/telemetry.js';
import { UserError } from '../../errors.js';
import type { Interaction, ProviderState, RecordedAuthorization, StateName } from './interaction.js';
import { grantedToken, refusedLogin } from './logins.js';
import { JSON_TYPE, recordedAnswer, versionHeader } from './parts.js';
import { exactly, fieldTemplate, fromState, requestFields, wholePattern } from './template.js';
import type { Template, TextTemplate } from './template.js';

/** Stands for a valid token in the recorded file; a verifier puts a real one in its place. */
export const EXAMPLE_TOKEN = 'voltpact-example-token';
const INVALID_TOKEN = 'voltpact-invalid-token';
/** An id of the platform's form that no device has. */
const UNKNOWN_ID = '0'.repeat(24);

/** What every interaction is made from. */
interface Examples {
  readonly contract: Contract;
  readonly values: QuantityValues;
  readonly deviceId: string;
  readonly locationId: string;
  readonly accountId: string;
  /** What every record reference id begins with. */
  readonly reference: string;
  /** Usable energy at a state of charge, kWh, of the battery in the document's example. */
  energyKwh(socPercent: number): number | undefined;
}

/**
 * @returns at least one interaction for each thing a provider must take and each that it must refuse, in the file's order
 * @throws UserError where the document has no example to make them from
 */
export function buildInteractions(contract: Contract): Interaction[] {
  const examples = readExamples(contract);
  return [
    ...acceptedStates(examples),
    repeatedRecord(examples),
    readBack(examples),
    grantedToken(contract, examples.accountId),
    ...refusedBodies(examples),
    ...refusedAccess(examples),
  ];
}

function readExamples(contract: Contract): Examples {
  const { submit } = contract.operations;
  const values = fromWire(contract, Object.values(submit.requestExamples)[0]);
  const { deviceId, accountId } = fromWire(contract, submit.answerExample);
  const { locationId = '', socPercent, energyKwh } = values;
  if (socPercent === undefined || deviceId === undefined || accountId === undefined) {
    throw new UserError(`${contract.source}: the submit operation needs an example of a request and of its answer`, {
      place: { file: contract.source },
      hint: 'Give both under `examples`, with the state of charge in the request and the device and account in the answer.',
    });
  }
  return {
    contract,
    values,
    deviceId,
    locationId,
    accountId,
    reference: values.recordReferenceId ?? 'record',
    energyKwh: (soc) => (energyKwh === undefined ? undefined : Math.round((energyKwh / socPercent) * soc * 10) / 10),
  };
}

/** A row: what it is called, the label of its reference id, and how it differs from the document's example. */
type AcceptedRow = readonly [description: string, label: string, change: QuantityValues];

function acceptedStates(examples: Examples): Interaction[] {
  const { contract, values } = examples;
  const { atMs, utcOffsetMinutes } = values.time ?? { atMs: 0, utcOffsetMinutes: 0 };
  const reservePercent = values.reservePercent ?? 20;
  const rows: AcceptedRow[] = [
    ['a battery that charges', 'CHARGING', { powerKw: 5.2, socPercent: 61.5 }],
    ['a battery that discharges', 'DISCHARGING', { powerKw: -7.4, socPercent: 48.3 }],
    ['an idle battery at 0 kW', 'IDLE', { powerKw: 0, socPercent: 57 }],
    ['an empty battery at 0 %', 'EMPTY', { powerKw: 0, socPercent: 0, reservePercent: 0 }],
    ['a full battery at 100 %', 'FULL', { powerKw: 0, socPercent: 100, targetSocPercent: 100 }],
    ['a battery at its reserve', 'RESERVE', { powerKw: 0, socPercent: reservePercent, reservePercent }],
    ['a time with an offset', 'OFFSET', { time: { atMs, utcOffsetMinutes: 600 } }],
    ['a time with a fraction of a second', 'FRACTION', { time: { atMs: atMs + 123, utcOffsetMinutes } }],
  ];
  const changed = rows.map(([description, label, change]) => {
    const merged = { ...values, ...change, recordReferenceId: `${examples.reference}-${label}` };
    const energyKwh = examples.energyKwh(merged.socPercent ?? 0);
    const body = toWire(contract, energyKwh === undefined ? merged : { ...merged, energyKwh });
    return accepted(examples, { description, body });
  });
  return [
    accepted(examples, { description: 'a state with every field', body: toWire(contract, values) }),
    accepted(examples, {
      description: 'a state with only the required fields',
      body: toWire(contract, values, { fields: 'required' }),
    }),
    ...changed,
  ];
}

/** The second time that a record comes: a retry whose first answer was lost. */
function repeatedRecord(examples: Examples): Interaction {
  const body = bodyWithReference(examples, 'REPEATED');
  return accepted(examples, {
    description: 'the same record again',
    body,
    state: deviceState(examples, 'a device whose record was submitted before', { record: body }),
  });
}

function accepted(
  examples: Examples,
  input: { readonly description: string; readonly body: WireBody; readonly state?: ProviderState },
): Interaction {
  const { contract } = examples;
  return submission(examples, {
    ...input,
    state: input.state ?? deviceState(examples, 'a device at a location'),
    status: contract.open.successStatus,
  });
}

function readBack(examples: Examples): Interaction {
  const { contract, deviceId, values } = examples;
  const record = toWire(contract, values);
  return {
    description: 'the latest state read back',
    states: [deviceState(examples, 'a device whose latest state has every field', { record })],
    authorization: { kind: 'token', token: EXAMPLE_TOKEN },
    sending: { operation: 'readBack', deviceId },
    request: {
      method: contract.operations.readBack.method,
      path: devicePath(examples, 'readBack', deviceId),
      headers: { ...versionHeader(contract), Authorization: bearerFromState() },
      body: undefined,
    },
    response: recordedAnswer(contract, {
      operation: 'readBack',
      status: { default: 200, accepted: [200] },
      also: Object.keys(record),
    }),
  };
}

function refusedBodies(examples: Examples): Interaction[] {
  const { contract } = examples;
  const socField = contract.requestFields.socPercent;
  if (socField === undefined) return [];
  const body = bodyWithReference(examples, 'REFUSED');
  const { [socField]: soc, ...withoutSoc } = body;
  // A refusal has a device id of its own, so that a stub server, which goes by matchers, does not take it for a valid
  // record: `number` fits 140 as well.
  const rows: (readonly [description: string, idLabel: string, body: WireBody])[] = [
    ['a state without its state of charge', 'MissingSoc', withoutSoc],
    ['a state of charge given as text', 'TextSoc', { ...body, [socField]: String(soc) }],
    ['a state of charge over 100 %', 'SocOver100', { ...body, [socField]: 140 }],
  ];
  return rows.map(([description, idLabel, faulty]) =>
    submission(examples, {
      description,
      body: faulty,
      literal: socField,
      deviceId: ownId(examples.deviceId, idLabel),
      status: contract.open.invalidBodyStatus,
    }),
  );
}

function refusedAccess(examples: Examples): Interaction[] {
  const { contract } = examples;
  const body = bodyWithReference(examples, 'REFUSED');
  const unknown = ownId(examples.deviceId, UNKNOWN_ID);
  const unauthorized = { body, status: contract.open.unauthorizedStatus };
  return [
    submission(examples, {
      description: 'a device id that is not known',
      body,
      deviceId: unknown,
      path: contract.path('submit', unknown),
      state: {
        name: 'a device id that the account does not have',
        parameters: { deviceId: unknown, recordReference: examples.reference },
      },
      status: contract.open.unknownDeviceStatus,
    }),
    submission(examples, {
      ...unauthorized,
      description: 'no token',
      deviceId: ownId(examples.deviceId, 'NoToken'),
      authorization: { kind: 'none' },
    }),
    submission(examples, {
      ...unauthorized,
      description: 'a token that is not valid',
      deviceId: ownId(examples.deviceId, 'InvalidToken'),
      authorization: { kind: 'token', token: INVALID_TOKEN },
    }),
    refusedLogin(contract),
  ];
}

interface Submission {
  readonly description: string;
  readonly body: WireBody;
  readonly status: StatusSetting;
  readonly deviceId?: string;
  readonly path?: TextTemplate;
  readonly state?: ProviderState;
  readonly authorization?: RecordedAuthorization;
  /** Wire name of a field that is recorded as it is, without a matcher. */
  readonly literal?: string;
}

function submission(examples: Examples, input: Submission): Interaction {
  const { contract } = examples;
  const deviceId = input.deviceId ?? examples.deviceId;
  const authorization = input.authorization ?? { kind: 'token', token: EXAMPLE_TOKEN };
  return {
    description: input.description,
    states: [input.state ?? deviceState({ ...examples, deviceId }, 'a device at a location')],
    authorization,
    sending: { operation: 'submit', deviceId, body: input.body },
    request: {
      method: contract.operations.submit.method,
      path: input.path ?? devicePath(examples, 'submit', deviceId),
      headers: { ...versionHeader(contract), ...authorizationHeader(authorization), 'Content-Type': JSON_TYPE },
      body: requestTemplate(examples, input.body, input.literal),
    },
    response: recordedAnswer(contract, { operation: 'submit', status: input.status }),
  };
}

function requestTemplate({ contract, reference }: Examples, body: WireBody, literal: string | undefined): Template {
  const { properties } = requestFields(contract);
  const { locationId, recordReferenceId } = contract.requestFields;
  const entries = Object.entries(body).map(([name, value]): [string, Template] => {
    const schema = properties.get(name) ?? {};
    const pattern = typeof schema['pattern'] === 'string' ? wholePattern(schema['pattern']) : '^.+$';
    if (name === literal) return [name, value];
    if (name === locationId) return [name, fromState('${locationId}', pattern, String(value))];
    if (name === recordReferenceId) {
      const expression = String(value).replace(reference, '${recordReference}');
      return [name, fromState(expression, pattern, String(value))];
    }
    return [name, fieldTemplate(schema, value)];
  });
  return Object.fromEntries(entries);
}

function authorizationHeader(authorization: RecordedAuthorization): Readonly<Record<string, TextTemplate>> {
  if (authorization.kind !== 'token') return {};
  if (authorization.token === EXAMPLE_TOKEN) return { Authorization: bearerFromState() };
  return { Authorization: `Bearer ${authorization.token}` };
}

function bearerFromState(): TextTemplate {
  return fromState('Bearer ${token}', '^Bearer [^ ]+$', `Bearer ${EXAMPLE_TOKEN}`);
}

function devicePath(examples: Examples, operation: 'submit' | 'readBack', deviceId: string): TextTemplate {
  const { contract } = examples;
  const expression = contract.operations[operation].pathTemplate.replace(/\{[^}]+\}/, '${deviceId}');
  const path = contract.path(operation, deviceId);
  return fromState(expression, exactly(path), path);
}

function deviceState(examples: Examples, name: StateName, more: ProviderState['parameters'] = {}): ProviderState {
  const { deviceId, locationId, reference: recordReference } = examples;
  return { name, parameters: { deviceId, locationId, recordReference, ...more } };
}

/** The document's example as a record of its own. */
function bodyWithReference({ contract, values, reference }: Examples, label: string): WireBody {
  return toWire(contract, { ...values, recordReferenceId: `${reference}-${label}` });
}

/** Another id with the prefix of the example: `dev_abc`, `TextSoc` gives `dev_TextSoc`. */
function ownId(example: string, label: string): string {
  return `${example.slice(0, example.indexOf('_') + 1)}${label}`;
}
