/** The devices of one spec: a contiguous run of the fleet, with all that they share compiled once. */
import { type BatteryClass, compileBatteryClass } from '../battery/battery-class.js';
import { compileController, type Controller } from './controller.js';
import type { DeviceSpec } from './device-spec.js';
import { type HouseholdKeys, householdKeys } from './household.js';
import { type Quantise, quantiser, type ShownQuanta } from './meter.js';
import { type RandomKey, randomKey } from './random.js';
import { createTrips, type Trips } from './trips.js';

export interface Group {
  readonly spec: DeviceSpec;
  readonly batteryClass: BatteryClass;
  /** First device of the group, and the first one after it. */
  readonly from: number;
  readonly to: number;
  readonly control: Controller;
  /** Of vehicles. */
  readonly trips: Trips | undefined;
  readonly socKey: RandomKey;
  readonly household: HouseholdKeys;
  readonly show: { readonly [K in keyof ShownQuanta]: Quantise };
}

/**
 * @param place where the group begins in the fleet, and the seed of the run
 * @throws UserError where the product has no such port
 */
export function createGroup(spec: DeviceSpec, place: { from: number; seed: number }): Group {
  const { name, controller, quanta } = spec;
  const { from, seed } = place;
  const batteryClass = compileBatteryClass(spec.product, spec.port);
  return {
    spec,
    batteryClass,
    from,
    to: from + spec.count,
    control: compileController(controller, batteryClass.constants),
    trips: 'arrivesS' in controller ? createTrips(controller, { count: spec.count, name, seed }) : undefined,
    socKey: randomKey(seed, 'soc', name),
    household: householdKeys(seed, name),
    show: {
      socPercent: quantiser(quanta.socPercent),
      powerKw: quantiser(quanta.powerKw),
      energyKwh: quantiser(quanta.energyKwh),
    },
  };
}
