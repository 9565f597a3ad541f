/** Generators of requests for fast-check, derived from the contract's document: another bound, another dialect, other requests. */
import fc from 'fast-check';
import { bodyFromTokens } from './body-text.js';
import type { BodyText, Layout } from './body-text.js';
import type { Contract, Quantity } from './contract.js';
import { edgeValuesOf } from './edge-values.js';
import { negativesOf } from './negative.js';
import type { NegativeOptions } from './negative.js';
import { relationsOf } from './relation.js';
import type { Relation } from './relation.js';
import type { RequestCase } from './request-case.js';
import { numberRange, onGrid, requestShape } from './request-shape.js';
import type { FieldShape } from './request-shape.js';
import { renderRfc3339 } from './rfc3339.js';

/** A valid body and the edge cases in it, such as `state_of_charge_percent/minimum` or `telemetry/at-target`. */
export interface GeneratedBody extends BodyText {
  readonly edges: readonly string[];
}

export interface BodyOptions {
  /** The provider's clock, ms since 1970: no time lies further ahead of it than the contract's tolerance. */
  readonly nowMs: number;
  /** Values that are given, by quantity: the device's location, a time, a reference. Such a field is always there. */
  readonly fixed?: Readonly<Partial<Record<Quantity, string | number>>>;
  /** Share of the fields that take an edge case, 0 to 1. Default 0.25. */
  readonly edgeShare?: number;
}

const EDGE_SHARE = 0.25;

/**
 * Request bodies that the contract allows, on decimal grids, with edge cases mixed in. They shrink to the required fields with
 * the values of the document's example, written compactly, so that what is left of a counterexample is what matters.
 * @throws UserError where no valid body can be made of the document
 * @example
 * fc.assert(
 *   fc.asyncProperty(bodyArbitrary(contract, { nowMs: Date.now(), fixed: { locationId } }), async ({ text }) => {
 *     expect((await put(text)).status).toBe(200);
 *   }),
 * );
 */
export function bodyArbitrary(contract: Contract, options: BodyOptions): fc.Arbitrary<GeneratedBody> {
  const { fields } = requestShape(contract);
  const edgeShare = options.edgeShare ?? EDGE_SHARE;
  const fixed = fixedTokens(contract, options);
  const relations = relationsOf(contract).filter(({ tokens }) => Object.keys(tokens).every((name) => !fixed.has(name)));
  const choice = fc.record({
    picks: fc.tuple(
      ...fields.map((field) => pickArbitrary(contract, field, { nowMs: options.nowMs, edgeShare, fixed })),
    ),
    relation: sometimes(relations, edgeShare),
    // Nearly always all of a relation; field by field, so that it shrinks to the part of it that matters.
    related: fc.tuple(...fields.map(() => sometimes([true], relations.length === 0 ? 0 : 0.98))),
    usableKwh: sometimes(fixed.has(contract.requestFields.energyKwh ?? '') ? [] : USABLE_KWH, 0.5),
    layout: sometimes<Layout>(['spaced', 'lines'], edgeShare / 2),
    reversed: sometimes([true], edgeShare / 2),
  });
  return choice.map((chosen) => assemble(contract, fields, chosen));
}

/**
 * One single-fault case and a valid body to break with it; each constraint as often as any other.
 * @example
 * fc.assert(
 *   fc.asyncProperty(negativeArbitrary(contract, { nowMs: Date.now() }), async ({ negative, body }) => {
 *     expect((await send(negative.request({ deviceId, token, body, nowMs: Date.now() }))).status).toBeGreaterThan(399);
 *   }),
 * );
 */
export function negativeArbitrary(
  contract: Contract,
  options: BodyOptions & NegativeOptions,
): fc.Arbitrary<{ readonly negative: RequestCase; readonly body: GeneratedBody }> {
  const byConstraint = new Map<string, RequestCase[]>();
  for (const negative of negativesOf(contract, options)) {
    byConstraint.set(negative.constraint, [...(byConstraint.get(negative.constraint) ?? []), negative]);
  }
  return fc
    .record({
      negative: fc.oneof(...[...byConstraint.values()].map((cases) => fc.constantFrom(...cases))),
      body: bodyArbitrary(contract, options),
    })
    .map((pair) => shownAs(pair, `${pair.negative.id} in ${pair.body.text}`));
}

