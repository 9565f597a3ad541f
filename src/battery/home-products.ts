/** Home batteries that one can buy, each with its source. */
import type { CellModel, PackDesign } from './cell.js';
import { lfpSony, nmc111Kokam, nmc811LgM50, nmcSamsung94 } from './cells.js';
import type { BatteryProduct, ConversionLoss, LimitPoint, MeterQuanta, Standby } from './product.js';

/**
 * Share of full charge power from 91 to 100 %: GivEnergy batteries, from Predbat's documentation (springfall2008/batpred).
 * It stands in for every home battery here, since no measurement of their own is public.
 */
const TOP_TAPER = [0.91, 0.81, 0.71, 0.62, 0.52, 0.43, 0.33, 0.24, 0.24, 0.24];

/** Integer SoC and steps of 0.1 kW: as 32 days of a real home battery show them. */
const HOME_METER: MeterQuanta = { socQuantumPercent: 1, powerQuantumKw: 0.1 };

/** Percent of usable energy an hour that an idle pack loses: 0.08 to 0.12 in 32 days of a real home battery. */
const TYPICAL_DRAIN_PERCENT_PER_HOUR = 0.1;

const PERMOD =
  'Measured by HTW Berlin (Performance Model for PV-Battery Systems, PerMod), bslib database, CC BY 4.0; losses are its fits over DC power.';
const TAPER_NOTE = 'Charge taper above 90 %: GivEnergy figures from the documentation of Predbat, not of this product.';
const STATED_NOTE =
  'The round trip is split evenly between charging and discharging; idle drain 0.1 % an hour as in a measured home, not of this product.';

const PACK_NOTE =
  'Electrical path: a measured cell of the same chemistry stands in for its own; assumed: cells between 5 and 95 %, cooled by air within 4 hours.';

function homePack(cell: CellModel): PackDesign {
  return { cell, seriesCells: 96, cellWindowPercent: [5, 95], coolingHours: 4, cooledToCelsius: Infinity };
}

function topTaper(fullKw: number): LimitPoint[] {
  const tapered = TOP_TAPER.map((share, i) => ({ socPercent: 91 + i, powerKw: share * fullKw }));
  return [{ socPercent: 90, powerKw: fullKw }, ...tapered];
}

interface MeasuredRow {
  readonly cell: CellModel;
  readonly id: string;
  readonly name: string;
  readonly usableKwh: number;
  readonly packRoundTripFraction: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  /** a, b, c in W over DC power; p = 1 at the most power. */
  readonly chargeLossW: readonly [number, number, number];
  readonly dischargeLossW: readonly [number, number, number];
  readonly standby: Standby;
  readonly note: string;
}

function measured(row: MeasuredRow): BatteryProduct {
  const [ca, cb, cc] = row.chargeLossW;
  const [da, db, dc] = row.dischargeLossW;
  // Charging, the loss comes off before the pack; discharging, the pack gives it on top.
  const chargeDcKw = row.maxChargeKw - (ca + cb + cc) / 1000;
  const dischargeDcKw = row.maxDischargeKw + (da + db + dc) / 1000;
  return {
    id: row.id,
    name: row.name,
    kind: 'home',
    usableKwh: row.usableKwh,
    packRoundTripFraction: row.packRoundTripFraction,
    maxChargeKw: row.maxChargeKw,
    maxDischargeKw: row.maxDischargeKw,
    maxDcChargeKw: 0,
    maxDcDischargeKw: 0,
    chargeLimit: topTaper(chargeDcKw),
    dischargeLimit: [],
    chargeLoss: { aW: ca, bW: cb, cW: cc, ratedDcKw: chargeDcKw },
    dischargeLoss: { aW: da, bW: db, cW: dc, ratedDcKw: dischargeDcKw },
    standby: row.standby,
    meter: HOME_METER,
    pack: homePack(row.cell),
    source: `${PERMOD} ${row.note} ${TAPER_NOTE} ${PACK_NOTE}`,
  };
}

interface StatedRow {
  readonly cell: CellModel;
  readonly id: string;
  readonly name: string;
  readonly usableKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  readonly acRoundTripFraction: number;
  readonly source: string;
}

function stated(row: StatedRow): BatteryProduct {
  const oneWay = Math.sqrt(row.acRoundTripFraction);
  const chargeDcKw = row.maxChargeKw * oneWay;
  const dischargeDcKw = row.maxDischargeKw / oneWay;
  const drainW = TYPICAL_DRAIN_PERCENT_PER_HOUR * row.usableKwh * 10;
  return {
    id: row.id,
    name: row.name,
    kind: 'home',
    usableKwh: row.usableKwh,
    packRoundTripFraction: 1,
    maxChargeKw: row.maxChargeKw,
    maxDischargeKw: row.maxDischargeKw,
    maxDcChargeKw: 0,
    maxDcDischargeKw: 0,
    chargeLimit: topTaper(chargeDcKw),
    dischargeLimit: [],
    chargeLoss: proportional(chargeDcKw, row.maxChargeKw - chargeDcKw),
    dischargeLoss: proportional(dischargeDcKw, dischargeDcKw - row.maxDischargeKw),
    standby: { dcEmptyW: drainW, dcFullW: drainW, acEmptyW: 0, acFullW: 0, peripheralAcW: 0 },
    meter: HOME_METER,
    pack: homePack(row.cell),
    source: `${row.source} ${STATED_NOTE} ${TAPER_NOTE} ${PACK_NOTE}`,
  };
}

