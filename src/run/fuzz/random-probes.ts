/** What comes after all that is planned: sequences that nobody thought of, for as long as the budget lasts. */
import fc from 'fast-check';
import { bodyArbitrary } from '../../contract/arbitrary.js';
import type { BodyOptions } from '../../contract/arbitrary.js';
import type { Contract } from '../../contract/contract.js';
import { edgeValuesOf } from '../../contract/edge-values.js';
import type { RequestCase } from '../../contract/request-case.js';
import { requestShape } from '../../contract/request-shape.js';
import { letterOf, PLAIN_REFERENCE, referenceHole, timeHole, uniqueForm } from './bodies.js';
import type { FieldText, FieldTexts, Probe, Step, SubmitStep, TimeHole } from './step.js';

export interface RandomOptions {
  readonly seed: number;
  /** Faults to break bodies with. */
  readonly faults: readonly RequestCase[];
  readonly devices: number;
  readonly mode: 'valid' | 'invalid' | 'stateful' | 'all';
}

/** So many are drawn at once. */
const CHUNK = 64;
/** Stands where holes go. */
const SOME_MOMENT_MS = Date.UTC(2025, 5, 15, 12, 34, 56);

/** Without end. The same seed gives the same probes. */
export function* randomProbes(contract: Contract, options: RandomOptions): Generator<Probe> {
  const arbitrary = probeArbitrary(contract, options);
  for (let chunk = 0; ; chunk += 1) {
    const drawn = fc.sample(arbitrary, { seed: (options.seed * 31 + chunk) | 0, numRuns: CHUNK });
    yield* drawn.map((steps, index): Probe => ({
      id: `random/${chunk * CHUNK + index}`,
      title: describeSteps(steps),
      covers: [{ field: '(request)', constraint: 'random' }],
      steps,
    }));
  }
}

type Command =
  | { readonly kind: 'new' | 'read' | 'repeat' | 'older' | 'together' }
  | { readonly kind: 'other' }
  | { readonly kind: 'fault'; readonly caseId: string };

interface Turn {
  readonly command: Command;
  readonly body: FieldTexts;
  readonly device: number;
}

function probeArbitrary(contract: Contract, options: RandomOptions): fc.Arbitrary<Step[]> {
  const turn = fc.record({
    command: commandArbitrary(options),
    body: textsArbitrary(contract),
    device: fc.integer({ min: 0, max: Math.max(0, options.devices - 1) }),
  });
  const longest = options.mode === 'valid' || options.mode === 'invalid' ? 1 : 4;
  return fc.array(turn, { minLength: 1, maxLength: longest }).map((turns) => toSteps(contract, turns));
}

function commandArbitrary({ faults, mode }: RandomOptions): fc.Arbitrary<Command> {
  const plain = (kind: Exclude<Command['kind'], 'fault'>): fc.Arbitrary<Command> => fc.constant({ kind });
  const byConstraint = new Map<string, RequestCase[]>();
  for (const one of faults) {
    const key = `${one.constraint} ${one.pointer}`;
    byConstraint.set(key, [...(byConstraint.get(key) ?? []), one]);
  }
  const fault = fc
    .oneof(...[...byConstraint.values()].map((cases) => fc.constantFrom(...cases)))
    .map(({ id }): Command => ({ kind: 'fault', caseId: id }));
  if (mode === 'valid') return plain('new');
  if (mode === 'invalid') return fault;
  const kinds = (['repeat', 'other', 'older', 'together', 'read'] as const).map(plain);
  return fc.oneof(
    { arbitrary: plain('new'), weight: 4 },
    ...kinds.map((arbitrary) => ({ arbitrary, weight: 1 })),
    ...(mode === 'all' ? [{ arbitrary: fault, weight: 4 }] : []),
  );
}

