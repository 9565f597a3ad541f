/**
 * Where devices are: house and roof of each, a row a device. What a group shares in a minute, sun and the shape of the
 * household, is worked out once for all of it.
 *
 * Roofs of a group whose place is a range stand in up to sixteen places drawn from it: a town's roofs share the sun of their
 * town. Their size is each device's own.
 */
import { type Drawn, draw } from './drawn.js';
import {
  drawAppliances,
  type HouseholdKeys,
  householdKeys,
  type HouseholdMinute,
  householdMinute,
  type Households,
  quarterBefore,
  stepHouseholds,
} from './household.js';
import { drawAt, type RandomKey, randomKey } from './random.js';
import { type SolarSpec, solarPowerKw } from './solar.js';

/** A roof of which each figure is a number or a range. */
export type SolarSite = { readonly [K in keyof SolarSpec]: Drawn };

export interface SiteSpec {
  /** Unique in the fleet: what is drawn for a device follows the seed, this name and its number. */
  readonly name: string;
  /** Energy that the household uses in a year, kWh. */
  readonly annualLoadKwh?: Drawn;
  readonly solar?: SolarSite;
}

/** One row a device. */
export interface SiteColumns extends Households {
  /** Mean over the minute under way. */
  readonly solarKw: Float64Array;
  /** Rated power of the roof; 0 where there is none. */
  readonly peakKw: Float64Array;
  /** Which of its group's places it is in. */
  readonly place: Uint8Array;
}

/** The sites of one group. */
export interface Sites {
  readonly households: HouseholdKeys;
  readonly hasLoad: boolean;
  /** The roof of each place, of 1 kW; none where there are no roofs. */
  readonly roofs: readonly SolarSpec[];
}

/** Devices of one group as they lie in the columns. */
export interface SiteRange {
  readonly from: number;
  readonly to: number;
  /** What a device's number in its group is above its row. */
  readonly numberShift: number;
}

/** What the sites of a group share in one minute. */
export interface SiteMinute {
  readonly household: HouseholdMinute;
  /** The quarters of an hour to begin, in order: none within one, and at the start of a run the one before as well. */
  readonly quarters: readonly HouseholdMinute[];
  /** Of each place, power of a roof for each kW of its rating. */
  readonly sunKw: Float64Array;
}

const MOST_PLACES = 16;
const MINUTE_MS = 60_000;

export function createSiteColumns(size: number): SiteColumns {
  const column = (): Float64Array => new Float64Array(size);
  return {
    annualKwh: column(),
    loadKw: column(),
    applianceKw: column(),
    applianceFromS: column(),
    applianceToS: column(),
    earlierKw: column(),
    earlierToS: column(),
    solarKw: column(),
    peakKw: column(),
    place: new Uint8Array(size),
  };
}

export function createSites({ name, annualLoadKwh, solar }: SiteSpec, seed: number): Sites {
  return {
    households: householdKeys(seed, name),
    hasLoad: annualLoadKwh !== undefined,
    roofs: solar ? drawRoofs(solar, randomKey(seed, 'place', name)) : [],
  };
}

function drawRoofs(solar: SolarSite, key: RandomKey): SolarSpec[] {
  const { peakKw: _, ...place } = solar;
  const isSpread = Object.values(place).some((value) => typeof value !== 'number');
  return Array.from({ length: isSpread ? MOST_PLACES : 1 }, (_, index) => ({
    peakKw: 1,
    latitudeDegrees: draw(place.latitudeDegrees, key, { index, tick: 0 }),
    longitudeDegrees: draw(place.longitudeDegrees, key, { index, tick: 1 }),
    tiltDegrees: draw(place.tiltDegrees, key, { index, tick: 2 }),
    azimuthDegrees: draw(place.azimuthDegrees, key, { index, tick: 3 }),
    cloudFraction: draw(place.cloudFraction, key, { index, tick: 4 }),
  }));
}

/** Draws what differs from device to device. */
export function fillSites(
  columns: SiteColumns,
  range: SiteRange,
  { spec, seed }: { spec: SiteSpec; seed: number },
): void {
  const { from, to, numberShift } = range;
  const { name, annualLoadKwh, solar } = spec;
  const size = randomKey(seed, 'size', name);
  for (let row = from; row < to; row++) {
    const index = row + numberShift;
    if (annualLoadKwh !== undefined) columns.annualKwh[row] = draw(annualLoadKwh, size, { index, tick: 0 });
    if (solar === undefined) continue;
    columns.peakKw[row] = draw(solar.peakKw, size, { index, tick: 1 });
    columns.place[row] = Math.floor(MOST_PLACES * drawAt(size, index, 2));
  }
}

/** @param moment start of the minute, UTC, ms since 1970, and what the clocks of the sites are ahead of it */
export function siteMinute(
  sites: Sites,
  sky: RandomKey,
  moment: { atMs: number; offsetMs: number; isFirst: boolean },
): SiteMinute {
  const localMs = moment.atMs + moment.offsetMs;
  const household = householdMinute(localMs);
  const begun = moment.isFirst ? [quarterBefore(localMs), household] : [household];
  const { roofs } = sites;
  return {
    household,
    quarters: moment.isFirst || household.intoSlotS === 0 ? begun : [],
    // The roof is taken at the middle of the minute.
    sunKw: Float64Array.from(roofs, (roof) => solarPowerKw(roof, sky, moment.atMs + MINUTE_MS / 2)),
  };
}

/** House and roof of some devices of a group, means over the minute. */
export function stepSites(columns: SiteColumns, range: SiteRange & { sites: Sites }, minute: SiteMinute): void {
  const { from, to, numberShift, sites } = range;
  if (sites.hasLoad) {
    const households = { keys: sites.households, from, to, numberShift };
    for (const quarter of minute.quarters) drawAppliances(columns, households, quarter);
    stepHouseholds(columns, households, minute.household);
  }
  if (sites.roofs.length > 0) shine(columns, range, minute.sunKw);
}

function shine({ solarKw, peakKw, place }: SiteColumns, { from, to }: SiteRange, sunKw: Float64Array): void {
  const places = sunKw.length;
  for (let row = from; row < to; row++) {
    solarKw[row] = (peakKw[row] ?? 0) * (sunKw[places === 1 ? 0 : (place[row] ?? 0)] ?? 0);
  }
}
