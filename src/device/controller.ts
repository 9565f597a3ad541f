/**
 * What devices ask of their batteries: the same columns give the same requests. What must be remembered from step to step
 * (that a battery stays full, or at its reserve, until it has moved clear of it) lies in columns too. Windows begin and end
 * at whole minutes, and no step crosses one.
 */
import { chargeDcKw, type ClassConstants } from '../battery/battery-class.js';
import type { DeviceRange } from '../battery/batteries.js';
import {
  type ClockWindow,
  daySegments,
  intersectSegments,
  invertSegments,
  isWithin,
  overlapS,
  secondsUntil,
  WHOLE_DAY,
} from './clock-window.js';
import type { DriveStyle } from './driving.js';
import type { Drawn } from './drawn.js';

/** Charges from surplus sun, discharges into the house, never into the grid. */
export interface SelfConsumption {
  readonly kind: 'self-consumption';
}

/** Self-consumption that also charges to the target from the grid in cheap windows, and doesn't discharge in them. */
export interface TimeOfUse {
  readonly kind: 'time-of-use';
  readonly chargeIn: readonly ClockWindow[];
  /** Power from the grid, kW; the battery's own limit if left out. */
  readonly chargeKw?: number;
}

/** When a vehicle is at home and what it uses while away. */
export interface Presence {
  /** Seconds after midnight, every day. */
  readonly arrivesS: number;
  readonly departsS: number;
  /** Standard deviation of the arrival from day to day, s; 0 if left out. */
  readonly arrivesSpreadS?: number;
  /** Of the departure, which the controller doesn't know of. */
  readonly departsSpreadS?: number;
  /** Energy of each day's trips from the pack. */
  readonly tripKwh?: Drawn;
  /** Distance of each day's trips, where `tripKwh` is left out; where both are, it is drawn as a travel survey has it. */
  readonly tripKm?: Drawn;
  /** What a kilometre takes and how fast it is driven; `mixed` if left out. */
  readonly drive?: DriveStyle;
  /** Windows to charge in, such as a cheap tariff. Left out: any time. Where they are too short, it charges outside too. */
  readonly chargeIn?: readonly ClockWindow[];
  /** Power of the wall box, kW; the vehicle's own limit if left out. */
  readonly chargeKw?: number;
}

/** Charges to the target by departure. */
export interface EvCharging extends Presence {
  readonly kind: 'ev';
}

/** Discharges in the evening peak down to a floor, and charges to the target by departure. */
export interface VehicleToGrid extends Presence {
  readonly kind: 'v2g';
  readonly dischargeIn: readonly ClockWindow[];
  /** The battery's own limit if left out, kW. */
  readonly dischargeKw?: number;
  /** State of charge under which it never discharges, %. */
  readonly floorPercent: number;
}

/** Charges to the target and stays there: never discharges. */
export interface Hold {
  readonly kind: 'hold';
}

export type ControllerSpec = SelfConsumption | TimeOfUse | EvCharging | VehicleToGrid | Hold;

/** What controllers see at the start of a step, and where they write. One row a device. */
export interface ControlColumns {
  readonly socPercent: Float64Array;
  /** Charge as the device's own gauge has it. */
  readonly gaugePercent: Float64Array;
  readonly targetPercent: Float64Array;
  readonly reservePercent: Float64Array;
  readonly loadKw: Float64Array;
  readonly solarKw: Float64Array;
  /** 1 where a vehicle is not plugged in. */
  readonly away: Uint8Array;
  /** 1 where charging waits until the battery has fallen clear of its target. */
  readonly chargeHeld: Uint8Array;
  /** 1 where discharging waits until the battery has risen clear of its reserve. */
  readonly dischargeHeld: Uint8Array;
  /** What is asked of the battery for the step, kW: positive charges. */
  readonly requestedPowerKw: Float64Array;
}

/** The step ahead. */
export interface Moment {
  /** Local wall-clock time of its start, seconds after midnight. */
  readonly secondOfDay: number;
  /** Up to a minute. */
  readonly dtS: number;
}

/** Sets what the devices of a range ask of their batteries. All of them share the controller and the class of battery. */
export type Controller = (devices: ControlColumns, range: DeviceRange, moment: Moment) => void;

/**
 * How far a battery must move from its target or reserve before it may act there again, % of charge. Products re-arm 1 to
 * 2 % clear of the limit (an assumption): without it they would switch on and off at every step.
 */
const REARM_PERCENT = 1.5;
/** Closer to its target than this a battery counts as there, % of charge. */
const REACHED_PERCENT = 0.001;

/** Compiles a controller once for all devices that share it and the class of battery. */
export function compileController(spec: ControllerSpec, battery: ClassConstants): Controller {
  if (spec.kind === 'self-consumption') return selfConsumption(battery);
  if (spec.kind === 'time-of-use') return timeOfUse(spec, battery);
  if (spec.kind === 'hold') return hold(battery);
  return vehicle(spec, battery);
}

/** A step of devices that charge with up to `limitKw`. */
interface ChargeStep {
  readonly battery: ClassConstants;
  readonly limitKw: number;
  /** How many such steps are an hour. */
  readonly perHour: number;
}

function hold(battery: ClassConstants): Controller {
  return (devices, { from, to }, { dtS }) => {
    const step = { battery, limitKw: battery.maxChargeKw, perHour: 3600 / dtS };
    for (let i = from; i < to; i++) {
      devices.requestedPowerKw[i] = chargeKw(devices, i, step);
    }
  };
}

function selfConsumption(battery: ClassConstants): Controller {
  return (devices, { from, to }, { dtS }) => {
    const step = { battery, limitKw: battery.maxChargeKw, perHour: 3600 / dtS };
    for (let i = from; i < to; i++) {
      devices.requestedPowerKw[i] = selfConsumptionKw(devices, i, step);
    }
  };
}

