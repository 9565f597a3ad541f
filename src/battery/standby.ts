/**
 * Consumption without power at the port. While idle the pack drains by the DC share of standby, `r0 + r1·s` in percent per hour, with the
 * exact exponential step, and sleeps at 0 %. A battery that is asked to charge and can take no more is held where it is: its site then feeds
 * the DC share too.
 */
import type { Batteries } from './battery-state.js';

/** The energy path stands by for `walk.hoursLeft`. */
export function idle(batteries: Batteries, i: number): void {
  const { flow, socPercent } = batteries;
  const row = 2 * (batteries.classOf[i] ?? -1);
  const hours = batteries.walk.hoursLeft;
  const startPercent = at(socPercent, i);
  const capacity = at(batteries.capacityFraction, i);
  const slopePerHour = at(flow.drainSlopePerHour, row) / capacity;
  const ratePercentPerHour = at(flow.drainPercentPerHour, row) / capacity + slopePerHour * startPercent;
  const drop = Math.min(ratePercentPerHour * hours * relaxation(slopePerHour * hours), startPercent);
  const siteKw = at(flow.siteIdleKw, row) + at(flow.siteIdleSlopeKw, row) * (startPercent - drop / 2);
  socPercent[i] = startPercent - drop;
  add(batteries.standbyKwh, i, (drop * at(flow.usableKwh, row) * capacity) / 100);
  add(batteries.siteStandbyKwh, i, siteKw * hours);
}

/**
 * (1 − e^(−y))/y: what share of the drop at the starting rate remains under `ds/dt = −(r0 + r1·s)`, with y = r1·t. Its series up to y⁴ is
 * exact to the last bit for |y| < 0.002, which covers a quarter of an hour of any real standby.
 */
function relaxation(y: number): number {
  if (Math.abs(y) > 0.002) return -Math.expm1(-y) / y;
  return 1 - y * (1 / 2 - y * (1 / 6 - y * (1 / 24 - y * (1 / 120))));
}

/** What a site feeds to a battery that is held where it is: both shares of standby, kW. */
export function heldKw(batteries: Batteries, i: number): number {
  const { flow } = batteries;
  const row = 2 * (batteries.classOf[i] ?? -1);
  const socPercent = at(batteries.socPercent, i);
  const siteKw = at(flow.siteIdleKw, row) + at(flow.siteIdleSlopeKw, row) * socPercent;
  const drainPercentPerHour = at(flow.drainPercentPerHour, row) + at(flow.drainSlopePerHour, row) * socPercent;
  return siteKw + (drainPercentPerHour * at(flow.usableKwh, row)) / 100;
}

/** A column's value; the caller knows that the index is inside. Each file of the kernel has its own: imports are slow in a test runner. */
function at(column: Float64Array, index: number): number {
  return column[index] ?? NaN;
}

function add(column: Float64Array, index: number, amount: number): void {
  column[index] = (column[index] ?? NaN) + amount;
}