function proportional(ratedDcKw: number, lossKw: number): ConversionLoss {
  return { aW: 0, bW: lossKw * 1000, cW: 0, ratedDcKw };
}

const DEALERS = "Figures from dealers' and third parties' pages, not measured.";

export const homeProducts: readonly BatteryProduct[] = [
  measured({
    id: 'siemens-junelight-9.9',
    cell: nmcSamsung94,
    name: 'Siemens Junelight Smart Battery 9.9',
    usableKwh: 8.85,
    packRoundTripFraction: 0.9687,
    maxChargeKw: 3.572,
    maxDischargeKw: 3.507,
    chargeLossW: [110.07, 31.76, 36.5],
    dischargeLossW: [146.41, 28.64, 36.49],
    standby: { dcEmptyW: 0, dcFullW: 0.1, acEmptyW: 12.1, acFullW: 14.9, peripheralAcW: 1 },
    note: 'System S2, AC-coupled.',
  }),
  measured({
    id: 'fronius-gen24-byd-hvs-11.5',
    cell: lfpSony,
    name: 'Fronius Symo GEN24 10.0 Plus with BYD Battery-Box H11.5',
    usableKwh: 9.71,
    packRoundTripFraction: 0.961,
    maxChargeKw: 9.9972,
    maxDischargeKw: 9.8226,
    chargeLossW: [106.04, 150.8, 26.47],
    dischargeLossW: [95.29, 115.39, 26.41],
    standby: { dcEmptyW: 0, dcFullW: 44, acEmptyW: 9, acFullW: 0, peripheralAcW: 1 },
    note: 'System S5, DC-coupled, charged from AC here; usable energy and battery efficiency from the same programme of measurements.',
  }),
  measured({
    id: 'kostal-plenticore10-byd-11.5',
    cell: lfpSony,
    name: 'KOSTAL PLENTICORE plus 10 with BYD Battery-Box H11.5',
    usableKwh: 10.51,
    packRoundTripFraction: 0.9528,
    maxChargeKw: 6.3825,
    maxDischargeKw: 5.776,
    chargeLossW: [36.07, 85.32, 45.8],
    dischargeLossW: [85.32, 112.55, 33.99],
    standby: { dcEmptyW: 4.71, dcFullW: 0.15, acEmptyW: 4.47, acFullW: 0, peripheralAcW: 1.77 },
    note: 'System S4, DC-coupled: it charges from its solar input, where charging power is counted.',
  }),
  measured({
    id: 'kostal-plenticore5.5-byd-6.4',
    cell: lfpSony,
    name: 'KOSTAL PLENTICORE plus 5.5 with BYD Battery-Box H6.4',
    usableKwh: 5.68,
    packRoundTripFraction: 0.9482,
    maxChargeKw: 3.5859,
    maxDischargeKw: 3.157,
    chargeLossW: [-10.58, 115.24, 35.74],
    dischargeLossW: [32.57, 100.18, 30.54],
    standby: { dcEmptyW: 4.56, dcFullW: 0.15, acEmptyW: 4.47, acFullW: 0, peripheralAcW: 1.55 },
    note: 'System S3, DC-coupled: it charges from its solar input, where charging power is counted.',
  }),
  stated({
    id: 'tesla-powerwall-2',
    cell: nmc811LgM50,
    name: 'Tesla Powerwall 2',
    usableKwh: 13.5,
    maxChargeKw: 5,
    maxDischargeKw: 5,
    acRoundTripFraction: 0.9,
    source: DEALERS,
  }),
  stated({
    id: 'tesla-powerwall-3',
    cell: lfpSony,
    name: 'Tesla Powerwall 3',
    usableKwh: 13.5,
    maxChargeKw: 5,
    maxDischargeKw: 11.04,
    acRoundTripFraction: 0.89,
    source: DEALERS,
  }),
  stated({
    id: 'enphase-iq-battery-5p',
    cell: lfpSony,
    name: 'Enphase IQ Battery 5P',
    usableKwh: 5,
    maxChargeKw: 3.84,
    maxDischargeKw: 3.84,
    acRoundTripFraction: 0.9,
    source: DEALERS,
  }),
  stated({
    id: 'lg-resu10h',
    cell: nmc111Kokam,
    name: 'LG Chem RESU10H',
    usableKwh: 9.3,
    maxChargeKw: 3.3,
    maxDischargeKw: 5,
    acRoundTripFraction: 0.95,
    source: `${DEALERS} They do not say whether an inverter is in the 95 %; taken as AC to AC.`,
  }),
];
