/** Electric cars that one can buy, each with its published DC charging curve. */
import type { CellModel, PackDesign } from './cell.js';
import { leafLmoNmc, nmc111Kokam, nmcSamsung94 } from './cells.js';
import type { BatteryProduct, ConversionLoss, LimitPoint, MeterQuanta } from './product.js';

const OPEN_EV_DATA = 'Usable energy, on-board charger and DC power over SoC: chargeprice/open-ev-data, MIT.';

/**
 * Assumed, for want of a measurement of each car: 97 % of what goes into the pack comes out of it at household power. The published curve
 * is taken as the power at the DC plug, and the vehicle's own consumption while it charges as nil.
 */
const PACK_ROUND_TRIP_FRACTION = 0.97;
const PACK_NOTE =
  'Assumed: the curve is the power at the DC plug; 97 % pack round trip; no consumption while parked, for want of figures.';

/**
 * On-board chargers are assumed to be 88 % efficient at 3 kW and 92 % at 11 kW, hence less below: 165 W and 6.5 % of the AC power
 * (0.88 to 0.92 above 3 kW is a common range). Written over DC power: P_ac = (P_dc + 165 W) / 0.935.
 */
const CHARGER_CONSTANT_W = 165 / 0.935;
const CHARGER_SHARE = 1 / 0.935 - 1;
const CHARGER_NOTE = 'Assumed: on-board charger 88 % efficient at 3 kW, 92 % at 11 kW.';

/** State of charge in steps of 0.01 %, as on the vehicle's own bus. */
const EV_METER: MeterQuanta = { socQuantumPercent: 0.01, powerQuantumKw: 0.1 };

/**
 * Of the pack and its cells: a measured cell stands in for the car's own. Usable over gross energy is 0.93 to 0.95 in most cars, hence the
 * window; liquid holds the pack at or below 40 °C while it charges, except where only air cools it.
 */
const CELLS_NOTE =
  "Electrical path: a measured cell stands in for the car's own; assumed: 96 in series, between 3 and 97 %, warmth lost to the air within 6 hours.";

interface Tempering {
  /** Left out: liquid holds it at 40 °C. */
  readonly airCooled?: true;
  /** Warms itself on the way to a DC charge (the maker's own announcements); assumed: to 25 °C. */
  readonly preheats?: true;
  /** Left out: `nmcSamsung94`. */
  readonly cell?: CellModel;
}

function carPack(row: Tempering): PackDesign {
  return {
    cell: row.cell ?? nmcSamsung94,
    seriesCells: 96,
    cellWindowPercent: [3, 97],
    coolingHours: 6,
    cooledToCelsius: row.airCooled ? Infinity : 40,
    ...(row.preheats && { preheatedToCelsius: 25 }),
  };
}

interface EvRow extends Tempering {
  readonly id: string;
  readonly name: string;
  readonly usableKwh: number;
  readonly onBoardKw: number;
  /** SoC in percent and kW at the DC plug: `0:100 30:100 70:50`. */
  readonly dcCurve: string;
}

function ev(row: EvRow): BatteryProduct {
  const chargeLimit = row.dcCurve.split(' ').map(limitPoint);
  const noDischarge: ConversionLoss = { aW: 0, bW: 0, cW: 0, ratedDcKw: 1 };
  return {
    id: row.id,
    name: row.name,
    kind: 'ev',
    usableKwh: row.usableKwh,
    packRoundTripFraction: PACK_ROUND_TRIP_FRACTION,
    maxChargeKw: row.onBoardKw,
    maxDischargeKw: 0,
    maxDcChargeKw: Math.max(...chargeLimit.map((point) => point.powerKw)),
    maxDcDischargeKw: 0,
    chargeLimit,
    dischargeLimit: [],
    chargeLoss: { aW: 0, bW: CHARGER_SHARE * 1000, cW: CHARGER_CONSTANT_W, ratedDcKw: 1 },
    dischargeLoss: noDischarge,
    standby: { dcEmptyW: 0, dcFullW: 0, acEmptyW: 0, acFullW: 0, peripheralAcW: 0 },
    meter: EV_METER,
    pack: carPack(row),
    source: `${OPEN_EV_DATA} ${PACK_NOTE} ${CHARGER_NOTE} ${CELLS_NOTE}`,
  };
}

