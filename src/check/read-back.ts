/** Is what reads back what was submitted? Numbers by value, times as instants, texts by their characters. */
import type { Contract } from '../contract/contract.js';
import { compareTimes, parseRfc3339 } from '../contract/rfc3339.js';
import type { Finding } from './finding.js';
import { describeExchange } from './observed-exchange.js';
import type { ObservedExchange } from './observed-exchange.js';
import { makeFinding } from './rules.js';

/** Single-precision storage changes a number by up to 6e-8 of its size; what is further off is another value. */
const ROUNDING_FRACTION = 1e-6;
/** Times that differ by less have lost digits, not their moment. */
const ROUNDING_MS = 1;

type Difference = 'none' | 'precision' | 'value';

/**
 * Each submitted field that does not read back as it was. Fields that the contract does not know are not compared.
 * @param submitted body of the submit request, as an object
 * @param exchange the read-back
 */
export function checkReadBack(contract: Contract, submitted: unknown, exchange: ObservedExchange): Finding[] {
  const body = exchange.response?.body;
  const evidence = describeExchange(exchange);
  if (!isRecord(body) || !isRecord(submitted)) {
    const message = 'Expected the submitted state to read back, got no JSON object to compare with it.';
    return [makeFinding('conformance/read-back', { message, evidence })];
  }
  return contract.knownFields.flatMap((name) => {
    if (!Object.hasOwn(submitted, name)) return [];
    const [sent, received] = [submitted[name], Object.hasOwn(body, name) ? body[name] : undefined];
    const difference =
      name === contract.requestFields.time ? compareMoments(sent, received) : compareValues(sent, received);
    if (difference === 'none') return [];
    const ruleId = difference === 'precision' ? 'conformance/read-back-precision' : 'conformance/read-back';
    const message = `/${name}: submitted ${show(sent)}, read back ${show(received)}${describeCause(sent, received)}.`;
    return [
      makeFinding(ruleId, { message, evidence: { ...evidence, pointer: `/${name}`, submitted: sent, received } }),
    ];
  });
}

function compareValues(sent: unknown, received: unknown): Difference {
  if (typeof sent === 'number' && typeof received === 'number') {
    // -0 and 0 are the same number in JSON.
    if (sent === received) return 'none';
    const allowed = ROUNDING_FRACTION * Math.max(Math.abs(sent), Math.abs(received));
    return Math.abs(sent - received) <= allowed ? 'precision' : 'value';
  }
  return JSON.stringify(sent) === JSON.stringify(received) ? 'none' : 'value';
}

function compareMoments(sent: unknown, received: unknown): Difference {
  if (typeof sent !== 'string' || typeof received !== 'string') return compareValues(sent, received);
  const [a, b] = [parseRfc3339(sent), parseRfc3339(received)];
  if (!a.ok || !b.ok) return compareValues(sent, received);
  if (compareTimes(a, b) === 0) return 'none';
  return Math.abs(a.epochMs - b.epochMs) < ROUNDING_MS ? 'precision' : 'value';
}

/** The defect behind a difference where the two values give it away. */
function describeCause(sent: unknown, received: unknown): string {
  if (received === undefined || received === null) {
    return sent === 0 ? ' (a zero that counts as no value?)' : ' (the field was not kept)';
  }
  if (typeof sent !== 'number') return '';
  if (typeof received === 'string') return ' (a number that became text)';
  if (sent !== 0 && received === -sent) return ' (the sign is lost or turned)';
  if (received === Math.trunc(sent) || received === Math.round(sent)) return ' (the decimals are lost)';
  return '';
}

function show(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
