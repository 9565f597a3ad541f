/** What a device is made of: battery, site, controller, meter and its ids on the platform. */
import type { DeviceRange } from '../battery/batteries.js';
import type { BatteryPort, BatteryProduct } from '../battery/product.js';
import type { ControllerSpec } from './controller.js';
import type { Drawn } from './drawn.js';
import type { ShownQuanta } from './meter.js';
import type { ReporterSpec } from './reporter-spec.js';
import type { SiteSpec } from './site.js';
import type { SocMeterSpec } from './soc-meter.js';
import type { Weather } from './weather.js';

/** One or more devices that are alike. */
export interface DeviceSpec extends SiteSpec {
  readonly count: number;
  /** What `count` would be if devices could be cut: the proportions of a fleet of another size follow it. `count` if left out. */
  readonly share?: number;
  readonly product: BatteryProduct;
  readonly port: BatteryPort;
  /** Charge at the start, %. */
  readonly socPercent: Drawn;
  readonly targetPercent: number;
  /** Never discharged below, %. A floor of the controller above it counts instead. */
  readonly reservePercent: number;
  readonly controller: ControllerSpec;
  /** The air around the battery; 25 °C all through if left out. */
  readonly weather?: Weather;
  readonly quanta: ShownQuanta;
  /** How the gauge of charge errs; it is true if left out. */
  readonly socMeter?: SocMeterSpec;
  /** How it sends its records; each at once if left out. */
  readonly reporter?: ReporterSpec;
  /** On the platform; made from the seed if left out. Only for a count of 1. */
  readonly deviceId?: string;
  /** On the platform; made from the seed, one for each device, if left out. */
  readonly locationId?: string;
}

/** What all devices of a run share. */
export interface FleetOptions {
  /** A safe integer. */
  readonly seed: number;
  /** ms since 1970-01-01T00:00:00Z. */
  readonly startMs: number;
  /** Wall-clock time of all devices, minutes ahead of UTC, the whole run through. */
  readonly utcOffsetMinutes: number;
  /** Names the run in the reference ids: two runs whose records differ must differ in it, in the seed or in the start. */
  readonly runLabel: string;
  /** Only these of the devices, in order and apart, for a fleet that is stepped in parts; all of them if left out. */
  readonly parts?: readonly DeviceRange[];
}

/** @throws RangeError where two specs have the same name, or several devices would share an id */
export function checkSpecs(specs: readonly DeviceSpec[]): void {
  const names = new Set(specs.map((spec) => spec.name));
  if (names.size !== specs.length) throw new RangeError('two device specs have the same name');
  const shared = specs.find((spec) => spec.deviceId !== undefined && spec.count !== 1);
  if (shared) throw new RangeError(`${shared.count} devices can't share the id ${shared.deviceId}`);
}

/** The reserve, or the floor of the controller where that is higher. */
export function lowestPercent(spec: DeviceSpec): number {
  const floor = spec.controller.kind === 'v2g' ? spec.controller.floorPercent : 0;
  return Math.max(spec.reservePercent, floor);
}
