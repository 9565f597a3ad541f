/** What an answer to a step is worth: by the case that the step is, and by what the provider should know. */
import { checkExchange } from '../../check/conformance.js';
import type { ExchangeOptions } from '../../check/conformance.js';
import type { Finding } from '../../check/finding.js';
import { checkLatestState } from '../../check/latest-state.js';
import type { ObservedExchange } from '../../check/observed-exchange.js';
import { stateOf } from '../../check/provider-memory.js';
import type { ProviderMemory } from '../../check/provider-memory.js';
import { makeFinding } from '../../check/rules.js';
import { checkSubmissions, isAccepted } from '../../check/submission.js';
import type { Contract } from '../../contract/contract.js';
import { REDACTED } from '../../http/client/redaction.js';
import type { Frame, RenderedStep } from './frame.js';

/** A step as it was sent: what a finding rests on, and what is needed to send the like again. */
export interface SentStep {
  /** In the order in which steps were sent, from 0. */
  readonly order: number;
  readonly rendered: RenderedStep;
  readonly frame: Frame;
  readonly exchange: ObservedExchange;
}

export type Memory = ProviderMemory<SentStep>;

export interface Sighting {
  readonly finding: Finding;
  /** The step whose answer shows it. */
  readonly sent: SentStep;
  /** Earlier steps that it rests on. */
  readonly involved: readonly SentStep[];
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const REFUSALS = range(400, 499);
/** 501 is HTTP's own word for a method that a server does not know (RFC 9110, section 15.6.2). */
const METHOD_REFUSALS = [...REFUSALS, 501];
const ALL_BUT_FAILURES = range(100, 499);
/** Whatever a request is, these are wrong. */
const ALWAYS_WRONG: ReadonlySet<string> = new Set([
  'conformance/no-answer',
  'conformance/server-error',
  'conformance/stack-trace',
  'conformance/secret-echoed',
]);
/** A server may hang up on what is too large for it. */
const MAY_BREAK_OFF: ReadonlySet<string> = new Set(['http/size', 'http/path']);

/** Answers to steps that were on their way together. */
export function judgeGroup(memory: Memory, group: readonly SentStep[]): Sighting[] {
  const submissions = group.filter(isRight);
  const found = checkSubmissions(
    memory,
    submissions.map((sent) => ({
      deviceId: sent.rendered.deviceId,
      body: sent.rendered.body ?? {},
      exchange: sent.exchange,
      tag: sent,
      isOwnReference: sent.rendered.isOwnReference,
      options: { redactedMark: REDACTED },
    })),
  );
  return [
    ...found.map(({ finding, involved, subject }) => ({ finding: soften(finding, subject), sent: subject, involved })),
    ...group.filter((sent) => !isRight(sent)).flatMap((sent) => judgeStep(memory, sent)),
  ];
}

/** A submission that has to be accepted as far as it alone is concerned. */
function isRight({ rendered }: SentStep): boolean {
  return rendered.step.kind === 'submit' && rendered.deserves === 'success';
}

function judgeStep(memory: Memory, sent: SentStep): Sighting[] {
  const { rendered, exchange } = sent;
  const { step, deviceId, requestCase } = rendered;
  if (step.kind === 'read' && requestCase === undefined) {
    const found = checkLatestState(memory, { deviceId, exchange, options: { redactedMark: REDACTED } });
    const shown = memory.device(deviceId).latest.flatMap(({ tag }) => (tag === undefined ? [] : [tag]));
    return found.map(({ finding, involved }) => ({ finding, sent, involved: involved.length > 0 ? involved : shown }));
  }
  if (step.kind === 'submit') rememberDoubtful(memory, sent);
  if (exchange.failure?.code === 'connection-reset' && MAY_BREAK_OFF.has(requestCase?.constraint ?? '')) return [];
  const findings = checkExchange(memory.contract, exchange, {
    ...deservedOptions(memory.contract, rendered),
    redactedMark: REDACTED,
  });
  const mattering = isUndocumented(sent) ? findings.filter(({ ruleId }) => ALWAYS_WRONG.has(ruleId)) : findings;
  const softened = mattering.map((finding) => soften(finding, sent));
  return [...softened, ...checkLocation(sent)].map((finding) => ({ finding, sent, involved: [] }));
}

/** A wrong request that is refused leaves no trace; of one that is not, nobody knows what was stored. */
export function rememberDoubtful(memory: Memory, sent: SentStep): void {
  const { deviceId, body } = sent.rendered;
  const status = sent.exchange.response?.status ?? 0;
  const isRefused = status >= 400 && status < 500;
  if (!isRefused) memory.device(deviceId).isDoubtful = true;
  if (body === undefined) return;
  const about = { deviceId, text: sent.exchange.request.body, recordId: undefined, receipt: {}, tag: sent };
  memory.remember(stateOf(memory.contract, body, { ...about, fate: isRefused ? 'refused' : 'unknown' }));
}

function deservedOptions(contract: Contract, rendered: RenderedStep): ExchangeOptions {
  const { deserves, deviceId, request, requestCase } = rendered;
  if (deserves === 'any') {
    return { statuses: requestCase?.constraint === 'http/method' ? [...ALL_BUT_FAILURES, 501] : ALL_BUT_FAILURES };
  }
  if (deserves === 'method') return { expected: 'refused', statuses: METHOD_REFUSALS };
  if (deserves === 'content-type' || deserves === 'refused') return { expected: 'refused' };
  // What is no id at all may be refused as a wrong path as well.
  const isNoId = requestCase?.constraint === 'device/unknown' && !contract.isId(idOf(contract, request.path, deviceId));
  return { expected: deserves, ...(isNoId ? { statuses: REFUSALS } : {}) };
}

/** What stands in the path in place of the device id. */
function idOf(contract: Contract, path: string, deviceId: string): string {
  const [before = '', after = ''] = contract.path('submit', deviceId).split(deviceId);
  const segment = path.slice(before.length, path.length - after.length);
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** No document says what the answer to such a request looks like, unless it is accepted. */
function isUndocumented({ rendered, exchange }: SentStep): boolean {
  return rendered.deserves === 'any' && !isAccepted(exchange);
}

/** Where an open question decides what a request deserves, another answer is no error. */
function soften(finding: Finding, { rendered: { requestCase } }: SentStep): Finding {
  if (requestCase?.setting === undefined || finding.ruleId !== 'conformance/status' || finding.severity !== 'error') {
    return finding;
  }
  const message = `${finding.message} The contract's setting ${requestCase.setting} says so; the vendor's documentation leaves it open.`;
  return { ...finding, severity: 'warning', message, evidence: { ...finding.evidence, setting: requestCase.setting } };
}

function checkLocation({ rendered: { requestCase }, exchange }: SentStep): Finding[] {
  if (requestCase?.constraint !== 'device/location' || !isAccepted(exchange)) return [];
  const message = `Expected a refusal or at least nothing worse than a warning here: ${requestCase.title}, and the answer is ${exchange.response?.status}.`;
  return [makeFinding('open/location', { message, evidence: { operation: exchange.operation } })];
}