/** Bodies of the contract with holes for what only the moment of sending knows. */
function textsArbitrary(contract: Contract): fc.Arbitrary<FieldTexts> {
  const { locationId, time, recordReferenceId } = contract.requestFields;
  const { fields } = requestShape(contract);
  const location = fields.find(({ quantity }) => quantity === 'locationId')?.plain ?? '""';
  const fixed: BodyOptions['fixed'] = { locationId: String(JSON.parse(location)), time: '2022-02-01T10:30:00Z' };
  const forms = fields
    .filter(({ quantity }) => quantity === 'recordReferenceId')
    .flatMap((field) => edgeValuesOf(contract, field));
  const form = fc.constantFrom(
    PLAIN_REFERENCE,
    ...forms.flatMap(({ token }) => uniqueForm(token(SOME_MOMENT_MS)) ?? []),
  );
  const times = fields.filter(({ quantity }) => quantity === 'time').flatMap((field) => edgeValuesOf(contract, field));
  const relative = times.filter(({ label, token }) => label !== 'ahead' && token(0) !== token(SOME_MOMENT_MS));
  const clock = fc.constantFrom<Partial<TimeHole>>({}, {}, ...relative.map(({ label }) => ({ edge: label })));
  return fc.record({ body: bodyArbitrary(contract, { nowMs: SOME_MOMENT_MS, fixed }), form, clock }).map((drawn) =>
    Object.fromEntries<FieldText>(
      Object.entries(drawn.body.tokens).map(([name, token]): [string, FieldText] => {
        if (name === locationId) return [name, { hole: 'location' }];
        if (name === time) return [name, timeHole(0, drawn.clock)];
        return [name, name === recordReferenceId ? referenceHole('a', drawn.form) : token];
      }),
    ),
  );
}

function toSteps(contract: Contract, turns: readonly Turn[]): Step[] {
  const steps: Step[] = [];
  let last: SubmitStep | undefined;
  for (const [index, { command, body, device }] of turns.entries()) {
    const tick = turns.length + index;
    const fresh: SubmitStep = { kind: 'submit', device, body: at(contract, body, { tick, name: letterOf(index) }) };
    const step = stepOf(command, { fresh, last, contract, tick: index });
    steps.push(step);
    if (step.kind === 'submit' && step.caseId === undefined) last = step;
  }
  const devices = new Set(steps.map(({ device }) => device));
  return [...steps, ...[...devices].map((device): Step => ({ kind: 'read', device }))];
}

interface Situation {
  /** A state that is later than all before it. */
  readonly fresh: SubmitStep;
  /** The last state that should have been accepted. */
  readonly last: SubmitStep | undefined;
  readonly contract: Contract;
  /** Before every tick of a fresh state. */
  readonly tick: number;
}

function stepOf(command: Command, { fresh, last, contract, tick }: Situation): Step {
  if (command.kind === 'read') return { kind: 'read', device: fresh.device };
  if (command.kind === 'fault') return { ...fresh, caseId: command.caseId };
  if (command.kind === 'older') return { ...fresh, body: at(contract, fresh.body, { tick }) };
  // The others need a state to follow.
  if (command.kind === 'new' || last === undefined) return fresh;
  if (command.kind === 'together') return { ...fresh, together: true };
  if (command.kind === 'repeat') {
    const { together: _alone, ...again } = last;
    return again;
  }
  const name = contract.requestFields.recordReferenceId ?? '';
  const reference = last.body[name];
  if (reference === undefined) return fresh;
  return { ...fresh, device: last.device, body: { ...fresh.body, [name]: reference } };
}

/** The same body at another tick, and under another name where one is given. */
function at(contract: Contract, body: FieldTexts, { tick, name }: { tick: number; name?: string }): FieldTexts {
  const { time, recordReferenceId } = contract.requestFields;
  return Object.fromEntries<FieldText>(
    Object.entries(body).map(([field, text]): [string, FieldText] => {
      if (typeof text === 'string') return [field, text];
      if (field === time && text.hole === 'time') return [field, { ...text, tick }];
      return [
        field,
        field === recordReferenceId && text.hole === 'reference' && name !== undefined ? { ...text, name } : text,
      ];
    }),
  );
}

/** Step by step, for people. */
export function describeSteps(steps: readonly Step[]): string {
  const words = steps.map((step) => {
    if (step.kind === 'read') return 'a read-back';
    return step.caseId === undefined ? 'a state' : `a state with ${step.caseId}`;
  });
  return words.join(', then ');
}
