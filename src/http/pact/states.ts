/** Provider states, set up for real: where a state says that something was sent before, it is sent. */
import type { Contract } from '../../contract/contract.js';
import { renderRfc3339 } from '../../contract/rfc3339.js';
import type { Exchange } from '../exchange.js';
import type { ProviderClient } from '../client/provider-client.js';
import type { StateName } from './interaction.js';
import { isObject } from './template.js';

export interface StateContext {
  readonly contract: Contract;
  readonly client: ProviderClient;
  /** Goes into the requests in place of the recorded example. */
  readonly deviceId: string | undefined;
  readonly locationId: string | undefined;
  /** What the record reference ids of this run begin with: a record that an earlier run left may have another body. */
  readonly recordReference: string;
  /** Epoch, ms. */
  readonly nowMs: () => number;
}

/** Values for the names in the interaction's expressions. */
export type StateValues = Readonly<Record<string, string>>;

export interface StateOutcome {
  readonly values: StateValues;
  /** What was sent for it. */
  readonly exchange?: Exchange;
}

/** The state can't be had. */
export class StateFailure extends Error {
  /** What was sent for it, where that was the trouble. */
  readonly exchange: Exchange | undefined;

  constructor(message: string, exchange?: Exchange) {
    super(message);
    this.exchange = exchange;
  }
}

type Parameters = Readonly<Record<string, unknown>>;
type StateHandler = (context: StateContext, parameters: Parameters) => Promise<StateOutcome>;

const HANDLERS: Readonly<Record<StateName, StateHandler>> = {
  'a device at a location': (context) => Promise.resolve({ values: valuesOf(context) }),
  'a device whose latest state has every field': async (context, parameters) => {
    const { contract } = context;
    const atMs = context.nowMs();
    // Only the latest time is read back.
    const exchange = await submitRecord(context, parameters, {
      [contract.requestFields.time ?? '']: renderRfc3339(atMs, 0),
    });
    return { values: valuesOf(context), exchange };
  },
  'a device whose record was submitted before': async (context, parameters) => {
    const exchange = await submitRecord(context, parameters, {});
    return { values: valuesOf(context), exchange };
  },
  // These need nothing done, and the ids in them must stay as recorded.
  'a device id that the account does not have': ({ recordReference }) =>
    Promise.resolve({ values: { recordReference } }),
  'an account with an API key': () => Promise.resolve({ values: {} }),
  'a login that is not known': () => Promise.resolve({ values: {} }),
};

/**
 * @throws StateFailure for a state that is not known (Pact itself would only warn) or that the provider does not let come about
 */
export async function setUpState(context: StateContext, name: string, parameters: Parameters): Promise<StateOutcome> {
  const handler = Object.entries(HANDLERS).find(([known]) => known === name)?.[1];
  if (handler === undefined)
    throw new StateFailure(`voltpact does not know how to set up the provider state "${name}"`);
  return handler(context, parameters);
}

function valuesOf({ deviceId, locationId, recordReference }: StateContext): StateValues {
  return {
    recordReference,
    ...(deviceId !== undefined && { deviceId }),
    ...(locationId !== undefined && { locationId }),
  };
}

async function submitRecord(context: StateContext, parameters: Parameters, change: StateValues): Promise<Exchange> {
  const { contract, client } = context;
  const { record } = parameters;
  const deviceId = context.deviceId ?? parameters['deviceId'];
  if (!isObject(record) || typeof deviceId !== 'string') {
    throw new StateFailure('the provider state lacks the parameters "deviceId" and "record"');
  }
  const { locationId = '', recordReferenceId = '' } = contract.requestFields;
  const reference = String(record[recordReferenceId]);
  const changes: Readonly<Record<string, unknown>> = {
    ...change,
    ...(context.locationId !== undefined && { [locationId]: context.locationId }),
    [recordReferenceId]: reference.replace(String(parameters['recordReference']), context.recordReference),
  };
  const body = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, changes[name] ?? value]));
  const exchange = await client.submit(deviceId, body);
  const status = exchange.response?.status;
  if (status !== undefined && status >= 200 && status < 300) return exchange;
  const what = exchange.failure?.message ?? `the provider answered ${status}`;
  throw new StateFailure(`the state could not be set up by submitting a record first: ${what}`, exchange);
}
