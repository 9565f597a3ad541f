// Protects the household's shape against the published standard profile: every hour of every season and kind of day.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { dayOfYear, standardLoadKw } from '../../src/device/household.js';

const day = z.array(z.number()).length(24);
const season = z.object({ workday: day, saturday: day, sunday: day });
const { hourlyW } = z
  .object({ hourlyW: z.object({ winter: season, transition: season, summer: season }) })
  .parse(JSON.parse(await readFile(new URL('site-load.json', import.meta.url), 'utf8')));

const DAYS = {
  winter: { workday: '2025-01-14', saturday: '2025-02-08', sunday: '2025-12-14' },
  transition: { workday: '2025-04-09', saturday: '2025-10-11', sunday: '2025-04-13' },
  summer: { workday: '2025-07-17', saturday: '2025-06-21', sunday: '2025-08-10' },
} as const;

/** The published factor of the day of the year. */
function dayFactor(t: number): number {
  return -3.92e-10 * t ** 4 + 3.2e-7 * t ** 3 - 7.02e-5 * t ** 2 + 2.1e-3 * t + 1.24;
}

describe.each(['winter', 'transition', 'summer'] as const)('a household in %s', (season) => {
  it.each(['workday', 'saturday', 'sunday'] as const)('on a %s uses what the profile says, to 0.1 W', (kind) => {
    const startMs = Date.parse(`${DAYS[season][kind]}T00:00:00Z`);
    const factor = dayFactor(dayOfYear(startMs));
    for (const [hour, watts] of hourlyW[season][kind].entries()) {
      const kw = standardLoadKw(1000, startMs + (hour + 0.5) * 3_600_000);
      expect(Math.abs(kw * 1000 - watts * factor)).toBeLessThan(0.1);
    }
  });
});
