/** How a device sends what its meter shows. All is off unless it is asked for: then it sends each record at once. */
import type { Drawn } from './drawn.js';
import type { OutageSpec } from './outage.js';

export interface ReporterSpec {
  /** Period of the records, s, a multiple of the step; that of the scenario if left out. */
  readonly everyS?: number;
  /** Records besides those of the period. */
  readonly onChange?: ChangeThresholds;
  /** How often a shown value is made anew, at whole multiples of it; with each record where left out. */
  readonly refresh?: RefreshPeriods;
  /** Power as its mean since it was last made anew, or as it is at that moment; the mean if left out. */
  readonly power?: 'mean' | 'instant';
  readonly clock?: DeviceClock;
  readonly offline?: OfflineSpec;
  readonly duplicates?: { readonly percent: number; readonly withinS: number };
  /** Share of the records that are taken and never arrive, %. */
  readonly lostPercent?: number;
  /** A vehicle takes no records while it is not plugged in, and its meter is the plug's; else it shows what it drives with. */
  readonly isSilentAway?: boolean;
}

/** A record is taken as soon as a shown value is this far from that of the last record. */
export interface ChangeThresholds {
  readonly socPercent?: number;
  readonly powerKw?: number;
}

/** s */
export interface RefreshPeriods {
  readonly socS?: number;
  readonly powerS?: number;
  readonly energyS?: number;
}

/** What a device's clock shows ahead of the true time. */
export interface DeviceClock {
  /** At the start of the run, s. */
  readonly offsetS?: Drawn;
  /** How much it gains in a day, s. */
  readonly driftSPerDay?: Drawn;
}

export interface OfflineSpec extends OutageSpec {
  /**
   * What becomes of the records of an outage: all are sent when it is over, oldest first; each at a moment of its own after
   * it, hence in any order and between those of that time; or they are lost.
   */
  readonly backfill: 'in-order' | 'out-of-order' | 'lost';
  /** How long after an outage the last of its records may come, out of order, s. */
  readonly withinS: number;
}
