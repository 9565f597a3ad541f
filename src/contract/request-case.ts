/** One request on purpose: valid but at an edge, or with exactly one thing wrong. */
import type { BodyText } from './body-text.js';
import type { Contract, OpenSettings } from './contract.js';

/** What a provider owes such a request. */
export type Deserved =
  | 'success'
  | 'invalid-body'
  | 'unauthorized'
  | 'unknown-device'
  /** Refused for its content type: HTTP has 415 for it, and 400 is common. */
  | 'content-type'
  /** Refused for its method: HTTP has 405 for it, and 404 is common. */
  | 'method'
  /** Refused, by whatever 4XX. */
  | 'refused'
  /** No document says. Only a failure of the provider, a hang or a leak is wrong. */
  | 'any';

/** A request that is right in every way, to be broken in one. */
export interface CaseBase {
  /** One of the account's own devices. */
  readonly deviceId: string;
  /** Valid bearer token, without the scheme. */
  readonly token: string;
  readonly body: BodyText;
  /** The provider's clock, ms since 1970. */
  readonly nowMs: number;
}

/** An account that is not the one of the base. */
export interface OtherAccount {
  readonly deviceId: string;
  /** Where that device is, so that only whose it is can be wrong; the base's location stays if left out. */
  readonly locationId?: string;
  /** Valid bearer token, without the scheme. */
  readonly token: string;
}

/** A request as it goes onto the wire. */
export interface RawRequest {
  readonly method: string;
  /** As sent, percent-encoded where it is. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes where the body is no text. */
  readonly body: string | Uint8Array | undefined;
}

export interface RequestCase {
  /** Stable, unique among the cases of a contract: `maximum/state_of_charge_percent/one-step-over`. */
  readonly id: string;
  /** What is special about it, without a full stop. */
  readonly title: string;
  /** The one constraint at stake: a rule of the contract such as `contract/maximum`, else `json/…`, `http/…`, `token/…`, `device/…`, `time/…`. */
  readonly constraint: string;
  /** RFC 6901, the place in the body; empty where it is the request as a whole. */
  readonly pointer: string;
  readonly deserves: Deserved;
  /** The open question behind `deserves`, where there is one: another answer is then no error. */
  readonly setting?: keyof OpenSettings;
  /** True where `deserves` follows from what the fields mean and no document says it: another answer is no error then. */
  readonly isAssumed?: true;
  readonly request: (base: CaseBase) => RawRequest;
}

/** What is said of a case before it is known how to write it. */
export type CaseHead = Omit<RequestCase, 'request'>;

/** A case in which only the body differs from the base. */
export function bodyCase(
  contract: Contract,
  head: CaseHead,
  write: (base: CaseBase) => string | Uint8Array,
): RequestCase {
  return { ...head, request: (base) => ({ ...validRequest(contract, base), body: write(base) }) };
}

/** The base as it is. */
export function validRequest(contract: Contract, { deviceId, token, body }: CaseBase): RawRequest {
  const { versionHeader, version, operations } = contract;
  return {
    method: operations.submit.method,
    path: contract.path('submit', deviceId),
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(versionHeader === undefined ? {} : { [versionHeader.toLowerCase()]: version }),
    },
    body: body.text,
  };
}