/** Usable energy of batteries on the market, kWh: the share that is charged is the energy of a record. */
const USABLE_KWH = [5, 9.9, 13.5, 40, 58, 77];

/** What a field is written as, and the edge that it stands on. */
interface Pick {
  readonly token: string;
  readonly edge?: string;
}

type Picks = readonly (Pick | undefined)[];

interface Choice {
  readonly picks: Picks;
  readonly relation: Relation | undefined;
  /** Which fields take their value from the relation. */
  readonly related: readonly (boolean | undefined)[];
  readonly usableKwh: number | undefined;
  readonly layout: Layout | undefined;
  readonly reversed: boolean | undefined;
}

interface PickOptions {
  readonly nowMs: number;
  readonly edgeShare: number;
  readonly fixed: ReadonlyMap<string, string>;
}

function fixedTokens(contract: Contract, { fixed = {} }: BodyOptions): ReadonlyMap<string, string> {
  const { fields } = requestShape(contract);
  return new Map(
    fields.flatMap(({ name, quantity }): [string, string][] => {
      const value = quantity === undefined ? undefined : fixed[quantity];
      return value === undefined ? [] : [[name, JSON.stringify(value)]];
    }),
  );
}

/** Mostly undefined, which is what it shrinks to. */
function sometimes<T>(values: readonly T[], share: number): fc.Arbitrary<T | undefined> {
  const weight = Math.round(share * 100);
  if (values.length === 0 || weight === 0) return fc.constant(undefined);
  return fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant(undefined), weight: Math.max(1, 100 - weight) },
    { arbitrary: fc.constantFrom(...values), weight },
  );
}

function pickArbitrary(contract: Contract, field: FieldShape, options: PickOptions): fc.Arbitrary<Pick | undefined> {
  const given = options.fixed.get(field.name);
  if (given !== undefined) return fc.constant({ token: given });
  const edges = edgeValuesOf(contract, field).map(({ label, token }) => ({
    edge: `${field.name}/${label}`,
    token: token(options.nowMs),
  }));
  const usual = usualArbitrary(contract, field, options.nowMs);
  const weight = Math.round(options.edgeShare * 100);
  // In two steps, so that an edge shrinks to the plain value, or else to some usual one.
  const special =
    edges.length === 0
      ? usual
      : fc.oneof(
          { withCrossShrink: true },
          { arbitrary: usual, weight: Math.max(1, 100 - weight) },
          { arbitrary: fc.constantFrom<Pick>(...edges), weight },
        );
  const value = fc.oneof(
    { withCrossShrink: true },
    { arbitrary: fc.constant<Pick>({ token: field.plain }), weight: 1 },
    { arbitrary: special, weight: 9 },
  );
  return field.isRequired ? value : fc.option(value, { nil: undefined, freq: 3 });
}

/** Values as devices send them. */
function usualArbitrary(contract: Contract, field: FieldShape, nowMs: number): fc.Arbitrary<Pick> {
  const { schema, types, plain, quantity } = field;
  if (quantity === 'locationId') return fc.constant({ token: plain });
  const asPick = (value: unknown): Pick => ({ token: JSON.stringify(value) });
  const words: readonly unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : [];
  if (words.length > 0) return fc.constantFrom(...words).map(asPick);
  if (types.some((type) => type === 'number' || type === 'integer')) return numberArbitrary(field).map(asPick);
  if (types.includes('boolean')) return fc.boolean().map(asPick);
  if (!types.includes('string')) return fc.constant({ token: plain });
  if (schema['format'] === 'date-time') return timeArbitrary(nowMs).map(asPick);
  const isAllowed = (text: string): boolean =>
    contract.checkRequestBody({ [field.name]: text }).every(({ pointer }) => pointer !== field.pointer);
  return textArbitrary(field).filter(isAllowed).map(asPick);
}

/** How far numbers without a bound go, in kW or kWh: beyond any battery of a home or a car. */
const FAR = 100;

