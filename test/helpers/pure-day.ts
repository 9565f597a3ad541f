/** A day of two batteries as whoever has only the pure rooms would play it: no file, no clock, no network. */
import { findBatteryProduct } from '../../src/battery/catalogue.js';
import { checkExchange } from '../../src/check/conformance.js';
import { parseContract } from '../../src/contract/parse-contract.js';
import { toWire } from '../../src/contract/telemetry.js';
import type { Violation } from '../../src/contract/contract.js';
import { createFleet, stepFleet } from '../../src/device/fleet.js';
import { sampleFleet } from '../../src/device/take-records.js';

/** The bodies of a day, what the contract finds in them, and what it finds in one that lacks a field. */
export function simulatedDay(contractText: string) {
  const contract = parseContract(contractText, 'device-state.openapi.yaml');
  const fleet = createFleet([homeSpec()], {
    seed: 4,
    startMs: 1_750_456_800_000,
    utcOffsetMinutes: 120,
    runLabel: 'day',
  });
  const bodies: Record<string, string | number>[] = [];
  for (let hour = 0; hour < 24; hour++) {
    stepFleet(fleet, 3600);
    for (let device = 0; device < fleet.size; device++) {
      const { atMs, utcOffsetMinutes, ...values } = sampleFleet(fleet, device);
      bodies.push(toWire(contract, { ...values, time: { atMs, utcOffsetMinutes } }));
    }
  }
  const ruleIdsOf = (violations: readonly Violation[]): string[] => violations.map(({ ruleId }) => ruleId);
  const [first = {}] = bodies;
  const { [contract.requiredFields[0] ?? '']: _, ...lacking } = first;
  const url = `https://provider.example${contract.path('submit', 'dev_6563a6757360a6d6a628e839')}`;
  const answer = contract.operations.submit.answerExample;
  const exchange = {
    operation: 'submit' as const,
    deviceId: 'dev_6563a6757360a6d6a628e839',
    request: { method: 'PUT', url, body: JSON.stringify(first) },
    response: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      bodyText: JSON.stringify(answer),
      body: answer,
    },
    failure: undefined,
    startedAtMs: fleet.options.startMs,
    durationMs: 5,
  };
  return {
    bodies,
    violations: bodies.flatMap((body) => ruleIdsOf(contract.checkRequestBody(body))),
    refused: ruleIdsOf(contract.checkRequestBody(lacking)),
    findings: checkExchange(contract, exchange, {}).map(({ ruleId }) => ruleId),
  };
}

function homeSpec() {
  const product = findBatteryProduct('tesla-powerwall-2');
  if (!product) throw new Error('the catalogue has a tesla-powerwall-2');
  const solar = {
    peakKw: 7,
    latitudeDegrees: 48,
    longitudeDegrees: 11,
    tiltDegrees: 30,
    azimuthDegrees: 180,
    cloudFraction: 0.3,
  };
  return {
    name: 'home',
    count: 2,
    product,
    port: 'ac' as const,
    socPercent: { from: 20, to: 60 },
    targetPercent: 100,
    reservePercent: 20,
    controller: { kind: 'self-consumption' as const },
    annualLoadKwh: 4200,
    solar,
    quanta: { socPercent: 0.1, powerKw: 0.1, energyKwh: 0.1 },
  };
}
