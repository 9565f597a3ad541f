/** The part of the schema of scenario files that says what a device shows and sends. */
import { z } from 'zod';
import { clockWindows, drawn, drawnDuration, duration } from './schema-parts.js';

export const meter = z.strictObject({
  soc: z
    .number()
    .min(0.000001)
    .max(100)
    .optional()
    .describe('Step of the shown state of charge, %. Default: the product’s.'),
  power: z.number().min(0.000001).max(1000).optional().describe('Step of the shown power, kW. Default: the product’s.'),
  energy: z.number().min(0.000001).max(1000).optional().describe('Step of the shown energy, kWh. Default: 0.1.'),
  drift: drawn(z.number().min(0).max(20))
    .optional()
    .describe(
      'Points of charge that the gauge gains or loses over a full cycle, the seed says which; 0.2 to 0.5 is usual. Full charge sets it right. Default: none.',
    ),
  snap: z
    .number()
    .min(90)
    .max(100)
    .optional()
    .describe(
      'State of charge from which on, while charging, the gauge shows 100 %; 99 to 99.5 is usual. Default: none.',
    ),
  slump: z
    .strictObject({
      below: z.number().min(1).max(50).describe('State of charge below which the gauge runs ahead, %.'),
      by: z.number().min(0.1).max(20).describe('How far it falls at half of that, points of charge.'),
    })
    .optional()
    .describe(
      'The gauge runs ahead while the last charge is used and falls to the truth near empty. Default: it does not.',
    ),
});

const share = z.number().min(0).max(100);

export const reporter = z.strictObject({
  every: duration
    .optional()
    .describe('Period of its records, a multiple of `step`. Default: `report` of the scenario.'),
  onChange: z
    .strictObject({
      soc: z.number().positive().max(100).optional().describe('Change of the shown state of charge, %.'),
      power: z.number().positive().max(100_000).optional().describe('Change of the shown power, kW.'),
    })
    .optional()
    .describe(
      'Sends a record besides those of the period as soon as a shown value is this far from that of the last one.',
    ),
  refresh: z
    .strictObject({
      soc: duration.optional().describe('Period of the state of charge.'),
      power: duration.optional().describe('Period of the power.'),
      energy: duration.optional().describe('Period of the energy.'),
    })
    .optional()
    .describe(
      'How often each value is made anew, at whole multiples; in between, records hold the old one. Default: with each record.',
    ),
  power: z
    .enum(['mean', 'instant'])
    .default('mean')
    .describe('Power as its mean since it was last made anew, or as it is at that moment.'),
  clock: z
    .strictObject({
      offsetS: drawn(z.number().min(-86_400).max(86_400))
        .default(0)
        .describe('What its clock shows ahead of the true time at the start, s; negative is behind.'),
      driftSPerDay: drawn(z.number().min(-3600).max(3600)).default(0).describe('How much its clock gains in a day, s.'),
    })
    .optional()
    .describe('A clock that is wrong. Default: it is right.'),
  offline: z
    .strictObject({
      windows: clockWindows.optional().describe('When it has no network, every day.'),
      perDay: z.number().min(0).max(24).default(0).describe('How many outages begin at random in a day, on average.'),
      lasting: drawnDuration.default('30m').describe('How long a random outage lasts, up to 24h.'),
      backfill: z
        .enum(['in-order', 'out-of-order', 'lost'])
        .default('in-order')
        .describe(
          'What becomes of the records of an outage: all sent when it is over, oldest first; each at a time of its own after it; or lost.',
        ),
      within: duration.default('15m').describe('How long after an outage its last record may come, out of order.'),
    })
    .optional()
    .describe('Times without network. Default: none.'),
  duplicates: z
    .strictObject({
      percent: share.describe('Share of the records that come twice, %.'),
      within: duration.default('1m').describe('How long after the first the second may come.'),
    })
    .optional()
    .describe('Records that come a second time, with the same reference id and body. Default: none.'),
  lost: share.optional().describe('Share of the records that are taken and never arrive, %. Default: 0.'),
  away: z
    .enum(['reports', 'silent'])
    .default('reports')
    .describe(
      'Whether a vehicle reports while it is not plugged in. A silent one has its meter in the plug, and shows no driving.',
    ),
});
