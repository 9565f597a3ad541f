/**
 * The operation under contract as data, read from an OpenAPI document (`contracts/*.yaml`). No other part of voltpact
 * holds a wire field name, a path, a bound or a status of its own: they ask this.
 */

/** What a wire field can carry. A document says so with `x-voltpact-quantity` on the property. */
export type Quantity =
  | 'locationId'
  | 'time'
  | 'socPercent'
  | 'targetSocPercent'
  /** Signed kW, positive charges. */
  | 'powerKw'
  /** kW without a sign; the direction stands in `flowDirection`. */
  | 'powerMagnitudeKw'
  /** `IMPORT` while charging, `EXPORT` while discharging. */
  | 'flowDirection'
  | 'energyKwh'
  | 'reservePercent'
  | 'recordReferenceId'
  | 'recordId'
  | 'deviceId'
  | 'accountId'
  | 'timeCreated'
  | 'objectName';

/** One constraint of the document that a value breaks. */
export interface Violation {
  /** `contract/` and the JSON Schema keyword, kebab-case: `contract/required`, `contract/maximum`, `contract/date-time`. */
  readonly ruleId: string;
  /** RFC 6901, to the value at fault; for a missing property, to where it should be. */
  readonly pointer: string;
  /** What was expected and what came, one sentence. */
  readonly message: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** A status that nobody documents: our default, and what a real server may answer without being wrong. */
export interface StatusSetting {
  readonly default: number;
  /** The default among them. A document may write `2XX` for all from 200 to 299; here each stands by itself. */
  readonly accepted: readonly number[];
  /** Reported as a warning, not failed. */
  readonly reported?: readonly number[];
}

/** What the vendor's documentation leaves open, each a setting with a stated default (`x-voltpact.open`). */
export interface OpenSettings {
  readonly successStatus: StatusSetting;
  readonly invalidBodyStatus: StatusSetting;
  readonly unauthorizedStatus: StatusSetting;
  readonly unknownDeviceStatus: StatusSetting;
  /** Same reference, same body again: the first record comes back, or a new one is stored, or it is refused. */
  readonly duplicateSameBody: 'first-record' | 'new-record' | 'refused';
  readonly duplicateOtherBodyStatus: StatusSetting;
  /** Within what a `record_reference_id` is unique. */
  readonly referenceScope: 'device' | 'account';
  /** A time before the latest one: stored without becoming the latest, refused, or it becomes the latest. */
  readonly olderTime: 'stored' | 'refused' | 'becomes-latest';
  /** How far ahead of the provider's clock a time may be, seconds. */
  readonly futureToleranceS: number;
  readonly extraField: 'ignored' | 'refused';
  /** Requests a second and account; null is no limit. */
  readonly rateLimitPerS: number | null;
}

export type OperationName = 'submit' | 'readBack' | 'token';

export interface Operation {
  readonly operationId: string;
  /** Upper case. */
  readonly method: 'GET' | 'PUT' | 'POST';
  /** As in the document, `/devices/{id}/state`. */
  readonly pathTemplate: string;
  /** Examples of the request body by name, empty where there is no body. */
  readonly requestExamples: Readonly<Record<string, unknown>>;
  /** First example of the success answer. */
  readonly answerExample: unknown;
}

export interface Contract {
  /** File name or address that the document came from, for messages. */
  readonly source: string;
  readonly title: string;
  /** The API version under contract, sent in `versionHeader`. */
  readonly version: string;
  readonly versionHeader: string | undefined;
  /** Keys that begin so belong to test mode. */
  readonly testKeyPrefix: string;
  readonly serverUrl: string;
  readonly operations: Readonly<Record<OperationName, Operation>>;
  /** Every token operation of the document, the one in use (`operations.token`) among them: a provider serves all. */
  readonly tokenOperations: readonly Operation[];
  readonly open: OpenSettings;
  /** Wire name of each quantity in the request body of `submit`. */
  readonly requestFields: Readonly<Partial<Record<Quantity, string>>>;
  /** Wire name of each quantity in the answers. */
  readonly answerFields: Readonly<Partial<Record<Quantity, string>>>;
  /** Wire names that the request body must have. */
  readonly requiredFields: readonly string[];
  /** Wire names that the request body may have, whether or not they carry a quantity. */
  readonly knownFields: readonly string[];
  /** The parsed document, for generators. */
  readonly document: unknown;
  /** Path of an operation for a device, percent-encoded. */
  path(operation: OperationName, deviceId?: string): string;
  /** True where the id could be one of the platform's. */
  isId(text: string): boolean;
  /** Everything wrong with a request body; empty if nothing is. */
  checkRequestBody(body: unknown): Violation[];
  /** Everything wrong with the body of an answer, by the schema that the document gives for that status. */
  checkAnswerBody(operation: OperationName, status: number, body: unknown): Violation[];
}