/** Whole numbers, tenths and hundredths, nearest to the plain value when shrunk. */
function numberArbitrary({ schema, types, plain }: FieldShape): fc.Arbitrary<number> {
  const range = numberRange(schema);
  const lowest = Number.isFinite(range.lowest) ? range.lowest : Math.min(-FAR, range.highest - FAR);
  const highest = Number.isFinite(range.highest) ? range.highest : Math.max(FAR, lowest + FAR);
  const isBound = schema['multipleOf'] !== undefined || !types.includes('number');
  const grids = (isBound ? [range.step] : [1, 0.1, 0.01]).flatMap((step) => {
    const [first, last] = [Math.ceil(onGrid(lowest / step)), Math.floor(onGrid(highest / step))];
    if (first > last) return [];
    const middle = Math.min(Math.max(Math.round(Number(plain) / step), first), last);
    const offset = fc.integer({ min: first - middle, max: last - middle });
    return [offset.map((steps) => onGrid((middle + steps) * step) + 0)];
  });
  return grids.length === 0 ? fc.constant(Number(plain)) : fc.oneof(...grids);
}

const MONTH_S = 30 * 86_400;

/** Whole seconds of the past month, in UTC. */
function timeArbitrary(nowMs: number): fc.Arbitrary<string> {
  const latestS = Math.floor(nowMs / 1000) - 1;
  return fc.integer({ min: 0, max: MONTH_S }).map((ageS) => renderRfc3339((latestS - ageS) * 1000));
}

/** Texts like the plain one with another number at their end, or what the pattern describes. */
function textArbitrary({ schema, plain }: FieldShape): fc.Arbitrary<string> {
  const text = String(JSON.parse(plain));
  const { pattern } = schema;
  if (typeof pattern === 'string') return fc.oneof(fc.constant(text), fc.stringMatching(new RegExp(pattern)));
  const stem = text.replace(/\d+$/, '');
  return fc.oneof(
    fc.constant(text),
    fc.nat({ max: 9_999_999 }).map((number) => `${stem}${number}`),
  );
}

function assemble(contract: Contract, fields: readonly FieldShape[], choice: Choice): GeneratedBody {
  const { relation, layout, reversed } = choice;
  const picked = new Map<string, Pick>();
  for (const [index, { name }] of fields.entries()) {
    const pick = choice.picks[index];
    const token = choice.related[index] === true ? relation?.tokens[name] : undefined;
    if (token !== undefined) picked.set(name, { token });
    else if (pick !== undefined) picked.set(name, pick);
  }
  pairDirection(contract, picked);
  if (relation === undefined) weighEnergy(contract, picked, choice.usableKwh);
  const entries = [...picked].map(([name, { token }]): [string, string] => [name, token]);
  const body = bodyFromTokens(Object.fromEntries(reversed === true ? entries.toReversed() : entries), layout);
  const edges = [
    ...[...picked.values()].flatMap(({ edge }) => edge ?? []),
    ...(relation !== undefined && isWhole(relation, picked) ? [`telemetry/${relation.label}`] : []),
    ...(layout === undefined ? [] : [`json/${layout}`]),
    ...(reversed === true ? ['json/reverse-order'] : []),
  ];
  return shownAs({ ...body, edges }, body.text);
}

function isWhole({ tokens }: Relation, picked: ReadonlyMap<string, Pick>): boolean {
  return Object.entries(tokens).every(([name, token]) => picked.get(name)?.token === token);
}

/** The energy that goes with the charge, unless it stands on an edge of its own. */
function weighEnergy(contract: Contract, picked: Map<string, Pick>, usableKwh: number | undefined): void {
  const { socPercent = '', energyKwh = '' } = contract.requestFields;
  const [soc, energy] = [picked.get(socPercent), picked.get(energyKwh)];
  if (usableKwh === undefined || soc === undefined || energy === undefined || energy.edge !== undefined) return;
  const token = JSON.stringify(Math.round(Number(soc.token) * usableKwh) / 100);
  const { value } = bodyFromTokens({ [energyKwh]: token });
  if (contract.checkRequestBody(value).every(({ pointer }) => pointer !== `/${energyKwh}`)) {
    picked.set(energyKwh, { token });
  }
}

/** A magnitude and its direction come together or not at all. */
function pairDirection(contract: Contract, picked: Map<string, Pick>): void {
  const { powerMagnitudeKw: magnitude, flowDirection: direction } = contract.requestFields;
  if (magnitude === undefined || direction === undefined) return;
  const { fields } = requestShape(contract);
  if (picked.has(magnitude) || contract.requiredFields.includes(direction)) {
    const plain = fields.find(({ name }) => name === direction)?.plain;
    if (plain !== undefined && !picked.has(direction)) picked.set(direction, { token: plain });
  } else {
    picked.delete(direction);
  }
}

/** The same value, which fast-check prints as this text. */
function shownAs<T extends object>(value: T, text: string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => text });
}
