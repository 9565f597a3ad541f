/**
 * Compiles a product at one of its ports into the flat numbers that the kernel steps with.
 *
 * Everything is expressed at the pack's DC terminals, in kW, hours and percent. The pack's own round-trip loss is booked while
 * charging: usable energy is what the pack gives back, so what has been stored is what will come out. SoC over time is the same as
 * with any other split of that loss.
 */
import { UserError } from '../errors.js';
import { compilePack, type ElectricalClass } from './electrical-class.js';
import type { BatteryPort, BatteryProduct, ConversionLoss, LimitPoint } from './product.js';

/** Numbers of one segment in a table: start, end, limit at the start in kW, slope in kW per percent. */
export const SEGMENT_STRIDE = 4;

/** Powers closer than this are one: a limit that follows from the converter's rating equals it but for rounding. */
const SAME_KW = 1e-9;

/**
 * Where the pack takes or gives less than this share of the converter's power, it is full or empty for that converter: as real chargers
 * do, it ends there instead of creeping on for ever.
 */
const END_SHARE = 0.001;

/** One number of each per class; the kernel keeps them as columns. */
export interface ClassConstants {
  readonly usableKwh: number;
  /** Share of the energy into the pack's DC terminals that comes out again. */
  readonly packFraction: number;
  /** Percent of SoC per kWh into the pack's DC terminals. */
  readonly chargePercentPerKwh: number;
  /** Percent of SoC per kWh out of the pack's DC terminals. */
  readonly dischargePercentPerKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  /** A charge request at the meter has to be above it, or the converter stands by. */
  readonly chargeStartKw: number;
  /** A discharge request at the meter has to be above it, or the converter stands by. Infinity where it can't give power. */
  readonly dischargeStartKw: number;
  /** Conversion loss while charging: square term 1/kW, linear term 1, constant kW, all over DC power. */
  readonly chargeLossSquare: number;
  readonly chargeLossLinear: number;
  readonly chargeLossConstantKw: number;
  readonly dischargeLossSquare: number;
  readonly dischargeLossLinear: number;
  readonly dischargeLossConstantKw: number;
  /** From and to which SoC the charge limit never binds. */
  readonly freeChargeFromPercent: number;
  readonly freeChargeToPercent: number;
  /** From (above) and to (below) which SoC the discharge limit never binds. */
  readonly freeDischargeFromPercent: number;
  readonly freeDischargeToPercent: number;
  /** DC power at and below which the pack counts as full, and as empty. */
  readonly chargeEndKw: number;
  readonly dischargeEndKw: number;
  /** Self-consumption from the pack while idle: percent per hour at 0 %, and per percent of SoC above it. */
  readonly drainPercentPerHour: number;
  readonly drainSlopePerHour: number;
  /** Idle consumption from the site: kW at 0 %, and per percent of SoC above it. */
  readonly siteIdleKw: number;
  readonly siteIdleSlopeKw: number;
  /** Consumption from the site while power flows, kW. */
  readonly siteActiveKw: number;
}

/**
 * How a pack is stepped: by its energy alone, or cell by cell with voltage, heat and cold. Without a current that its cells mind, both
 * tell the same story; the energy path is exact at any step and faster.
 */
export type BatteryPath = 'energy' | 'electrical';

/** A product at a port, ready to be stepped. Make it once and share it. */
export interface BatteryClass {
  readonly product: BatteryProduct;
  readonly port: BatteryPort;
  /** Left out on the energy path. */
  readonly electrical?: ElectricalClass;
  readonly constants: ClassConstants;
  /** Charge limit over x = SoC, segments in order of x, capped at what the converter takes. */
  readonly chargeSegments: Float64Array;
  /** Discharge limit over x = 100 − SoC, likewise. */
  readonly dischargeSegments: Float64Array;
}

interface Converter {
  readonly maxKw: number;
  readonly square: number;
  readonly linear: number;
  readonly constantKw: number;
}

interface LimitTable {
  readonly segments: Float64Array;
  readonly freeFrom: number;
  readonly freeTo: number;
}

interface Corner {
  readonly x: number;
  readonly kw: number;
}

/** DC power in kW that a charger puts into the pack while it takes `acKw`. */
export function chargeDcKw(acKw: number, constants: ClassConstants): number {
  const { chargeLossSquare, chargeLossLinear, chargeLossConstantKw } = constants;
  return dcFromAcKw(acKw - chargeLossConstantKw, 1 + chargeLossLinear, chargeLossSquare);
}