function limitPoint(text: string): LimitPoint {
  const [socPercent, powerKw] = text.split(':').map(Number);
  return { socPercent: socPercent ?? NaN, powerKw: powerKw ?? NaN };
}

const LEAF_40_CURVE = '0:41 62:45 65:36 100:15';

/**
 * A Leaf on a bidirectional wall box, which converts outside the car: 7.4 kW each way at AC (32 A, 230 V; press reports on the Wallbox
 * Quasar of 2019 and 2020). The Leaf's handbook of 2023 provides for charging and discharging with a V2X device at its CHAdeMO port.
 */
function leafWithV2g(): BatteryProduct {
  const car = ev({
    id: 'nissan-leaf-40-v2g',
    cell: leafLmoNmc,
    airCooled: true,
    name: 'Nissan Leaf 40 kWh on a 7.4 kW V2G charger',
    usableKwh: 38,
    onBoardKw: 7.4,
    dcCurve: LEAF_40_CURVE,
  });
  // Giving power, the same converter: P_dc = (P_ac + 165 W) / 0.935, hence P_ac = P_dc − loss(P_dc) with these terms.
  const dischargeLoss: ConversionLoss = { aW: 0, bW: 0.065 * 1000, cW: 165, ratedDcKw: 1 };
  return {
    ...car,
    maxDischargeKw: 7.4,
    maxDcDischargeKw: 7.4,
    dischargeLoss,
    source: `${OPEN_EV_DATA} Bidirectional charger: 7.4 kW each way (32 A, 230 V), press reports on the Wallbox Quasar, 2019 and 2020; the car: Nissan's handbook of 2023. ${PACK_NOTE} Assumed: the charger is 88 % efficient at 3 kW each way. ${CELLS_NOTE}`,
  };
}

