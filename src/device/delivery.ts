/** When the records of a device arrive: at once, late, twice or never. */
import type { DeviceTruth } from './take-records.js';
import type { TelemetrySample } from './telemetry.js';
import { offlineUntilS, type Outages } from './outage.js';
import { drawAt, type RandomKey, randomKey } from './random.js';
import type { ReporterSpec } from './reporter-spec.js';

/** A record on its way. */
export interface Delivery {
  /** Place of the device in the fleet. */
  readonly device: number;
  readonly sample: TelemetrySample;
  readonly truth: DeviceTruth;
  /** True time at which it arrives, ms since 1970. */
  readonly deliveredAtMs: number;
}

/** What decides over the records of one group. */
export interface Deliverer {
  readonly spec: ReporterSpec;
  readonly outages: Outages | undefined;
  readonly lostKey: RandomKey;
  readonly lateKey: RandomKey;
  readonly twiceKey: RandomKey;
  readonly twiceLateKey: RandomKey;
}

export function createDeliverer(
  spec: ReporterSpec,
  group: { name: string; seed: number; outages: Outages | undefined },
): Deliverer {
  const key = (what: string): RandomKey => randomKey(group.seed, 'delivery', what, group.name);
  return {
    spec,
    outages: group.outages,
    lostKey: key('lost'),
    lateKey: key('late'),
    twiceKey: key('twice'),
    twiceLateKey: key('twice-late'),
  };
}

/** A record as it is taken. */
export interface Taken {
  /** Number of the device in its group. */
  readonly number: number;
  /** Of the record. */
  readonly sequence: number;
  /** True time, ms since 1970. */
  readonly atMs: number;
  /** What the device's wall clock is ahead of UTC. */
  readonly offsetMs: number;
}

/** When a record arrives: no time where it is lost, two where it comes twice. ms since 1970 */
export function deliveryTimesMs(deliverer: Deliverer, taken: Taken): number[] {
  const { spec } = deliverer;
  const { number, sequence } = taken;
  if (isDrawn(deliverer.lostKey, spec.lostPercent ?? 0, taken)) return [];
  const firstMs = firstDeliveryMs(deliverer, taken);
  if (firstMs === undefined) return [];
  const { percent, withinS } = spec.duplicates ?? { percent: 0, withinS: 0 };
  if (!isDrawn(deliverer.twiceKey, percent, taken)) return [firstMs];
  return [firstMs, firstMs + 1000 * withinS * drawAt(deliverer.twiceLateKey, number, sequence)];
}

function isDrawn(key: RandomKey, percent: number, { number, sequence }: Taken): boolean {
  return percent > 0 && 100 * drawAt(key, number, sequence) < percent;
}

function firstDeliveryMs({ spec, outages, lateKey }: Deliverer, taken: Taken): number | undefined {
  const { number, sequence, atMs, offsetMs } = taken;
  const untilS = outages && offlineUntilS(outages, number, (atMs + offsetMs) / 1000);
  if (untilS === undefined || !spec.offline) return atMs;
  const { backfill, withinS } = spec.offline;
  if (backfill === 'lost') return undefined;
  const onlineMs = 1000 * untilS - offsetMs;
  return backfill === 'in-order' ? onlineMs : onlineMs + 1000 * withinS * drawAt(lateKey, number, sequence);
}
