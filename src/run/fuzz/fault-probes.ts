/** Requests with one thing wrong, those that find the most first: each kind of fault and each constraint before the next of its like. */
import type { Contract } from '../../contract/contract.js';
import type { RequestCase } from '../../contract/request-case.js';
import { randomStream } from '../../device/random.js';
import { bodyOf } from './bodies.js';
import type { Probe, Step } from './step.js';

export interface FaultProbes {
  readonly present: readonly Probe[];
  /** Times that are too far ahead, nearest first: whoever accepts one takes it for the latest state from then on. */
  readonly future: readonly Probe[];
}

/** After so many refusals it is looked whether any of them left a trace. */
const FAULTS_A_READING = 10;

export function faultProbes(contract: Contract, seed: number, cases: readonly RequestCase[]): FaultProbes {
  const isFuture = ({ constraint }: RequestCase): boolean => constraint === 'time/future';
  const present = inOrder(
    cases.filter((one) => !isFuture(one)),
    seed,
  ).map(({ one, isRead }, index) =>
    faultProbe(contract, one, { isRead, isFollowed: index % FAULTS_A_READING === FAULTS_A_READING - 1 }),
  );
  return {
    present,
    future: cases.filter(isFuture).map((one) => faultProbe(contract, one, { isRead: false, isFollowed: false })),
  };
}

function faultProbe(contract: Contract, one: RequestCase, how: { isRead: boolean; isFollowed: boolean }): Probe {
  const { id, title, constraint, pointer } = one;
  const step: Step = how.isRead
    ? { kind: 'read', device: 0, caseId: id }
    : { kind: 'submit', device: 0, caseId: id, body: bodyOf(contract) };
  return {
    id: how.isRead ? `read/${id}` : id,
    title: how.isRead ? `${title}, on a read-back` : title,
    covers: [{ field: pointer === '' ? '(request)' : pointer.slice(1), constraint }],
    steps: how.isFollowed ? [step, { kind: 'read', device: 0 }] : [step],
  };
}

interface Turn {
  readonly one: RequestCase;
  readonly isRead: boolean;
}

/**
 * Each turn takes the case of the greatest worth. A case is worth more the less its constraint, its field and its kind of
 * fault have been tried; the seed decides between equals.
 */
function inOrder(cases: readonly RequestCase[], seed: number): Turn[] {
  const random = randomStream(seed, 'faults');
  const turns: Turn[] = [
    ...cases.map((one) => ({ one, isRead: false })),
    ...cases.filter(isAsWrongOnReading).map((one) => ({ one, isRead: true })),
  ];
  const left = turns.map((turn) => ({ turn, features: featuresOf(turn), tie: random.next() * 0.05 }));
  const tried = new Map<string, number>();
  const worth = ({ features, tie }: (typeof left)[number]): number =>
    features.reduce((sum, { name, weight }) => sum + weight / (1 + (tried.get(name) ?? 0)) ** 2, tie);
  const ordered: Turn[] = [];
  while (left.length > 0) {
    const worths = left.map(worth);
    const best = worths.indexOf(Math.max(...worths));
    const [chosen] = left.splice(best, 1);
    if (chosen === undefined) break;
    for (const { name } of chosen.features) tried.set(name, (tried.get(name) ?? 0) + 1);
    ordered.push(chosen.turn);
  }
  return ordered;
}

/** Usual cases of whose token and which device, which are as wrong on a read-back. */
function isAsWrongOnReading(one: RequestCase): boolean {
  const isOfHead = one.constraint.startsWith('token/') || one.constraint.startsWith('device/');
  return isOfHead && one.constraint !== 'device/location' && USUAL.has(labelOf(one.id));
}

interface Feature {
  readonly name: string;
  readonly weight: number;
}

/**
 * Faults that providers are known to let through, by the last part of the case's id: how much more they are worth than the
 * others of their constraint. Any other is worth a fifth.
 */
const USUAL: ReadonlyMap<string, number> = new Map(
  Object.entries({
    missing: 3,
    'one-step': 3,
    quoted: 3,
    null: 3,
    'no-zone': 3,
    'no-such-day': 2.5,
    'date-only': 2.5,
    space: 2,
    unknown: 3,
    word: 1.5,
    'root-empty-list': 2.5,
    empty: 2,
    half: 2,
    changed: 2.5,
    unsigned: 2,
    'other-scheme': 2.5,
    sql: 2.5,
    proto: 1.5,
    other: 2,
    'other-account': 3,
    true: 2,
    false: 0.6,
    hair: 1.5,
    'empty-text': 0.6,
    'hour-24': 1,
    'no-leap-year': 1,
    'other-case': 1,
    list: 0.6,
    POST: 2,
    text: 2,
  }),
);

function featuresOf({ one, isRead }: Turn): Feature[] {
  const { id, constraint, pointer, deserves } = one;
  const label = labelOf(id);
  const kind = isRead ? 'read' : 'submit';
  return [
    { name: `${kind} ${constraint}`, weight: 2 },
    { name: `${kind} ${constraint} ${pointer}`, weight: 1.5 },
    { name: `${kind} ${id.split('/')[0]} ${label}`, weight: 1.5 },
    { name: `${kind} ${id}`, weight: (USUAL.get(label) ?? 0.2) * (isRead ? 0.7 : 1) },
    // What no document speaks of shows little but failures.
    ...(deserves === 'any' ? [{ name: id, weight: -1.5 }] : []),
  ];
}

/** What is wrong, whatever field it is wrong with: `nan` of `json/nan/state_of_charge_percent`. */
function labelOf(id: string): string {
  const parts = id.split('/');
  return (parts[0] === 'json' && parts.length === 3 ? parts[1] : parts.at(-1)) ?? '';
}
