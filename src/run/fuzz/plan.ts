/** In which order probes are sent: what finds the most for the fewest requests comes first. */
import type { Contract } from '../../contract/contract.js';
import type { RequestCase } from '../../contract/request-case.js';
import { edgeProbes } from './edge-probes.js';
import { interleave } from './interleave.js';
import { faultProbes } from './fault-probes.js';
import { loginProbes } from './login.js';
import { randomProbes } from './random-probes.js';
import { calibrationProbes, sequenceProbes } from './sequence-probes.js';
import type { SequenceOptions } from './sequence-probes.js';
import type { Site } from './site.js';
import type { Probe } from './step.js';

export const fuzzModes = ['valid', 'invalid', 'stateful', 'all'] as const;
export type FuzzMode = (typeof fuzzModes)[number];

export interface PlanOptions extends SequenceOptions {
  readonly contract: Contract;
  readonly seed: number;
  readonly mode: FuzzMode;
  readonly site: Pick<Site, 'credentials' | 'devices'>;
  /** Every single-fault case of the contract. */
  readonly faults: readonly RequestCase[];
  /** No device has ever reported: states of the past are the latest there. */
  readonly isFresh: boolean;
  /** False where nothing may be left behind that lies in the future. */
  readonly mayBeAhead: boolean;
}

export interface Plan {
  /** First of all, of a device that has never reported: nothing later may come before them. */
  readonly past: readonly Probe[];
  /** Teaches how the provider settles what is open. Before anything is repeated or comes late. */
  readonly calibration: readonly Probe[];
  /** Once each, in this order. */
  readonly probes: readonly Probe[];
  /** After them, without end. */
  readonly random: Iterable<Probe>;
  /** Last of all: they leave states with a time ahead of the clock behind. */
  readonly last: readonly Probe[];
}

export function makePlan(options: PlanOptions): Plan {
  const { contract, seed, mode, site, mayBeAhead } = options;
  const is = (...modes: readonly FuzzMode[]): boolean => mode === 'all' || modes.includes(mode);
  const edges = edgeProbes(contract, seed);
  const faults = faultProbes(contract, seed, options.faults);
  const sequences = is('stateful') ? sequenceProbes(contract, options) : [];
  const wrong = is('invalid')
    ? [...faults.present.slice(0, 40), ...loginProbes(site), ...faults.present.slice(40)]
    : [];
  const past = is('valid') ? edges.past.map((probe) => (options.isFresh ? probe : withoutReading(probe))) : [];
  const begun = interleave([past, wrong.slice(0, past.length)]);
  const rest = interleave(
    [is('valid') ? edges.present : [], wrong.slice(past.length), sequences, is('valid') ? edges.writings : []],
    [1, 4, 0.9, 0.35],
  );
  return {
    past: begun,
    calibration: calibrationProbes(contract),
    probes: rest,
    random: randomProbes(contract, {
      seed,
      mode,
      faults: options.faults.filter(isForEver),
      devices: options.devices,
    }),
    last: mayBeAhead ? [...(is('valid') ? edges.ahead : []), ...(is('invalid') ? faults.future : [])] : [],
  };
}

/** Bodies of megabytes and times ahead of the clock are for once. */
function isForEver({ constraint }: { readonly constraint: string }): boolean {
  return constraint !== 'http/size' && constraint !== 'time/future';
}

/** Where the device has a later state, what is long past does not read back. */
function withoutReading(probe: Probe): Probe {
  return { ...probe, steps: probe.steps.filter(({ kind }) => kind !== 'read') };
}
