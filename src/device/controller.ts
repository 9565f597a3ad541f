/**
 * What a device asks of its battery, as pure functions: the same view of the device gives the same request. What must be
 * remembered from step to step (that the battery stays full, or at its reserve, until it has moved clear of it) lives in
 * the fleet's columns and is passed in. Windows begin and end at whole minutes, and no step crosses one.
 */
import { chargeDcKw, type ClassConstants } from '../battery/battery-class.js';
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

/** What a controller sees of its device at the start of a step. */
export interface DeviceView {
  readonly socPercent: number;
  readonly targetPercent: number;
  /** Charging waits until the battery has fallen clear of its target. */
  readonly chargeHeld: boolean;
  /** Discharging waits until the battery has risen clear of its reserve. */
  readonly dischargeHeld: boolean;
  /** Sun minus load, kW. */
  readonly surplusKw: number;
  /** A vehicle that is not plugged in. */
  readonly isAway: boolean;
}

/** The step ahead. */
export interface Moment {
  /** Local wall-clock time of its start, seconds after midnight. */
  readonly secondOfDay: number;
  /** Up to a minute. */
  readonly dtS: number;
}

/** Power that is asked of the battery for a step, kW: positive charges. */
export type Controller = (view: DeviceView, moment: Moment) => number;

/**
 * How far a battery must move from its target or reserve before it may act there again, % of charge. Products re-arm 1 to
 * 2 % clear of the limit (an assumption): without it they would switch on and off at every step.
 */
const REARM_PERCENT = 1.5;
/** Closer to its target than this a battery counts as there, % of charge. */
const REACHED_PERCENT = 0.001;

/** Whether charging waits, after a look at the state of charge. */
export function nextChargeHeld(held: boolean, socPercent: number, targetPercent: number): boolean {
  if (socPercent >= targetPercent - REACHED_PERCENT) return true;
  return held && socPercent > targetPercent - REARM_PERCENT;
}

/** Whether discharging waits, after a look at the state of charge. */
export function nextDischargeHeld(held: boolean, socPercent: number, reservePercent: number): boolean {
  if (socPercent <= reservePercent + REACHED_PERCENT) return true;
  return held && socPercent < reservePercent + REARM_PERCENT;
}

/** Compiles a controller once for all devices that share it and the class of battery. */
export function compileController(spec: ControllerSpec, battery: ClassConstants): Controller {
  if (spec.kind === 'self-consumption') return (view, moment) => selfConsumptionKw(view, moment, battery);
  if (spec.kind === 'time-of-use') return timeOfUse(spec, battery);
  if (spec.kind === 'hold') return (view, { dtS }) => chargeKw(view, { limitKw: battery.maxChargeKw, dtS }, battery);
  return vehicle(spec, battery);
}

function selfConsumptionKw(view: DeviceView, { dtS }: Moment, battery: ClassConstants): number {
  const { surplusKw } = view;
  if (surplusKw > 0) return chargeKw(view, { limitKw: Math.min(surplusKw, battery.maxChargeKw), dtS }, battery);
  return view.dischargeHeld ? 0 : Math.max(surplusKw, -battery.maxDischargeKw);
}

function timeOfUse(spec: TimeOfUse, battery: ClassConstants): Controller {
  const cheap = daySegments(spec.chargeIn);
  const limitKw = Math.min(spec.chargeKw ?? battery.maxChargeKw, battery.maxChargeKw);
  return (view, moment) => {
    const ownKw = selfConsumptionKw(view, moment, battery);
    if (!isWithin(cheap, moment.secondOfDay)) return ownKw;
    // In the window the grid feeds the house, and whichever of grid and sun gives more charges.
    return Math.max(ownKw, chargeKw(view, { limitKw, dtS: moment.dtS }, battery));
  };
}

function vehicle(spec: EvCharging | VehicleToGrid, battery: ClassConstants): Controller {
  const home = daySegments([{ fromS: spec.arrivesS, toS: spec.departsS }]);
  const peak = spec.kind === 'v2g' ? intersectSegments(home, daySegments(spec.dischargeIn)) : [];
  const wanted = spec.chargeIn ? daySegments(spec.chargeIn) : WHOLE_DAY;
  const charging = intersectSegments(intersectSegments(home, wanted), invertSegments(peak));
  const limitKw = Math.min(spec.chargeKw ?? battery.maxChargeKw, battery.maxChargeKw);
  const dischargeKw = spec.kind === 'v2g' ? Math.min(spec.dischargeKw ?? Infinity, battery.maxDischargeKw) : 0;
  return (view, { secondOfDay, dtS }) => {
    if (view.isAway) return 0;
    if (isWithin(peak, secondOfDay)) return view.dischargeHeld ? 0 : -dischargeKw;
    const leftS = secondsUntil(secondOfDay, spec.departsS);
    // Before the peak there is nothing to gain from charging what the peak takes out again.
    if (overlapS(peak, secondOfDay, leftS) > 0) return 0;
    const isEnough = overlapS(charging, secondOfDay, leftS) >= secondsToTarget(view, limitKw, battery);
    if (isEnough && !isWithin(charging, secondOfDay)) return 0;
    return chargeKw(view, { limitKw, dtS }, battery);
  };
}

/** Energy into the pack's terminals from here to the target, kWh. */
function missingKwh(view: DeviceView, battery: ClassConstants): number {
  return Math.max(0, view.targetPercent - view.socPercent) / battery.chargePercentPerKwh;
}

/** How long it takes at this power to charge to the target, and a twentieth more since a pack takes less when nearly full. */
function secondsToTarget(view: DeviceView, limitKw: number, battery: ClassConstants): number {
  if (view.chargeHeld || limitKw <= battery.chargeStartKw) return 0;
  return (1.05 * 3600 * missingKwh(view, battery)) / chargeDcKw(limitKw, battery);
}

/** Charging power that doesn't pass the target within the step, kW. */
function chargeKw(view: DeviceView, want: { limitKw: number; dtS: number }, battery: ClassConstants): number {
  if (view.chargeHeld) return 0;
  const dcKw = (3600 * missingKwh(view, battery)) / want.dtS;
  return Math.min(want.limitKw, chargeAcKw(dcKw, battery));
}

/** Power at the meter that puts `dcKw` into the pack: the loss of `chargeDcKw` the other way round. */
function chargeAcKw(dcKw: number, battery: ClassConstants): number {
  return dcKw + battery.chargeLossSquare * dcKw * dcKw + battery.chargeLossLinear * dcKw + battery.chargeLossConstantKw;
}