function timeOfUse(spec: TimeOfUse, battery: ClassConstants): Controller {
  const cheap = daySegments(spec.chargeIn);
  const own = selfConsumption(battery);
  const limitKw = Math.min(spec.chargeKw ?? battery.maxChargeKw, battery.maxChargeKw);
  return (devices, range, moment) => {
    own(devices, range, moment);
    if (!isWithin(cheap, moment.secondOfDay)) return;
    const step = { battery, limitKw, perHour: 3600 / moment.dtS };
    const { requestedPowerKw } = devices;
    for (let i = range.from; i < range.to; i++) {
      // In the window the grid feeds the house, and whichever of grid and sun gives more charges.
      requestedPowerKw[i] = Math.max(at(requestedPowerKw, i), chargeKw(devices, i, step));
    }
  };
}

function vehicle(spec: EvCharging | VehicleToGrid, battery: ClassConstants): Controller {
  const home = daySegments([{ fromS: spec.arrivesS, toS: spec.departsS }]);
  const peak = spec.kind === 'v2g' ? intersectSegments(home, daySegments(spec.dischargeIn)) : [];
  const wanted = spec.chargeIn ? daySegments(spec.chargeIn) : WHOLE_DAY;
  const charging = intersectSegments(intersectSegments(home, wanted), invertSegments(peak));
  const limitKw = Math.min(spec.chargeKw ?? battery.maxChargeKw, battery.maxChargeKw);
  const dischargeKw = spec.kind === 'v2g' ? Math.min(spec.dischargeKw ?? Infinity, battery.maxDischargeKw) : 0;
  return (devices, { from, to }, { secondOfDay, dtS }) => {
    const { requestedPowerKw, dischargeHeld, away } = devices;
    const leftS = secondsUntil(secondOfDay, spec.departsS);
    if (isWithin(peak, secondOfDay)) {
      for (let i = from; i < to; i++) requestedPowerKw[i] = away[i] === 1 || dischargeHeld[i] === 1 ? 0 : -dischargeKw;
    } else if (overlapS(peak, secondOfDay, leftS) > 0) {
      // Before the peak there is nothing to gain from charging what the peak takes out again.
      requestedPowerKw.fill(0, from, to);
    } else {
      const step = { battery, limitKw, perHour: 3600 / dtS };
      const mayWait = !isWithin(charging, secondOfDay);
      const windowS = overlapS(charging, secondOfDay, leftS);
      for (let i = from; i < to; i++) {
        const waits = away[i] === 1 || (mayWait && windowS >= secondsToTarget(devices, i, step));
        requestedPowerKw[i] = waits ? 0 : chargeKw(devices, i, step);
      }
    }
  };
}

/**
 * Sets whether charging and discharging wait, after a look at the state of charge. Like house and roof it is looked at once a
 * minute, so that a battery waits from the same minute on at any step.
 */
export function lookAtLimits(devices: ControlColumns, { from, to }: DeviceRange): void {
  const { chargeHeld, dischargeHeld, gaugePercent, reservePercent } = devices;
  for (let i = from; i < to; i++) {
    const aboveTargetPercent = -missingPercent(devices, i);
    if (aboveTargetPercent >= -REACHED_PERCENT) chargeHeld[i] = 1;
    else if (aboveTargetPercent <= -REARM_PERCENT) chargeHeld[i] = 0;
    const aboveReservePercent = at(gaugePercent, i) - at(reservePercent, i);
    if (aboveReservePercent <= REACHED_PERCENT) dischargeHeld[i] = 1;
    else if (aboveReservePercent >= REARM_PERCENT) dischargeHeld[i] = 0;
  }
}

function selfConsumptionKw(devices: ControlColumns, i: number, step: ChargeStep): number {
  const surplusKw = at(devices.solarKw, i) - at(devices.loadKw, i);
  if (surplusKw > 0) return Math.min(surplusKw, chargeKw(devices, i, step));
  return devices.dischargeHeld[i] === 1 ? 0 : Math.max(surplusKw, -step.battery.maxDischargeKw);
}

/** Charging power that doesn't pass the target within the step, kW. */
function chargeKw(devices: ControlColumns, i: number, { battery, limitKw, perHour }: ChargeStep): number {
  if (devices.chargeHeld[i] === 1) return 0;
  const dcKw = missingKwh(devices, i, battery) * perHour;
  // Power at the meter that puts `dcKw` into the pack: the loss of `chargeDcKw` the other way round.
  const acKw =
    dcKw + (battery.chargeLossSquare * dcKw + battery.chargeLossLinear) * dcKw + battery.chargeLossConstantKw;
  return Math.min(limitKw, acKw);
}

/** Energy into the pack's terminals from here to the target, kWh. */
function missingKwh(devices: ControlColumns, i: number, battery: ClassConstants): number {
  return Math.max(0, missingPercent(devices, i)) / battery.chargePercentPerKwh;
}

/** A device stops where its own gauge says, but what it takes at the end of a full charge is the battery's affair. */
function missingPercent(devices: ControlColumns, i: number): number {
  const targetPercent = at(devices.targetPercent, i);
  return targetPercent - (targetPercent < 100 ? at(devices.gaugePercent, i) : at(devices.socPercent, i));
}

/** How long it takes at this power to charge to the target, and a twentieth more since a pack takes less when nearly full. */
function secondsToTarget(devices: ControlColumns, i: number, { battery, limitKw }: ChargeStep): number {
  if (devices.chargeHeld[i] === 1 || limitKw <= battery.chargeStartKw) return 0;
  return (1.05 * 3600 * missingKwh(devices, i, battery)) / chargeDcKw(limitKw, battery);
}

/** A column's value; the caller knows that the index is inside. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}
