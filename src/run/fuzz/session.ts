/** Sends the steps of probes, keeps to the rate, waits where it is told to, and has every answer judged. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Finding } from '../../check/finding.js';
import type { ObservedExchange } from '../../check/observed-exchange.js';
import { ProviderMemory } from '../../check/provider-memory.js';
import { isAccepted } from '../../check/submission.js';
import type { OperationName } from '../../contract/contract.js';
import { TransportError } from '../../errors.js';
import type { RawAnswer, RawSender } from '../../http/client/raw-sender.js';
import { parseRetryAfter } from '../../http/client/retry.js';
import type { Frame, Place, RenderedStep, Renderer } from './frame.js';
import { judgeGroup, rememberDoubtful } from './judge.js';
import type { Memory, SentStep, Sighting } from './judge.js';
import { renderLogin } from './login.js';
import type { Site } from './site.js';
import type { RunFacts } from './meaning.js';
import type { FuzzMode } from './plan.js';
import { groupsOf } from './step.js';
import type { Probe, ReadStep, Step, SubmitStep } from './step.js';
import { createTimeLine } from './time-line.js';
import type { TimeLine } from './time-line.js';

export interface SessionSetup {
  readonly site: Site;
  readonly renderer: Renderer;
  /** Digits that make the references of this run its own. */
  readonly runDigits: string;
  /** At most so many requests a second; undefined for no limit. */
  readonly ratePerS: number | undefined;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly signal?: AbortSignal;
}

/** How often an answer 429 is waited for before it is left alone, and how long at most, ms. */
const PATIENCE = 8;
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 250;
/** What happened longer ago is hardly ever to blame. */
const RECENT = 14;

export interface ProbeResult {
  readonly sent: readonly SentStep[];
  readonly sightings: readonly Sighting[];
}

export class Session {
  readonly memory: Memory;
  readonly #otherMemory: Memory;
  readonly #setup: SessionSetup;
  #frames = 0;
  #order = 0;
  #requests = 0;
  #recent: readonly SentStep[] = [];
  #nextSendMs = 0;
  #timeLine: TimeLine;
  #compared = 0;
  #accepted = 0;
  #repeated = 0;
  /** Answers by status, 0 for none. */
  readonly statuses = new Map<number, number>();

  constructor(setup: SessionSetup) {
    this.#setup = setup;
    this.#timeLine = createTimeLine({ latestMs: undefined, endMs: setup.now(), ticks: 1 });
    const { contract, credentials } = setup.site;
    this.memory = new ProviderMemory(contract, credentials.kind === 'account' ? credentials.accountId : undefined);
    this.#otherMemory = new ProviderMemory(contract);
  }

  /** Sent so far, whatever for. */
  get requests(): number {
    return this.#requests;
  }

  /** The last steps that were sent, in order. */
  get recent(): readonly SentStep[] {
    return this.#recent;
  }

  /** The latest time that any of the devices has reported as far as is known, ms since 1970. */
  get latestMs(): number | undefined {
    const { devices } = this.#setup.site;
    const times = devices.flatMap(({ deviceId }) =>
      this.memory.device(deviceId).latest.flatMap(({ time }) => (time === undefined ? [] : [time.epochMs])),
    );
    return times.length === 0 ? undefined : Math.max(...times);
  }

  useTimes(timeLine: TimeLine): void {
    this.#timeLine = timeLine;
  }

  factsFor(mode: FuzzMode): RunFacts {
    const { devices } = this.#setup.site;
    return {
      statuses: this.statuses,
      accepted: this.#accepted,
      compared: this.#compared,
      repeated: this.#repeated,
      expects: { readBack: mode !== 'invalid', repetition: mode === 'all' || mode === 'stateful' },
      isOvertaken: devices.some(({ deviceId }) => this.memory.device(deviceId).isOvertaken),
    };
  }

