/** What the checks need of a request and its answer; the client's `Exchange` has this shape. */
import type { OperationName } from '../contract/contract.js';

export interface ObservedExchange {
  readonly operation: OperationName;
  readonly deviceId: string | undefined;
  readonly request: { readonly method: string; readonly url: string; readonly body: string | undefined };
  /** Undefined where none came. */
  readonly response: ObservedResponse | undefined;
  /** Why none came. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export interface ObservedResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyText: string;
  /** The parsed body, or undefined where it is not JSON. */
  readonly body: unknown;
}

/** The same lines for every finding about an exchange. Bodies of the token operation hold secrets and are left out. */
export function describeExchange(exchange: ObservedExchange): Record<string, unknown> {
  const { operation, deviceId, request, response } = exchange;
  return {
    operation,
    ...(deviceId === undefined ? {} : { deviceId }),
    request: `${request.method} ${request.url}`,
    ...(response === undefined ? {} : { status: response.status }),
  };
}
