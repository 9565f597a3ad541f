/**
 * Right requests at the edges. Each body takes one edge of every field at once, since a body that is accepted and reads back
 * whole clears them all; where one is not, shrinking finds the field that is to blame.
 */
import type { Contract } from '../../contract/contract.js';
import { edgeValuesOf } from '../../contract/edge-values.js';
import type { EdgeValue } from '../../contract/edge-values.js';
import { positivesOf } from '../../contract/positive.js';
import { relationsOf } from '../../contract/relation.js';
import { requestShape } from '../../contract/request-shape.js';
import type { FieldShape } from '../../contract/request-shape.js';
import { parseRfc3339 } from '../../contract/rfc3339.js';
import { randomStream } from '../../device/random.js';
import type { RandomStream } from '../../device/random.js';
import { interleave } from './interleave.js';
import { bodyOf, referenceHole, timeHole, uniqueForm } from './bodies.js';
import type { FieldText, FieldTexts, Probe } from './step.js';

export interface EdgeProbes {
  /** With times that are long past, in order of time: they are the latest state only of a device that has none. */
  readonly past: readonly Probe[];
  readonly present: readonly Probe[];
  /** One thing about the text or the head of a request, which cannot be told from the body. */
  readonly writings: readonly Probe[];
  /** With a time that is ahead of the provider's clock but not by too much. */
  readonly ahead: readonly Probe[];
}

/** @param seed which edges meet in one body */
export function edgeProbes(contract: Contract, seed: number): EdgeProbes {
  const random = randomStream(seed, 'edge-bodies');
  const lists = requestShape(contract).fields.map((field) => edgeList(contract, field, random));
  const past = pastTimes(contract).map((token) => ({ time: token }));
  const relations = relationsOf(contract).map(({ label, tokens }) => ({ label, tokens }));
  const numbers = lists.filter(({ field }) => field.types.includes('number') || field.types.includes('integer'));
  const bodies = Math.max(past.length, ...numbers.map(({ edges }) => edges.length));
  // Relations set the numbers; the other fields of their bodies go on with the edges that are left.
  const rows = Array.from({ length: bodies + relations.length }, (_, index) => packedBody(contract, lists, index));
  const time = contract.requestFields.time;
  return {
    past: past.map((one, index) => {
      const { texts, id } = rows[index] ?? { texts: {}, id: '' };
      return packedProbe(`edges/past-${index}`, `a state with ${id} and a time long past`, {
        ...texts,
        [time ?? '']: one.time,
      });
    }),
    present: interleave([
      rows
        .slice(past.length, bodies)
        .map(({ texts, id }, index) => packedProbe(`edges/${index}`, `a state with ${id}`, texts)),
      relations.map(({ label, tokens }, index) => {
        const body = { ...bodyOf(contract), ...withoutNumbers(contract, rows[bodies + index]?.texts ?? {}), ...tokens };
        const probe = packedProbe(`telemetry/${label}`, `telemetry: ${label.replaceAll('-', ' ')}`, body);
        // What matters of most is whether they are accepted: their numbers read back in other bodies.
        return index % RELATIONS_A_READING === 0 ? probe : { ...probe, steps: probe.steps.slice(0, 1) };
      }),
      presenceProbes(contract),
    ]),
    writings: writingProbes(contract),
    ahead: aheadProbes(contract),
  };
}

interface EdgeList {
  readonly field: FieldShape;
  readonly edges: readonly { readonly label: string; readonly text: FieldText }[];
}

const AHEAD = 'ahead';
/** The bounds and zero, which show more than any other value. */
const KEPT_FIRST = 5;
const RELATIONS_A_READING = 4;
const SOME_MOMENT_MS = Date.UTC(2025, 5, 15, 12, 34, 56);
const LATER_MOMENT_MS = Date.UTC(2025, 6, 17, 1, 2, 3);

/** Every edge of a field but those of times long past; the first few in the document's order, the others in that of the seed. */
function edgeList(contract: Contract, field: FieldShape, random: RandomStream): EdgeList {
  const edges = edgeValuesOf(contract, field).flatMap((edge) => {
    const text = edgeText(field, edge);
    return text === undefined ? [] : [{ label: edge.label, text }];
  });
  const first = edges.slice(0, KEPT_FIRST);
  return { field, edges: [...first, ...shuffled(edges.slice(KEPT_FIRST), random)] };
}

