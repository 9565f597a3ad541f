/** Makes a probe that shows a fault as small as it can be: fewer steps, fewer fields, nothing special but what matters. */
import type { Contract } from '../../contract/contract.js';
import { requestShape } from '../../contract/request-shape.js';
import type { FieldShape } from '../../contract/request-shape.js';
import { bodyOf, letterOf, plainText, PLAIN_REFERENCE, referenceHole, timeHole } from './bodies.js';
import type { SentStep, Sighting } from './judge.js';
import type { ProbeResult, Session } from './session.js';
import type { FieldText, FieldTexts, Step, SubmitStep } from './step.js';

export interface Shrunk {
  readonly steps: readonly Step[];
  /** The fault as the smallest probe shows it; undefined where it did not show again. */
  readonly sighting: Sighting | undefined;
  /** The requests of that probe. */
  readonly sent: readonly SentStep[];
}

export interface ShrinkSetup {
  readonly session: Session;
  readonly contract: Contract;
  /** Requests, at most. */
  readonly limit: number;
}

/** A race shows itself now and then. */
const RACE_TRIES = 4;

/** @param origin the steps of the probe in which it was seen */
export async function shrink(setup: ShrinkSetup, sighting: Sighting, origin: readonly Step[]): Promise<Shrunk> {
  return new Shrinker(setup, sighting).run(origin);
}

class Shrinker {
  readonly #setup: ShrinkSetup;
  readonly #target: Sighting;
  readonly #end: number;
  #best: { steps: readonly Step[]; result: ProbeResult; sighting: Sighting } | undefined;

  constructor(setup: ShrinkSetup, target: Sighting) {
    this.#setup = setup;
    this.#target = target;
    this.#end = setup.session.requests + setup.limit;
  }

