/**
 * What driving takes from a battery, and how far people drive in a day.
 *
 * - Energy and mean speed: EPA's drive cycles UDDS (city), HWFET (highway) and US06 (fast) through a road-load model of a
 *   compact car, 2016 Nissan Leaf (cycles and figures: NREL FASTSim, Apache-2.0). Tests hold them to
 *   test/truth/site-trip-energy.json, which has the script.
 * - On the road it is more than on the test bench, for cold, heat, hills and speed: EPA's label divides the range by
 *   1/0.7, 40 CFR 600.210-12.
 * - `mixed` is 55 % city and 45 % highway by distance, EPA's combined cycle, 40 CFR 600.206.
 * - Distance: logarithm of the miles of a car's day normal with mean 3.20 and standard deviation 0.88, from the US National
 *   Household Travel Survey of 2001. Tian L., Shi S., Jia Z., "A statistical model for charging power demand of electric
 *   vehicles", Power System Technology 34 (2010) 126.
 */

export type DriveStyle = 'city' | 'highway' | 'fast' | 'mixed';

interface DriveCycle {
  /** From the battery's terminals on the test bench. */
  readonly whPerKm: number;
  readonly meanSpeedKmh: number;
}

export const DRIVE_CYCLES: Readonly<Record<Exclude<DriveStyle, 'mixed'>, DriveCycle>> = {
  city: { whPerKm: 101.2, meanSpeedKmh: 31.5 },
  highway: { whPerKm: 132.6, meanSpeedKmh: 77.7 },
  fast: { whPerKm: 187.1, meanSpeedKmh: 77.3 },
};

const CITY_SHARE = 0.55;
const LABEL_FACTOR = 0.7;
const KM_PER_MILE = 1.609344;
const LOG_MILES = { mean: 3.2, deviation: 0.88 };

/** From the battery's terminals on the road, kWh. */
export function driveKwhPerKm(style: DriveStyle): number {
  const { city, highway } = DRIVE_CYCLES;
  const whPerKm =
    style === 'mixed' ? CITY_SHARE * city.whPerKm + (1 - CITY_SHARE) * highway.whPerKm : DRIVE_CYCLES[style].whPerKm;
  return whPerKm / LABEL_FACTOR / 1000;
}

/** Mean power from the battery while driving, stops at lights included. */
export function drivePowerKw(style: DriveStyle): number {
  return driveKwhPerKm(style) * meanSpeedKmh(style);
}

function meanSpeedKmh(style: DriveStyle): number {
  const { city, highway } = DRIVE_CYCLES;
  if (style !== 'mixed') return DRIVE_CYCLES[style].meanSpeedKmh;
  return 1 / (CITY_SHARE / city.meanSpeedKmh + (1 - CITY_SHARE) / highway.meanSpeedKmh);
}

/**
 * A car's distance in a day of the survey.
 * @param normal a draw of the standard normal distribution
 */
export function surveyedKm(normal: number): number {
  return KM_PER_MILE * Math.exp(LOG_MILES.mean + LOG_MILES.deviation * normal);
}