/** Undefined for a time that no body of the present can have. */
function edgeText(field: FieldShape, { label, token }: EdgeValue): FieldText | undefined {
  const text = token(SOME_MOMENT_MS);
  if (field.quantity === 'time') {
    const isRelative = text !== token(LATER_MOMENT_MS);
    return isRelative && label !== AHEAD ? timeHole(0, { edge: label }) : undefined;
  }
  if (field.quantity !== 'recordReferenceId') return text;
  const form = uniqueForm(text);
  return form === undefined ? text : referenceHole('a', form);
}

function packedBody(contract: Contract, lists: readonly EdgeList[], index: number): { texts: FieldTexts; id: string } {
  const chosen = lists.flatMap(({ field, edges }) => {
    const edge = edges[index % Math.max(1, edges.length)];
    return edge === undefined ? [] : [{ name: field.name, ...edge }];
  });
  const fields = Object.fromEntries(chosen.map(({ name, text }) => [name, text]));
  return { texts: bodyOf(contract, { fields }), id: `${chosen.length} edges at once` };
}

function withoutNumbers(contract: Contract, texts: FieldTexts): FieldTexts {
  const { time, recordReferenceId } = contract.requestFields;
  return Object.fromEntries(Object.entries(texts).filter(([name]) => name === time || name === recordReferenceId));
}

/** A state and what reads back of it. */
function packedProbe(id: string, title: string, body: FieldTexts): Probe {
  return {
    id,
    title,
    covers: Object.keys(body).map((field) => ({ field, constraint: 'edges' })),
    steps: [
      { kind: 'submit', device: 0, body },
      { kind: 'read', device: 0 },
    ],
  };
}

/** Edges of the time that are fixed moments, as JSON text, in order of time. */
function pastTimes(contract: Contract): string[] {
  const field = requestShape(contract).fields.find(({ quantity }) => quantity === 'time');
  if (field === undefined) return [];
  const epochMs = (token: string): number => {
    const time = parseRfc3339(String(JSON.parse(token)));
    return time.ok ? time.epochMs : 0;
  };
  return edgeValuesOf(contract, field)
    .filter(({ token }) => token(SOME_MOMENT_MS) === token(LATER_MOMENT_MS))
    .map(({ token }) => token(SOME_MOMENT_MS))
    .toSorted((a, b) => epochMs(a) - epochMs(b));
}

/** Optional fields: none, each alone, each left out, each after a state that had it. */
function presenceProbes(contract: Contract): Probe[] {
  const optional = requestShape(contract).fields.filter(({ isRequired }) => !isRequired);
  const { powerMagnitudeKw, flowDirection } = contract.requestFields;
  const isAlone = ({ name }: FieldShape): boolean => name !== flowDirection;
  const pairOf = (name: string): string[] =>
    name === powerMagnitudeKw && flowDirection !== undefined ? [name, flowDirection] : [name];
  const without = (names: readonly string[]): FieldTexts =>
    bodyOf(contract, { fields: Object.fromEntries(names.map((name) => [name, undefined])) });
  const all = optional.map(({ name }) => name);
  return [
    packedProbe('optional/none', 'only the required fields are there', without(all)),
    packedProbe('optional/all', 'every field is there', bodyOf(contract)),
    ...optional.filter(isAlone).flatMap(({ name }) => {
      const pair = pairOf(name);
      return [
        packedProbe(
          `optional/${name}-alone`,
          `${name} is the only optional field`,
          without(all.filter((other) => !pair.includes(other))),
        ),
        packedProbe(`optional/${name}-missing`, `${name} is the only field left out`, without(pair)),
      ];
    }),
  ];
}

/** The contract's right requests that differ in their text or head alone. */
function writingProbes(contract: Contract): Probe[] {
  const ids = /^(?:json|http|extra-field)\//;
  return positivesOf(contract)
    .filter(({ id }) => ids.test(id))
    .map(({ id, title, constraint }) => ({
      id,
      title,
      covers: [{ field: '(request)', constraint }],
      steps: [{ kind: 'submit', device: 0, caseId: id, body: bodyOf(contract) }],
    }));
}

function aheadProbes(contract: Contract): Probe[] {
  return positivesOf(contract)
    .filter(({ setting }) => setting === 'futureToleranceS')
    .map(({ id, title, constraint, pointer }) => ({
      id,
      title,
      covers: [{ field: pointer.slice(1), constraint }],
      steps: [{ kind: 'submit', device: 0, caseId: id, body: bodyOf(contract) }],
    }));
}

function shuffled<T>(list: readonly T[], random: RandomStream): T[] {
  const drawn = list.map((item) => ({ item, at: random.next() }));
  return drawn.toSorted((a, b) => a.at - b.at).map(({ item }) => item);
}
