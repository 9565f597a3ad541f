/**
 * What a platform gets to see of a fleet: records on a schedule or on change, of values that may be old, with the times of
 * clocks that may be wrong, at once, late, twice or never.
 *
 * Laws, each with a test in test/device/reporter.test.ts:
 *  1. A reporter with nothing switched on sends what the fleet's records say, each at once.
 *  2. Each behaviour draws from a stream of its own: one more changes nothing in what the others do.
 *  3. A held value changes at whole multiples of its refresh period only.
 *  4. The mean powers of a device without gaps in its records add up to the energy of its battery's books.
 *  5. Back-fill delivers every record once, after its outage; a lost record leaves a gap in the sequence.
 *  6. A duplicate is the same record, reference and body, later.
 */
import { type Deliverer, type Delivery, createDeliverer, deliveryTimesMs } from './delivery.js';
import { DeliveryQueue } from './delivery-queue.js';
import { draw } from './drawn.js';
import { type Fleet, nowMs, stepFleet } from './fleet.js';
import type { Group } from './group.js';
import { createHeldValues, dueAt, type HeldValues, type Look, refreshValues, restartPower } from './held-values.js';
import { createOutages } from './outage.js';
import { type RandomKey, randomKey } from './random.js';
import type { ReporterSpec } from './reporter-spec.js';
import { deviceTruth, sampleFleet } from './take-records.js';

/** Periods of a run, s. */
export interface ReportTimes {
  readonly durationS: number;
  readonly stepS: number;
  /** Of the records of groups without a period of their own; a multiple of the step, as all of them. */
  readonly reportS: number;
}

interface GroupReporter {
  readonly group: Group;
  readonly spec: ReporterSpec;
  readonly everySteps: number;
  readonly held: HeldValues;
  /** Its power is another than the mean since its record before. */
  readonly hasOwnPower: boolean;
  /** As the last record had it. */
  readonly sentPercent: Float64Array;
  readonly sentKw: Float64Array;
  readonly deliverer: Deliverer;
  readonly clockKeys: { readonly offset: RandomKey; readonly drift: RandomKey };
}

/** One step of the run, counted from 1. */
interface Tick extends Look {
  readonly step: number;
  readonly elapsedS: number;
  readonly offsetMs: number;
}

/**
 * Plays a fleet from its start and yields its records in the order in which they arrive. What is on its way at the end comes
 * after all others.
 */
export function* playReports(fleet: Fleet, times: ReportTimes): Generator<Delivery, void> {
  const reporters = fleet.groups.map((group) => createReporter(group, times, fleet.options.seed));
  const queue = new DeliveryQueue();
  const steps = Math.floor(times.durationS / times.stepS);
  for (let step = 1; step <= steps; step++) {
    const beforeMs = nowMs(fleet);
    stepFleet(fleet, times.stepS);
    const { elapsedS, options } = fleet;
    const offsetMs = 60_000 * options.utcOffsetMinutes;
    const tick = { step, elapsedS, offsetMs, nowMs: nowMs(fleet), beforeMs, isFirst: step === 1 };
    for (const reporter of reporters) report(fleet, reporter, { tick, queue });
    yield* arrivals(queue, tick.nowMs);
  }
  yield* arrivals(queue, Infinity);
}

function* arrivals(queue: DeliveryQueue, untilMs: number): Generator<Delivery, void> {
  for (let next = queue.pop(untilMs); next; next = queue.pop(untilMs)) yield next;
}

function createReporter(group: Group, { stepS, reportS }: ReportTimes, seed: number): GroupReporter {
  const { name, reporter: spec = {} } = group.spec;
  const size = group.to - group.from;
  const outages = spec.offline && createOutages(spec.offline, { name, seed });
  return {
    group,
    spec,
    everySteps: Math.round((spec.everyS ?? reportS) / stepS),
    held: createHeldValues(group, spec),
    hasOwnPower: spec.refresh?.powerS !== undefined || spec.power === 'instant' || spec.isSilentAway === true,
    sentPercent: new Float64Array(size).fill(NaN),
    sentKw: new Float64Array(size).fill(NaN),
    deliverer: createDeliverer(spec, { name, seed, outages }),
    clockKeys: { offset: randomKey(seed, 'clock-offset', name), drift: randomKey(seed, 'clock-drift', name) },
  };
}

function report(fleet: Fleet, reporter: GroupReporter, { tick, queue }: { tick: Tick; queue: DeliveryQueue }): void {
  const { group, spec, held } = reporter;
  const isScheduled = tick.step % reporter.everySteps === 0;
  const mayTake = isScheduled || spec.onChange !== undefined;
  const due = dueAt(spec.refresh, tick, mayTake);
  refreshValues(held, fleet, due);
  const hasPeriod = spec.refresh?.powerS !== undefined;
  for (let number = 0; number < group.to - group.from; number++) {
    const isSilent = spec.isSilentAway === true && group.trips?.away[number] === 1;
    const isTaken = !isSilent && mayTake && (isScheduled || isChanged(reporter, number));
    if (isTaken) take(fleet, reporter, { number, tick, queue });
    if (due.endsPower || (!hasPeriod && (isScheduled || isTaken))) restartPower(held, fleet, number);
  }
}

/** Whether a shown value is far from that of the last record; the first record is a change too. */
function isChanged({ spec, held, sentPercent, sentKw }: GroupReporter, number: number): boolean {
  const { socPercent = Infinity, powerKw = Infinity } = spec.onChange ?? {};
  if (Number.isNaN(sentPercent[number])) return true;
  const apart = (a: Float64Array, b: Float64Array): number => Math.abs((a[number] ?? NaN) - (b[number] ?? NaN));
  return apart(held.socPercent, sentPercent) >= socPercent || apart(held.powerKw, sentKw) >= powerKw;
}

function take(
  fleet: Fleet,
  reporter: GroupReporter,
  { number, tick, queue }: { number: number; tick: Tick; queue: DeliveryQueue },
): void {
  const { group, held } = reporter;
  const device = group.from + number;
  const inGroup = device + group.numberShift;
  const socPercent = held.socPercent[number] ?? NaN;
  const energyKwh = held.energyKwh[number] ?? NaN;
  const shown = sampleFleet(fleet, device);
  const powerKw = reporter.hasOwnPower ? (held.powerKw[number] ?? NaN) : shown.powerKw;
  const sample = { ...shown, atMs: clockMs(reporter, inGroup, tick), socPercent, powerKw, energyKwh };
  const truth = deviceTruth(fleet, device);
  reporter.sentPercent[number] = socPercent;
  reporter.sentKw[number] = powerKw;
  const { nowMs: atMs, offsetMs } = tick;
  const { sequence } = sample;
  for (const deliveredAtMs of deliveryTimesMs(reporter.deliverer, { number: inGroup, sequence, atMs, offsetMs })) {
    queue.push({ device, sample, truth, deliveredAtMs });
  }
}

/** What the clock of a device shows, ms since 1970. */
function clockMs({ spec, clockKeys }: GroupReporter, number: number, { nowMs: trueMs, elapsedS }: Tick): number {
  if (!spec.clock) return trueMs;
  const { offsetS = 0, driftSPerDay = 0 } = spec.clock;
  const place = { index: number, tick: 0 };
  const gainedS = (draw(driftSPerDay, clockKeys.drift, place) * elapsedS) / 86_400;
  return Math.round(trueMs + 1000 * (draw(offsetS, clockKeys.offset, place) + gainedS));
}
