/** The job `record`: our own client over the interactions of the contract, written down as a Pact file. */
import { performance } from 'node:perf_hooks';
import type { Finding } from '../check/finding.js';
import type { Contract } from '../contract/contract.js';
import { renderCurl } from '../http/client/curl.js';
import { buildInteractions } from '../http/pact/interactions.js';
import { writePactFile } from '../http/pact/pact-file.js';
import { recordInteractions } from '../http/pact/recorder.js';
import type { Recording } from '../http/pact/recorder.js';
import type { RunEvent } from './event.js';

export interface RecordInput {
  readonly contract: Contract;
  /** Where the pact file goes; `contracts/voltpact-flatpeak.json` of the current folder by default. */
  readonly out?: string;
  readonly signal?: AbortSignal;
}

/** From the current folder. */
const DEFAULT_PACT_PATH = 'contracts/voltpact-flatpeak.json';
const STAGE = 'record';

/**
 * Recording again gives the same bytes. Where our client does not do what the contract says, each interaction at fault is
 * named and nothing is written.
 * @throws UserError where the contract has no examples to record from, or the file cannot be written
 */
export async function* record(input: RecordInput): AsyncGenerator<RunEvent> {
  const startedAtMs = Date.now();
  const started = performance.now();
  const out = input.out ?? DEFAULT_PACT_PATH;
  const interactions = buildInteractions(input.contract);
  yield { kind: 'run-started', command: 'record', seed: undefined, target: undefined, startedAtMs };
  yield { kind: 'stage-started', stage: STAGE, title: 'Record the contract', total: interactions.length };
  const recordings = recordInteractions({ contract: input.contract, interactions, signal: input.signal });
  let matched = 0;
  let done = 0;
  let text: string | undefined;
  for (;;) {
    const next = await recordings.next();
    if (next.done === true) {
      text = next.value;
      break;
    }
    done += 1;
    if (next.value.mismatch === undefined) matched += 1;
    yield toCase(next.value);
    yield { kind: 'progress', stage: STAGE, done, total: interactions.length };
  }
  if (text !== undefined) await writePactFile(out, text);
  yield { kind: 'note', message: text === undefined ? 'Nothing was written.' : `Wrote ${out}` };
  yield {
    kind: 'stage-finished',
    stage: STAGE,
    durationMs: performance.now() - started,
    summary: `${matched} of ${interactions.length} interactions recorded`,
  };
  yield { kind: 'run-finished', finishedAtMs: Date.now(), durationMs: performance.now() - started };
}

function toCase(recording: Recording): RunEvent {
  const { mismatch } = recording;
  return {
    kind: 'case-finished',
    stage: STAGE,
    name: recording.description,
    outcome: mismatch === undefined ? 'passed' : 'failed',
    durationMs: recording.durationMs,
    findings: mismatch === undefined ? [] : [toFinding(recording, mismatch)],
  };
}

function toFinding({ description, exchange }: Recording, mismatch: NonNullable<Recording['mismatch']>): Finding {
  const missing = mismatch.missing.map((name) => `"${name}"`).join(', ');
  return {
    ruleId: 'pact/recording-mismatch',
    severity: 'error',
    title: `The request for "${description}" is not what the contract says`,
    message: missing === '' ? mismatch.message : `The request lacks ${missing}. ${mismatch.message}`,
    evidence: { interaction: description, missing: mismatch.missing, sent: exchange?.request.body },
    ...(exchange !== undefined && { reproduce: { curl: renderCurl(exchange) } }),
  };
}
