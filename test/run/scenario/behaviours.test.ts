// Protects how scenarios switch on what real meters, reporters, trips and sites do, and what is said of a slip in it.
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/run/scenario/parse-scenario.js';
import { type BadRow, car, EV, expectProblem, FILE, LINES, withReporter } from './scenario-text.js';

describe('a good scenario', () => {
  it('may switch on what real meters and reporters do', () => {
    const text = [
      ...LINES,
      '    weather: { latitude: 48, annualMean: 9.5, annualSwing: 10 }',
      '    meter: { soc: 1, drift: { from: 0.2, to: 0.5 }, snap: 98, slump: { below: 8, by: 3 } }',
      '    reporter:',
      '      every: 15m',
      '      onChange: { soc: 5, power: 1 }',
      '      refresh: { soc: 15m, power: 5m, energy: 1h }',
      '      power: instant',
      '      clock: { offsetS: -90, driftSPerDay: { from: 0, to: 2 } }',
      '      offline: { windows: [{ from: 23:00, to: 01:00 }], perDay: 2, lasting: { from: 5m, to: 1h }, backfill: out-of-order }',
      '      duplicates: { percent: 2 }',
      '      lost: 0.5',
      '      away: silent',
    ];
    const [device] = parseScenario(text.join('\n'), FILE).devices;
    expect(device?.quanta).toEqual({ socPercent: 1, powerKw: 0.1, energyKwh: 0.1 });
    expect(device?.socMeter).toEqual({
      driftPercent: { from: 0.2, to: 0.5 },
      snapPercent: 98,
      slump: { belowPercent: 8, byPercent: 3 },
    });
    expect(device?.weather).toEqual({
      latitudeDegrees: 48,
      longitudeDegrees: 30,
      annualMeanCelsius: 9.5,
      annualSwingKelvin: 10,
      dailySwingKelvin: 4,
    });
    expect(device?.reporter).toEqual({
      everyS: 900,
      onChange: { socPercent: 5, powerKw: 1 },
      refresh: { socS: 900, powerS: 300, energyS: 3600 },
      power: 'instant',
      clock: { offsetS: -90, driftSPerDay: { from: 0, to: 2 } },
      offline: {
        windows: [{ fromS: 82_800, toS: 3600 }],
        random: { perDay: 2, lastsS: { from: 300, to: 3600 } },
        backfill: 'out-of-order',
        withinS: 900,
      },
      duplicates: { percent: 2, withinS: 60 },
      lostPercent: 0.5,
      isSilentAway: true,
    });
  });

  it('may leave the trips to a travel survey, and spread the times', () => {
    const text = car(
      '{ kind: ev, arrives: 17:36, arrivesSpread: 3.4h, departs: 07:00, departsSpread: 20m, drive: city }',
    );
    expect(parseScenario(text, FILE).devices[0]?.controller).toEqual({
      kind: 'ev',
      arrivesS: 63_360,
      arrivesSpreadS: 12_240,
      departsS: 25_200,
      departsSpreadS: 1200,
      drive: 'city',
    });
  });

  it('may leave houses and roofs to the seed', () => {
    const text = withReporter('solar: { kWp: { from: 3, to: 9 }, latitude: 48, tilt: { from: 10, to: 45 } }').replace(
      '4200',
      '{ from: 2000, to: 6000 }',
    );
    expect(parseScenario(text, FILE).devices[0]).toMatchObject({
      annualLoadKwh: { from: 2000, to: 6000 },
      solar: { peakKw: { from: 3, to: 9 }, latitudeDegrees: 48, tiltDegrees: { from: 10, to: 45 }, cloudFraction: 0 },
    });
  });
});

