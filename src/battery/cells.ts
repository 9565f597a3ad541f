/** Cells with public measurements. */
import type { CellModel, Curve } from './cell.js';

const OCV_PLACES = [0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100];
const TENTHS = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

function over(places: readonly number[], values: readonly number[]): Curve {
  return places.map((place, i) => [place, values[i] ?? NaN] as const);
}

function flat(value: number): Curve {
  return [[50, value]];
}

/**
 * The Leaf cell of `leafLmoNmc` times its capacity: what a current of one capacity an hour drops, V. Cells without a measurement of their
 * own are scaled by it.
 */
const DROP_AT_ONCE_V = 0.056;
const DROP_RELAXING_V = 0.0534;
const RELAXATION_S = 74.3;

const SCALED =
  'Resistances: those of the Leaf cell (batterysim/nissan-leaf-data) scaled by capacity, an assumption for this cell.';
const ACTIVATION =
  'Activation 20 kJ/mol below and 5 above 25 °C: fits the same Leaf cell at 10, 25 and 40 °C; an assumption for other cells.';
const ASSUMED =
  'Assumed: 1 kJ/(kg K), self-discharge 2 % a month, full power up to 45 °C and none at 55 °C, cold discharge limited by voltage alone.';

const activation = { coldActivationJPerMol: 20_000, hotActivationJPerMol: 5000 };

const HOT: Curve = [
  [45, 1],
  [55, 0],
];

/**
 * Charging in the cold, GivEnergy batteries from Predbat's documentation (springfall2008/batpred): nothing at 0 °C, 0.15 C at 1, 0.25 C at
 * 2 to 10, 0.33 C at 11 to 19 and the full 0.5 C from 20.
 */
const LFP_CHARGE_SHARE: Curve = [[0, 0], [1, 0.3], [2, 0.5], [10, 0.5], [11, 0.66], [19, 0.66], [20, 1], ...HOT];

/** Assumed, of the order that drivers report of DC charging in winter: half of full power at 4 °C. */
const NMC_CHARGE_SHARE: Curve = [[-30, 0.02], [-20, 0.05], [-10, 0.2], [0, 0.4], [10, 0.7], [20, 1], ...HOT];
const NMC_SHARE_NOTE = 'Assumed: charging at 70 % of full power at 10 °C, 40 % at 0 °C, 20 % at −10 °C.';

interface NmcRow {
  readonly name: string;
  readonly capacityAh: number;
  readonly massKg: number;
  readonly openCircuitV: Curve;
  readonly source: string;
}

function nmc(row: NmcRow): CellModel {
  return {
    name: row.name,
    capacityAh: row.capacityAh,
    minVoltageV: 2.5,
    maxVoltageV: 4.2,
    openCircuitV: row.openCircuitV,
    hysteresisV: 0,
    chargeOhm: flat(DROP_AT_ONCE_V / row.capacityAh),
    dischargeOhm: flat(DROP_AT_ONCE_V / row.capacityAh),
    relaxationOhm: DROP_RELAXING_V / row.capacityAh,
    relaxationS: RELAXATION_S,
    ...activation,
    chargeShare: NMC_CHARGE_SHARE,
    dischargeShare: HOT,
    heatCapacityJPerK: 1000 * row.massKg,
    selfDischargePercentPerMonth: 2,
    source: `${row.source} ${ACTIVATION} ${ASSUMED} ${NMC_SHARE_NOTE}`,
  };
}

export const leafLmoNmc: CellModel = nmc({
  name: 'Nissan Leaf, LMO/NMC',
  capacityAh: 30.33,
  massKg: 0.79,
  openCircuitV: over(
    [0, 5.55, 16.03, 26.54, 37.03, 47.51, 58, 68.49, 78.98, 89.48, 100],
    [3.144, 3.531, 3.723, 3.802, 3.869, 3.909, 3.949, 3.984, 4.048, 4.086, 4.182],
  ),
  source:
    'Fitted on the pulse test at 25 °C of batterysim/nissan-leaf-data, doi 10.5281/zenodo.2580327, MIT: rests of an hour for the curve, one resistance and one RC pair.',
});

export const nmcSamsung94: CellModel = nmc({
  name: 'Samsung 94 Ah, NMC',
  capacityAh: 94,
  massKg: 2.1,
  openCircuitV: over(
    OCV_PLACES,
    [3.238, 3.441, 3.49, 3.553, 3.604, 3.649, 3.694, 3.747, 3.818, 3.911, 4.02, 4.076, 4.127],
  ),
  source: `Open-circuit voltage: simses (TU Munich), BSD-3. ${SCALED}`,
});

export const nmc811LgM50: CellModel = {
  ...nmc({
    name: 'LG M50, NMC811',
    capacityAh: 5,
    massKg: 0.07,
    openCircuitV: over(
      OCV_PLACES,
      [2.5, 3.109, 3.296, 3.485, 3.581, 3.667, 3.751, 3.841, 3.948, 4.042, 4.097, 4.124, 4.2],
    ),
    source:
      'Open-circuit voltage: Chen et al. 2020, doi 10.1149/1945-7111/ab9050, cathode less anode over the windows of the full cell. Assumed: 25 mΩ at once and 15 mΩ within a minute.',
  }),
  chargeOhm: flat(0.025),
  dischargeOhm: flat(0.025),
  relaxationOhm: 0.015,
  relaxationS: 60,
};

export const nmc111Kokam: CellModel = nmc({
  name: 'Kokam 75 Ah, NMC111',
  capacityAh: 75,
  massKg: 1.6,
  openCircuitV: over(TENTHS, [3, 3.468, 3.539, 3.595, 3.645, 3.688, 3.747, 3.84, 3.952, 4.067, 4.193]),
  source: `Open-circuit voltage: SAM SSC (NREL), BSD-3. ${SCALED}`,
});

export const lfpSony: CellModel = {
  name: 'Sony US26650FTC1, LFP',
  capacityAh: 3,
  minVoltageV: 2,
  maxVoltageV: 3.6,
  openCircuitV: over(
    [0, 1, 2, 3, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 98, 99, 100],
    [
      2.286, 2.783, 2.895, 2.967, 3.065, 3.197, 3.234, 3.27, 3.292, 3.299, 3.303, 3.311, 3.334, 3.342, 3.345, 3.349,
      3.362, 3.53,
    ],
  ),
  hysteresisV: 0.022,
  chargeOhm: over(TENTHS, [0.0376, 0.0376, 0.0414, 0.0414, 0.0418, 0.0448, 0.0477, 0.0498, 0.0468, 0.0534, 0.0534]),
  dischargeOhm: over(TENTHS, [0.0617, 0.0617, 0.0504, 0.0488, 0.0518, 0.0478, 0.0443, 0.0418, 0.0466, 0.0425, 0.0425]),
  relaxationOhm: DROP_RELAXING_V / 3,
  relaxationS: RELAXATION_S,
  ...activation,
  chargeShare: LFP_CHARGE_SHARE,
  dischargeShare: HOT,
  heatCapacityJPerK: 84,
  selfDischargePercentPerMonth: 2,
  source: `Open-circuit voltage, mean hysteresis and resistance at 25 °C: simses (TU Munich), BSD-3. Assumed: relaxation as in the Leaf cell, scaled by capacity. ${ACTIVATION} Charging in the cold: GivEnergy figures. ${ASSUMED}`,
};
