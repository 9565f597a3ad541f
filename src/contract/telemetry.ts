/** Telemetry to the wire and back, by the quantities of the contract: no wire name stands in code. */
import type { Contract, Quantity } from './contract.js';
import { isQuantity } from './fields.js';
import { isObject } from './json.js';
import { parseRfc3339, renderRfc3339 } from './rfc3339.js';

/** A moment and the clock that shows it. */
export interface WireTime {
  /** ms since 1970-01-01T00:00:00Z. */
  readonly atMs: number;
  /** Minutes that the device's clock is ahead of UTC; 0 is `Z`. */
  readonly utcOffsetMinutes: number;
}

type NumberQuantity = 'socPercent' | 'targetSocPercent' | 'powerKw' | 'energyKwh' | 'reservePercent';
type TimeQuantity = 'time' | 'timeCreated';
/** How some dialects write a power; telemetry has it as signed `powerKw`. */
type PowerNotation = 'powerMagnitudeKw' | 'flowDirection';
type TextQuantity = Exclude<Quantity, NumberQuantity | TimeQuantity | PowerNotation>;

/** Telemetry by quantity. Power is signed, positive charges, whatever the dialect writes. */
export type QuantityValues = { readonly [Q in NumberQuantity]?: number } & {
  readonly [Q in TimeQuantity]?: WireTime;
} & {
  readonly [Q in TextQuantity]?: string;
};

export type WireBody = Record<string, string | number>;

/** The grid of the wire: hundredths of a percent, watts and watt-hours, finer than any meter of the catalogue. */
const STEPS_PER_UNIT: Readonly<Record<NumberQuantity, number>> = {
  socPercent: 100,
  targetSocPercent: 100,
  powerKw: 1000,
  energyKwh: 1000,
  reservePercent: 100,
};
const CHARGING = 'IMPORT';
const DISCHARGING = 'EXPORT';

export interface ToWireOptions {
  /** `required` leaves out whatever the contract does not demand. Default `all`. */
  readonly fields?: 'all' | 'required';
}

/**
 * A request body of the submit operation, fields in the document's order. Quantities that the contract has no field for,
 * and ones that are not given, are left out.
 * @throws RangeError for a number that is not finite or a time that cannot be written
 */
export function toWire(contract: Contract, values: QuantityValues, options: ToWireOptions = {}): WireBody {
  const body: WireBody = {};
  const isMinimal = options.fields === 'required';
  for (const { quantity, name, isRequired } of fieldsOf(contract).request) {
    if (isMinimal && !isRequired) continue;
    const written = writeQuantity(quantity, values);
    if (written !== undefined) body[name] = written;
  }
  return body;
}

/** How `toWire` writes one field, for whoever writes millions of bodies without an object for each. */
export type WireColumn = { readonly name: string } & (
  | {
      readonly kind: 'number';
      readonly quantity: NumberQuantity;
      /** The value is rounded to whole steps; a power of ten. */
      readonly stepsPerUnit: number;
      /** Written without its sign. */
      readonly isMagnitude: boolean;
    }
  | { readonly kind: 'time' }
  | {
      /** Of `powerKw`, once it is rounded to whole steps. */
      readonly kind: 'direction';
      readonly stepsPerUnit: number;
      readonly charging: string;
      readonly discharging: string;
    }
  | { readonly kind: 'text'; readonly quantity: Quantity }
);

/** The fields of a request body of the submit operation, in the document's order. */
export function wireColumns(contract: Contract): WireColumn[] {
  return fieldsOf(contract).request.map(({ name, quantity }): WireColumn => {
    const number = (of: NumberQuantity, isMagnitude: boolean): WireColumn => {
      return { name, kind: 'number', quantity: of, stepsPerUnit: STEPS_PER_UNIT[of], isMagnitude };
    };
    switch (quantity) {
      case 'time':
        return { name, kind: 'time' };
      case 'flowDirection':
        return {
          name,
          kind: 'direction',
          stepsPerUnit: STEPS_PER_UNIT.powerKw,
          charging: CHARGING,
          discharging: DISCHARGING,
        };
      case 'powerMagnitudeKw':
        return number('powerKw', true);
      case 'socPercent':
      case 'targetSocPercent':
      case 'powerKw':
      case 'energyKwh':
      case 'reservePercent':
        return number(quantity, false);
      default:
        return { name, kind: 'text', quantity };
    }
  });
}

