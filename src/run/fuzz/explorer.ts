/** The search: sends the plan within a budget, tells known causes from new ones, and makes the new ones small. */
import type { Finding } from '../../check/finding.js';
import { isAccepted } from '../../check/submission.js';
import type { Contract } from '../../contract/contract.js';
import { Coverage } from './coverage.js';
import { Findings } from './found.js';
import type { Frame } from './frame.js';
import type { Group } from './found.js';
import type { SentStep, Sighting } from './judge.js';
import type { Plan } from './plan.js';
import { describeSteps } from './random-probes.js';
import type { SavedCase } from './saved-case.js';
import { renderSent } from './sent-curl.js';
import type { ProbeResult, Session } from './session.js';
import { mergeSteps, shrink, specialsOf } from './shrink.js';
import type { Shrunk } from './shrink.js';
import type { Redactor } from '../../http/client/redaction.js';
import type { Probe } from './step.js';

export interface ExplorerSetup {
  readonly session: Session;
  readonly contract: Contract;
  readonly plan: Plan;
  /** What was sent before the search, to see what there is. */
  readonly opened: { readonly probe: Probe; readonly result: ProbeResult };
  readonly saved: readonly SavedCase[];
  readonly redactor: Redactor;
  readonly maxRequests: number;
  readonly stopAtFirst: boolean;
}

export type Discovery =
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'finding'; readonly group: Group; readonly finding: Finding };

/** Of one finding. */
const SHRINK_REQUESTS = 60;
/** So many requests without an answer, and the provider is gone. */
const GONE_AFTER = 10;
/** So many of the first states are repeated at the end, and so many requests lie between them. */
const ELDERS = 4;
const ELDER_DISTANCE = 100;
/** A search that is shorter than this has no requests to spare for times ahead of the clock. */
const SHORT_SEARCH = 100;

export class Explorer {
  readonly coverage = new Coverage();
  readonly findings: Findings;
  readonly #setup: ExplorerSetup;
  #shrinking = 0;
  #unanswered = 0;
  #isOver = false;

  constructor(setup: ExplorerSetup) {
    this.#setup = setup;
    this.findings = new Findings(setup.contract);
  }

