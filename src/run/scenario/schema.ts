/**
 * A scenario file as a zod schema: what an editor completes and explains, and the first check of what a user wrote. The JSON
 * Schema in `scenarios/scenario.schema.json` is made from it.
 *
 * A message of a pattern is what was expected, to be read after that word.
 */
import { z } from 'zod';
import { meter, reporter } from './reporter-schema.js';
import {
  clockTime,
  type clockWindow,
  clockWindows,
  drawn,
  duration,
  NAME,
  percent,
  PLATFORM_ID,
  powerKw,
} from './schema-parts.js';

const ownBattery = z.strictObject({
  name: z.string().min(1).describe('What to call it in messages and plots.'),
  kind: z.enum(['home', 'ev']).describe('A battery that stays, or a vehicle that comes and goes.'),
  usableKwh: z.number().positive().max(1_000_000).describe('Energy between 100 and 0 %, kWh.'),
  maxChargeKw: powerKw.describe('Greatest charging power at the meter, kW.'),
  maxDischargeKw: z
    .number()
    .min(0)
    .max(100_000)
    .describe('Greatest discharging power at the meter, kW; 0 where it gives none back.'),
  roundTripPercent: z
    .number()
    .min(50)
    .max(100)
    .default(90)
    .describe('Energy out over energy in at the meter, at any power, %.'),
  standbyW: z.number().min(0).max(1000).default(0).describe('What it takes from its own pack while idle, W.'),
});

const presence = {
  arrives: clockTime.describe('Local time at which the vehicle is plugged in, every day.'),
  arrivesSpread: duration
    .optional()
    .describe(
      'Standard deviation of the arrival from day to day, such as 45m. Surveys have 3.4h around 17:36. Default: none.',
    ),
  departs: clockTime.describe('Local time at which it leaves; it charges to the target by then.'),
  departsSpread: duration
    .optional()
    .describe('Standard deviation of the departure from day to day; the controller knows of none. Default: none.'),
  tripKwh: drawn(z.number().min(0).max(1000))
    .optional()
    .describe(
      'Energy of the day’s trips, kWh: a number, or a range from which the seed draws each day. Half is driven after the departure, half before the arrival.',
    ),
  tripKm: drawn(z.number().min(0).max(5000))
    .optional()
    .describe(
      'Distance of the day’s trips, km, in place of `tripKwh`: a number, or a range from which the seed draws each day. Default of both: as a travel survey has it.',
    ),
  drive: z
    .enum(['city', 'highway', 'fast', 'mixed'])
    .default('mixed')
    .describe('How it is driven: what a kilometre takes, and how long.'),
  chargeIn: clockWindows
    .optional()
    .describe(
      'When to charge, such as the hours of a cheap tariff. Where they are too short for the target, it charges outside too. Default: any time.',
    ),
  chargeKw: powerKw.optional().describe('Power of the wall box, kW. Default: what the vehicle takes.'),
};

const controller = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('self-consumption').describe('Charges from surplus sun and feeds the house, never the grid.'),
    })
    .describe('Charges from surplus sun and feeds the house, never the grid.'),
  z
    .strictObject({
      kind: z.literal('time-of-use').describe('Self-consumption that also charges from the grid in cheap hours.'),
      chargeIn: clockWindows.describe('Cheap hours: charge to the target, and feed the house from the grid.'),
      chargeKw: powerKw.optional().describe('Charging power from the grid, kW. Default: what the battery takes.'),
    })
    .describe('Self-consumption that also charges from the grid in cheap hours.'),
  z
    .strictObject({ kind: z.literal('ev').describe('Charges a vehicle to its target by departure.'), ...presence })
    .describe('Charges a vehicle to its target by departure.'),
  z
    .strictObject({
      kind: z.literal('v2g').describe('Discharges a vehicle in the evening peak and charges it by departure.'),
      ...presence,
      dischargeIn: clockWindows.describe('When to discharge, such as the evening peak.'),
      dischargeKw: powerKw.optional().describe('Discharging power, kW. Default: what the vehicle gives.'),
      floor: percent.default(20).describe('Never discharges below this state of charge, %.'),
    })
    .describe('Discharges a vehicle in the evening peak and charges it by departure.'),
  z
    .strictObject({ kind: z.literal('hold').describe('Charges to the target and stays there.') })
    .describe('Charges to the target and stays there.'),
]);

const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

const solar = z.strictObject({
  kWp: drawn(powerKw).describe(
    'Rated power of the modules, kW: a number, or a range from which the seed draws for each roof.',
  ),
  latitude: drawn(latitude).describe('Degrees, north is positive. A range spreads the roofs over up to 16 places.'),
  longitude: drawn(longitude)
    .optional()
    .describe('Degrees, east is positive. Default: the middle of the time zone of `start`.'),
  tilt: drawn(z.number().min(0).max(90)).default(30).describe('Degrees from level.'),
  azimuth: drawn(z.number().min(0).max(360))
    .default(180)
    .describe('Where the modules look, degrees clockwise from north; 180 is south.'),
  clouds: drawn(z.number().min(0).max(1))
    .default(0)
    .describe('Mean share of the sky in clouds, 0 to 1, around which the seed draws.'),
});

