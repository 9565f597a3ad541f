/** What an electrical class needs to know of a step: its constants, and all exponentials of its length, once for all of its devices. */
import type { BatteryClass } from './battery-class.js';

/** Near empty and full, in cold and heat, and where much flows, a step is taken in parts of at most this length, s. */
const SHORT_S = 20;

/** Of one class, for a whole step or for one of the parts that it is taken in. */
interface PartConstants {
  /** Share of the polarisation that is left at the end; its mean; the mean of its square. */
  readonly relaxed: number;
  readonly relaxedMean: number;
  readonly relaxedSquareMean: number;
  /** Share of the distance to the final temperature that is left at the end. */
  readonly cooled: number;
  /** Warmth over the air at which a cell comes to rest, K for each W of heat. */
  readonly kPerW: number;
  readonly cooledToCelsius: number;
  /** Of a new cell. */
  readonly newPercentPerA: number;
  /** Lost to self-discharge. */
  readonly leakPercent: number;
  /** Of a new cell at 25 °C. */
  readonly newRelaxationOhm: number;
  readonly cellCount: number;
  readonly seriesCells: number;
  readonly minVoltageV: number;
  readonly maxVoltageV: number;
  readonly hysteresisV: number;
  readonly fullChargeDcKw: number;
  readonly fullDischargeDcKw: number;
  /** Standby: what a cell gives at 0 %, W, and more for each percent; what the site gives, kW; whether there is any. */
  readonly drainW: number;
  readonly drainSlopeW: number;
  readonly siteIdleKw: number;
  readonly siteIdleSlopeKw: number;
  readonly siteActiveKw: number;
  /** 0 where it consumes nothing of the kind. */
  readonly hasStandby: number;
}

/** The same of all classes as columns, since from objects the kernel would box every number that it touches; NaN on the energy path. */
export type PartColumns = { readonly [K in keyof PartConstants]: Float64Array } & {
  readonly hours: number;
  /** Of how many it is one. */
  readonly parts: number;
};

export interface ElectricalStep {
  /** The step that it stands for, s. */
  readonly dtS: number;
  readonly whole: PartColumns;
  readonly part: PartColumns;
}

export function electricalStep(classes: readonly BatteryClass[], dtS: number): ElectricalStep {
  const parts = Math.ceil(dtS / SHORT_S);
  return { dtS, whole: partColumns(classes, dtS, 1), part: partColumns(classes, dtS, parts) };
}

function partColumns(classes: readonly BatteryClass[], dtS: number, parts: number): PartColumns {
  const hours = dtS / parts / 3600;
  const rows = classes.map((c) => partConstants(c, hours));
  const column = (key: keyof PartConstants): Float64Array => Float64Array.from(rows, (row) => row?.[key] ?? NaN);
  return {
    hours,
    parts,
    relaxed: column('relaxed'),
    relaxedMean: column('relaxedMean'),
    relaxedSquareMean: column('relaxedSquareMean'),
    cooled: column('cooled'),
    kPerW: column('kPerW'),
    cooledToCelsius: column('cooledToCelsius'),
    newPercentPerA: column('newPercentPerA'),
    leakPercent: column('leakPercent'),
    newRelaxationOhm: column('newRelaxationOhm'),
    cellCount: column('cellCount'),
    seriesCells: column('seriesCells'),
    minVoltageV: column('minVoltageV'),
    maxVoltageV: column('maxVoltageV'),
    hysteresisV: column('hysteresisV'),
    fullChargeDcKw: column('fullChargeDcKw'),
    fullDischargeDcKw: column('fullDischargeDcKw'),
    drainW: column('drainW'),
    drainSlopeW: column('drainSlopeW'),
    siteIdleKw: column('siteIdleKw'),
    siteIdleSlopeKw: column('siteIdleSlopeKw'),
    siteActiveKw: column('siteActiveKw'),
    hasStandby: column('hasStandby'),
  };
}

function partConstants(battery: BatteryClass, hours: number): PartConstants | undefined {
  if (battery.electrical === undefined) return undefined;
  const { constants: k } = battery.electrical;
  const turns = (3600 * hours) / k.relaxationS;
  return {
    ...k,
    relaxed: Math.exp(-turns),
    relaxedMean: -Math.expm1(-turns) / turns,
    relaxedSquareMean: -Math.expm1(-2 * turns) / (2 * turns),
    cooled: Math.exp((-3600 * hours) / k.coolingS),
    kPerW: k.coolingS / k.heatCapacityJPerK,
    newPercentPerA: (100 * hours) / k.cellAh,
    leakPercent: k.selfDischargePercentPerHour * hours,
    newRelaxationOhm: k.relaxationOhm,
    ...standbyConstants(battery, k.cellCount),
  };
}

function standbyConstants(
  { constants: k }: BatteryClass,
  cellCount: number,
): Pick<PartConstants, 'drainW' | 'drainSlopeW' | 'siteIdleKw' | 'siteIdleSlopeKw' | 'siteActiveKw' | 'hasStandby'> {
  const { siteIdleKw, siteIdleSlopeKw, siteActiveKw } = k;
  const wPerPercentPerHour = (10 * k.usableKwh) / cellCount;
  const drainW = k.drainPercentPerHour * wPerPercentPerHour;
  const drainSlopeW = k.drainSlopePerHour * wPerPercentPerHour;
  const hasStandby = [drainW, drainSlopeW, siteIdleKw, siteIdleSlopeKw, siteActiveKw].some((figure) => figure !== 0)
    ? 1
    : 0;
  return { drainW, drainSlopeW, siteIdleKw, siteIdleSlopeKw, siteActiveKw, hasStandby };
}
