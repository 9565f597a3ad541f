/** A seeded defect: one thing that a provider does wrong, as a change to the steps of the correct one. Without it, nothing changes. */
import type { World } from '../platform-steps.js';
import type { Steps } from '../steps.js';

export type BugCategory =
  | 'validation'
  | 'types'
  | 'time'
  | 'idempotency'
  | 'read-back'
  | 'auth'
  | 'error-shape'
  | 'ids'
  | 'concurrency'
  | 'robustness';

/** What a seeded defect is, for people. */
export interface BugDescription {
  /** Kebab-case. */
  readonly name: string;
  readonly category: BugCategory;
  /** What the provider does wrong, one line without a full stop, the provider being its subject. */
  readonly description: string;
  /** How it shows from outside, one line without a full stop. */
  readonly symptom: string;
}

export interface Bug extends BugDescription {
  /** The steps that differ, each usually around the one given. Called once a provider, so that it may remember something. */
  readonly plant: (steps: Steps, world: World) => Partial<Steps>;
}

/** Each stands in front of the ones before it. Without any, the steps are those given. */
export function plantBugs(steps: Steps, bugs: readonly Bug[], world: World): Steps {
  return bugs.reduce<Steps>((planted, bug) => ({ ...planted, ...bug.plant(planted, world) }), steps);
}
