/** Combinations of values that mean something to a battery: full, empty, at its target, at its reserve, direction of power. */
import type { Contract } from './contract.js';
import { requestShape } from './request-shape.js';
import { toWire } from './telemetry.js';
import type { QuantityValues } from './telemetry.js';

export interface Relation {
  /** Kebab-case, unique. */
  readonly label: string;
  /** A sentence without its full stop. */
  readonly title: string;
  /** JSON text by wire name, in the document's order. */
  readonly tokens: Readonly<Record<string, string>>;
}

type Row = readonly [label: string, title: string, values: QuantityValues];

const RELATIONS: readonly Row[] = [
  ['charging', 'the battery charges', { socPercent: 40, targetSocPercent: 80, powerKw: 3.4 }],
  ['discharging', 'the battery discharges', { socPercent: 60, targetSocPercent: 80, powerKw: -3.4 }],
  ['idle', 'the battery rests', { socPercent: 60, targetSocPercent: 80, powerKw: 0 }],
  ['distinct', 'the three percentages all differ', { socPercent: 12, targetSocPercent: 34, reservePercent: 56 }],
  ['at-target', 'the battery is exactly at its target', { socPercent: 80, targetSocPercent: 80, powerKw: 0 }],
  [
    'below-target',
    'the battery is one step below its target',
    { socPercent: 79.9, targetSocPercent: 80, powerKw: 0.1 },
  ],
  ['above-target', 'the battery is one step above its target', { socPercent: 80.1, targetSocPercent: 80, powerKw: 0 }],
  ['far-above-target', 'the battery is far above its target', { socPercent: 95, targetSocPercent: 10, powerKw: -3.4 }],
  ['at-reserve', 'the battery is exactly at its reserve', { socPercent: 20, reservePercent: 20, powerKw: 0 }],
  ['below-reserve', 'the battery is one step below its reserve', { socPercent: 19.9, reservePercent: 20, powerKw: 0 }],
  [
    'above-reserve',
    'the battery is one step above its reserve',
    { socPercent: 20.1, reservePercent: 20, powerKw: -0.1 },
  ],
  [
    'discharging-at-reserve',
    'the battery discharges at its reserve',
    { socPercent: 20, reservePercent: 20, powerKw: -3.4 },
  ],
  ['charging-at-reserve', 'the battery charges at its reserve', { socPercent: 20, reservePercent: 20, powerKw: 3.4 }],
  ['reserve-above-target', 'the reserve is above the target', { targetSocPercent: 30, reservePercent: 60 }],
  ['reserve-at-target', 'reserve and target are the same', { targetSocPercent: 50, reservePercent: 50 }],
  ['full', 'the battery is full and rests', { socPercent: 100, targetSocPercent: 100, powerKw: 0 }],
  [
    'charging-at-full',
    'the battery charges though it is full',
    { socPercent: 100, targetSocPercent: 100, powerKw: 0.4 },
  ],
  ['discharging-from-full', 'the battery discharges from full', { socPercent: 100, targetSocPercent: 80, powerKw: -5 }],
  ['empty', 'the battery is empty and rests', { socPercent: 0, energyKwh: 0, powerKw: 0 }],
  ['charging-from-empty', 'the battery charges from empty', { socPercent: 0, energyKwh: 0, powerKw: 5 }],
  ['energy-of-charge', 'the energy is half of 13.5 kWh', { socPercent: 50, energyKwh: 6.75 }],
  [
    'all-zero',
    'every number is 0',
    { socPercent: 0, targetSocPercent: 0, powerKw: 0, energyKwh: 0, reservePercent: 0 },
  ],
  ['all-full', 'every percentage is 100', { socPercent: 100, targetSocPercent: 100, reservePercent: 100 }],
];

/** The relations that this contract can carry: every quantity of theirs has a field and every value is within its bounds. */
export function relationsOf(contract: Contract): readonly Relation[] {
  const { full } = requestShape(contract);
  return RELATIONS.flatMap(([label, title, values]) => {
    const body = toWire(contract, values);
    const isCarried = Object.keys(values).every((quantity) => carries(contract, quantity));
    if (!isCarried || contract.checkRequestBody({ ...full.value, ...body }).length > 0) return [];
    const tokens = Object.entries(body).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
    return [{ label, title, tokens: Object.fromEntries(tokens) }];
  });
}

/** Signed power is carried by a magnitude and a direction as well. */
function carries({ requestFields }: Contract, quantity: string): boolean {
  if (Object.hasOwn(requestFields, quantity)) return true;
  return quantity === 'powerKw' && requestFields.powerMagnitudeKw !== undefined;
}
