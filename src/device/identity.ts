/** Who a device is on the platform, and what the reference ids of its records begin with. */
import type { DeviceSpec, FleetOptions } from './device-spec.js';
import { fingerprint } from './random.js';
import { referencePrefix } from './reference-id.js';

export interface Identity {
  readonly deviceId: string;
  readonly locationId: string;
  /** Of the reference ids of its records. */
  readonly referencePrefix: string;
}

/**
 * Ids that the spec doesn't give follow the seed, the spec's name and the device's number in it: a prefix that names the kind
 * and 24 hexadecimal digits, as the platform writes them.
 */
export function createIdentity(spec: DeviceSpec, number: number, options: FleetOptions): Identity {
  const digits = (kind: string): string => fingerprint([options.seed, kind, spec.name, number], 24);
  const deviceId = spec.deviceId ?? `dev_${digits('device')}`;
  const locationId = spec.locationId ?? `loc_${digits('location')}`;
  return { deviceId, locationId, referencePrefix: referencePrefix({ ...options, deviceId }) };
}
