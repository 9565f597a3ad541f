/**
 * What travels on the wire, as TypeScript. Generated from components.schemas of contracts/device-state.openapi.yaml
 * by test/contract/wire.test.ts (`npx vitest run -u`): change the document, not this file.
 */

/**
 * A Flatpeak object id, a short prefix that names the kind and an opaque part.
 */
export type Id = string;
/**
 * A stored state as it is read back.
 */
export type DeviceStateRecord = DeviceState & DeviceStateReceipt;

/**
 * The schemas of the document by name.
 */
export interface Wire {
  Id: Id;
  DeviceState: DeviceState;
  DeviceStateReceipt: DeviceStateReceipt;
  DeviceStateRecord: DeviceStateRecord;
  Token: Token;
  ApiError: ApiError;
}
/**
 * What a device reports about itself.
 */
export interface DeviceState {
  /**
   * Flatpeak location where the device is.
   */
  location_id: string;
  /**
   * When the measurement was recorded, RFC 3339.
   */
  time: string;
  /**
   * Current state of charge, percent of usable capacity.
   */
  state_of_charge_percent: number;
  /**
   * State of charge that the device is asked to reach, percent.
   */
  target_state_of_charge_percent: number;
  /**
   * Current power in kW. Positive charges the battery, negative discharges it.
   */
  battery_power_kw?: number;
  /**
   * Estimated usable energy now in the battery, kWh.
   */
  energy_remaining_kwh?: number;
  /**
   * Share of capacity kept for backup and unavailable for dispatch, percent.
   */
  backup_reserve_percent?: number;
  /**
   * Unique id of the telemetry record, for idempotency and reconciliation.
   */
  record_reference_id?: string;
}
/**
 * What the platform answers to a submitted state.
 */
export interface DeviceStateReceipt {
  /**
   * Device state record id.
   */
  id: string;
  /**
   * Kind of the object.
   */
  object?: 'device_state';
  /**
   * The account that owns the device.
   */
  account_id: string;
  /**
   * The device that reported, the same as in the path.
   */
  device_id: string;
  /**
   * When the record was created, UTC.
   */
  time_created: string;
}
/**
 * A bearer token and how long it lasts.
 */
export interface Token {
  /**
   * JSON Web Token for the Authorization header.
   */
  bearer_token: string;
  /**
   * Seconds until the token expires.
   */
  expires_in: number;
  /**
   * False on everything made with a test key.
   */
  live_mode: boolean;
}
/**
 * The one error object of the platform. `time_created` may lack a zone.
 */
export interface ApiError {
  object: 'error';
  live_mode?: boolean;
  /**
   * The operation that failed.
   */
  context?: string;
  /**
   * Class of the error; 4XX invalid_request, 429 rate_limit, 5XX api_error.
   */
  type: 'invalid_request' | 'rate_limit' | 'api_error';
  /**
   * Machine-readable, safe to branch on.
   */
  code: string;
  /**
   * For people.
   */
  message: string;
  time_created?: string;
}