const BAD: readonly BadRow[] = [
  {
    what: 'trips of an energy and a distance',
    text: car(`{ ${EV}, tripKm: { from: 5, to: 50 } }`),
    line: 7,
    column: 81,
    message: 'the trips have both an energy and a distance',
    hint: 'Leave out `tripKwh` or `tripKm`.',
  },
  {
    what: 'a drive in a style of its own',
    text: car(`{ ${EV}, drive: hihgway }`),
    line: 7,
    column: 80,
    message: 'expected one of city, highway, fast, mixed, got string "hihgway"',
    hint: 'Did you mean "highway"?',
  },
  {
    what: 'a drift upside down',
    text: withReporter('meter: { drift: { from: 0.5, to: 0.2 } }'),
    line: 9,
    column: 38,
    message: 'a range from 0.5 to 0.2 is upside down',
  },
  {
    what: 'half a slump',
    text: withReporter('meter: { slump: { below: 8 } }'),
    line: 9,
    column: 21,
    message: 'devices[0].meter.slump: "by" is missing',
  },
  {
    what: 'a behaviour with a slip',
    text: withReporter('reporter: { ofline: { perDay: 2 } }'),
    line: 9,
    column: 17,
    message: 'devices[0].reporter: unknown key "ofline". Did you mean "offline"?',
  },
  {
    what: 'a period that the step does not divide',
    text: withReporter('reporter: { every: 90s }'),
    line: 9,
    column: 24,
    message: 'a period of 90s is no multiple of the step',
    hint: 'Choose a multiple of `step`.',
  },
  {
    what: 'a refresh of nothing',
    text: withReporter('reporter: { refresh: { soc: 0m } }'),
    line: 9,
    column: 33,
    message: 'expected a period above 0s, got 0m',
  },
  {
    what: 'a report on the change of nothing',
    text: withReporter('reporter: { onChange: {} }'),
    line: 9,
    column: 27,
    message: 'no change is named',
  },
  {
    what: 'a clock that is a day off',
    text: withReporter('reporter: { clock: { offsetS: 90000 } }'),
    line: 9,
    column: 35,
    message: 'devices[0].reporter.clock.offsetS: expected a number of at most 86400, got number 90000',
  },
  {
    what: 'clocks upside down',
    text: withReporter('reporter: { clock: { offsetS: { from: 60, to: -60 } } }'),
    line: 9,
    column: 51,
    message: 'a range from 60 to -60 is upside down',
  },
  {
    what: 'a device that is always offline',
    text: withReporter('reporter: { offline: { windows: [{ from: 06:00, to: 18:00 }, { from: 18:00, to: 06:00 }] } }'),
    line: 9,
    column: 37,
    message: 'the device is offline all day',
  },
  {
    what: 'outages without an end',
    text: withReporter('reporter: { offline: { perDay: 20, lasting: 1h } }'),
    line: 9,
    column: 36,
    message: '20 such outages may fill more than half of a day',
  },
  {
    what: 'an outage of days',
    text: withReporter('reporter: { offline: { perDay: 0.1, lasting: 2d } }'),
    line: 9,
    column: 50,
    message: 'a random outage lasts longer than 24h',
  },
  {
    what: 'durations upside down',
    text: withReporter('reporter: { offline: { perDay: 1, lasting: { from: 1h, to: 5m } } }'),
    line: 9,
    column: 64,
    message: 'a range of durations is upside down',
  },
  {
    what: 'a duration in words',
    text: withReporter('reporter: { offline: { perDay: 1, lasting: long } }'),
    line: 9,
    column: 48,
    message: 'devices[0].reporter.offline.lasting: expected a duration such as 24h, 15m or 90s, got string "long"',
  },
  {
    what: 'roofs upside down',
    text: withReporter('solar: { kWp: { from: 9, to: 3 }, latitude: 48 }'),
    line: 9,
    column: 34,
    message: 'a range from 9 to 3 is upside down',
  },
  {
    what: 'a weather without its mean',
    text: withReporter('weather: { latitude: 48, annualSwing: 10 }'),
    line: 9,
    column: 14,
    message: 'devices[0].weather: "annualMean" is missing',
  },
];

describe('a scenario file with', () => {
  it.each(BAD)('$what says so at line $line, column $column', (row) => {
    expectProblem(row);
  });
});