/** DC power in kW that leaves the pack while the converter gives `acKw`. */
export function dischargeDcKw(acKw: number, constants: ClassConstants): number {
  const { dischargeLossSquare, dischargeLossLinear, dischargeLossConstantKw } = constants;
  return dcFromAcKw(acKw + dischargeLossConstantKw, 1 - dischargeLossLinear, -dischargeLossSquare);
}

/**
 * The DC power P with `square·P² + slope·P = acKw`, where `acKw` is the AC power without the constant loss. Charging,
 * P_ac = P + loss(P); discharging, P_ac = P − loss(P), hence the other signs. In the form that does not cancel where `square` is small or 0.
 */
export function dcFromAcKw(acKw: number, slope: number, square: number): number {
  if (square === 0) return acKw / slope;
  return (2 * acKw) / (slope + Math.sqrt(slope * slope + 4 * square * acKw));
}

/**
 * @param path the electrical path at a DC plug and the energy path else, unless given
 * @throws UserError where the product has no such port, or nothing is known of the cells that `path` needs
 */
export function compileBatteryClass(product: BatteryProduct, port: BatteryPort, path?: BatteryPath): BatteryClass {
  if (port === 'dc' && product.maxDcChargeKw <= 0) {
    throw new UserError(`${product.name} has no DC plug`, { hint: `Connect ${product.id} to AC.` });
  }
  const constants = compileConstants(product, port);
  const takesKw = chargeDcKw(constants.maxChargeKw, constants);
  const canDischarge = Number.isFinite(constants.dischargeStartKw);
  const givesKw = canDischarge ? dischargeDcKw(constants.maxDischargeKw, constants) : 0;
  const startKw = canDischarge ? dischargeDcKw(constants.dischargeStartKw, constants) : 0;
  const chargeEndKw = takesKw * END_SHARE;
  const dischargeEndKw = Math.max(startKw, givesKw * END_SHARE);
  const charge = compileLimit(product.chargeLimit.map(cornerOfCharge), { capKw: takesKw, floorKw: chargeEndKw });
  const discharge = compileLimit(product.dischargeLimit.toReversed().map(cornerOfDischarge), {
    capKw: givesKw,
    floorKw: dischargeEndKw,
  });
  const electrical = compileElectrical(product, path ?? usualPath(product, port), { takesKw, givesKw });
  return {
    product,
    port,
    constants: {
      ...constants,
      freeChargeFromPercent: charge.freeFrom,
      freeChargeToPercent: charge.freeTo,
      freeDischargeFromPercent: 100 - discharge.freeFrom,
      freeDischargeToPercent: 100 - discharge.freeTo,
      chargeEndKw,
      dischargeEndKw,
    },
    chargeSegments: charge.segments,
    dischargeSegments: discharge.segments,
    ...(electrical && { electrical }),
  };
}

function usualPath(product: BatteryProduct, port: BatteryPort): BatteryPath {
  return port === 'dc' && product.pack !== undefined ? 'electrical' : 'energy';
}

function compileElectrical(
  product: BatteryProduct,
  path: BatteryPath,
  most: { takesKw: number; givesKw: number },
): ElectricalClass | undefined {
  if (path === 'energy') return undefined;
  if (product.pack === undefined) {
    throw new UserError(`nothing is known of the cells of ${product.name}`, { hint: 'Take the energy path.' });
  }
  const { takesKw: fullChargeDcKw, givesKw: fullDischargeDcKw } = most;
  return compilePack(product.pack, { usableKwh: product.usableKwh, fullChargeDcKw, fullDischargeDcKw });
}

function compileConstants(product: BatteryProduct, port: BatteryPort): ClassConstants {
  const { standby, usableKwh } = product;
  const charge = converter(product.chargeLoss, port, port === 'ac' ? product.maxChargeKw : product.maxDcChargeKw);
  const discharge = converter(
    product.dischargeLoss,
    port,
    port === 'ac' ? product.maxDischargeKw : product.maxDcDischargeKw,
  );
  // Never below the idle drain: else giving a little power would cost less SoC than giving none (law 4).
  const drainMostKw = Math.max(standby.dcEmptyW, standby.dcFullW) / 1000;
  const leastDischargeKw = Math.max(discharge.constantKw, drainMostKw - discharge.constantKw);
  const percentPerKwh = 100 / usableKwh;
  // What a vehicle's site consumes while it hangs on a DC charger belongs to that charger, not to the vehicle.
  const site = port === 'ac' ? standby : { acEmptyW: 0, acFullW: 0, peripheralAcW: 0 };
  return {
    usableKwh,
    packFraction: product.packRoundTripFraction,
    chargePercentPerKwh: percentPerKwh * product.packRoundTripFraction,
    dischargePercentPerKwh: percentPerKwh,
    maxChargeKw: charge.maxKw,
    maxDischargeKw: discharge.maxKw,
    chargeStartKw: charge.constantKw,
    dischargeStartKw: discharge.maxKw > leastDischargeKw ? leastDischargeKw : Infinity,
    chargeLossSquare: charge.square,
    chargeLossLinear: charge.linear,
    chargeLossConstantKw: charge.constantKw,
    dischargeLossSquare: discharge.square,
    dischargeLossLinear: discharge.linear,
    dischargeLossConstantKw: discharge.constantKw,
    freeChargeFromPercent: 0,
    freeChargeToPercent: 0,
    freeDischargeFromPercent: 0,
    freeDischargeToPercent: 0,
    chargeEndKw: 0,
    dischargeEndKw: 0,
    drainPercentPerHour: (standby.dcEmptyW / 1000) * percentPerKwh,
    drainSlopePerHour: ((standby.dcFullW - standby.dcEmptyW) / 1000 / 100) * percentPerKwh,
    siteIdleKw: (site.acEmptyW + site.peripheralAcW) / 1000,
    siteIdleSlopeKw: (site.acFullW - site.acEmptyW) / 1000 / 100,
    siteActiveKw: site.peripheralAcW / 1000,
  };
}

