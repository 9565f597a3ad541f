/**
 * What is known of a battery that one can buy: figures as measured or stated, each row with its source.
 * A product says nothing about how it is stepped; `battery-class.ts` turns it into the kernel's flat numbers.
 */

import type { PackDesign } from './cell.js';

/** One corner of a piecewise-linear limit. Flat before the first and after the last corner. */
export interface LimitPoint {
  /** 0 to 100. */
  readonly socPercent: number;
  /** At the pack's DC terminals, magnitude. */
  readonly powerKw: number;
}

/**
 * Loss of the conversion between AC and DC while it runs, W: `a·p² + b·p + c` with p = |P_dc| / `ratedDcKw`.
 * At an AC power of `cW` or less the converter stands by instead.
 */
export interface ConversionLoss {
  readonly aW: number;
  readonly bW: number;
  readonly cW: number;
  /** The DC power at which p is 1. */
  readonly ratedDcKw: number;
}

/** Consumption while no power flows. Between empty and full the kernel interpolates over SoC. */
export interface Standby {
  /** Taken from the pack at 0 %. */
  readonly dcEmptyW: number;
  /** Taken from the pack at 100 %. */
  readonly dcFullW: number;
  /** Taken from the site at 0 %. */
  readonly acEmptyW: number;
  /** Taken from the site at 100 %. */
  readonly acFullW: number;
  /** Taken from the site always, also while power flows: meters, gateways. */
  readonly peripheralAcW: number;
}

/** How finely the product reports. */
export interface MeterQuanta {
  readonly socQuantumPercent: number;
  readonly powerQuantumKw: number;
}

/** Where power is counted: the product's AC terminals, or a vehicle's DC plug. */
export type BatteryPort = 'ac' | 'dc';

/** A catalogue row, or one that a user wrote. */
export interface BatteryProduct {
  /** Kebab-case, unique in the catalogue. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'home' | 'ev';
  /** Energy that the pack gives at its DC terminals between 100 and 0 %. */
  readonly usableKwh: number;
  /** Energy out over energy in at the pack's DC terminals, 0 to 1. */
  readonly packRoundTripFraction: number;
  /** Most AC power into the product: the inverter, or a vehicle's on-board charger. */
  readonly maxChargeKw: number;
  /** Most AC power out of the product; 0 where it can't give any back. */
  readonly maxDischargeKw: number;
  /** Most power into the DC plug; 0 where there is none. */
  readonly maxDcChargeKw: number;
  /** Most power out of the DC plug; 0 where it can't give any back. */
  readonly maxDcDischargeKw: number;
  /** What the pack takes, at its DC terminals; empty where it sets no limit below the converter's. */
  readonly chargeLimit: readonly LimitPoint[];
  /** What the pack gives, likewise. Where it gives nothing, it gives nothing at any lower SoC either. */
  readonly dischargeLimit: readonly LimitPoint[];
  readonly chargeLoss: ConversionLoss;
  readonly dischargeLoss: ConversionLoss;
  readonly standby: Standby;
  readonly meter: MeterQuanta;
  /** What it is built from, for the electrical path; left out where nothing is known. */
  readonly pack?: PackDesign;
  /** Who measured or stated the figures, the licence where it is data, and which of them are assumptions. */
  readonly source: string;
}
