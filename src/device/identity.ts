/**
 * Who the devices of a fleet are on the platform: columns of hash words, from which the texts are made when they are asked
 * for. A million devices take 32 MB so.
 */
import type { DeviceSpec, FleetOptions } from './device-spec.js';
import { fingerprintsAfter, hexOf } from './random.js';
import { REFERENCE_WORDS, referenceWords } from './reference-id.js';

export const DEVICE_ID_PREFIX = 'dev_';
export const LOCATION_ID_PREFIX = 'loc_';

/** One row a device. */
export interface Identities {
  /** Of the device id, `ID_WORDS` each: after the prefix, 24 hexadecimal digits, as the platform writes them. */
  readonly deviceWords: Uint32Array;
  /** Of the location id, `ID_WORDS` each. */
  readonly locationWords: Uint32Array;
  /** Of the reference ids of its records, `REFERENCE_WORDS` each. */
  readonly referenceWords: Uint32Array;
}

export const ID_WORDS = 3;

/** Devices of one spec as they lie in the columns. */
export interface IdentityRange {
  readonly spec: DeviceSpec;
  readonly from: number;
  readonly to: number;
  /** What a device's number in its spec is above its row. */
  readonly numberShift: number;
}

export function createIdentities(size: number): Identities {
  return {
    deviceWords: new Uint32Array(size * ID_WORDS),
    locationWords: new Uint32Array(size * ID_WORDS),
    referenceWords: new Uint32Array(size * REFERENCE_WORDS),
  };
}

/** Ids that the spec doesn't give follow the seed, the spec's name and the device's number in it. */
export function fillIdentities(identities: Identities, range: IdentityRange, options: FleetOptions): void {
  const { spec, from, to, numberShift } = range;
  const deviceDigits = fingerprintsAfter([options.seed, 'device', spec.name]);
  const locationDigits = fingerprintsAfter([options.seed, 'location', spec.name]);
  const referenceDigits = referenceWords(options);
  for (let row = from; row < to; row++) {
    const number = row + numberShift;
    deviceDigits(number, { words: identities.deviceWords, at: row * ID_WORDS, count: ID_WORDS });
    locationDigits(number, { words: identities.locationWords, at: row * ID_WORDS, count: ID_WORDS });
    const place = { words: identities.referenceWords, at: row * REFERENCE_WORDS, count: REFERENCE_WORDS };
    referenceDigits(spec.deviceId ?? deviceIdOf(identities, row), place);
  }
}

/** The device id where the spec gives none. */
export function deviceIdOf({ deviceWords }: Identities, row: number): string {
  return DEVICE_ID_PREFIX + digitsOf(deviceWords, row);
}

/** The location id where the spec gives none. */
export function locationIdOf({ locationWords }: Identities, row: number): string {
  return LOCATION_ID_PREFIX + digitsOf(locationWords, row);
}

function digitsOf(words: Uint32Array, row: number): string {
  let digits = '';
  for (let at = row * ID_WORDS; at < (row + 1) * ID_WORDS; at++) digits += hexOf(words[at] ?? 0);
  return digits;
}