function converter(loss: ConversionLoss, port: BatteryPort, maxKw: number): Converter {
  if (port === 'dc') return { maxKw, square: 0, linear: 0, constantKw: 0 };
  return {
    maxKw,
    square: loss.aW / 1000 / (loss.ratedDcKw * loss.ratedDcKw),
    linear: loss.bW / 1000 / loss.ratedDcKw,
    constantKw: loss.cW / 1000,
  };
}

function cornerOfCharge(point: LimitPoint): Corner {
  return { x: point.socPercent, kw: point.powerKw };
}

function cornerOfDischarge(point: LimitPoint): Corner {
  return { x: 100 - point.socPercent, kw: point.powerKw };
}

/**
 * The limit as segments over x from 0 to 100: at most `capKw`, and nothing at all where it is less than `floorKw`.
 */
function compileLimit(corners: readonly Corner[], bounds: { capKw: number; floorKw: number }): LimitTable {
  const first = corners[0] ?? { x: 0, kw: bounds.capKw };
  const last = corners.at(-1) ?? first;
  const line = [{ x: 0, kw: first.kw }, ...corners, { x: 100, kw: last.kw }];
  const leastCapKw = bounds.capKw * (1 - SAME_KW);
  const numbers: number[] = [];
  for (let i = 1; i < line.length; i += 1) {
    const [from, to] = [line[i - 1], line[i]];
    if (from === undefined || to === undefined || to.x <= from.x) continue;
    const slope = (to.kw - from.kw) / (to.x - from.x);
    const cuts = [from.x, ...crossings(from, to, [bounds.capKw, bounds.floorKw]), to.x];
    for (let k = 1; k < cuts.length; k += 1) {
      const [start, end] = [cuts[k - 1] ?? 0, cuts[k] ?? 0];
      const middleKw = from.kw + slope * ((start + end) / 2 - from.x);
      if (middleKw >= leastCapKw) numbers.push(start, end, bounds.capKw, 0);
      else if (middleKw < bounds.floorKw) numbers.push(start, end, 0, 0);
      else numbers.push(start, end, from.kw + slope * (start - from.x), slope);
    }
  }
  return { segments: Float64Array.from(numbers), ...longestFree(numbers, bounds.capKw) };
}

/** Where the line between two corners meets one of the levels, strictly inside, in order of x. */
function crossings(from: Corner, to: Corner, levelsKw: readonly number[]): number[] {
  return levelsKw
    .filter((level) => level > Math.min(from.kw, to.kw) && level < Math.max(from.kw, to.kw))
    .map((level) => from.x + ((level - from.kw) / (to.kw - from.kw)) * (to.x - from.x))
    .filter((x) => x > from.x && x < to.x)
    .toSorted((a, b) => a - b);
}

/** The longest stretch on which the limit stays at the cap; empty (from 0 to 0) where there is none. */
function longestFree(numbers: readonly number[], capKw: number): { freeFrom: number; freeTo: number } {
  let best = { freeFrom: 0, freeTo: 0 };
  let from = 0;
  let to = 0;
  for (let i = 0; i < numbers.length; i += SEGMENT_STRIDE) {
    const free = capKw > 0 && numbers[i + 2] === capKw && numbers[i + 3] === 0;
    if (!free) continue;
    const start = numbers[i] ?? 0;
    from = start === to ? from : start;
    to = numbers[i + 1] ?? 0;
    if (to - from > best.freeTo - best.freeFrom) best = { freeFrom: from, freeTo: to };
  }
  return best;
}