/**
 * The quantities in a request body or an answer. A field that is missing, or whose value is not of its quantity's kind, is
 * left out: what is wrong with a body is for `checkRequestBody` and `checkAnswerBody` to say.
 */
export function fromWire(contract: Contract, body: unknown): QuantityValues {
  const found: Record<string, string | number | WireTime> = {};
  for (const { quantity, name } of fieldsOf(contract).all) {
    const read = readQuantity(quantity, ownValue(body, name));
    if (read !== undefined) found[quantity] = read;
  }
  const { powerMagnitudeKw: magnitude, flowDirection: direction, ...rest } = found;
  if (typeof magnitude === 'number' && (direction === CHARGING || direction === DISCHARGING)) {
    rest['powerKw'] = direction === CHARGING || magnitude === 0 ? magnitude : -magnitude;
  }
  return rest;
}

function writeQuantity(quantity: Quantity, values: QuantityValues): string | number | undefined {
  switch (quantity) {
    case 'time':
    case 'timeCreated': {
      const time = values[quantity];
      return time === undefined ? undefined : renderRfc3339(time.atMs, time.utcOffsetMinutes);
    }
    case 'powerMagnitudeKw':
      return values.powerKw === undefined ? undefined : Math.abs(toGrid('powerKw', values.powerKw));
    case 'flowDirection':
      if (values.powerKw === undefined) return undefined;
      return toGrid('powerKw', values.powerKw) < 0 ? DISCHARGING : CHARGING;
    case 'socPercent':
    case 'targetSocPercent':
    case 'powerKw':
    case 'energyKwh':
    case 'reservePercent': {
      const value = values[quantity];
      return value === undefined ? undefined : toGrid(quantity, value);
    }
    default:
      return values[quantity];
  }
}

/** The nearest value with few decimals, so that 0.1 + 0.2 reads 0.3; -0 becomes 0. */
function toGrid(quantity: NumberQuantity, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError(`${quantity} is ${value}, which no telemetry record can carry`);
  const scale = STEPS_PER_UNIT[quantity];
  return Math.round(value * scale) / scale + 0;
}

function readQuantity(quantity: Quantity, value: unknown): string | number | WireTime | undefined {
  switch (quantity) {
    case 'time':
    case 'timeCreated': {
      const time = typeof value === 'string' ? parseRfc3339(value) : undefined;
      return time?.ok === true ? { atMs: time.epochMs, utcOffsetMinutes: time.utcOffsetMinutes } : undefined;
    }
    case 'socPercent':
    case 'targetSocPercent':
    case 'powerKw':
    case 'powerMagnitudeKw':
    case 'energyKwh':
    case 'reservePercent':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    default:
      return typeof value === 'string' ? value : undefined;
  }
}

function ownValue(body: unknown, name: string): unknown {
  return isObject(body) && Object.hasOwn(body, name) ? body[name] : undefined;
}

interface WireField {
  readonly quantity: Quantity;
  readonly name: string;
  readonly isRequired: boolean;
}

interface WireFields {
  /** Fields of the request body, in the order of the document. */
  readonly request: readonly WireField[];
  /** Those and the fields of the answers. */
  readonly all: readonly WireField[];
}

/** Worked out once for each contract, since a fleet writes millions of bodies by the same one. */
const fieldsByContract = new WeakMap<Contract, WireFields>();

function fieldsOf(contract: Contract): WireFields {
  const known = fieldsByContract.get(contract);
  if (known !== undefined) return known;
  const list = (names: Contract['requestFields']): WireField[] =>
    Object.entries(names).flatMap(([quantity, name]) =>
      isQuantity(quantity) ? [{ quantity, name, isRequired: contract.requiredFields.includes(name) }] : [],
    );
  const fields: WireFields = {
    request: list(contract.requestFields),
    all: list({ ...contract.requestFields, ...contract.answerFields }),
  };
  fieldsByContract.set(contract, fields);
  return fields;
}