  async run(origin: readonly Step[]): Promise<Shrunk> {
    const essential = mergeSteps([...this.#target.involved, this.#target.sent]);
    const recent = mergeSteps(this.#setup.session.recent);
    const candidates = [essential, origin, this.#withPlainIdentity(essential), recent];
    const isWhole = await this.#tryFirst(candidates);
    if (!isWhole) return { steps: essential.length > 1 ? essential : origin, sighting: undefined, sent: [] };
    await this.#tryMinimalBodies();
    await this.#dropSteps();
    await this.#simplifyFields();
    const best = this.#best;
    return best === undefined
      ? { steps: origin, sighting: undefined, sent: [] }
      : { steps: best.steps, sighting: best.sighting, sent: best.result.sent };
  }

  async #tryFirst(candidates: readonly (readonly Step[])[]): Promise<boolean> {
    for (const steps of candidates) if (await this.#try(steps)) return true;
    return false;
  }

  /** What is long past is the latest state only once, and a reference of fixed text is free only once. */
  #withPlainIdentity(steps: readonly Step[]): Step[] {
    const { contract } = this.#setup;
    const { time = '', recordReferenceId = '' } = contract.requestFields;
    return steps.map((step, tick) => {
      if (step.kind !== 'submit') return step;
      const body = { ...step.body };
      if (typeof body[time] === 'string') body[time] = timeHole(tick);
      if (typeof body[recordReferenceId] === 'string') body[recordReferenceId] = referenceHole(letterOf(tick));
      return { ...step, body };
    });
  }

  /** True where the steps show the same fault; then they are the best so far. */
  async #try(steps: readonly Step[]): Promise<boolean> {
    const tries = steps.some(({ together }) => together === true) ? RACE_TRIES : 1;
    for (let turn = 0; turn < tries; turn += 1) {
      if (steps.length === 0 || this.#setup.session.requests + steps.length > this.#end) return false;
      const result = await this.#setup.session.run({ steps });
      const sighting = result.sightings.find((one) => isSameFault(one, this.#target) && isSelfContained(one, result));
      if (sighting === undefined) continue;
      this.#best = { steps, result, sighting };
      return true;
    }
    return false;
  }

  get #steps(): readonly Step[] {
    return this.#best?.steps ?? [];
  }

  async #tryMinimalBodies(): Promise<void> {
    const { contract } = this.#setup;
    const minimal = bodyOf(contract, { isMinimal: true });
    const steps = this.#steps.map((step): Step => {
      if (step.kind !== 'submit') return step;
      const body = Object.fromEntries(
        Object.entries(step.body).flatMap(([name, text]): [string, FieldText][] => {
          const plain = plainOf(contract, name, text);
          return Object.hasOwn(minimal, name) ? [[name, plain ?? text]] : [];
        }),
      );
      return { ...step, body };
    });
    await this.#try(steps);
  }

  async #dropSteps(): Promise<void> {
    for (let index = this.#steps.length - 1; index >= 0; index -= 1) {
      if (this.#steps.length === 1) return;
      await this.#try(this.#steps.filter((_, at) => at !== index));
    }
  }

  async #simplifyFields(): Promise<void> {
    for (const [index, step] of this.#steps.entries()) {
      if (step.kind !== 'submit') continue;
      for (const field of requestShape(this.#setup.contract).fields) {
        await this.#simplifyField(index, field);
      }
    }
  }

  async #simplifyField(index: number, field: FieldShape): Promise<void> {
    const step = this.#steps[index];
    if (step?.kind !== 'submit') return;
    const text = step.body[field.name];
    if (text === undefined) return;
    if (!field.isRequired && (await this.#tryBody(index, without(step, field.name)))) return;
    const plain = plainOf(this.#setup.contract, field.name, text);
    if (plain !== undefined && !isSameText(plain, text)) {
      await this.#tryBody(index, { ...step, body: { ...step.body, [field.name]: plain } });
    }
  }

  #tryBody(index: number, step: SubmitStep): Promise<boolean> {
    return this.#try(this.#steps.map((other, at) => (at === index ? step : other)));
  }
}

/** True where the fault rests on nothing that went before: elsewhere, with another memory, it has to show as well. */
function isSelfContained({ involved }: Sighting, { sent }: ProbeResult): boolean {
  return involved.every((one) => sent.includes(one));
}

function without(step: SubmitStep, name: string): SubmitStep {
  const { [name]: _left, ...body } = step.body;
  return { ...step, body };
}

/** What a field is when there is nothing special about it; the order of times and the identity of references stay. */
function plainOf(contract: Contract, name: string, text: FieldText): FieldText | undefined {
  const field = requestShape(contract).fields.find((one) => one.name === name);
  if (field === undefined) return undefined;
  if (field.quantity === 'recordReferenceId') {
    const own = typeof text === 'string' || text.hole !== 'reference' ? 'a' : text.name;
    return { hole: 'reference', name: own, form: PLAIN_REFERENCE };
  }
  return plainText(field, typeof text !== 'string' && text.hole === 'time' ? text.tick : 0);
}

export function isSameText(one: FieldText, other: FieldText): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What is special about a body, with the values: fields that need not be there, and ones that are not plain. */
export function specialsOf(contract: Contract, body: FieldTexts): [name: string, text: FieldText][] {
  return Object.entries(body).filter(([name, text]) => {
    const plain = plainOf(contract, name, text);
    const isOptional = !contract.requiredFields.includes(name) && name !== contract.requestFields.recordReferenceId;
    return isOptional || plain === undefined || !isSameText(plain, text);
  });
}

function isSameFault(one: Sighting, other: Sighting): boolean {
  return (
    one.finding.ruleId === other.finding.ruleId && one.finding.evidence['pointer'] === other.finding.evidence['pointer']
  );
}

/** Steps of several probes as one: the same order of sending and of times, the same references where they were the same. */
export function mergeSteps(sent: readonly SentStep[]): Step[] {
  const ordered = [...new Map(sent.map((one) => [one.order, one])).values()].toSorted((a, b) => a.order - b.order);
  const names = new Map<string, string>();
  const nameOf = (key: string): string => {
    const known = names.get(key) ?? letterOf(names.size);
    names.set(key, known);
    return known;
  };
  const timeOf = ({ frame }: SentStep, tick: number): number => frame.startMs + tick * frame.tickMs;
  const ticks = (one: SentStep): number[] =>
    one.rendered.step.kind !== 'submit'
      ? []
      : Object.values(one.rendered.step.body).flatMap((text) =>
          typeof text !== 'string' && text.hole === 'time' ? [timeOf(one, text.tick)] : [],
        );
  const times = [...new Set(ordered.flatMap(ticks))].toSorted((a, b) => a - b);
  return ordered.map((one, index) => {
    const { step } = one.rendered;
    const isAlone = ordered[index - 1]?.order !== one.order - 1;
    const { together = false, ...rest } = step;
    const apart: Step = together && !isAlone ? step : rest;
    if (apart.kind !== 'submit') return apart;
    const entries = Object.entries(apart.body).map(([name, text]): [string, FieldText] => {
      if (typeof text === 'string' || text.hole === 'location') return [name, text];
      if (text.hole === 'time') return [name, { ...text, tick: times.indexOf(timeOf(one, text.tick)) }];
      return [name, { ...text, name: nameOf(`${one.frame.digits} ${text.name}`) }];
    });
    return { ...apart, body: Object.fromEntries(entries) };
  });
}
