/**
 * Air temperature outside by season and hour: a year and a day as one wave each.
 *
 * - Year: the mid-latitude land is warmest about four weeks after the longest day. K. Trenberth, "What are the seasons?",
 *   Bulletin of the American Meteorological Society 64 (1983) 1276.
 * - Day: warmest at 15:00 local solar time. G. Campbell and J. Norman, "An Introduction to Environmental Biophysics", 2nd
 *   ed. (1998), chapter 2.
 */

/** The climate of a site. */
export interface Weather {
  /** North is positive; south of the equator the year is turned by half. */
  readonly latitudeDegrees: number;
  /** East is positive. */
  readonly longitudeDegrees: number;
  /** Mean of the year, °C. */
  readonly annualMeanCelsius: number;
  /** How far the mean of the warmest day is above that of the year, K. */
  readonly annualSwingKelvin: number;
  /** How far the warmest hour is above the mean of its day, K. */
  readonly dailySwingKelvin: number;
}

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365.2425;
/** A longest day of the north: the solstice of 2000. */
const LONGEST_DAY_MS = Date.UTC(2000, 5, 21, 2);
const SEASON_LAG_DAYS = 28;
const WARMEST_HOUR = 15;
/** Nine decimals: a difference in the last bit of a cosine between two machines ends here. */
const SCALE = 1e9;

/** @param atMs UTC, ms since 1970 */
export function ambientCelsius(weather: Weather, atMs: number): number {
  const { latitudeDegrees, longitudeDegrees, annualMeanCelsius, annualSwingKelvin, dailySwingKelvin } = weather;
  const years = ((atMs - LONGEST_DAY_MS) / DAY_MS - SEASON_LAG_DAYS) / YEAR_DAYS + (latitudeDegrees < 0 ? 0.5 : 0);
  const days = atMs / DAY_MS + longitudeDegrees / 360 - WARMEST_HOUR / 24;
  const celsius =
    annualMeanCelsius +
    annualSwingKelvin * Math.cos(2 * Math.PI * years) +
    dailySwingKelvin * Math.cos(2 * Math.PI * (days - Math.floor(days)));
  return Math.round(celsius * SCALE) / SCALE;
}
