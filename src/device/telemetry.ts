/** What a device says about itself at one moment, in the model's own names. The wire's names live in `contract/`. */
export interface TelemetrySample {
  /** Id of the device on the platform, `dev_…`. */
  readonly deviceId: string;
  /** Id of the location on the platform, `loc_…`. */
  readonly locationId: string;
  /** When the measurement was recorded, ms since 1970-01-01T00:00:00Z. */
  readonly atMs: number;
  /** Offset of the device's clock from UTC in minutes, as the wire shows it; 0 is `Z`. */
  readonly utcOffsetMinutes: number;
  /** Number of the record of this device in this run, from 0. */
  readonly sequence: number;
  /** As the device's meter shows it, 0 to 100. */
  readonly socPercent: number;
  readonly targetSocPercent: number;
  /** At the device's meter, kW: positive charges, negative discharges. */
  readonly powerKw: number;
  /** Usable energy in the battery, kWh. */
  readonly energyKwh: number;
  readonly reservePercent: number;
  /** Made from seed, device and sequence, so that the same run started again sends nothing twice. */
  readonly recordReferenceId: string;
}