  /** @param earlier what an earlier probe was sent with, to send exactly the same again */
  async run(probe: Pick<Probe, 'steps'>, earlier?: Frame): Promise<ProbeResult> {
    const frame = earlier ?? this.#newFrame(probe.steps);
    const sent: SentStep[] = [];
    const sightings: Sighting[] = [];
    for (const group of groupsOf(probe.steps)) {
      const answered = await Promise.all(group.map((step) => this.#take(step, frame)));
      sent.push(...answered);
      sightings.push(...this.#judge(answered));
      const doubtful = answered.find((one) => one.rendered.requestCase !== undefined && isAcceptedFault(one));
      if (doubtful === undefined) continue;
      // Whatever is accepted has to read back as something that the contract allows.
      const reading = await this.#take({ kind: 'read', device: doubtful.rendered.step.device }, frame);
      sent.push(reading);
      sightings.push(...this.#judge([reading]));
    }
    this.#recent = [...this.#recent, ...sent].slice(-RECENT);
    return { sent, sightings };
  }

  #newFrame(steps: readonly Step[]): Frame {
    const { runDigits, now } = this.#setup;
    const timeLine = this.#timeLine;
    const ticks = steps.flatMap((step) =>
      step.kind !== 'submit'
        ? []
        : Object.values(step.body).map((text) => (typeof text !== 'string' && text.hole === 'time' ? text.tick : 0)),
    );
    this.#frames += 1;
    return {
      // One tick more than is counted, for what is written with a fraction.
      startMs: timeLine.take(Math.max(0, ...ticks) + 2),
      tickMs: timeLine.tickMs,
      nowMs: now(),
      digits: `${runDigits}${String(this.#frames).padStart(6, '0')}`,
    };
  }

  async #take(step: Step, frame: Frame): Promise<SentStep> {
    const order = this.#order;
    this.#order += 1;
    const rendered = await this.#render(step, frame);
    const answer = await this.#sendPatiently(rendered);
    return { order, rendered, frame, exchange: this.#observe(rendered, answer) };
  }

  async #render(step: Step, frame: Frame): Promise<RenderedStep> {
    const { site, renderer } = this.#setup;
    if (step.kind === 'login') return renderLogin(step, site);
    return renderer.render(step, await this.#placeOf(step), frame);
  }

  async #placeOf(step: SubmitStep | ReadStep): Promise<Place> {
    const { site } = this.#setup;
    const sender = step.kind === 'submit' ? step.sender : undefined;
    if (sender === 'other-account' && site.other !== undefined) {
      return { ...site.other.device, token: await tokenOf(site.other.sender, site.target) };
    }
    const device = site.devices[step.device % site.devices.length];
    if (device === undefined) throw new Error('there is no device to write to');
    if (sender === 'renewed') await site.sender.renewToken();
    return { ...device, token: await tokenOf(site.sender, site.target) };
  }

  /** A 429 is waited for and never held against the provider. */
  async #sendPatiently(rendered: RenderedStep): Promise<RawAnswer> {
    for (let tries = 0; ; tries += 1) {
      const answer = await this.#send(rendered);
      if (answer.response?.status !== 429 || tries >= PATIENCE) return answer;
      const { 'retry-after': retryAfter, date } = answer.response.headers;
      const askedMs = parseRetryAfter(retryAfter, date, this.#setup.now()) ?? 1000 * 2 ** tries;
      await this.#pause(Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, askedMs)));
    }
  }

  async #send({ request, step }: RenderedStep): Promise<RawAnswer> {
    const { ratePerS, site } = this.#setup;
    if (ratePerS !== undefined) await this.#keepPace(ratePerS);
    this.#requests += 1;
    const limit = step.kind === 'submit' ? step.abandonedAfterMs : undefined;
    const answer = await site.sender.send(request, limit === undefined ? undefined : AbortSignal.timeout(limit));
    const status = answer.response?.status ?? 0;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    return answer;
  }

  async #keepPace(ratePerS: number): Promise<void> {
    const nowMs = performance.now();
    const atMs = Math.max(nowMs, this.#nextSendMs);
    this.#nextSendMs = atMs + 1000 / ratePerS;
    if (atMs > nowMs) await this.#pause(atMs - nowMs);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#setup;
    await pause(ms, undefined, signal === undefined ? {} : { signal });
  }

  #observe({ request, deviceId, step }: RenderedStep, answer: RawAnswer): ObservedExchange {
    const { sender } = this.#setup.site;
    const { response } = answer;
    const isTold = response !== undefined && step.kind !== 'login' && sender.holdsSecret(response.bodyText);
    return {
      operation: OPERATIONS[step.kind],
      deviceId,
      request: { method: request.method, url: answer.url, body: textOf(request.body) },
      // The mark of what was cut out tells the check that a secret was there.
      response: isTold ? { ...response, bodyText: sender.redactor.text(response.bodyText) } : response,
      failure: answer.failure,
      startedAtMs: answer.startedAtMs,
      durationMs: answer.durationMs,
    };
  }

