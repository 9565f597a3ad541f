// Protects what a user reads when a scenario file is wrong: every problem at once, each with its place and the nearest right word.
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/run/scenario/parse-scenario.js';
import { type BadRow, car, errorOf, EV, expectProblem, FILE, LINES, withLine } from './scenario-text.js';

describe('a good scenario', () => {
  it('gets the defaults that the schema names', () => {
    expect(parseScenario(LINES.join('\n'), 'folder/my-day.yaml')).toMatchObject({
      name: 'my-day',
      title: 'A test',
      seed: 1,
      startMs: Date.parse('2025-06-20T22:00:00Z'),
      utcOffsetMinutes: 120,
      durationS: 86_400,
      stepS: 60,
      reportS: 300,
      devices: [
        {
          name: 'device-1',
          count: 1,
          product: { id: 'tesla-powerwall-2' },
          port: 'ac',
          socPercent: 30,
          targetPercent: 100,
          reservePercent: 0,
          annualLoadKwh: 4200,
          quanta: { socPercent: 1, powerKw: 0.1, energyKwh: 0.1 },
        },
      ],
    });
  });

  it('may describe a battery by its figures, whose round trip is then exact', () => {
    const own =
      'battery: { name: Prototype, kind: home, usableKwh: 8, maxChargeKw: 3, maxDischargeKw: 4, roundTripPercent: 81 }';
    const [device] = parseScenario(withLine(5, `  - ${own}`), FILE).devices;
    expect(device?.product).toMatchObject({ id: 'device-1-battery', usableKwh: 8, maxDischargeKw: 4 });
  });

  it('may say how finely the meter shows', () => {
    const [device] = parseScenario(`${LINES.join('\n')}\n    meter: { soc: 0.5, energy: 0.01 }`, FILE).devices;
    expect(device?.quanta).toEqual({ socPercent: 0.5, powerKw: 0.1, energyKwh: 0.01 });
  });

  it('may use anchors and aliases', () => {
    const text = [
      ...LINES,
      '  - name: other',
      '    battery: tesla-powerwall-2',
      '    soc: 1',
      '    controller: &c { kind: hold }',
    ];
    const third = ['  - name: third', '    battery: tesla-powerwall-2', '    soc: 1', '    controller: *c'];
    expect(parseScenario([...text, ...third].join('\n'), FILE).devices[2]?.controller).toEqual({ kind: 'hold' });
  });

  it.each([
    { written: '90s', seconds: 90 },
    { written: '1.5m', seconds: 90 },
    { written: '2h', seconds: 7200 },
    { written: '2d', seconds: 172_800 },
  ])('may last $written', ({ written, seconds }) => {
    const text = withLine(3, `duration: ${written}`, 'step: 30s', 'report: 90s');
    expect(parseScenario(text, FILE).durationS).toBe(seconds);
  });
});

