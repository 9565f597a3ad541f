/** One moment of one device, as a chart needs it. */
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
}

export interface PlotText {
  readonly title: string;
  readonly subtitle: string;
}
