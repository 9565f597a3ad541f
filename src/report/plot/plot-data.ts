/** What charts are drawn from. */

/** One moment of one device. */
export interface PlotRow {
  readonly deviceId: string;
  /** ms since 1970-01-01T00:00:00Z. */
  readonly atMs: number;
  /** The time axis shows the device's own clock: minutes ahead of UTC. */
  readonly utcOffsetMinutes: number;
  readonly socPercent: number;
  readonly targetSocPercent: number;
  readonly reservePercent: number;
  /** kW, positive charges the battery. */
  readonly powerKw: number;
  /** Demand of the site, kW, not negative. */
  readonly loadKw: number;
  /** Output of the site's solar generator, kW, not negative. */
  readonly solarKw: number;
  /** Of the battery's cells. */
  readonly temperatureCelsius: number;
  /** Of the air around them. */
  readonly ambientCelsius: number;
}

/** Percentiles of one quantity over a fleet. */
export interface Band {
  readonly p5: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
}

/** One moment of a fleet. */
export interface FleetMoment {
  /** On the fleet's own clock: local time as if it were UTC, ms since 1970. */
  readonly localMs: number;
  readonly socPercent: Band;
  /** kW, positive charges the battery. */
  readonly powerKw: Band;
  readonly loadKw: Band;
  readonly solarKw: Band;
  /** Of the batteries' cells. */
  readonly temperatureCelsius: Band;
}

export type PlotData =
  | { readonly kind: 'devices'; readonly rows: readonly PlotRow[] }
  | { readonly kind: 'fleet'; readonly moments: readonly FleetMoment[]; readonly utcOffsetMinutes: number };

export interface PlotText {
  readonly title: string;
  readonly subtitle: string;
}
