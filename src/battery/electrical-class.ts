/** Compiles a product's pack into the flat numbers and tables that the electrical path steps with, all for one of its cells. */
import type { PackDesign } from './cell.js';
import { compileSocTable, fullArea } from './soc-table.js';
import { compileTemperatureTable } from './temperature-table.js';

const HOURS_PER_MONTH = 730.5;

/** One number of each per class; the kernel keeps them as columns. */
export interface ElectricalConstants {
  /** Cells in the pack; no whole number, since they make up the usable energy exactly. */
  readonly cellCount: number;
  readonly seriesCells: number;
  /** Of one cell between 0 and 100 % of the product, Ah. */
  readonly cellAh: number;
  readonly minVoltageV: number;
  readonly maxVoltageV: number;
  readonly hysteresisV: number;
  readonly relaxationOhm: number;
  readonly relaxationS: number;
  readonly heatCapacityJPerK: number;
  readonly coolingS: number;
  readonly cooledToCelsius: number;
  readonly preheatedToCelsius: number;
  readonly selfDischargePercentPerHour: number;
  /** Most DC power of the product each way, which `chargeShare` and `dischargeShare` are shares of. */
  readonly fullChargeDcKw: number;
  readonly fullDischargeDcKw: number;
}

/** A pack, ready to be stepped on the electrical path. */
export interface ElectricalClass {
  readonly constants: ElectricalConstants;
  readonly socTable: Float64Array;
  readonly temperatureTable: Float64Array;
}

/** What the class compiler knows of the product. */
export interface PackNeeds {
  readonly usableKwh: number;
  readonly fullChargeDcKw: number;
  readonly fullDischargeDcKw: number;
}

/** The pack has as many cells as give `usableKwh` from 100 to 0 % with no current. */
export function compilePack(pack: PackDesign, needs: PackNeeds): ElectricalClass {
  const { cell } = pack;
  const [fromPercent, toPercent] = pack.cellWindowPercent;
  const cellAh = (cell.capacityAh * (toPercent - fromPercent)) / 100;
  const socTable = compileSocTable(pack);
  const cellWh = (fullArea(socTable) / 100) * cellAh;
  return {
    constants: {
      cellCount: (needs.usableKwh * 1000) / cellWh,
      seriesCells: pack.seriesCells,
      cellAh,
      minVoltageV: cell.minVoltageV,
      maxVoltageV: cell.maxVoltageV,
      hysteresisV: cell.hysteresisV,
      relaxationOhm: cell.relaxationOhm,
      relaxationS: cell.relaxationS,
      heatCapacityJPerK: cell.heatCapacityJPerK,
      coolingS: pack.coolingHours * 3600,
      cooledToCelsius: pack.cooledToCelsius,
      preheatedToCelsius: pack.preheatedToCelsius ?? -Infinity,
      selfDischargePercentPerHour: cell.selfDischargePercentPerMonth / HOURS_PER_MONTH,
      fullChargeDcKw: needs.fullChargeDcKw,
      fullDischargeDcKw: needs.fullDischargeDcKw,
    },
    socTable,
    temperatureTable: compileTemperatureTable(cell),
  };
}
