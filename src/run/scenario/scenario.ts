/** A scenario ready to play. */
import type { DeviceSpec } from '../../device/device-spec.js';

export interface Scenario {
  /** Name of the file without its ending. */
  readonly name: string;
  /** One line that says what happens. */
  readonly title: string;
  readonly seed: number;
  /** ms since 1970-01-01T00:00:00Z. */
  readonly startMs: number;
  /** Local time of all devices, minutes ahead of UTC, all through. */
  readonly utcOffsetMinutes: number;
  readonly durationS: number;
  readonly stepS: number;
  /** Period of the records, a multiple of `stepS`. */
  readonly reportS: number;
  readonly devices: readonly DeviceSpec[];
}
