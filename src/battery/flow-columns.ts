/**
 * The constants of all classes as columns, two rows a class: `2c` while it charges, `2c + 1` while it discharges. The kernel reads them for
 * each device of a fleet in mixed order; from objects it would box every number that it touches.
 *
 * The two directions are one another's mirror over x, the charge taken or given so far: x is the state of charge while charging and 100
 * less it while discharging.
 */
import type { BatteryClass, ClassConstants } from './battery-class.js';

interface FlowConstants {
  /** A request at the port has to be above it, kW, or the converter stands by. */
  readonly startKw: number;
  readonly maxKw: number;
  /** P_dc² · square + P_dc · slope = P_port + offset; all in kW. */
  readonly offsetKw: number;
  readonly slope: number;
  readonly square: number;
  /** Of x per kWh at the pack's DC terminals. */
  readonly percentPerKwh: number;
  /** Share of the energy through the pack's DC terminals that is not lost in the pack. */
  readonly keptFraction: number;
  /** From and to which x the product's limit never binds. */
  readonly freeFrom: number;
  readonly freeTo: number;
  /** DC power at and below which the pack counts as full or empty, kW. */
  readonly endKw: number;
  /** Consumption from the site while power flows, kW. */
  readonly siteActiveKw: number;
  /** As in `ClassConstants`, alike in both directions. */
  readonly drainPercentPerHour: number;
  readonly drainSlopePerHour: number;
  readonly siteIdleKw: number;
  readonly siteIdleSlopeKw: number;
  readonly usableKwh: number;
}

export type FlowColumns = { readonly [K in keyof FlowConstants]: Float64Array };

export function flowColumns(classes: readonly BatteryClass[]): FlowColumns {
  const rows = classes.flatMap(({ constants }) => [chargeRow(constants), dischargeRow(constants)]);
  const column = (key: keyof FlowConstants): Float64Array => Float64Array.from(rows, (row) => row[key]);
  return {
    startKw: column('startKw'),
    maxKw: column('maxKw'),
    offsetKw: column('offsetKw'),
    slope: column('slope'),
    square: column('square'),
    percentPerKwh: column('percentPerKwh'),
    keptFraction: column('keptFraction'),
    freeFrom: column('freeFrom'),
    freeTo: column('freeTo'),
    endKw: column('endKw'),
    siteActiveKw: column('siteActiveKw'),
    drainPercentPerHour: column('drainPercentPerHour'),
    drainSlopePerHour: column('drainSlopePerHour'),
    siteIdleKw: column('siteIdleKw'),
    siteIdleSlopeKw: column('siteIdleSlopeKw'),
    usableKwh: column('usableKwh'),
  };
}

function chargeRow(k: ClassConstants): FlowConstants {
  return {
    ...k,
    startKw: k.chargeStartKw,
    maxKw: k.maxChargeKw,
    offsetKw: -k.chargeLossConstantKw,
    slope: 1 + k.chargeLossLinear,
    square: k.chargeLossSquare,
    percentPerKwh: k.chargePercentPerKwh,
    keptFraction: k.packFraction,
    freeFrom: k.freeChargeFromPercent,
    freeTo: k.freeChargeToPercent,
    endKw: k.chargeEndKw,
  };
}

function dischargeRow(k: ClassConstants): FlowConstants {
  return {
    ...k,
    startKw: k.dischargeStartKw,
    maxKw: k.maxDischargeKw,
    offsetKw: k.dischargeLossConstantKw,
    slope: 1 - k.dischargeLossLinear,
    square: -k.dischargeLossSquare,
    percentPerKwh: k.dischargePercentPerKwh,
    keptFraction: 1,
    freeFrom: 100 - k.freeDischargeFromPercent,
    freeTo: 100 - k.freeDischargeToPercent,
    endKw: k.dischargeEndKw,
  };
}
