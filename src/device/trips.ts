/**
 * When vehicles are away, and what they take from the battery meanwhile: each day one trip out and back. A vehicle drives
 * right after it leaves and right before it comes home, half of the energy each, and stands in between. Trips begin and end
 * at whole minutes.
 *
 * Arrivals in the US National Household Travel Survey of 2001 lie around 17:36 with a standard deviation of 3.4 h (Tian L.,
 * Shi S., Jia Z., Power System Technology 34 (2010) 126): what a scenario may write into `arrives`.
 */
import { DAY_S, secondsUntil } from './clock-window.js';
import type { Presence } from './controller.js';
import type { BehaviourGroup } from './behaviour-group.js';
import { draw, drawNormal } from './drawn.js';
import { drivePowerKw, driveKwhPerKm, surveyedKm } from './driving.js';
import { type RandomKey, randomKey } from './random.js';

/** The trips of the vehicles of one group, a value for each. */
export interface Trips {
  readonly presence: Presence;
  /** Number in its spec of the first of them. */
  readonly firstNumber: number;
  /** Of a day whose distance is the survey's. */
  readonly mostSurveyedKwh: number;
  /** The trip under way or, at home, the next one: local wall-clock time as if it were UTC, s since 1970. */
  readonly fromS: Float64Array;
  readonly toS: Float64Array;
  /** Energy of that trip. */
  readonly kwh: Float64Array;
  /** Mean power in the minute under way, kW from the pack; 0 while standing. */
  readonly drivingKw: Float64Array;
  /** 1 while away. */
  readonly away: Uint8Array;
  readonly energyKey: RandomKey;
  readonly departureKey: RandomKey;
  readonly arrivalKey: RandomKey;
}

interface Trip {
  readonly fromS: number;
  readonly toS: number;
  readonly kwh: number;
}

const MINUTE_S = 60;
/** So that a drawn time never meets the next one: of the shorter of the hours away and at home. */
const MOST_SHIFT = 0.45;
/** Of the battery: for a longer day people charge on the way or take another car (an assumption). */
const MOST_SURVEYED_SHARE = 0.6;

export function createTrips(presence: Presence, group: BehaviourGroup & { readonly usableKwh: number }): Trips {
  const { count, firstNumber, name, seed, usableKwh } = group;
  const column = (): Float64Array => new Float64Array(count);
  return {
    presence,
    firstNumber,
    mostSurveyedKwh: MOST_SURVEYED_SHARE * usableKwh,
    fromS: column(),
    toS: column().fill(-Infinity),
    kwh: column(),
    drivingKw: column(),
    away: new Uint8Array(count),
    energyKey: randomKey(seed, 'trip', name),
    departureKey: randomKey(seed, 'departure', name),
    arrivalKey: randomKey(seed, 'arrival', name),
  };
}

/** Brings all vehicles to the minute that begins at `localS`. */
export function stepTrips(trips: Trips, localS: number): void {
  const { fromS, toS, kwh, drivingKw, away } = trips;
  const mostKw = drivePowerKw(trips.presence.drive ?? 'mixed');
  for (let index = 0; index < away.length; index++) {
    if (localS >= (toS[index] ?? 0)) startTrip(trips, index, localS);
    const from = fromS[index] ?? 0;
    const to = toS[index] ?? 0;
    away[index] = localS >= from ? 1 : 0;
    drivingKw[index] = localS >= from ? legPowerKw({ fromS: from, toS: to, kwh: kwh[index] ?? 0 }, mostKw, localS) : 0;
  }
}

/** The first trip that ends after `localS`. */
function startTrip(trips: Trips, index: number, localS: number): void {
  let day = Math.floor((localS - trips.presence.departsS) / DAY_S) - 1;
  let trip = drawTrip(trips, index, day);
  while (trip.toS <= localS) trip = drawTrip(trips, index, ++day);
  trips.fromS[index] = trip.fromS;
  trips.toS[index] = trip.toS;
  trips.kwh[index] = trip.kwh;
}

/** @param day of the departure that the clock says, days since 1970 */
function drawTrip(trips: Trips, index: number, day: number): Trip {
  const { departsS, arrivesS, departsSpreadS = 0, arrivesSpreadS = 0 } = trips.presence;
  const awayS = secondsUntil(departsS, arrivesS);
  const mostS = MOST_SHIFT * Math.min(awayS, DAY_S - awayS);
  const shiftS = (spreadS: number, key: RandomKey): number => {
    if (spreadS === 0) return 0;
    const drawn = spreadS * drawNormal(key, { index: index + trips.firstNumber, tick: day });
    return Math.round(Math.max(-mostS, Math.min(drawn, mostS)) / MINUTE_S) * MINUTE_S;
  };
  const nominalS = day * DAY_S + departsS;
  return {
    fromS: nominalS + shiftS(departsSpreadS, trips.departureKey),
    toS: nominalS + awayS + shiftS(arrivesSpreadS, trips.arrivalKey),
    kwh: tripKwh(trips, index, day),
  };
}

function tripKwh({ presence, energyKey, firstNumber, mostSurveyedKwh }: Trips, index: number, day: number): number {
  const { tripKwh: kwh, tripKm: km, drive = 'mixed' } = presence;
  const place = { index: index + firstNumber, tick: day };
  if (kwh !== undefined) return draw(kwh, energyKey, place);
  if (km !== undefined) return draw(km, energyKey, place) * driveKwhPerKm(drive);
  return Math.min(surveyedKm(drawNormal(energyKey, place)) * driveKwhPerKm(drive), mostSurveyedKwh);
}

/** Mean power in the minute from `atS`: two legs of equal length, at the style's power unless the hours away are too few. */
function legPowerKw({ fromS, toS, kwh }: Trip, mostKw: number, atS: number): number {
  const legS = Math.min((1800 * kwh) / mostKw, (toS - fromS) / 2);
  if (legS <= 0) return 0;
  const outS = Math.max(0, Math.min(fromS + legS - atS, MINUTE_S));
  const backS = Math.max(0, Math.min(atS + MINUTE_S - (toS - legS), MINUTE_S));
  return ((1800 * kwh) / legS) * (Math.min(outS + backS, MINUTE_S) / MINUTE_S);
}