  get spent(): { readonly search: number; readonly shrinking: number } {
    return { search: this.#setup.session.requests - this.#shrinking, shrinking: this.#shrinking };
  }

  async *explore(): AsyncGenerator<Discovery> {
    const { plan, opened, saved, maxRequests } = this.#setup;
    const last = maxRequests < SHORT_SEARCH ? [] : plan.last;
    const ahead = last.reduce((sum, { steps }) => sum + steps.length, 0);
    const reserve = ahead + (maxRequests < SHORT_SEARCH ? 0 : ELDERS);
    yield* this.#meetAll(opened.result, { probe: opened.probe, before: 0 });
    if (saved.length > 0) yield* this.#calibrate();
    for (const one of saved) yield* this.#trySaved(one);
    for (const probe of plan.past) yield* this.#tryProbe(probe, maxRequests - reserve);
    yield* this.#calibrate();
    for (const probe of plan.probes) yield* this.#tryProbe(probe, maxRequests - reserve);
    for (const probe of plan.random) {
      if (!this.#hasRoom(probe, maxRequests - reserve)) break;
      yield* this.#tryProbe(probe, maxRequests - reserve);
    }
    yield* this.#tryElders(maxRequests - ahead);
    for (const probe of last) {
      yield* this.#tryProbe(probe, maxRequests);
      // What is accepted stays the latest state of the device until its time has come: nothing further ahead is sent.
      if (probe.covers.some(({ constraint }) => constraint === 'time/future') && this.#wasAccepted) break;
    }
  }

  readonly #elders: SentStep[] = [];
  #isCalibrated = false;
  #wasAccepted = false;

  async *#calibrate(): AsyncGenerator<Discovery> {
    if (this.#isCalibrated) return;
    this.#isCalibrated = true;
    for (const probe of this.#setup.plan.calibration) yield* this.#tryProbe(probe, this.#setup.maxRequests);
  }

  /** States that were accepted at the beginning, a little later, and so on. */
  #keepElder({ sent }: ProbeResult): void {
    if (this.spent.search < this.#elders.length * ELDER_DISTANCE || this.#elders.length >= ELDERS) return;
    const elder = sent.find(
      ({ rendered: { step, deserves, isOwnReference }, exchange }) =>
        step.kind === 'submit' &&
        step.sender === undefined &&
        deserves === 'success' &&
        isOwnReference &&
        Object.hasOwn(step.body, this.#setup.contract.requestFields.recordReferenceId ?? '') &&
        isAccepted(exchange),
    );
    if (elder !== undefined) this.#elders.push(elder);
  }

  #hasRoom({ steps }: Probe, limit: number): boolean {
    return !this.#isOver && this.spent.search + steps.length < limit;
  }

  async *#tryProbe(probe: Probe, limit: number, frame?: Frame): AsyncGenerator<Discovery> {
    if (!this.#hasRoom(probe, limit)) return;
    const before = this.spent.search;
    const result = await this.#setup.session.run(probe, frame);
    if (frame === undefined) this.#keepElder(result);
    this.coverage.add(probe.covers, result.sent);
    this.#wasAccepted = result.sent.some(
      ({ rendered, exchange }) => rendered.step.kind === 'submit' && isAccepted(exchange),
    );
    yield* this.#meetAll(result, { probe, before });
    yield { kind: 'progress', done: this.spent.search };
    yield* this.#noticeSilence(result);
  }

  async *#meetAll(
    { sightings, sent }: ProbeResult,
    { probe, before }: { probe: Probe; before: number },
  ): AsyncGenerator<Discovery> {
    for (const sighting of sightings) {
      if (this.#isOver) return;
      yield* this.#meet(sighting, { probe, request: before + sent.indexOf(sighting.sent) + 1 });
    }
  }

  /** The first states of the run once more, exactly as they were: whoever forgets references after a while stores them again. */
  async *#tryElders(limit: number): AsyncGenerator<Discovery> {
    for (const { rendered, frame } of this.#elders) {
      const probe: Probe = {
        id: 'sequence/repeat-much-later',
        title: 'a state is repeated after many others',
        covers: [{ field: '(request)', constraint: 'sequence' }],
        steps: [rendered.step],
      };
      yield* this.#tryProbe(probe, limit, frame);
    }
  }

  async *#meet(sighting: Sighting, where: { probe: Probe; request: number }): AsyncGenerator<Discovery> {
    const known = this.findings.known(sighting);
    if (known !== undefined) {
      this.findings.note(known, sighting, where.probe.id);
      return;
    }
    // Smaller probes are repetitions of this one, and nobody knows yet what a repetition is answered with.
    yield* this.#calibrate();
    const shrunk = await this.#shrink(sighting, where.probe);
    const shown = shrunk.sighting ?? sighting;
    const { group, isNew } = this.findings.add(shown, shrunk.steps, where.probe.id);
    if (!isNew) return;
    group.finding = this.#describe(shown, { ...where, shrunk });
    yield { kind: 'finding', group, finding: group.finding };
    if (this.#setup.stopAtFirst && group.finding.severity === 'error') this.#isOver = true;
  }

  async #shrink(sighting: Sighting, { steps }: Probe): Promise<Shrunk> {
    const { session, contract, maxRequests } = this.#setup;
    const own = mergeSteps([...sighting.involved, sighting.sent]);
    const isWorthIt = sighting.finding.severity !== 'info' && this.#shrinking < maxRequests;
    if (!isWorthIt) return { steps: own, sighting: undefined, sent: [...sighting.involved, sighting.sent] };
    const before = session.requests;
    const shrunk = await shrink({ session, contract, limit: SHRINK_REQUESTS }, sighting, steps);
    this.#shrinking += session.requests - before;
    return shrunk.sighting === undefined ? { ...shrunk, sent: [...sighting.involved, sighting.sent] } : shrunk;
  }

  #describe(
    sighting: Sighting,
    { probe, request, shrunk }: { probe: Probe; request: number; shrunk: Shrunk },
  ): Finding {
    const { finding, sent } = sighting;
    const { requestCase } = sent.rendered;
    const submits = shrunk.sent.filter(({ rendered: { step } }) => step.kind === 'submit');
    const special = Object.fromEntries(submits.flatMap((one) => this.#specials(one)));
    const isAlone = submits.length === 1 && shrunk.sighting !== undefined;
    const what = requestCase?.title ?? (isAlone ? describeSpecials(special) : titleOf(sighting, { probe, shrunk }));
    return {
      ...finding,
      message: `${upperFirst(what)}. ${finding.message}`,
      evidence: {
        ...finding.evidence,
        ...(requestCase === undefined ? {} : { case: requestCase.id, constraint: requestCase.constraint }),
        ...(Object.keys(special).length === 0 ? {} : { special }),
        steps: shrunk.steps.length,
        probe: probe.id,
        afterRequests: request,
        shrunk: shrunk.sighting !== undefined,
      },
      reproduce: { curl: renderSent(shrunk.sent, this.#setup.redactor) },
    };
  }

  /** What is special about a state, as JSON text. */
  #specials({ rendered: { step, body } }: SentStep): [name: string, text: string][] {
    if (step.kind !== 'submit') return [];
    return specialsOf(this.#setup.contract, step.body).map(([name, text]) => [
      name,
      typeof text === 'string' ? text : JSON.stringify(body?.[name] ?? null),
    ]);
  }

  /** A case that was saved is tried as a probe of its own; where its fault shows again, that is a finding at once. */
  async *#trySaved(saved: SavedCase): AsyncGenerator<Discovery> {
    const probe: Probe = {
      id: `saved/${saved.id}`,
      title: saved.title,
      covers: [{ field: '(request)', constraint: 'saved' }],
      steps: saved.steps,
    };
    const count = this.findings.groups.length;
    yield* this.#tryProbe(probe, this.#setup.maxRequests);
    const isAgain = this.findings.groups.slice(count).some(({ ruleId }) => ruleId === saved.ruleId);
    yield { kind: 'note', message: `saved case ${saved.id}: ${isAgain ? 'fails again' : 'does not fail any more'}` };
  }

  async *#noticeSilence({ sent }: ProbeResult): AsyncGenerator<Discovery> {
    for (const { exchange } of sent) {
      const isGone = exchange.failure?.code === 'connection-refused' || exchange.failure?.code === 'timeout';
      this.#unanswered = isGone ? this.#unanswered + 1 : 0;
    }
    if (this.#unanswered < GONE_AFTER || this.#isOver) return;
    this.#isOver = true;
    yield {
      kind: 'note',
      message: `the provider does not answer any more; the search ended after ${this.spent.search} requests`,
    };
  }
}

/** The title of the probe speaks of its own steps only. */
function titleOf({ sent, involved }: Sighting, { probe, shrunk }: { probe: Probe; shrunk: Shrunk }): string {
  const isOwn = involved.every(({ frame }) => frame === sent.frame) && probe.steps.length >= shrunk.steps.length;
  return isOwn ? probe.title : describeSteps(shrunk.steps);
}

function describeSpecials(special: Readonly<Record<string, string>>): string {
  const parts = Object.entries(special).map(([name, text]) => `${name} ${text.slice(0, 80)}`);
  if (parts.length === 0) return 'a state with nothing special about it';
  return `a state with ${parts.join(' and ')}, nothing else special`;
}

/** A sentence, unless it begins with the name of a field. */
function upperFirst(text: string): string {
  if (/^\w+_\w+ /.test(text)) return text;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