const weather = z.strictObject({
  latitude: latitude.describe('Degrees, north is positive.'),
  longitude: longitude
    .optional()
    .describe('Degrees, east is positive. Default: the middle of the time zone of `start`.'),
  annualMean: z.number().min(-60).max(50).describe('Mean temperature of the year, °C.'),
  annualSwing: z.number().min(0).max(40).describe('How far the warmest day of the year is above that mean, K.'),
  dailySwing: z
    .number()
    .min(0)
    .max(20)
    .default(4)
    .describe('How far the warmest hour is above the mean of its day, K.'),
});

const device = z.strictObject({
  name: z
    .string()
    .regex(NAME, 'a name in lower-case letters, digits and hyphens')
    .optional()
    .describe(
      'Names the device in messages and plots, and fixes what is drawn for it. Default: `device-` and its place in the list.',
    ),
  count: z.int().min(1).max(1_000_000).default(1).describe('How many devices are like this one.'),
  battery: z
    .union([z.string(), ownBattery])
    .describe('Id of a product of the catalogue, such as tesla-powerwall-2, or the figures of one of your own.'),
  plug: z
    .enum(['ac', 'dc'])
    .default('ac')
    .describe('Where a vehicle is connected: ac, its on-board charger or bidirectional wall box, or dc, its DC plug.'),
  soc: drawn(percent).describe('State of charge at the start, %: a number, or a range from which the seed draws.'),
  target: percent.default(100).describe('State of charge that the device is asked to reach, %.'),
  reserve: percent.default(0).describe('Share of capacity kept for backup, %: never discharged below.'),
  controller: controller.describe('Who decides when the battery charges and discharges.'),
  load: z
    .strictObject({
      annualKwh: drawn(z.number().min(0).max(1_000_000)).describe(
        'Energy that the household uses in a year, kWh: a number, or a range from which the seed draws for each.',
      ),
    })
    .optional()
    .describe('The household: a standard profile with appliances drawn by the seed.'),
  solar: solar.optional().describe('The roof.'),
  weather: weather.optional().describe('The air around the battery. Default: 25 °C all through.'),
  meter: meter.optional().describe('How finely and how truly the device shows its state.'),
  reporter: reporter
    .optional()
    .describe('How the device sends what it shows. Default: each record at once, all values new.'),
  deviceId: z
    .string()
    .regex(PLATFORM_ID, 'an id of the platform such as dev_6563a6757360a6d6a628e839')
    .optional()
    .describe('Id on the platform. Default: made from the seed.'),
  locationId: z
    .string()
    .regex(PLATFORM_ID, 'an id of the platform such as loc_641b90b758fb8e6293716e40')
    .optional()
    .describe('Id of the location on the platform. Default: made from the seed, one for each device.'),
});

const product = z.strictObject({
  id: z
    .union([z.string(), ownBattery])
    .describe('Id of a product of the catalogue, or the figures of one of your own.'),
  share: z.number().positive().max(1_000_000).default(1).describe('How many there are, next to the others.'),
});

const kind = device.omit({ count: true, deviceId: true, locationId: true }).extend({
  share: z.number().positive().max(1_000_000).default(1).describe('How many are of this kind, next to the others.'),
  battery: z
    .union([z.string(), ownBattery, z.array(product).min(1).max(100)])
    .describe('Id of a product of the catalogue, the figures of one of your own, or a list of products with shares.'),
});

const fleet = z.strictObject({
  count: z.int().min(1).max(10_000_000).describe('How many devices there are in all.'),
  mix: z.array(kind).min(1).max(1000).describe('The kinds of device that the fleet is made of, each with its share.'),
});

export const scenarioSchema = z
  .strictObject({
    title: z.string().min(1).describe('One line that says what happens.'),
    start: z
      .string()
      .describe(
        'First moment, RFC 3339 with the offset of the local time, such as 2025-06-21T00:00:00+02:00. The offset holds all through.',
      ),
    duration: duration.describe('How long it plays, such as 24h.'),
    step: duration
      .default('60s')
      .describe('Step of the simulation. House, roof and controller change at whole minutes, whatever the step.'),
    report: duration
      .default('5m')
      .describe('Period of the records; the power of a record is the mean over it. A multiple of `step`.'),
    seed: z.int().min(0).default(1).describe('Everything random follows it: the same seed gives the same bytes.'),
    devices: z.array(device).min(1).max(1000).optional().describe('Who takes part, one by one. This, `fleet` or both.'),
    fleet: fleet.optional().describe('Who takes part, drawn from a mix of products, sites and charges at the start.'),
  })
  .describe('A voltpact scenario: batteries, their sites and who controls them.');

/** A scenario file whose shape is right, defaults filled in. */
export type ScenarioFile = z.output<typeof scenarioSchema>;
export type DeviceFile = NonNullable<ScenarioFile['devices']>[number];
export type FleetFile = NonNullable<ScenarioFile['fleet']>;
export type ControllerFile = DeviceFile['controller'];
export type ClockWindowFile = z.output<typeof clockWindow>;

/** The schema for editors, JSON Schema 2020-12. */
export function scenarioJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(scenarioSchema, { io: 'input' });
}