  #judge(group: readonly SentStep[]): Sighting[] {
    const judged = group.filter(({ exchange, rendered: { step } }) => {
      const isAbandoned =
        step.kind === 'submit' && step.abandonedAfterMs !== undefined && exchange.response === undefined;
      const isLimited = exchange.response?.status === 429;
      return !isAbandoned && !isLimited;
    });
    for (const one of group) {
      // Nobody knows what became of it, and nobody is to blame.
      if (one.rendered.step.kind === 'submit' && !judged.includes(one)) rememberDoubtful(this.memory, one);
    }
    this.#count(judged);
    const others = judged.filter(isOtherAccounts);
    const own = judged.filter((one) => !isOtherAccounts(one));
    return [...judgeGroup(this.memory, own), ...judgeGroup(this.#otherMemory, others)].map((sighting) => ({
      ...sighting,
      finding: this.redact(sighting.finding),
    }));
  }

  #count(judged: readonly SentStep[]): void {
    for (const { rendered, exchange } of judged) {
      const { step, deserves, body, requestCase } = rendered;
      if (!isAccepted(exchange) || deserves !== 'success') continue;
      if (step.kind === 'read' && requestCase === undefined && this.#isOurs(exchange)) this.#compared += 1;
      if (step.kind !== 'submit') continue;
      this.#accepted += 1;
      const reference = body?.[this.#setup.site.contract.requestFields.recordReferenceId ?? ''];
      if (
        typeof reference === 'string' &&
        this.memory.underReference(reference).some(({ fate }) => fate === 'stored')
      ) {
        this.#repeated += 1;
      }
    }
  }

  #isOurs({ deviceId }: ObservedExchange): boolean {
    return this.memory.device(deviceId ?? '').latest.some(({ tag }) => tag !== undefined);
  }

  /** What a finding says may be shown and stored. */
  redact(finding: Finding): Finding {
    const { redactor } = this.#setup.site.sender;
    const evidence = redactor.json(finding.evidence);
    return { ...finding, message: redactor.text(finding.message), evidence: isRecord(evidence) ? evidence : {} };
  }
}

const OPERATIONS: Readonly<Record<Step['kind'], OperationName>> = {
  submit: 'submit',
  read: 'readBack',
  login: 'token',
};
/** More of a body is no evidence. */
const SHOWN_BODY = 20_000;

async function tokenOf(sender: RawSender, target: string): Promise<string> {
  const outcome = await sender.token();
  if ('token' in outcome) return outcome.token;
  const { response, failure } = outcome.failedLogin;
  const reason = failure === undefined ? `status ${response?.status}` : failure.message;
  throw new TransportError(failure?.code ?? 'login-refused', `no token could be had: ${reason}`, {
    target,
    hint: 'Check VOLTPACT_ACCOUNT_ID and VOLTPACT_API_KEY.',
  });
}

function textOf(body: string | Uint8Array | undefined): string | undefined {
  if (body === undefined) return undefined;
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
  return text.length > SHOWN_BODY ? `${text.slice(0, SHOWN_BODY)}… (${text.length} characters)` : text;
}

function isAcceptedFault({ rendered: { step, deserves }, exchange }: SentStep): boolean {
  return step.kind === 'submit' && deserves !== 'success' && isAccepted(exchange);
}

function isOtherAccounts({ rendered: { step } }: SentStep): boolean {
  return step.kind === 'submit' && step.sender === 'other-account';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
