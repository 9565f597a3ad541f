/** Turns the steps of a probe into requests: real ids, a token, times and references that nobody has used before. */
import { bodyFromTokens } from '../../contract/body-text.js';
import type { Contract } from '../../contract/contract.js';
import { edgeValuesOf } from '../../contract/edge-values.js';
import type { EdgeValue } from '../../contract/edge-values.js';
import { isObject } from '../../contract/json.js';
import type { JsonObject } from '../../contract/json.js';
import { validRequest } from '../../contract/request-case.js';
import type { CaseBase, Deserved, RawRequest, RequestCase } from '../../contract/request-case.js';
import { requestShape } from '../../contract/request-shape.js';
import { renderRfc3339 } from '../../contract/rfc3339.js';
import type { DeviceSetup } from '../../http/provider/accounts.js';
import { DIGITS } from './bodies.js';
import type { FieldText, FieldTexts, ReadStep, ReferenceHole, Step, SubmitStep, TimeHole } from './step.js';

/** What a probe is sent with. Each probe has a frame of its own. */
export interface Frame {
  /** When the probe's first tick is, ms since 1970. */
  readonly startMs: number;
  /** Between two ticks, ms. */
  readonly tickMs: number;
  /** The provider's clock, ms since 1970. */
  readonly nowMs: number;
  /** Digits that no other frame has. */
  readonly digits: string;
}

export interface Place extends DeviceSetup {
  readonly token: string;
}

export interface RenderedStep {
  readonly step: Step;
  readonly request: RawRequest;
  readonly deviceId: string;
  /** The body as a JSON reader sees it, undefined where it is none or no object. */
  readonly body: JsonObject | undefined;
  readonly deserves: Deserved;
  readonly requestCase: RequestCase | undefined;
  /** False where a reference is a fixed text that others may have used. */
  readonly isOwnReference: boolean;
}

const AHEAD = 'ahead';

export class Renderer {
  readonly #contract: Contract;
  readonly #cases: ReadonlyMap<string, RequestCase>;
  readonly #timeEdges = new Map<string, EdgeValue>();
  readonly #referenceName: string | undefined;

  constructor(contract: Contract, cases: readonly RequestCase[]) {
    this.#contract = contract;
    this.#cases = new Map(cases.map((one) => [one.id, one]));
    this.#referenceName = contract.requestFields.recordReferenceId;
    const time = requestShape(contract).fields.find(({ quantity }) => quantity === 'time');
    if (time === undefined) return;
    for (const edge of edgeValuesOf(contract, time)) this.#timeEdges.set(edge.label, edge);
  }

  /** True where every case and every edge of the steps is one that this version and this contract have. */
  knows(steps: readonly Step[]): boolean {
    return steps.every(
      (step) =>
        (step.caseId === undefined || this.#cases.has(step.caseId)) &&
        (step.kind !== 'submit' ||
          Object.values(step.body).every(
            (text) =>
              typeof text === 'string' ||
              text.hole !== 'time' ||
              text.edge === undefined ||
              this.#timeEdges.has(text.edge),
          )),
    );
  }

  render(step: SubmitStep | ReadStep, place: Place, frame: Frame): RenderedStep {
    const requestCase = step.caseId === undefined ? undefined : this.#cases.get(step.caseId);
    if (step.caseId !== undefined && requestCase === undefined) throw new Error(`there is no case ${step.caseId}`);
    const tokens =
      step.kind === 'submit' ? this.tokens(step.body, place, frame) : requestShape(this.#contract).minimal.tokens;
    const body = bodyFromTokens(tokens);
    const nowMs = requestCase?.setting === 'futureToleranceS' ? frame.nowMs : frame.startMs;
    const base: CaseBase = { ...place, body, nowMs };
    const submission = requestCase === undefined ? validRequest(this.#contract, base) : requestCase.request(base);
    const isRead = step.kind === 'read';
    const request = isRead ? this.#asReading(submission) : submission;
    const reference = step.kind === 'submit' ? step.body[this.#referenceName ?? ''] : undefined;
    return {
      step,
      request,
      deviceId: place.deviceId,
      body: isRead ? undefined : request.body === body.text ? body.value : parseObject(request.body),
      deserves: requestCase?.deserves ?? (step.kind === 'submit' ? step.deserves : undefined) ?? 'success',
      requestCase,
      isOwnReference: reference === undefined || typeof reference !== 'string',
    };
  }

  /** JSON text of each field. */
  tokens(body: FieldTexts, place: DeviceSetup, frame: Frame): Record<string, string> {
    return Object.fromEntries(Object.entries(body).map(([name, text]) => [name, this.#token(text, place, frame)]));
  }

  #token(text: FieldText, { locationId }: DeviceSetup, frame: Frame): string {
    if (typeof text === 'string') return text;
    if (text.hole === 'location') return JSON.stringify(locationId);
    return text.hole === 'time' ? this.#timeToken(text, frame) : referenceToken(text, frame);
  }

  #timeToken({ tick, edge, utcOffsetMinutes = 0, fraction }: TimeHole, frame: Frame): string {
    const atMs = frame.startMs + tick * frame.tickMs;
    if (edge === AHEAD) return this.#edge(edge).token(frame.nowMs);
    // Edges are written for the second before the one that they are told.
    if (edge !== undefined) return this.#edge(edge).token(atMs + 1000);
    const text = renderRfc3339(atMs, utcOffsetMinutes);
    if (fraction === undefined) return JSON.stringify(text);
    return JSON.stringify(text.replace(/:(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/, `:$1.${fraction}$2`));
  }

  #edge(label: string): EdgeValue {
    const edge = this.#timeEdges.get(label);
    if (edge === undefined) throw new Error(`there is no edge ${label}`);
    return edge;
  }

  /** The head of a submission on a read-back, whose path is the same in most documents. */
  #asReading({ path, headers }: RawRequest): RawRequest {
    const { submit, readBack } = this.#contract.operations;
    const { 'content-type': _none, ...rest } = headers;
    const [from = '', to = ''] = [submit.pathTemplate, readBack.pathTemplate].map(
      (template) => /^[^{]*\{[^}]*\}(.*)$/.exec(template)?.[1] ?? '',
    );
    const read = from === to || !path.endsWith(from) ? path : `${path.slice(0, path.length - from.length)}${to}`;
    return { method: readBack.method, path: read, headers: rest, body: undefined };
  }
}

function referenceToken({ name, form }: ReferenceHole, { digits }: Frame): string {
  const own = Array.from(name, (letter) => letter.codePointAt(0) ?? 0).reduce(
    (sum, code) => (sum * 31 + code) % 10_000,
    0,
  );
  const unique = `${digits}${String(own).padStart(4, '0')}`.padStart(DIGITS, '0');
  return form.replace('@@', unique);
}

function parseObject(body: RawRequest['body']): JsonObject | undefined {
  if (typeof body !== 'string') return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
