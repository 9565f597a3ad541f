/** The stage `simulated-day` of `check`: a day of a simulated battery sent record by record, and read back now and then. */
import { performance } from 'node:perf_hooks';
import { checkExchange } from '../check/conformance.js';
import type { Finding } from '../check/finding.js';
import { checkReadBack } from '../check/read-back.js';
import type { Contract } from '../contract/contract.js';
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

/** With 5-minute records, once an hour. */
const RECORDS_A_READ_BACK = 12;
/** Each of the last records is read back: the provider may know later states than the others from a run before. */
const LAST_READ_BACKS = 12;
/** A provider that refuses who we are, or that is gone, would say the same to every record that follows. */
const HOPELESS_STATUSES: ReadonlySet<number> = new Set([401, 403, 404]);

/**
 * The scenario moved so that its last record is of this very second: providers refuse times in the future, and only what is
 * later than all that the device sent before reads back. Sun and household follow the times that the records show.
 */
export function dayUntil(scenario: Scenario, nowMs: number): Scenario {
  return { ...scenario, startMs: Math.floor(nowMs / 1000 - scenario.durationS) * 1000 };
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
    const submitted = toCase(`record ${books.sent + 1}`, exchange, judge(input.contract, exchange));
    books.sent += 1;
    if (submitted.outcome === 'passed') books.accepted += 1;
    yield submitted;
    yield { kind: 'progress', stage: DAY_STAGE, done: books.sent, total };
    if (isHopeless(exchange)) break;
    const isDue = books.sent % RECORDS_A_READ_BACK === 0 || total - books.sent < LAST_READ_BACKS;
    if (submitted.outcome === 'failed' || !isDue) continue;
    const readBack = await readBackCase(input, { sample, body, recordId: recordIdOf(input.contract, exchange) });
    if (readBack === 'overtaken') books.overtaken += 1;
    else {
      books.compared += 1;
      yield readBack;
    }
  }
  if (books.compared === 0 && books.overtaken > 0) {
    yield { kind: 'finding', stage: DAY_STAGE, finding: overtakenFinding(books.overtaken) };
  }
  const stopped = books.sent < total ? `, stopped after ${books.sent}` : '';
  const summary = `${books.accepted} of ${total} records accepted${stopped}, ${books.compared} read back`;
  yield { kind: 'stage-finished', stage: DAY_STAGE, durationMs: performance.now() - started, summary };
}

interface Submitted {
  readonly sample: TelemetrySample;
  readonly body: object;
  /** As the provider's answer says. */
  readonly recordId: string | undefined;
}

/** `overtaken` where another record with a later time reads back: that one is not ours to compare with. */
async function readBackCase({ contract, client }: DayInput, submitted: Submitted): Promise<CaseFinished | 'overtaken'> {
  const { sample, body, recordId } = submitted;
  const exchange = await client.readBack(sample.deviceId);
  const { time } = fromWire(contract, exchange.response?.body);
  const isOther = recordIdOf(contract, exchange) !== recordId;
  if (isOther && time !== undefined && time.atMs > sample.atMs) return 'overtaken';
  const findings = judge(contract, exchange);
  // An answer that is none has nothing to compare, and has been found fault with.
  const isSound = !findings.some(({ severity }) => severity === 'error');
  const differences = isSound ? checkReadBack(contract, body, exchange) : [];
  return toCase(`read-back after record ${sample.sequence + 1}`, exchange, [...findings, ...differences]);
}

function recordIdOf(contract: Contract, { response }: Exchange): string | undefined {
  return fromWire(contract, response?.body).recordId;
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
