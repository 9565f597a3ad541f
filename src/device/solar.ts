/**
 * What a solar roof makes: clear-sky irradiance on a tilted plane, dimmed by seeded clouds.
 *
 * - Declination and equation of time: J. W. Spencer, "Fourier series representation of the position of the sun", Search 2
 *   (1971) 172.
 * - Global irradiance under a clear sky: B. Haurwitz, Journal of Meteorology 2 (1945) 154, with the constants of PVLIB's
 *   pvl_clearsky_haurwitz: 94.4 cal/cm²/h are 1098 W/m². M. Reno, C. Hansen, J. Stein, SAND2012-2389, prints 0.057 for 0.059,
 *   which is 1 % more light while the sun is 12 degrees high and 0.2 % more at noon.
 * - Beam irradiance: A. and M. Meinel, "Applied Solar Energy" (1976), over the air mass of F. Kasten and A. Young, Applied
 *   Optics 28 (1989) 4735.
 * - Tilted plane: B. Liu and R. Jordan (1963), isotropic sky and ground of albedo 0.2.
 * - Clouds: F. Kasten and G. Czeplak, Solar Energy 24 (1980) 177: the global irradiance falls to 1 − 0.75 N^3.4 of clear.
 * - From the plane to the meter: 14 % system loss and 96 % inverter, A. Dobos, "PVWatts Version 5 Manual",
 *   NREL/TP-6A20-62641 (2014).
 */
import { dayOfYear } from './household.js';
import { drawAt, type RandomKey, randomKey } from './random.js';

/** A roof and where it is. */
export interface SolarSpec {
  /** Rated power of the modules under standard conditions, kW. */
  readonly peakKw: number;
  /** North is positive. */
  readonly latitudeDegrees: number;
  /** East is positive. */
  readonly longitudeDegrees: number;
  /** 0 lies flat, 90 stands. */
  readonly tiltDegrees: number;
  /** Where the modules look: 90 east, 180 south, 270 west. */
  readonly azimuthDegrees: number;
  /** Mean share of the sky in clouds, 0 to 1. 0 is a clear day. */
  readonly cloudFraction: number;
}

/** Direction of the sun. */
export interface SunPosition {
  /** Sine of the height above the horizon, which is the cosine of the zenith angle. */
  readonly sinElevation: number;
  readonly elevationDegrees: number;
  /** Clockwise from north. */
  readonly azimuthDegrees: number;
}

const RADIANS = Math.PI / 180;
const ALBEDO = 0.2;
const SYSTEM_FRACTION = 0.86 * 0.96;
/** The clouds are drawn anew each quarter of an hour and change evenly in between. */
const CLOUD_SLOT_MS = 900_000;
/** Nine decimals of a kW: a difference in the last bit of a sine between two machines ends here. */
const POWER_SCALE = 1e9;

/** @param atMs UTC, ms since 1970 */
export function sunPosition(atMs: number, place: { latitudeDegrees: number; longitudeDegrees: number }): SunPosition {
  const minuteUtc = (atMs / 60_000) % 1440;
  const dayAngle = (2 * Math.PI * (dayOfYear(atMs) - 1 + (minuteUtc - 720) / 1440)) / 365;
  const declination =
    0.006918 -
    0.399912 * Math.cos(dayAngle) +
    0.070257 * Math.sin(dayAngle) -
    0.006758 * Math.cos(2 * dayAngle) +
    0.000907 * Math.sin(2 * dayAngle) -
    0.002697 * Math.cos(3 * dayAngle) +
    0.00148 * Math.sin(3 * dayAngle);
  const equationOfTimeMinutes =
    229.18 *
    (0.000075 +
      0.001868 * Math.cos(dayAngle) -
      0.032077 * Math.sin(dayAngle) -
      0.014615 * Math.cos(2 * dayAngle) -
      0.040849 * Math.sin(2 * dayAngle));
  const solarMinute = minuteUtc + 4 * place.longitudeDegrees + equationOfTimeMinutes;
  const hourAngle = (solarMinute / 4 - 180) * RADIANS;
  const latitude = place.latitudeDegrees * RADIANS;
  const sinElevation =
    Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  const east = -Math.cos(declination) * Math.sin(hourAngle);
  const north =
    Math.cos(latitude) * Math.sin(declination) - Math.sin(latitude) * Math.cos(declination) * Math.cos(hourAngle);
  return {
    sinElevation,
    elevationDegrees: Math.asin(Math.max(-1, Math.min(1, sinElevation))) / RADIANS,
    azimuthDegrees: (Math.atan2(east, north) / RADIANS + 360) % 360,
  };
}

/** Irradiance on level ground under a clear sky, W/m². */
export function clearSkyGlobal(sun: SunPosition): number {
  return sun.sinElevation > 0 ? 1098 * sun.sinElevation * Math.exp(-0.059 / sun.sinElevation) : 0;
}

/** Irradiance of the sun's disc under a clear sky on a plane that faces it, W/m². */
function clearSkyBeam(sun: SunPosition): number {
  if (sun.sinElevation <= 0) return 0;
  const airMass = 1 / (sun.sinElevation + 0.50572 * (sun.elevationDegrees + 6.07995) ** -1.6364);
  // The two sources differ at the horizon: the beam on level ground can't be more than the whole.
  return Math.min(1353 * 0.7 ** (airMass ** 0.678), clearSkyGlobal(sun) / sun.sinElevation);
}

/** The sky of a scenario: all roofs of a seed are under the same clouds. */
export function skyKey(seed: number): RandomKey {
  return randomKey(seed, 'sky');
}

/** Share of the sky in clouds at a moment, 0 to 1. */
export function cloudFraction(mean: number, sky: RandomKey, atMs: number): number {
  const slot = Math.floor(atMs / CLOUD_SLOT_MS);
  const share = atMs / CLOUD_SLOT_MS - slot;
  const noise = drawAt(sky, 0, slot) * (1 - share) + drawAt(sky, 0, slot + 1) * share;
  return mean + (2 * noise - 1) * Math.min(mean, 1 - mean);
}

/**
 * Power of a roof at a moment, kW at the meter, never negative.
 * @param atMs UTC, ms since 1970
 */
export function solarPowerKw(spec: SolarSpec, sky: RandomKey, atMs: number): number {
  const sun = sunPosition(atMs, spec);
  if (sun.sinElevation <= 0) return 0;
  const cloudy = 1 - 0.75 * cloudFraction(spec.cloudFraction, sky, atMs) ** 3.4;
  const kw = (spec.peakKw * planeIrradiance(spec, sun) * cloudy * SYSTEM_FRACTION) / 1000;
  return Math.round(Math.min(kw, spec.peakKw) * POWER_SCALE) / POWER_SCALE;
}

/** Clear-sky irradiance on the modules, W/m². */
function planeIrradiance(spec: SolarSpec, sun: SunPosition): number {
  const global = clearSkyGlobal(sun);
  const beam = clearSkyBeam(sun);
  const diffuse = global - beam * sun.sinElevation;
  const tilt = spec.tiltDegrees * RADIANS;
  const turn = (sun.azimuthDegrees - spec.azimuthDegrees) * RADIANS;
  const cosElevation = Math.sqrt(Math.max(0, 1 - sun.sinElevation ** 2));
  const cosIncidence = sun.sinElevation * Math.cos(tilt) + cosElevation * Math.sin(tilt) * Math.cos(turn);
  const skyView = (1 + Math.cos(tilt)) / 2;
  return beam * Math.max(0, cosIncidence) + diffuse * skyView + global * ALBEDO * (1 - skyView);
}
