/**
 * Telemetry as columns, a row a record: what a fleet of a million reports without an object for each. `telemetry.ts` says what
 * the quantities mean.
 */

/** Rows 0 up to `size` are filled. */
export interface RecordColumns {
  size: number;
  readonly capacity: number;
  /** Place of the device in the fleet. */
  readonly device: Uint32Array;
  readonly sequence: Uint32Array;
  readonly atMs: Float64Array;
  readonly socPercent: Float64Array;
  readonly targetSocPercent: Float64Array;
  readonly powerKw: Float64Array;
  readonly energyKwh: Float64Array;
  readonly reservePercent: Float64Array;
  /** What is true of the device, as no meter shows it: see `DeviceTruth`. */
  readonly truth: TruthColumns;
}

export interface TruthColumns {
  readonly socPercent: Float64Array;
  readonly powerKw: Float64Array;
  readonly loadKw: Float64Array;
  readonly solarKw: Float64Array;
  readonly temperatureCelsius: Float64Array;
  readonly ambientCelsius: Float64Array;
}

export function createRecords(capacity: number): RecordColumns {
  const column = (): Float64Array => new Float64Array(capacity);
  return {
    size: 0,
    capacity,
    device: new Uint32Array(capacity),
    sequence: new Uint32Array(capacity),
    atMs: column(),
    socPercent: column(),
    targetSocPercent: column(),
    powerKw: column(),
    energyKwh: column(),
    reservePercent: column(),
    truth: {
      socPercent: column(),
      powerKw: column(),
      loadKw: column(),
      solarKw: column(),
      temperatureCelsius: column(),
      ambientCelsius: column(),
    },
  };
}