export const evProducts: readonly BatteryProduct[] = [
  ev({
    id: 'vw-id3-58',
    name: 'Volkswagen ID.3 58 kWh',
    usableKwh: 58,
    onBoardKw: 11,
    dcCurve: '0:100 30:100 70:50 80:50 100:20',
  }),
  ev({
    id: 'vw-id3-77',
    name: 'Volkswagen ID.3 77 kWh',
    usableKwh: 77,
    onBoardKw: 11,
    dcCurve: '0:125 30:125 70:65 80:65 100:22',
  }),
  ev({
    id: 'vw-id4-77',
    name: 'Volkswagen ID.4 77 kWh',
    usableKwh: 77,
    onBoardKw: 11,
    dcCurve: '0:125 30:125 70:65 80:65 100:22',
  }),
  ev({
    id: 'hyundai-ioniq5-72.6',
    name: 'Hyundai Ioniq 5 72.6 kWh',
    usableKwh: 72.6,
    onBoardKw: 11,
    dcCurve: '0:200 10:210 22:232 23:185 37:185 38:175 47:175 48:155 55:155 56:130 70:130 80:100 100:11',
  }),
  ev({
    id: 'hyundai-kona-64',
    cell: nmc111Kokam,
    name: 'Hyundai Kona 64 kWh',
    usableKwh: 64,
    onBoardKw: 11,
    dcCurve: '0:70 40:77 42:70 53:71 55:57 71:58 72:38 76:38 78:25 88:25 100:8',
  }),
  ev({
    id: 'kia-e-niro-64',
    cell: nmc111Kokam,
    name: 'Kia e-Niro 64 kWh',
    usableKwh: 64,
    onBoardKw: 11,
    dcCurve: '0:70 40:77 42:70 53:71 55:57 71:58 72:38 76:38 78:25 88:25 100:8',
  }),
  ev({
    id: 'tesla-model3-lr',
    preheats: true,
    name: 'Tesla Model 3 Long Range',
    usableKwh: 74,
    onBoardKw: 11,
    dcCurve: '0:180 40:195 60:110 100:12',
  }),
  ev({
    id: 'tesla-model3-sr-plus',
    preheats: true,
    name: 'Tesla Model 3 Standard Range Plus',
    usableKwh: 50,
    onBoardKw: 11,
    dcCurve: '0:130 52:149 60:110 100:12',
  }),
  ev({
    id: 'tesla-model-y-lr',
    preheats: true,
    name: 'Tesla Model Y Long Range',
    usableKwh: 72.5,
    onBoardKw: 11,
    dcCurve: '0:246 35:238 75:99 100:18',
  }),
  ev({
    id: 'polestar-2-72.5',
    name: 'Polestar 2 72.5 kWh',
    usableKwh: 72.5,
    onBoardKw: 11,
    dcCurve: '0:150 18:150 20:130 40:130 42:100 55:90 57:70 79:70 80:25 100:11',
  }),
  ev({
    id: 'volvo-xc40-p8',
    name: 'Volvo XC40 P8 Recharge',
    usableKwh: 75,
    onBoardKw: 11,
    dcCurve: '0:148 35:147 70:98 85:59 100:10',
  }),
  ev({
    id: 'renault-zoe-ze50',
    airCooled: true,
    name: 'Renault Zoe R135 ZE50',
    usableKwh: 52,
    onBoardKw: 22,
    dcCurve: '0:41 52:46 80:27 100:22',
  }),
  ev({
    id: 'nissan-leaf-40',
    cell: leafLmoNmc,
    airCooled: true,
    name: 'Nissan Leaf 40 kWh',
    usableKwh: 38,
    onBoardKw: 6.6,
    dcCurve: LEAF_40_CURVE,
  }),
  ev({
    id: 'bmw-i3-120ah',
    name: 'BMW i3 120 Ah',
    usableKwh: 37.9,
    onBoardKw: 11,
    dcCurve: '0:44 85:50 100:3',
  }),
  ev({
    id: 'peugeot-e208-45',
    name: 'Peugeot e-208',
    usableKwh: 45,
    onBoardKw: 11,
    dcCurve: '0:97 16:97 17:78 46:78 47:52 68:52 69:27 83:27 84:11 100:11',
  }),
  ev({
    id: 'mg-zs-44.5',
    name: 'MG ZS EV 44.5 kWh',
    usableKwh: 44.5,
    onBoardKw: 6.6,
    dcCurve: '0:70 10:80 20:70 80:55 83:18 90:18 100:6.6',
  }),
  ev({
    id: 'seat-mii-electric',
    airCooled: true,
    name: 'Seat Mii electric',
    usableKwh: 32.3,
    onBoardKw: 7.2,
    dcCurve: '0:32 27:34 80:14 100:7',
  }),
  ev({
    id: 'skoda-enyaq-77',
    name: 'Skoda Enyaq iV 80, 125 kW DC',
    usableKwh: 77,
    onBoardKw: 11,
    dcCurve: '0:125 35:125 50:100 70:70 80:70 90:37 100:25',
  }),
  ev({
    id: 'audi-q4-50',
    name: 'Audi Q4 e-tron 50 quattro',
    usableKwh: 77,
    onBoardKw: 11,
    dcCurve: '0:125 35:125 70:65 80:65 90:35 100:25',
  }),
  ev({
    id: 'ford-mach-e-88',
    name: 'Ford Mustang Mach-E AWD 88 kWh',
    usableKwh: 88,
    onBoardKw: 11,
    dcCurve: '0:148 35:147 60:118 80:73 100:27',
  }),
  ev({
    id: 'jaguar-ipace-84',
    name: 'Jaguar I-Pace EV400',
    usableKwh: 84,
    onBoardKw: 11,
    dcCurve: '0:100 30:105 80:55 90:37 100:12',
  }),
  ev({
    id: 'mercedes-eqc-80',
    name: 'Mercedes-Benz EQC 80 kWh',
    usableKwh: 80,
    onBoardKw: 11,
    dcCurve: '0:105 39:125 70:87 84:68 100:25',
  }),
  leafWithV2g(),
];
