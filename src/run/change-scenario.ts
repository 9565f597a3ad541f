/** A scenario otherwise than its file says: longer, elsewhere, of another size. */
import type { DeviceSpec } from '../device/device-spec.js';
import { UserError } from '../errors.js';
import { apportion } from './apportion.js';
import type { Scenario } from './scenario/scenario.js';

/** What a caller wants other than the scenario says. */
export interface ScenarioChanges {
  readonly seed?: number;
  readonly durationS?: number;
  readonly startMs?: number;
  readonly stepS?: number;
  readonly reportS?: number;
  /** How many devices there are, in the proportions of the scenario. */
  readonly devices?: number;
  /** Id on the platform of the scenario's only device. */
  readonly deviceId?: string;
  /** Id of the location of the scenario's only device. */
  readonly locationId?: string;
}

/**
 * @throws UserError where an id is given, here or in the scenario, and there are several devices; where the times don't fit
 * together or the duration is too short for a record
 */
export function changeScenario(scenario: Scenario, changes: ScenarioChanges): Scenario {
  const { deviceId, locationId, devices: count, ...times } = changes;
  const ids = { ...(deviceId === undefined ? {} : { deviceId }), ...(locationId === undefined ? {} : { locationId }) };
  const devices = count === undefined ? scenario.devices : resized(scenario.devices, count);
  const changed = { ...scenario, ...times, devices: devices.map((spec) => ({ ...spec, ...ids })) };
  if (Object.keys(ids).length > 0 && deviceCount(changed) !== 1) {
    throw new UserError(
      `${scenario.name} has ${deviceCount(changed)} devices: one device or location id can't serve all`,
      {
        hint: 'Give a scenario with one device, or write the ids into the scenario file.',
      },
    );
  }
  checkTimes(changed);
  return changed;
}

/** How many devices a scenario has. */
export function deviceCount(scenario: Scenario): number {
  return scenario.devices.reduce((sum, spec) => sum + spec.count, 0);
}

function resized(devices: readonly DeviceSpec[], count: number): DeviceSpec[] {
  const counts = apportion(
    count,
    devices.map((spec) => spec.share ?? spec.count),
  );
  return devices.map((spec, index) => {
    const changed = { ...spec, count: counts[index] ?? 0 };
    if (spec.deviceId === undefined || changed.count <= 1) return changed;
    throw new UserError(`${changed.count} devices can't share the id ${spec.deviceId} of ${spec.name}`, {
      hint: 'Leave deviceId out of the scenario: then each device gets an id of its own.',
    });
  });
}

function checkTimes({ durationS, reportS, stepS, devices }: Scenario): void {
  const periods = devices.flatMap(({ reporter }) => reporter?.everyS ?? []);
  const odd = [reportS, ...periods].find((periodS) => periodS % stepS !== 0);
  if (odd !== undefined) {
    throw new UserError(`a step of ${stepS} s does not divide the report period of ${odd} s`, {
      hint: 'Choose a step of which the report period is a multiple.',
    });
  }
  if (durationS < reportS) {
    throw new UserError(
      `a duration of ${durationS} s is shorter than the report period of ${reportS} s: there would be no record`,
      { hint: 'Give a longer duration.' },
    );
  }
}
