/** The interactions that voltpact records, made from the contract document's own examples. */
import type { Contract, StatusSetting } from '../../contract/contract.js';
import { fromWire, toWire } from '../../contract/telemetry.js';
import type { QuantityValues, WireBody } from '../../contract/telemetry.js';
import { UserError } from '../../errors.js';
import type { Interaction, ProviderState, RecordedAuthorization, StateName } from './interaction.js';
import { grantedToken, refusedLogin } from './logins.js';
import { JSON_TYPE, recordedAnswer, versionHeader } from './parts.js';
import { escapePattern, fieldTemplate, fromState, requestFields, wholePattern } from './template.js';
import type { Template, TextTemplate } from './template.js';

/** Stands for a valid token in the recorded file; a verifier puts a real one in its place. */
const EXAMPLE_TOKEN = 'voltpact-example-token';
const INVALID_TOKEN = 'voltpact-invalid-token';
/** The part of an id behind its prefix that no device has. */
const UNKNOWN_ID = '0'.repeat(24);

/**
 * The record reference ids of all interactions but the first end in a label of capitals, and only there. A stub server, which
 * goes by matchers, tells the interactions apart by it: `number` fits 140 as well, and a request with a token also fits one
 * that was recorded without.
 */
const UNLABELLED = '^.*[^A-Z]$';

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
    return accepted(examples, { description, label, body });
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
  const label = 'REPEATED';
  const body = labelledBody(examples, label);
  return accepted(examples, {
    description: 'the same record again',
    label,
    body,
    state: deviceState(examples, 'a device whose record was submitted before', { record: body }),
  });
}

function accepted(examples: Examples, input: Omit<Submission, 'status'>): Interaction {
  const { contract } = examples;
  return submission(examples, { ...input, status: contract.open.successStatus });
}

function readBack(examples: Examples): Interaction {
  const { contract, deviceId, values } = examples;
  const record = toWire(contract, { ...values, recordReferenceId: `${examples.reference}-0` });
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
  const { [socField]: soc, ...withoutSoc } = labelledBody(examples, 'MISSINGSOC');
  const rows: (readonly [description: string, label: string, body: WireBody])[] = [
    ['a state without its state of charge', 'MISSINGSOC', withoutSoc],
    ['a state of charge given as text', 'TEXTSOC', { ...labelledBody(examples, 'TEXTSOC'), [socField]: String(soc) }],
    ['a state of charge over 100 %', 'SOCOVER', { ...labelledBody(examples, 'SOCOVER'), [socField]: 140 }],
  ];
  return rows.map(([description, label, body]) =>
    submission(examples, { description, label, body, literal: socField, status: contract.open.invalidBodyStatus }),
  );
}

function refusedAccess(examples: Examples): Interaction[] {
  const { contract, deviceId } = examples;
  const unknown = `${deviceId.slice(0, deviceId.indexOf('_') + 1)}${UNKNOWN_ID}`;
  return [
    submission(examples, {
      description: 'a device id that is not known',
      label: 'UNKNOWN',
      body: labelledBody(examples, 'UNKNOWN'),
      deviceId: unknown,
      path: contract.path('submit', unknown),
      state: {
        name: 'a device id that the account does not have',
        parameters: { deviceId: unknown, recordReference: examples.reference },
      },
      status: contract.open.unknownDeviceStatus,
    }),
    submission(examples, {
      description: 'no token',
      label: 'NOTOKEN',
      body: labelledBody(examples, 'NOTOKEN'),
      authorization: { kind: 'none' },
      status: contract.open.unauthorizedStatus,
    }),
    submission(examples, {
      description: 'a token that is not valid',
      label: 'INVALIDTOKEN',
      body: labelledBody(examples, 'INVALIDTOKEN'),
      authorization: { kind: 'token', token: INVALID_TOKEN },
      status: contract.open.unauthorizedStatus,
    }),
    refusedLogin(contract),
  ];
}

interface Submission {
  readonly description: string;
  /** What the record reference id ends in. */
  readonly label?: string;
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
    states: [input.state ?? deviceState(examples, 'a device at a location')],
    authorization,
    sending: { operation: 'submit', deviceId, body: input.body },
    request: {
      method: contract.operations.submit.method,
      path: input.path ?? devicePath(examples, 'submit', deviceId),
      headers: { ...versionHeader(contract), ...authorizationHeader(authorization), 'Content-Type': JSON_TYPE },
      body: requestTemplate(examples, input),
    },
    response: recordedAnswer(contract, { operation: 'submit', status: input.status }),
  };
}

function requestTemplate({ contract, reference }: Examples, { body, label, literal }: Submission): Template {
  const { properties } = requestFields(contract);
  const { locationId, recordReferenceId } = contract.requestFields;
  const entries = Object.entries(body).map(([name, value]): [string, Template] => {
    const schema = properties.get(name) ?? {};
    if (name === literal) return [name, value];
    if (name === locationId) {
      const pattern = typeof schema['pattern'] === 'string' ? wholePattern(schema['pattern']) : '^.+$';
      return [name, fromState('${locationId}', pattern, String(value))];
    }
    if (name === recordReferenceId) {
      const expression = String(value).replace(reference, '${recordReference}');
      return [name, fromState(expression, label === undefined ? UNLABELLED : `^.+-${label}$`, String(value))];
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

/** The path for whatever device the provider state names. */
function devicePath({ contract }: Examples, operation: 'submit' | 'readBack', deviceId: string): TextTemplate {
  const { pathTemplate } = contract.operations[operation];
  const [before = '', after = ''] = pathTemplate.split(/\{[^}]+\}/);
  const pattern = `^${escapePattern(before)}[^/]+${escapePattern(after)}$`;
  return fromState(`${before}\${deviceId}${after}`, pattern, contract.path(operation, deviceId));
}

function deviceState(examples: Examples, name: StateName, more: ProviderState['parameters'] = {}): ProviderState {
  const { deviceId, locationId, reference: recordReference } = examples;
  return { name, parameters: { deviceId, locationId, recordReference, ...more } };
}

/** The document's example as a record of its own. */
function labelledBody({ contract, values, reference }: Examples, label: string): WireBody {
  return toWire(contract, { ...values, recordReferenceId: `${reference}-${label}` });
}