const BAD: readonly BadRow[] = [
  { what: 'an empty file', text: '', line: 1, column: 1, message: 'expected a scenario, got an empty file' },
  { what: 'only a comment', text: '# soon\n', line: 1, column: 1, message: 'expected a scenario, got an empty file' },
  { what: 'a list', text: '- a\n- b\n', line: 1, column: 1, message: 'expected a scenario, got a list of 2' },
  {
    what: 'broken YAML',
    text: 'title: "open\nstart: 1',
    line: 2,
    column: 9,
    message: 'not valid YAML: Missing closing "quote',
  },
  {
    what: 'a key twice',
    text: withLine(2, 'title: again'),
    line: 2,
    column: 1,
    message: 'not valid YAML: Map keys must be unique',
  },
  {
    what: 'a tab for indentation',
    text: 'devices:\n\t- a',
    line: 2,
    column: 1,
    message: 'not valid YAML: Tabs are not allowed as indentation',
  },
  {
    what: 'an alias to nothing',
    text: withLine(1, 'title: *t'),
    line: 1,
    column: 1,
    message: 'not valid YAML: Unresolved alias',
  },
  {
    what: 'an unknown battery',
    text: withLine(5, '  - battery: tesla-powerwal-2'),
    line: 5,
    column: 14,
    message: 'there is no battery "tesla-powerwal-2" in the catalogue',
    hint: 'Did you mean "tesla-powerwall-2"?',
  },
  {
    what: 'a key with a slip',
    text: withLine(3, 'durration: 24h'),
    line: 3,
    column: 1,
    message: 'unknown key "durration". Did you mean "duration"?',
  },
  {
    what: 'a key with a slip deep down',
    text: withLine(8, '    load: { anualKwh: 4200 }'),
    line: 8,
    column: 13,
    message: 'devices[0].load: unknown key "anualKwh". Did you mean "annualKwh"?',
  },
  {
    what: 'a controller with a slip',
    text: withLine(7, '    controller: { kind: self-consumtion }'),
    line: 7,
    column: 25,
    message: 'expected one of self-consumption, time-of-use, ev, v2g, hold, got string "self-consumtion"',
    hint: 'Did you mean "self-consumption"?',
  },
  {
    what: 'a key of another controller',
    text: withLine(7, '    controller: { kind: time-of-use, chargeIn: [{ from: 01:00, to: 05:00 }], floor: 20 }'),
    line: 7,
    column: 78,
    message: 'devices[0].controller: unknown key "floor"',
    hint: 'Known: kind, chargeIn, chargeKw.',
  },
  {
    what: 'no battery',
    text: withLine(5, '  - name: home'),
    line: 5,
    column: 5,
    message: 'devices[0]: "battery" is missing',
  },
  {
    what: 'a negative duration',
    text: withLine(3, 'duration: -24h'),
    line: 3,
    column: 11,
    message: 'duration: expected a duration such as 24h, 15m or 90s, got string "-24h"',
  },
  {
    what: 'a duration without a unit',
    text: withLine(3, 'duration: 24'),
    line: 3,
    column: 11,
    message: 'duration: expected text, got number 24',
  },
  {
    what: 'a duration of nothing',
    text: withLine(3, 'duration: 0h'),
    line: 3,
    column: 11,
    message: 'a duration of 0h is shorter than the report period of 5m',
  },
  {
    what: 'a step longer than the report period',
    text: withLine(3, 'duration: 24h', 'step: 10m'),
    line: 4,
    column: 7,
    message: 'a step of 10m is longer than the report period of 5m',
  },
  {
    what: 'a step that does not divide the report period',
    text: withLine(3, 'duration: 24h', 'step: 70s'),
    line: 4,
    column: 7,
    message: 'a step of 70s does not divide the report period of 5m',
  },
  {
    what: 'a step of nothing',
    text: withLine(3, 'duration: 24h', 'step: 0s'),
    line: 4,
    column: 7,
    message: 'expected a step above 0s, got 0s',
  },
  {
    what: 'a start without offset',
    text: withLine(2, 'start: 2025-06-21T00:00:00'),
    line: 2,
    column: 8,
    message: 'start is no RFC 3339 date-time: the offset from UTC is missing',
  },
  {
    what: 'a start on 30 February',
    text: withLine(2, 'start: 2025-02-30T00:00:00Z'),
    line: 2,
    column: 8,
    message: 'start is no RFC 3339 date-time',
  },
  {
    what: 'a start before 1970',
    text: withLine(2, 'start: 1969-02-03T00:00:00Z'),
    line: 2,
    column: 8,
    message: 'start is before 1970',
  },
  {
    what: 'a charge above full',
    text: withLine(6, '    soc: 130'),
    line: 6,
    column: 10,
    message: 'devices[0].soc: expected a number of at most 100, got number 130',
  },
  {
    what: 'a charge in words',
    text: withLine(6, '    soc: full'),
    line: 6,
    column: 10,
    message: 'devices[0].soc: expected a number or a mapping, got string "full"',
  },
  {
    what: 'half a range',
    text: withLine(6, '    soc: { from: 3 }'),
    line: 6,
    column: 10,
    message: 'devices[0].soc: "to" is missing',
  },
  {
    what: 'a range upside down',
    text: withLine(6, '    soc: { from: 80, to: 20 }'),
    line: 6,
    column: 26,
    message: 'a range from 80 to 20 is upside down',
  },
  {
    what: 'a reserve above the target',
    text: withLine(6, '    soc: 30', '    target: 50', '    reserve: 60'),
    line: 8,
    column: 14,
    message: 'a reserve of 60 % is above the target of 50 %',
  },
  {
    what: 'no devices',
    text: withLine(4, 'devices: []').split('\n').slice(0, 4).join('\n'),
    line: 4,
    column: 10,
    message: 'devices: expected at least 1 of them, got an empty list',
  },
  {
    what: 'nothing where devices belong',
    text: withLine(4, 'devices:').split('\n').slice(0, 4).join('\n'),
    line: 4,
    column: 9,
    message: 'devices: expected a list, got null',
  },
  {
    what: 'a count of one and a half',
    text: withLine(6, '    soc: 30', '    count: 1.5'),
    line: 7,
    column: 12,
    message: 'devices[0].count: expected a whole number, got number 1.5',
  },
  {
    what: 'a seed below zero',
    text: withLine(3, 'duration: 24h', 'seed: -1'),
    line: 4,
    column: 7,
    message: 'seed: expected a number of at least 0, got number -1',
  },
  {
    what: 'a device id of another shape',
    text: withLine(6, '    soc: 30', '    deviceId: my car'),
    line: 7,
    column: 15,
    message: 'devices[0].deviceId: expected an id of the platform such as dev_',
  },
  {
    what: 'one id for many',
    text: withLine(6, '    soc: 30', '    count: 2', '    deviceId: dev_1'),
    line: 8,
    column: 15,
    message: "2 devices can't share one device id",
  },
  {
    what: 'two devices of one name',
    text: [...LINES, '  - name: device-1', ...LINES.slice(4).map((line) => line.replace('- ', '  '))].join('\n'),
    line: 9,
    column: 11,
    message: 'another device is called device-1 too',
  },
  {
    what: 'a vehicle’s controller for a home battery',
    text: car(`{ ${EV} }`, 'tesla-powerwall-2'),
    line: 7,
    column: 25,
    message: 'ev is for vehicles, but Tesla Powerwall 2 stays at home',
  },
  {
    what: 'power back from a car that gives none',
    text: car(`{ ${EV.replace('ev', 'v2g')}, dischargeIn: [{ from: 17:00, to: 19:00 }] }`),
    line: 5,
    column: 14,
    message: 'gives no power back at its ac plug',
    hint: 'These do at ac: nissan-leaf-40-v2g.',
  },
  {
    what: 'self-consumption of nothing',
    text: LINES.slice(0, 7).join('\n'),
    line: 7,
    column: 17,
    message: 'self-consumption needs a house or a roof to act on',
  },
  {
    what: 'a DC plug on a home battery',
    text: withLine(6, '    soc: 30', '    plug: dc'),
    line: 7,
    column: 11,
    message: 'Tesla Powerwall 2 has no DC plug',
  },
  {
    what: 'a plug of a third kind',
    text: withLine(6, '    soc: 30', '    plug: usb'),
    line: 7,
    column: 11,
    message: 'devices[0].plug: expected one of ac, dc, got string "usb"',
  },
  {
    what: 'a time of the day past midnight',
    text: car(`{ ${EV.replace('18:00', '25:00')} }`),
    line: 7,
    column: 38,
    message: 'devices[0].controller.arrives: expected a time of the day such as 17:30, got string "25:00"',
  },
  {
    what: 'a car that leaves when it comes',
    text: car(`{ ${EV.replace('07:00', '18:00')} }`),
    line: 7,
    column: 54,
    message: 'the vehicle arrives and departs at 18:00',
  },
  {
    what: 'an empty window',
    text: car(`{ ${EV}, chargeIn: [{ from: 02:00, to: 02:00 }] }`),
    line: 7,
    column: 103,
    message: 'the window is empty: it opens and closes at 02:00',
  },
  {
    what: 'no window',
    text: car(`{ ${EV}, chargeIn: [] }`),
    line: 7,
    column: 83,
    message: 'devices[0].controller.chargeIn: expected at least 1 of them, got an empty list',
  },
];

describe('a scenario file with', () => {
  it.each(BAD)('$what says so at line $line, column $column', (row) => {
    expectProblem(row);
  });

  it('several problems lists them all, each with its place, from the top', () => {
    const text = [
      'titl: A test',
      'start: 2025-06-21T00:00:00+02:00',
      'duration: forever',
      'devices:',
      '  - battery: tesla-powerwall-2',
      '    soc: 101',
      '    controller: { kind: hold }',
    ].join('\n');
    const error = errorOf(text);
    expect(error.message.split('\n')).toEqual([
      '3 problems in the scenario:',
      '  my.yaml:1:1 unknown key "titl". Did you mean "title"?',
      '  my.yaml:3:11 duration: expected a duration such as 24h, 15m or 90s, got string "forever"',
      '  my.yaml:6:10 devices[0].soc: expected a number of at most 100, got number 101',
    ]);
    expect(error.place).toMatchObject({ file: FILE, line: 1, column: 1 });
  });
});
