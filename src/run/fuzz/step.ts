/**
 * What is sent, as data that can be written down and sent again another day to another provider: devices by number, times by
 * their order, references by name. A probe is a few steps that mean something by themselves.
 */

/** A field of a body: JSON text, or something that is worked out when it is sent. */
export type FieldText = string | Hole;

export type Hole = LocationHole | TimeHole | ReferenceHole;

/** The location of the step's device. */
export interface LocationHole {
  readonly hole: 'location';
}

export interface TimeHole {
  readonly hole: 'time';
  /** Order within the probe: each tick is an instant of its own, later than all that was sent before the probe. */
  readonly tick: number;
  /** How it is written: an edge of the contract's date-times, by label. */
  readonly edge?: string | undefined;
  /** Minutes that the clock that shows it is ahead of UTC. */
  readonly utcOffsetMinutes?: number | undefined;
  /** Digits behind the point of its seconds. */
  readonly fraction?: string | undefined;
}

export interface ReferenceHole {
  readonly hole: 'reference';
  /** Within the probe: the same name is the same reference. */
  readonly name: string;
  /** JSON text in which `@@` stands for what makes the reference unique. */
  readonly form: string;
}

export type FieldTexts = Readonly<Record<string, FieldText>>;

interface StepBase {
  /** Number of the device among those of the run; of the other account, the first one. */
  readonly device: number;
  /** On its way together with the step before. */
  readonly together?: boolean | undefined;
  /** A case of the contract that is made of the right request, by id. */
  readonly caseId?: string | undefined;
}

export interface SubmitStep extends StepBase {
  readonly kind: 'submit';
  readonly body: FieldTexts;
  /** Nobody waits for the answer longer than this, ms. */
  readonly abandonedAfterMs?: number | undefined;
  /** Whose token is shown; the account's own by default. */
  readonly sender?: 'renewed' | 'other-account' | undefined;
  /** A right request of which no document says that it must be accepted. */
  readonly deserves?: 'any' | undefined;
}

export interface ReadStep extends StepBase {
  readonly kind: 'read';
}

/** A request for a token; `caseId` names what is wrong with it. */
export interface LoginStep extends StepBase {
  readonly kind: 'login';
}

export type Step = SubmitStep | ReadStep | LoginStep;

export interface Probe {
  /** Kebab-case words and slashes, for instance `state_of_charge_percent/minimum/one-step`. */
  readonly id: string;
  /** What is special about it, without a full stop. */
  readonly title: string;
  /** What it puts to the test, for the table of what was covered. */
  readonly covers: readonly Covered[];
  readonly steps: readonly Step[];
}

export interface Covered {
  /** Wire name of a field, or `(request)`. */
  readonly field: string;
  readonly constraint: string;
}

/** Steps that go out one after the other, each group at once. What reads goes alone: it would show who came first. */
export function groupsOf(steps: readonly Step[]): Step[][] {
  const groups: Step[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.together === true && step.kind === 'submit' && last?.[0]?.kind === 'submit') last.push(step);
    else groups.push([step]);
  }
  return groups;
}
