/**
 * What devices show between two readings of their meter: each value is held until its refresh is due. A power that is a mean
 * is that of the time since it was last made anew.
 */
import { type Batteries, usableKwh } from '../battery/batteries.js';
import type { Fleet } from './fleet.js';
import type { Group } from './group.js';
import type { RefreshPeriods, ReporterSpec } from './reporter-spec.js';

/** Of one group, a value for each device. */
export interface HeldValues {
  readonly group: Group;
  readonly spec: ReporterSpec;
  readonly socPercent: Float64Array;
  readonly powerKw: Float64Array;
  readonly energyKwh: Float64Array;
  /** When the power was last made anew, s since the start of the run, and the balance of the meter's energy then. */
  readonly powerFromS: Float64Array;
  readonly powerFromKwh: Float64Array;
}

/** Which values are made anew at a moment. */
export interface Due {
  readonly soc: boolean;
  readonly power: boolean;
  readonly energy: boolean;
  /** A period of the power ends here and the next one begins. */
  readonly endsPower: boolean;
}

/** A moment of the run: true time now and at the look before it, ms since 1970. */
export interface Look {
  readonly nowMs: number;
  readonly beforeMs: number;
  /** The first look of all reads every meter. */
  readonly isFirst: boolean;
}

export function createHeldValues(group: Group, spec: ReporterSpec): HeldValues {
  const column = (): Float64Array => new Float64Array(group.to - group.from);
  return {
    group,
    spec,
    socPercent: column(),
    powerKw: column(),
    energyKwh: column(),
    powerFromS: column(),
    powerFromKwh: column(),
  };
}

/** Which refreshes fall between two looks. A value without a period of its own is due whenever a record may be taken. */
export function dueAt(refresh: RefreshPeriods = {}, look: Look, mayTake: boolean): Due {
  const { socS, powerS, energyS } = refresh;
  const isOver = (periodS: number): boolean => {
    const periodMs = 1000 * periodS;
    return Math.floor(look.nowMs / periodMs) > Math.floor(look.beforeMs / periodMs);
  };
  const isDue = (periodS: number | undefined): boolean =>
    periodS === undefined ? mayTake : look.isFirst || isOver(periodS);
  return {
    soc: isDue(socS),
    power: isDue(powerS),
    energy: isDue(energyS),
    endsPower: powerS !== undefined && isOver(powerS),
  };
}

/** Makes the values anew that are due. */
export function refreshValues(held: HeldValues, { batteries, control, elapsedS }: Fleet, due: Due): void {
  const { group, socPercent, powerKw, energyKwh } = held;
  const { show } = group;
  for (let number = 0; number < socPercent.length; number++) {
    const index = group.from + number;
    if (due.power) powerKw[number] = show.powerKw(meteredKw(held, batteries, { number, elapsedS }));
    if (!due.soc && !due.energy) continue;
    const gauge = control.gaugePercent[index] ?? NaN;
    if (due.soc) socPercent[number] = Math.min(100, show.socPercent(gauge));
    if (due.energy) energyKwh[number] = show.energyKwh((gauge / 100) * usableKwh(batteries, index));
  }
}

/** Begins the next mean of the power. */
export function restartPower(held: HeldValues, { batteries, elapsedS }: Fleet, number: number): void {
  held.powerFromS[number] = elapsedS;
  held.powerFromKwh[number] = balanceKwh(held, batteries, number);
}

function meteredKw(held: HeldValues, batteries: Batteries, at: { number: number; elapsedS: number }): number {
  const { group, spec, powerFromS, powerFromKwh } = held;
  const { number, elapsedS } = at;
  if (spec.power === 'instant') {
    const drivingKw = spec.isSilentAway ? 0 : (group.trips?.drivingKw[number] ?? 0);
    return (batteries.powerKw[group.from + number] ?? NaN) - drivingKw;
  }
  const hours = (elapsedS - (powerFromS[number] ?? NaN)) / 3600;
  return hours > 0 ? (balanceKwh(held, batteries, number) - (powerFromKwh[number] ?? NaN)) / hours : 0;
}

/** Energy in less energy out at the device's meter since the start of the run. */
function balanceKwh({ group, spec }: HeldValues, batteries: Batteries, number: number): number {
  const index = group.from + number;
  const plugKwh = (batteries.chargedKwh[index] ?? NaN) - (batteries.dischargedKwh[index] ?? NaN);
  return spec.isSilentAway ? plugKwh : plugKwh - (batteries.drawnKwh[index] ?? NaN);
}
