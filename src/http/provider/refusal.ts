/** A request that the provider turns down, and the one error object in which it says so. */
import { STATUS_CODES } from 'node:http';

import type { ApiError } from '../../contract/wire.js';

/** Why a request is turned down. A value that handlers return, never thrown. */
export class Refusal {
  readonly status: number;
  /** Machine-readable, snake case. */
  readonly code: string;
  /** For people, one sentence or more. */
  readonly message: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, details: { message: string; headers?: Readonly<Record<string, string>> }) {
    this.status = status;
    this.code = code;
    this.message = details.message;
    this.headers = details.headers ?? {};
  }
}

/** The code of a refusal that only its status tells apart: 503 is `service_unavailable`. */
export function codeOfStatus(status: number): string {
  return snakeCase(STATUS_CODES[status] ?? `status ${status}`);
}

/** `submitDeviceState`, `Service Unavailable` and `date-time` as `submit_device_state`, `service_unavailable`, `date_time`. */
export function snakeCase(text: string): string {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toLowerCase();
}

/** A field's part of a code; the empty name is the body as a whole. */
export function fieldCode(name: string | undefined): string {
  const code = snakeCase(name ?? '');
  return code === '' ? 'body' : code;
}

/** The body of a refusal. `operationId` is undefined where no operation of the contract was hit. */
export function errorObject(
  refusal: Refusal,
  about: { operationId: string | undefined; liveMode: boolean; nowMs: number },
): ApiError {
  return {
    object: 'error',
    live_mode: about.liveMode,
    context: about.operationId === undefined ? 'api' : `api.${snakeCase(about.operationId)}`,
    type: typeOfStatus(refusal.status),
    code: refusal.code,
    message: refusal.message,
    // The documented example of an error carries no zone, unlike every other time of the API.
    time_created: new Date(about.nowMs).toISOString().slice(0, -1),
  };
}

function typeOfStatus(status: number): ApiError['type'] {
  if (status === 429) return 'rate_limit';
  return status >= 500 ? 'api_error' : 'invalid_request';
}
