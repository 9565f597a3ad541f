// Protects that the air of a scenario reaches its batteries, minute by minute and group by group.
import { describe, expect, it } from 'vitest';
import { stepFleet } from '../../src/device/fleet.js';
import { ambientCelsius, type Weather } from '../../src/device/weather.js';
import { fleetOf, homeSpec, START_MS } from './device-arbitrary.js';

const weather: Weather = {
  latitudeDegrees: 48,
  longitudeDegrees: 11,
  annualMeanCelsius: 9.5,
  annualSwingKelvin: 10,
  dailySwingKelvin: 4,
};

describe('the air of a group', () => {
  const fleet = fleetOf([homeSpec({ weather }), homeSpec({ name: 'indoors' })]);

  it('is that of its site in the middle of each minute', () => {
    for (let minute = 0; minute < 1440; minute++) {
      stepFleet(fleet, 60);
      const expected = ambientCelsius(weather, START_MS + (minute + 0.5) * 60_000);
      expect(fleet.batteries.ambientCelsius[0]).toBe(expected);
    }
  });

  it('is 25 °C where no weather is given', () => {
    expect(fleet.batteries.ambientCelsius[1]).toBe(25);
  });

  it('is coldest in winter nights and warmest in summer afternoons', () => {
    const at = (time: string): number => ambientCelsius(weather, Date.parse(time));
    expect(at('2025-01-19T02:16:00Z')).toBeCloseTo(9.5 - 14, 0);
    expect(at('2025-07-19T14:16:00Z')).toBeCloseTo(9.5 + 14, 0);
    expect(at('2025-07-19T02:16:00Z')).toBeCloseTo(9.5 + 6, 0);
  });
});
