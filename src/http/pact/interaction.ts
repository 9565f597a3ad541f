/** One interaction of the contract: what our client sends, and the rules that Pact records for it. */
import type { WireBody } from '../../contract/telemetry.js';
import type { Template, TextTemplate } from './template.js';

/** What must be so at the provider beforehand. Parameters are the values in the recorded request. */
export interface ProviderState {
  readonly name: StateName;
  readonly parameters: Readonly<Record<string, string | Readonly<Record<string, string | number>>>>;
}

/**
 * The states that interactions ask for. A provider team that verifies the file with a verifier of its own sets them up and
 * may return `deviceId`, `locationId`, `recordReference`, `token` and `basicCredentials`, which then go into the requests.
 */
export type StateName =
  | 'a device at a location'
  | 'a device whose latest state has every field'
  | 'a device whose record was submitted before'
  | 'a device id that the account does not have'
  | 'an account with an API key'
  | 'a login that is not known';

/** What our client does to send the request. */
export type Sending =
  | { readonly operation: 'submit'; readonly deviceId: string; readonly body: WireBody }
  | { readonly operation: 'readBack'; readonly deviceId: string }
  | { readonly operation: 'token' };

/** What the request is authorised with while recording: examples, never a secret. */
export type RecordedAuthorization =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'account'; readonly accountId: string; readonly apiKey: string }
  | { readonly kind: 'none' };

/** A status that is recorded, and those that a provider may answer with instead. */
export interface StatusExpectation {
  readonly example: number;
  /** `2xx` where every status of success will do. */
  readonly accepted: readonly number[] | '2xx';
}

export interface Interaction {
  /** Unique in the file: Pact overwrites one with another that has the same description and states. */
  readonly description: string;
  readonly states: readonly ProviderState[];
  readonly authorization: RecordedAuthorization;
  readonly sending: Sending;
  readonly request: {
    readonly method: string;
    readonly path: TextTemplate;
    readonly headers: Readonly<Record<string, TextTemplate>>;
    readonly body: Template;
  };
  readonly response: {
    readonly status: StatusExpectation;
    readonly headers: Readonly<Record<string, TextTemplate>>;
    readonly body: Template;
  };
}
