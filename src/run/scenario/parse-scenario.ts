/** Reads the text of a scenario file into a scenario, or says all that is wrong with it. */
import { basename } from 'node:path';
import { nameKind } from '../../contract/document.js';
import { isObject } from '../../contract/json.js';
import { parseRfc3339 } from '../../contract/rfc3339.js';
import type { DeviceSpec } from '../../device/device-spec.js';
import { durationS } from './clock-text.js';
import { deviceSpec } from './device-spec.js';
import { explainIssues } from './explain-issue.js';
import { fleetSpecs } from './fleet-mix.js';
import { type Complain, type Problem, problemsError } from './problem.js';
import type { Scenario } from './scenario.js';
import { type ScenarioFile, scenarioSchema } from './schema.js';
import { YamlSource } from './yaml-source.js';

/**
 * @param text YAML 1.2
 * @param file name of the file, for messages and for the scenario's name
 * @throws UserError that lists every problem with line, column, what was expected, what came, and the nearest right word
 */
export function parseScenario(text: string, file: string): Scenario {
  const source = new YamlSource(text, file);
  if (source.problems.length > 0) throw problemsError(source.problems, file);
  if (!isObject(source.value)) {
    const problem: Problem = {
      message: `expected a scenario, got ${source.value === null ? 'an empty file' : nameKind(source.value)}`,
      place: { file, line: 1, column: 1 },
      hint: 'Begin with title, start, duration and devices, or copy a scenario that ships.',
    };
    throw problemsError([problem], file);
  }
  const parsed = scenarioSchema.safeParse(source.value);
  if (!parsed.success) throw problemsError(explainIssues(parsed.error.issues, source), file);
  const problems: Problem[] = [];
  const complain: Complain = (path, message, hint) => {
    const place = source.placeOf(path);
    // A kind of device is looked at once for each of its products.
    if (problems.some((known) => known.message === message && known.place.pointer === place.pointer)) return;
    problems.push({ message, place, ...(hint === undefined ? {} : { hint }) });
  };
  const scenario = buildScenario(parsed.data, file, complain);
  if (problems.length > 0 || !scenario) throw problemsError(problems, file);
  return scenario;
}

function buildScenario(parsed: ScenarioFile, file: string, complain: Complain): Scenario | undefined {
  const start = parseRfc3339(parsed.start);
  if (!start.ok) {
    complain(['start'], `start is no RFC 3339 date-time: ${start.problem}`, 'Write it like 2025-06-21T00:00:00+02:00.');
  } else if (start.epochMs < 0) {
    complain(['start'], 'start is before 1970');
  }
  const times = checkedTimes(parsed, complain);
  const context = { utcOffsetMinutes: start.ok ? start.utcOffsetMinutes : 0, stepS: times.stepS };
  const devices = buildDevices(parsed, context, complain);
  if (!start.ok) return undefined;
  return {
    name: basename(file).replace(/\.ya?ml$/i, ''),
    title: parsed.title,
    seed: parsed.seed,
    startMs: start.epochMs,
    utcOffsetMinutes: start.utcOffsetMinutes,
    ...times,
    devices,
  };
}

function checkedTimes(parsed: ScenarioFile, complain: Complain): { durationS: number; stepS: number; reportS: number } {
  const times = {
    durationS: durationS(parsed.duration),
    stepS: durationS(parsed.step),
    reportS: durationS(parsed.report),
  };
  if (times.stepS <= 0) {
    complain(['step'], `expected a step above 0s, got ${parsed.step}`);
  } else if (times.stepS > times.reportS) {
    complain(
      ['step'],
      `a step of ${parsed.step} is longer than the report period of ${parsed.report}`,
      'Shorten the step or lengthen `report`.',
    );
  } else if (times.reportS % times.stepS !== 0) {
    complain(
      ['step'],
      `a step of ${parsed.step} does not divide the report period of ${parsed.report}`,
      'Choose a step of which the report period is a multiple.',
    );
  } else if (times.durationS < times.reportS) {
    complain(
      ['duration'],
      `a duration of ${parsed.duration} is shorter than the report period of ${parsed.report}: there would be no record`,
    );
  }
  return times;
}

function buildDevices(
  parsed: ScenarioFile,
  context: { utcOffsetMinutes: number; stepS: number },
  complain: Complain,
): DeviceSpec[] {
  const names = new Set<string>();
  const ids = new Set<string>();
  const specs = (parsed.devices ?? []).flatMap((device, index) => {
    const below: Complain = (path, message, hint) => complain(['devices', index, ...path], message, hint);
    const name = device.name ?? `device-${index + 1}`;
    if (names.has(name)) below(['name'], `another device is called ${name} too`, 'Give each its own name.');
    names.add(name);
    if (device.deviceId !== undefined) {
      if (ids.has(device.deviceId))
        below(['deviceId'], `another device has the id ${device.deviceId} too`, 'Each device has its own.');
      ids.add(device.deviceId);
    }
    return deviceSpec(device, { name, ...context, complain: below }) ?? [];
  });
  if (!parsed.fleet) {
    if (!parsed.devices) complain([], '"devices" is missing', 'List `devices`, or describe a `fleet`.');
    return specs;
  }
  const mixed = fleetSpecs(parsed.fleet, {
    ...context,
    complain: (path, ...text) => complain(['fleet', ...path], ...text),
  });
  for (const { name } of mixed) {
    if (names.has(name))
      complain(['fleet'], `two of its kinds or devices are called ${name}`, 'Give each its own name.');
    names.add(name);
  }
  return [...specs, ...mixed];
}
