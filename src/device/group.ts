/** The devices of one spec: a contiguous run of the fleet, with all that they share compiled once. */
import { type BatteryClass, compileBatteryClass } from '../battery/battery-class.js';
import { compileController, type Controller, type Drawn, type Presence } from './controller.js';
import type { DeviceSpec } from './device-spec.js';
import { type HouseholdKeys, householdKeys } from './household.js';
import { type Quantise, quantiser, type ShownQuanta } from './meter.js';
import { drawAt, type RandomKey, randomKey } from './random.js';

export interface Group {
  readonly spec: DeviceSpec;
  readonly batteryClass: BatteryClass;
  /** First device of the group, and the first one after it. */
  readonly from: number;
  readonly to: number;
  readonly control: Controller;
  readonly presence: Presence | undefined;
  readonly socKey: RandomKey;
  readonly tripKey: RandomKey;
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
    presence: controller.kind === 'ev' || controller.kind === 'v2g' ? controller : undefined,
    socKey: randomKey(seed, 'soc', name),
    tripKey: randomKey(seed, 'trip', name),
    household: householdKeys(seed, name),
    show: {
      socPercent: quantiser(quanta.socPercent),
      powerKw: quantiser(quanta.powerKw),
      energyKwh: quantiser(quanta.energyKwh),
    },
  };
}

/** @param place number of the device in its group, and which draw it is */
export function draw(value: Drawn, key: RandomKey, place: { index: number; tick: number }): number {
  if (typeof value === 'number') return value;
  return value.from + (value.to - value.from) * drawAt(key, place.index, place.tick);
}
