/** What was found so far, one group for each cause. */
import type { Finding } from '../../check/finding.js';
import type { Contract } from '../../contract/contract.js';
import { fingerprint } from '../../device/random.js';
import type { Sighting } from './judge.js';
import { isSameText, specialsOf } from './shrink.js';
import type { Step } from './step.js';

export interface Group {
  readonly id: string;
  readonly ruleId: string;
  /** Constraint at stake, or empty. */
  readonly constraint: string;
  /** Where in a body, or empty. */
  readonly pointers: Set<string>;
  /** Last parts of the ids of the cases that show it. */
  readonly labels: Set<string>;
  /** Ids of the probes that show it. */
  readonly probes: Set<string>;
  finding: Finding;
  /** The smallest steps that show it. */
  steps: readonly Step[];
}

/** Of a right request, any field may be to blame: only shrinking tells. */
const BLAMELESS_RULES: ReadonlySet<string> = new Set([
  'conformance/status',
  'conformance/server-error',
  'conformance/no-answer',
]);

export class Findings {
  readonly groups: Group[] = [];
  readonly #contract: Contract;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  /** The group of a sighting whose cause is known already. */
  known(sighting: Sighting): Group | undefined {
    const { constraint, pointer, label } = causeOf(sighting);
    const alike = this.groups.filter(
      (group) =>
        group.ruleId === sighting.finding.ruleId &&
        group.finding.severity === sighting.finding.severity &&
        group.constraint === constraint,
    );
    if (!isOfRightRequest(sighting)) {
      return alike.find((group) => group.pointers.has(pointer) || (label !== '' && group.labels.has(label)));
    }
    return alike.find((group) => this.#holdsCulprits(sighting, group));
  }

  /** True where the smallest case of a group has nothing special that this request lacks. */
  #holdsCulprits({ sent }: Sighting, { steps, finding }: Group): boolean {
    const { step } = sent.rendered;
    const [only, ...others] = steps.filter(({ kind }) => kind === 'submit');
    if (step.kind !== 'submit') return others.length === 0 && only === undefined;
    if (only?.kind !== 'submit' || others.length > 0)
      return finding.evidence['status'] === sent.exchange.response?.status;
    return specialsOf(this.#contract, only.body).every(([name, text]) => {
      const own = step.body[name];
      return own !== undefined && isSameText(text, own);
    });
  }

  /** After shrinking, the culprits of a right request tell whether its cause is known. */
  add(sighting: Sighting, steps: readonly Step[], probeId: string): { group: Group; isNew: boolean } {
    const culprits = isOfRightRequest(sighting) ? this.#culpritsOf(steps) : undefined;
    const { constraint, pointer, label } = causeOf(sighting);
    const place = culprits ?? pointer;
    const known = this.groups.find(
      (group) =>
        group.ruleId === sighting.finding.ruleId && group.constraint === constraint && group.pointers.has(place),
    );
    const group = known ?? this.#create(sighting, { constraint, place, steps });
    group.probes.add(probeId);
    if (label !== '') group.labels.add(label);
    return { group, isNew: known === undefined };
  }

  note(group: Group, sighting: Sighting, probeId: string): void {
    const { pointer, label } = causeOf(sighting);
    if (!isOfRightRequest(sighting)) group.pointers.add(pointer);
    if (label !== '') group.labels.add(label);
    group.probes.add(probeId);
  }

  #create(
    { finding }: Sighting,
    { constraint, place, steps }: { constraint: string; place: string; steps: readonly Step[] },
  ): Group {
    const name = finding.ruleId.replaceAll('/', '-');
    const group: Group = {
      id: `${name}-${fingerprint([finding.ruleId, constraint, place], 8)}`,
      ruleId: finding.ruleId,
      constraint,
      pointers: new Set([place]),
      labels: new Set(),
      probes: new Set(),
      finding,
      steps,
    };
    this.groups.push(group);
    return group;
  }

  #culpritsOf(steps: readonly Step[]): string {
    const submits = steps.filter((step) => step.kind === 'submit');
    const names = submits.flatMap(({ body }) => specialsOf(this.#contract, body).map(([name]) => name));
    return [submits.length > 1 ? 'several' : '', ...new Set(names)].join(' ');
  }
}

function isOfRightRequest({ sent: { rendered }, finding }: Sighting): boolean {
  const { deserves, requestCase } = rendered;
  const isRight = deserves === 'success' && requestCase === undefined && finding.severity !== 'info';
  return isRight && BLAMELESS_RULES.has(finding.ruleId);
}

interface Cause {
  readonly constraint: string;
  readonly pointer: string;
  readonly label: string;
}

function causeOf({ finding, sent }: Sighting): Cause {
  const { rendered } = sent;
  const { requestCase } = rendered;
  const pointer = finding.evidence['pointer'];
  if (finding.severity === 'info') {
    return { constraint: 'information', pointer: `${rendered.deserves} ${sent.exchange.response?.status}`, label: '' };
  }
  if (typeof pointer === 'string') return { constraint: '', pointer, label: '' };
  if (requestCase === undefined || !BLAMELESS_RULES.has(finding.ruleId))
    return { constraint: '', pointer: '', label: '' };
  return {
    constraint: requestCase.constraint,
    pointer: requestCase.pointer,
    label: requestCase.id.split('/').at(-1) ?? '',
  };
}
