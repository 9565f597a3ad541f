/** The state of a fleet of batteries: columns of typed arrays, one row a device. */
import type { BatteryClass } from './battery-class.js';
import type { ElectricalStep } from './electrical-step.js';
import type { FlowColumns } from './flow-columns.js';
import type { LimitWalk } from './limit-walk.js';

/**
 * Read any column at any time. Write only the inputs `socPercent`, `reservePercent`, `requestedPowerKw`, `ambientCelsius`,
 * `temperatureCelsius` and `currentLimitA`, between steps.
 */
export interface Batteries {
  readonly size: number;
  readonly classes: readonly BatteryClass[];
  /** Index into `classes` of each device. */
  readonly classOf: Uint16Array;
  /** True state of charge, 0 to 100: of energy on the energy path, of charge on the electrical path. */
  readonly socPercent: Float64Array;
  /** Share that only standby and `drawEnergy` go below, 0 to 100. */
  readonly reservePercent: Float64Array;
  /** Input of the next step, kW at the port; + charges. ±Infinity asks for all there is; NaN throws. */
  readonly requestedPowerKw: Float64Array;
  /** Mean over the last step, kW at the port; + charges. */
  readonly powerKw: Float64Array;
  /** Energy in at the port. */
  readonly chargedKwh: Float64Array;
  /** Energy out at the port. */
  readonly dischargedKwh: Float64Array;
  /** Lost in conversion and in the pack: heat, self-discharge, what ageing takes along. */
  readonly lossKwh: Float64Array;
  /** Taken from the pack by standby. */
  readonly standbyKwh: Float64Array;
  /** Taken from the site by standby and peripherals: not in `chargedKwh`, not part of law 1. */
  readonly siteStandbyKwh: Float64Array;
  /** Taken from the pack by `drawEnergy` and `preheat`. */
  readonly drawnKwh: Float64Array;
  /** Usable energy over that of a new battery, 1 until `ageBatteries` lowers it. */
  readonly capacityFraction: Float64Array;
  /** Electrical path: the air around the pack, °C; 25 until written. */
  readonly ambientCelsius: Float64Array;
  /** Electrical path: the pack, °C; 25 at first. */
  readonly temperatureCelsius: Float64Array;
  /** Electrical path: most current at the pack's terminals either way, such as a DC charger's limit; Infinity until written. */
  readonly currentLimitA: Float64Array;
  /** Electrical path: at the pack's terminals at the end of the last step, 0 before the first. */
  readonly voltageV: Float64Array;
  /** Electrical path: what is left of past current in a cell: through the resistor of its RC pair, A. */
  readonly polarisationA: Float64Array;
  /** Electrical path: resistance over that of a new battery at the same temperature. */
  readonly resistanceFactor: Float64Array;
  readonly flow: FlowColumns;
  /** Limits of the classes, for charging and discharging in turn. */
  readonly segments: readonly Float64Array[];
  /** Of the last step, as the electrical path needs it. */
  electrical: ElectricalStep;
  readonly walk: LimitWalk;
  /** Devices of each class on the electrical path, in order; none of a class on the energy path. */
  readonly members: readonly Int32Array[];
  /** Those of one class that take the step under way in parts. */
  readonly parted: { readonly list: Int32Array; count: number };
}
