/** One battery under a schedule of requested powers, without a site or a controller: the shortest way to a chosen moment. */
import { type Batteries, createBatteries, stepBatteries, storedKwh } from '../battery/batteries.js';
import { compileBatteryClass } from '../battery/battery-class.js';
import type { BatteryPort, BatteryProduct } from '../battery/product.js';
import { quantiser, type ShownQuanta } from './meter.js';
import { referencePrefix, renderReferenceId } from './reference-id.js';
import type { TelemetrySample } from './telemetry.js';

/** A stretch of time in which one power is asked for. */
export interface MissionLeg {
  /** At the battery's port; positive charges. ±Infinity asks for all there is. */
  readonly requestedPowerKw: number;
  /** How many reporting periods it takes. */
  readonly periods: number;
}

export interface Mission {
  readonly product: BatteryProduct;
  readonly port: BatteryPort;
  /** Charge at the start, %. */
  readonly startPercent: number;
  readonly targetPercent: number;
  /** Never discharged below, %. */
  readonly reservePercent: number;
  readonly quanta: ShownQuanta;
  readonly legs: readonly MissionLeg[];
}

/** Which device reports, when and how often. */
export interface Reporting {
  readonly deviceId: string;
  readonly locationId: string;
  /** Of the first record, ms since 1970. */
  readonly startMs: number;
  readonly utcOffsetMinutes: number;
  /** From record to record. */
  readonly reportS: number;
}

/**
 * What the device reports: one record at the start, in which no power has flowed yet, and one at the end of each period with
 * its mean power.
 * @throws UserError where the product has no such port
 */
export function playMission(mission: Mission, reporting: Reporting): TelemetrySample[] {
  const { startPercent, reservePercent, legs } = mission;
  const batteries = createBatteries({
    classes: [compileBatteryClass(mission.product, mission.port)],
    classOf: Uint16Array.of(0),
    socPercent: Float64Array.of(startPercent),
    reservePercent: Float64Array.of(reservePercent),
  });
  const reporter = createReporter(mission, reporting);
  const samples = [reporter(batteries, 0)];
  for (const { requestedPowerKw, periods } of legs) {
    for (let period = 0; period < periods; period++) {
      batteries.requestedPowerKw[0] = requestedPowerKw;
      stepBatteries(batteries, reporting.reportS);
      samples.push(reporter(batteries, samples.length));
    }
  }
  return samples;
}

/** Makes the record of a number in the run, through the meter. */
function createReporter(
  mission: Mission,
  { deviceId, locationId, startMs, utcOffsetMinutes, reportS }: Reporting,
): (batteries: Batteries, sequence: number) => TelemetrySample {
  const { quanta, targetPercent, reservePercent } = mission;
  const showSoc = quantiser(quanta.socPercent);
  const showPower = quantiser(quanta.powerKw);
  const showEnergy = quantiser(quanta.energyKwh);
  // Whatever changes a record changes the label, so that no reference id ever stands for two bodies.
  const runLabel = JSON.stringify([describeMission(mission), mission, utcOffsetMinutes, reportS]);
  const prefix = referencePrefix({ seed: 0, runLabel, startMs, deviceId });
  return (batteries, sequence) => ({
    deviceId,
    locationId,
    atMs: startMs + sequence * reportS * 1000,
    utcOffsetMinutes,
    sequence,
    socPercent: Math.min(100, showSoc(batteries.socPercent[0] ?? NaN)),
    targetSocPercent: targetPercent,
    powerKw: showPower(batteries.powerKw[0] ?? NaN),
    energyKwh: showEnergy(storedKwh(batteries, 0)),
    reservePercent,
    recordReferenceId: renderReferenceId(prefix, sequence),
  });
}

/** A mission on one line: `tesla-powerwall-2 (ac) from 50 %, target 80 %, reserve 20 %: 3.3 kW × 2, 0 kW × 1`. */
export function describeMission(mission: Mission): string {
  const { product, port, startPercent, targetPercent, reservePercent, legs } = mission;
  const parts = legs.map(({ requestedPowerKw, periods }) => `${requestedPowerKw} kW × ${periods}`).join(', ');
  const limits = `target ${targetPercent} %, reserve ${reservePercent} %`;
  return `${product.id} (${port}) from ${startPercent} %, ${limits}: ${parts}`;
}
