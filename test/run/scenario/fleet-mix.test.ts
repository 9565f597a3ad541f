// Protects fleets from a mix: a group for each product of each kind, sizes by share, and messages that lead into the mix.
import { describe, expect, it } from 'vitest';
import { parseScenario } from '../../../src/run/scenario/parse-scenario.js';

const HEAD = ['title: A fleet', 'start: 2025-04-16T00:00:00+02:00', 'duration: 24h'];
const HOME = [
  '    - name: home',
  '      share: 3',
  '      battery: [{ id: tesla-powerwall-2, share: 2 }, { id: tesla-powerwall-3 }]',
  '      soc: { from: 20, to: 60 }',
  '      controller: { kind: self-consumption }',
  '      load: { annualKwh: { from: 2000, to: 5000 } }',
];
const CAR = [
  '    - battery: vw-id3-58',
  '      soc: 50',
  '      controller: { kind: ev, arrives: 18:00, departs: 07:00, tripKwh: 8 }',
];

function text(...mix: string[]): string {
  return [...HEAD, 'fleet:', '  count: 16', '  mix:', ...mix].join('\n');
}

function messageOf(yaml: string): string {
  try {
    parseScenario(yaml, 'town.yaml');
  } catch (error) {
    return String(error);
  }
  throw new Error('the scenario was taken');
}

describe('a mix', () => {
  it('becomes a group for each product of each kind, with what is drawn left to the seed', () => {
    const { devices } = parseScenario(text(...HOME, ...CAR), 'town.yaml');
    expect(devices.map(({ name, product, count, share }) => [name, product.id, count, share])).toEqual([
      ['home-1', 'tesla-powerwall-2', 8, 8],
      ['home-2', 'tesla-powerwall-3', 4, 4],
      ['kind-2', 'vw-id3-58', 4, 4],
    ]);
    expect(devices[1]).toMatchObject({ socPercent: { from: 20, to: 60 }, annualLoadKwh: { from: 2000, to: 5000 } });
  });

  it('stands beside devices that are listed one by one', () => {
    const listed = ['devices:', '  - { battery: vw-id3-58, soc: 50, controller: { kind: hold } }'];
    const { devices } = parseScenario([...text(...CAR).split('\n'), ...listed].join('\n'), 'town.yaml');
    expect(devices.map(({ name, count }) => [name, count])).toEqual([
      ['device-1', 1],
      ['kind-1', 16],
    ]);
  });

  it('takes a battery of one’s own as one of several', () => {
    const own = '{ name: Own, kind: ev, usableKwh: 60, maxChargeKw: 11, maxDischargeKw: 0 }';
    const [, ...rest] = CAR;
    const { devices } = parseScenario(text(`    - battery: [{ id: vw-id3-58 }, { id: ${own} }]`, ...rest), 'town.yaml');
    expect(devices[1]?.product).toMatchObject({ name: 'Own', usableKwh: 60 });
  });
});

describe('a wrong mix', () => {
  it.each([
    {
      what: 'a product that there isn’t',
      yaml: text(...HOME).replace('tesla-powerwall-3', 'tesla-powerwall-33'),
      message: 'there is no battery "tesla-powerwall-33" in the catalogue',
    },
    {
      what: 'what is wrong with a kind is said once, not for each of its products',
      yaml: text(...HOME, '      reserve: 90', '      target: 50'),
      message: 'Error: a reserve of 90 % is above the target of 50 %',
    },
    {
      what: 'a share of nothing',
      yaml: text(...HOME).replace('share: 3', 'share: 0'),
      message: 'fleet.mix[0].share: expected a number above 0, got number 0',
    },
    {
      what: 'a device id, which a kind can’t have',
      yaml: text(...CAR, '      deviceId: dev_1'),
      message: 'fleet.mix[0]: unknown key "deviceId"',
    },
    {
      what: 'two kinds of one name',
      yaml: text(...HOME, ...HOME),
      message: 'two of its kinds or devices are called home-1',
    },
    { what: 'nobody at all', yaml: HEAD.join('\n'), message: '"devices" is missing' },
    {
      what: 'an empty mix',
      yaml: text().replace('mix:', 'mix: []'),
      message: 'fleet.mix: expected at least 1 of them',
    },
  ])('is refused: $what', ({ yaml, message }) => {
    expect(messageOf(yaml)).toContain(message);
  });
});
