/** The stage `simulated-day` of `check`: a day of a simulated battery sent record by record, and read back now and then. */
import { performance } from 'node:perf_hooks';
import { checkExchange } from '../check/conformance.js';
import type { Finding } from '../check/finding.js';
import { checkReadBack } from '../check/read-back.js';
import type { Contract } from '../contract/contract.js';
import { renderRfc3339 } from '../contract/rfc3339.js';
import { fromWire } from '../contract/telemetry.js';
import type { TelemetrySample } from '../device/telemetry.js';
import { renderCurl } from '../http/client/curl.js';
import { REDACTED } from '../http/client/redaction.js';
import type { ProviderClient } from '../http/client/provider-client.js';
import type { Exchange } from '../http/exchange.js';
import type { CaseFinished, RunEvent } from './event.js';
import type { Scenario } from './scenario/scenario.js';
import { recordCount, simulateScenario, telemetryBody } from './simulate.js';

export const DAY_STAGE = 'simulated-day';

export interface DayInput {
  readonly scenario: Scenario;
  readonly contract: Contract;
  readonly client: ProviderClient;
}

/** With 5-minute records, once an hour; the last record is read back in any case. */
const RECORDS_A_READ_BACK = 12;
/** A provider that refuses who we are, or that is gone, would say the same to every record that follows. */
const HOPELESS_STATUSES: ReadonlySet<number> = new Set([401, 403, 404]);
const DAY_MS = 86_400_000;

/**
 * The scenario moved by whole days to the latest time at which it is over: providers refuse times in the future, and the hours
 * of the day stay what they are. So the same seed sends the same records, with the same reference ids, all day long.
 */
export function latestFinishedDay(scenario: Scenario, nowMs: number): Scenario {
  const endMs = scenario.startMs + scenario.durationS * 1000;
  const days = Math.floor((nowMs - endMs) / DAY_MS);
  return { ...scenario, startMs: scenario.startMs + days * DAY_MS };
}

/** Yields `stage-started`, a case for each record and each read-back, and `stage-finished`. */
export async function* simulatedDay(input: DayInput): AsyncGenerator<RunEvent> {
  const { scenario } = input;
  const started = performance.now();
  const total = recordCount(scenario);
  yield { kind: 'stage-started', stage: DAY_STAGE, title: `Send a simulated day: ${scenario.name}`, total };
  const books = { sent: 0, accepted: 0, compared: 0, overtaken: 0 };
  for (const { sample } of simulateScenario(scenario)) {
    const body = telemetryBody(input.contract, sample);
    const exchange = await input.client.submit(sample.deviceId, body);
    const submitted = toCase(`record of ${clockOf(sample)}`, exchange, judge(input.contract, exchange));
    books.sent += 1;
    if (submitted.outcome === 'passed') books.accepted += 1;
    yield submitted;
    yield { kind: 'progress', stage: DAY_STAGE, done: books.sent, total };
    if (isHopeless(exchange)) break;
    if (submitted.outcome === 'failed' || (books.sent % RECORDS_A_READ_BACK !== 0 && books.sent !== total)) continue;
    const readBack = await readBackCase(input, sample, body);
    if (readBack === 'overtaken') books.overtaken += 1;
    else {
      books.compared += 1;
      yield readBack;
    }
  }
  if (books.overtaken > 0) yield { kind: 'finding', stage: DAY_STAGE, finding: overtakenFinding(books.overtaken) };
  const stopped = books.sent < total ? `, stopped after ${books.sent}` : '';
  const summary = `${books.accepted} of ${total} records accepted${stopped}, ${books.compared} read back`;
  yield { kind: 'stage-finished', stage: DAY_STAGE, durationMs: performance.now() - started, summary };
}

/** `overtaken` where the provider knows a later state than ours: what reads back then is not ours to compare with. */
async function readBackCase(
  { contract, client }: DayInput,
  sample: TelemetrySample,
  submitted: object,
): Promise<CaseFinished | 'overtaken'> {
  const exchange = await client.readBack(sample.deviceId);
  const { time } = fromWire(contract, exchange.response?.body);
  if (time !== undefined && time.atMs > sample.atMs) return 'overtaken';
  const findings = judge(contract, exchange);
  // An answer that is none has nothing to compare, and has been found fault with.
  const compared = findings.some(({ severity }) => severity === 'error')
    ? []
    : checkReadBack(contract, submitted, exchange);
  return toCase(`read-back after the record of ${clockOf(sample)}`, exchange, [...findings, ...compared]);
}

function judge(contract: Contract, exchange: Exchange): Finding[] {
  return checkExchange(contract, exchange, { redactedMark: REDACTED });
}

function toCase(name: string, exchange: Exchange, findings: readonly Finding[]): CaseFinished {
  const curl = findings.length === 0 ? '' : renderCurl(exchange);
  return {
    kind: 'case-finished',
    stage: DAY_STAGE,
    name,
    outcome: findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed',
    durationMs: exchange.durationMs,
    findings: findings.map((finding) => ({ ...finding, reproduce: { curl } })),
  };
}

function isHopeless({ response }: Exchange): boolean {
  return response === undefined || HOPELESS_STATUSES.has(response.status);
}

function overtakenFinding(readBacks: number): Finding {
  return {
    ruleId: 'check/later-state',
    severity: 'info',
    title: 'The provider holds a later state of the device',
    message:
      'Only the latest state reads back, so these read-backs say nothing of the simulated day. ' +
      'Give --device-id and --location-id of a device that nothing else reports for.',
    evidence: { readBacks },
  };
}

/** The hour on the device's own clock, so that a case has the same name every day. */
function clockOf({ atMs, utcOffsetMinutes }: TelemetrySample): string {
  return renderRfc3339(atMs, utcOffsetMinutes).slice(11, 16);
}
