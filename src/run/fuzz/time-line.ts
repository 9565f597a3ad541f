/**
 * Which times the probes may use: each later than all before it, so that what a probe submits is the latest state of its
 * device, and none in the future.
 */
export interface TimeLineSetup {
  /** The latest time that any of the devices has reported, ms since 1970; undefined where none has. */
  readonly latestMs: number | undefined;
  /** The last time that may be used, ms since 1970. */
  readonly endMs: number;
  /** How many ticks there should be room for. */
  readonly ticks: number;
}

export interface TimeLine {
  /** Between two ticks, ms; whole seconds where there is room for them. */
  readonly tickMs: number;
  /** True where the devices have reported times beyond which there is no room. */
  readonly isCramped: boolean;
  /** The first of as many ticks that nobody has used, ms since 1970. */
  take(ticks: number): number;
}

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

export function createTimeLine({ latestMs, endMs, ticks }: TimeLineSetup): TimeLine {
  const lastMs = Math.floor(endMs / SECOND_MS) * SECOND_MS;
  const earliestMs = lastMs - Math.max(DAY_MS, ticks * SECOND_MS);
  const floorMs = latestMs === undefined ? earliestMs : Math.max(latestMs + SECOND_MS, earliestMs);
  const room = Math.max(0, lastMs - floorMs);
  const tickMs = Math.max(1, Math.min(SECOND_MS, Math.floor(room / ticks)));
  // Half a millisecond would be no time at all on most clocks, and a second is what devices report by.
  const wholeMs = tickMs >= SECOND_MS ? Math.ceil(floorMs / SECOND_MS) * SECOND_MS : floorMs;
  let nextMs = wholeMs;
  return {
    tickMs,
    isCramped: room < ticks,
    take: (count) => {
      const firstMs = nextMs;
      nextMs += count * tickMs;
      return firstMs;
    },
  };
}
