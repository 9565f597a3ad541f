/** A battery that a scenario file describes by its figures. */
import type { BatteryProduct } from '../../battery/product.js';
import type { DeviceFile } from './schema.js';

type OwnBattery = Exclude<DeviceFile['battery'], string>;

/** What its meter shows if the file doesn't say: as most products of its kind. */
const METER = {
  home: { socQuantumPercent: 1, powerQuantumKw: 0.1 },
  ev: { socQuantumPercent: 0.1, powerQuantumKw: 0.1 },
};

/**
 * The round trip is split evenly between charging and discharging and is the same at any power; the pack takes and gives
 * full power at any charge.
 */
export function ownProduct(own: OwnBattery, id: string): BatteryProduct {
  const oneWay = Math.sqrt(own.roundTripPercent / 100);
  const flat = Math.max(own.maxChargeKw, own.maxDischargeKw) / oneWay;
  const limit = [{ socPercent: 50, powerKw: flat }];
  const loss = { aW: 0, cW: 0, ratedDcKw: 1 };
  return {
    id,
    name: own.name,
    kind: own.kind,
    usableKwh: own.usableKwh,
    packRoundTripFraction: 1,
    maxChargeKw: own.maxChargeKw,
    maxDischargeKw: own.maxDischargeKw,
    maxDcChargeKw: 0,
    maxDcDischargeKw: 0,
    chargeLimit: limit,
    dischargeLimit: limit,
    // P_ac = P_dc + b·P_dc while charging and P_dc − b·P_dc while discharging, b in W for each kW.
    chargeLoss: { ...loss, bW: 1000 * (1 / oneWay - 1) },
    dischargeLoss: { ...loss, bW: 1000 * (1 - oneWay) },
    standby: { dcEmptyW: own.standbyW, dcFullW: own.standbyW, acEmptyW: 0, acFullW: 0, peripheralAcW: 0 },
    meter: METER[own.kind],
    source: 'Figures of the scenario file.',
  };
}
