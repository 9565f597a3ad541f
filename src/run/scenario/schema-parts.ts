/** What the schema of scenario files is put together from: durations, times of the day, windows, ranges. */
import { z } from 'zod';

const DURATION = /^\d+(?:\.\d+)?[smhd]$/;
const CLOCK_TIME = /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/;
/** As the contract document has it for every id of the platform. */
export const PLATFORM_ID = /^[a-z]{2,4}_[A-Za-z0-9]+$/;
export const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const duration = z.string().regex(DURATION, 'a duration such as 24h, 15m or 90s');
export const clockTime = z.string().regex(CLOCK_TIME, 'a time of the day such as 17:30');
export const percent = z.number().min(0).max(100);
export const powerKw = z.number().positive().max(100_000);

export const clockWindow = z.strictObject({
  from: clockTime.describe('Local time at which the window opens.'),
  to: clockTime.describe('Local time at which it closes; earlier than `from` means on the next day.'),
});
export const clockWindows = z.array(clockWindow).min(1);

/** A number, or a range from which the seed draws. */
export function drawn(value: z.ZodNumber) {
  return z.union([
    value,
    z.strictObject({
      from: value.describe('Least value that the seed may draw.'),
      to: value.describe('Greatest value that the seed may draw.'),
    }),
  ]);
}

/** A duration, or a range of them. */
export const drawnDuration = z.union([
  duration,
  z.strictObject({
    from: duration.describe('Shortest that the seed may draw.'),
    to: duration.describe('Longest that the seed may draw.'),
  }),
]);
