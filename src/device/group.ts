/** The devices of one spec: a contiguous run of the fleet, with all that they share compiled once. */
import { type BatteryClass, compileBatteryClass } from '../battery/battery-class.js';
import { compileController, type Controller } from './controller.js';
import type { DeviceSpec, FleetOptions } from './device-spec.js';
import { type Quantise, quantiser, type ShownQuanta } from './meter.js';
import { type RandomKey, randomKey } from './random.js';
import { createSites, type Sites } from './site.js';
import { createSocMeter, type SocMeter } from './soc-meter.js';
import { createTrips, type Trips } from './trips.js';

export interface Group {
  readonly spec: DeviceSpec;
  readonly batteryClass: BatteryClass;
  /** First device of the group, and the first one after it. */
  readonly from: number;
  readonly to: number;
  /** What a device's number in its spec is above its place in the fleet. */
  readonly numberShift: number;
  readonly control: Controller;
  /** Of vehicles. */
  readonly trips: Trips | undefined;
  readonly socMeter: SocMeter | undefined;
  readonly socKey: RandomKey;
  readonly sites: Sites;
  readonly show: { readonly [K in keyof ShownQuanta]: Quantise };
}

/** Where a group lies in the fleet, and the number of its first device in the spec. */
interface GroupPlace {
  readonly from: number;
  readonly to: number;
  readonly firstNumber: number;
  readonly seed: number;
}

/** @throws UserError where the product has no such port */
function createGroup(spec: DeviceSpec, { from, to, firstNumber, seed }: GroupPlace): Group {
  const { name, controller, quanta } = spec;
  const behaviour = { count: to - from, firstNumber, name, seed };
  const batteryClass = compileBatteryClass(spec.product, spec.port);
  return {
    spec,
    batteryClass,
    from,
    to,
    numberShift: firstNumber - from,
    control: compileController(controller, batteryClass.constants),
    trips:
      'arrivesS' in controller
        ? createTrips(controller, { ...behaviour, usableKwh: spec.product.usableKwh })
        : undefined,
    socMeter: spec.socMeter && createSocMeter(spec.socMeter, behaviour),
    socKey: randomKey(seed, 'soc', name),
    sites: createSites(spec, seed),
    show: {
      socPercent: quantiser(quanta.socPercent),
      powerKw: quantiser(quanta.powerKw),
      energyKwh: quantiser(quanta.energyKwh),
    },
  };
}

/** The groups of a fleet, one after the other; a spec that lies in several parts of it has one in each. */
export function createGroups(specs: readonly DeviceSpec[], options: FleetOptions): Group[] {
  const { seed, parts = [{ from: 0, to: Infinity }] } = options;
  const groups: Group[] = [];
  for (const part of parts) {
    let start = 0;
    for (const spec of specs) {
      const first = Math.max(start, part.from);
      const count = Math.min(start + spec.count, part.to) - first;
      const from = groups.at(-1)?.to ?? 0;
      if (count > 0) groups.push(createGroup(spec, { from, to: from + count, firstNumber: first - start, seed }));
      start += spec.count;
    }
  }
  return groups;
}
