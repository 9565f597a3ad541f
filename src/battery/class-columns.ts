/**
 * The constants of all classes as columns, one row a class. The kernel reads them for each device of a fleet in mixed order; from objects
 * it would box every number that it touches.
 */
import type { BatteryClass, ClassConstants } from './battery-class.js';

export type ClassColumns = { readonly [K in keyof ClassConstants]: Float64Array };

export function classColumns(classes: readonly BatteryClass[]): ClassColumns {
  const column = (key: keyof ClassConstants): Float64Array => Float64Array.from(classes, (c) => c.constants[key]);
  return {
    usableKwh: column('usableKwh'),
    packFraction: column('packFraction'),
    chargePercentPerKwh: column('chargePercentPerKwh'),
    dischargePercentPerKwh: column('dischargePercentPerKwh'),
    maxChargeKw: column('maxChargeKw'),
    maxDischargeKw: column('maxDischargeKw'),
    chargeStartKw: column('chargeStartKw'),
    dischargeStartKw: column('dischargeStartKw'),
    chargeLossSquare: column('chargeLossSquare'),
    chargeLossLinear: column('chargeLossLinear'),
    chargeLossConstantKw: column('chargeLossConstantKw'),
    dischargeLossSquare: column('dischargeLossSquare'),
    dischargeLossLinear: column('dischargeLossLinear'),
    dischargeLossConstantKw: column('dischargeLossConstantKw'),
    freeChargeFromPercent: column('freeChargeFromPercent'),
    freeChargeToPercent: column('freeChargeToPercent'),
    freeDischargeFromPercent: column('freeDischargeFromPercent'),
    freeDischargeToPercent: column('freeDischargeToPercent'),
    drainPercentPerHour: column('drainPercentPerHour'),
    drainSlopePerHour: column('drainSlopePerHour'),
    siteIdleKw: column('siteIdleKw'),
    siteIdleSlopeKw: column('siteIdleSlopeKw'),
    siteActiveKw: column('siteActiveKw'),
  };
}
