/** Devices of one spec whose behaviour has a state of its own, a value for each. */
export interface BehaviourGroup {
  readonly count: number;
  /** Number in the spec of the first of them: what is drawn for a device follows it. */
  readonly firstNumber: number;
  readonly name: string;
  readonly seed: number;
}
