/** Defects of the constraints: a bound missing, off by one, or made up. */
import type { Quantity, Violation } from '../../../contract/contract.js';
import type { World } from '../platform-steps.js';
import type { Bug } from './bug.js';
import { changeBody, changeField, crashOn, forbid, forgive } from './change.js';

export const validationBugs: readonly Bug[] = [
  {
    name: 'soc-zero-missing',
    category: 'validation',
    description: 'tests for a missing state of charge by truth, so that 0 counts as missing',
    symptom: 'an empty battery is refused',
    plant: (steps, { contract }) =>
      changeBody(steps, (fields) =>
        changeField(fields, contract.requestFields.socPercent, (value) => (value === 0 ? undefined : value)),
      ),
  },
  {
    name: 'soc-hundred-refused',
    category: 'validation',
    description: 'demands a state of charge below 100 where the contract says at most 100',
    symptom: 'a full battery is refused',
    plant: (steps, world) =>
      forbid(world, steps, { quantity: 'socPercent', expected: 'less than 100', isFine: (value) => value !== 100 }),
  },
  {
    name: 'soc-rounded-before-check',
    category: 'validation',
    description: 'rounds the state of charge to a whole number before comparing it with its bounds',
    symptom: 'a state of charge of 100.1 or -0.1 is accepted',
    plant: (steps, world) =>
      forgive(steps, (violation) => {
        const { actual } = violation;
        const rounded = typeof actual === 'number' ? Math.round(actual) : Number.NaN;
        return isBoundOf(world, violation, 'socPercent') && rounded >= 0 && rounded <= 100;
      }),
  },
  {
    name: 'target-unchecked',
    category: 'validation',
    description: 'checks the bounds of the state of charge but not of its target',
    symptom: 'a target of 101 or -1 is accepted',
    plant: (steps, world) => forgive(steps, (violation) => isBoundOf(world, violation, 'targetSocPercent')),
  },
  {
    name: 'reserve-unchecked',
    category: 'validation',
    description: 'does not check the bounds of the backup reserve, since it is optional',
    symptom: 'a reserve of 101 or -1 is accepted',
    plant: (steps, world) => forgive(steps, (violation) => isBoundOf(world, violation, 'reservePercent')),
  },
  {
    name: 'energy-negative-accepted',
    category: 'validation',
    description: 'does not check the lower bound of the remaining energy',
    symptom: 'an energy of -1 kWh is accepted',
    plant: (steps, world) => forgive(steps, (violation) => isBoundOf(world, violation, 'energyKwh')),
  },
  {
    name: 'discharge-refused',
    category: 'validation',
    description: 'takes power for a magnitude and refuses a negative one',
    symptom: 'a battery that discharges is refused',
    plant: (steps, world) =>
      forbid(world, steps, { quantity: 'powerKw', expected: 'at least 0', isFine: (value) => Number(value) >= 0 }),
  },
  {
    name: 'large-power-refused',
    category: 'validation',
    description: 'takes 22 kW for the most that a battery can charge or discharge with',
    symptom: 'a power of 50 kW is refused, though the contract has no bound',
    plant: (steps, world) =>
      forbid(world, steps, {
        quantity: 'powerKw',
        expected: 'from -22 to 22',
        isFine: (value) => Math.abs(Number(value)) <= 22,
      }),
  },
  {
    name: 'soc-below-reserve-refused',
    category: 'validation',
    description: 'takes it for impossible that a battery holds less than its backup reserve',
    symptom: 'a state of charge below the reserve is refused',
    plant: (steps, world) =>
      forbid(world, steps, {
        quantity: 'reservePercent',
        expected: 'at most the state of charge',
        isFine: (value, body) => Number(value) <= Number(body[world.contract.requestFields.socPercent ?? '']),
      }),
  },
  {
    name: 'soc-above-target-refused',
    category: 'validation',
    description: 'takes it for impossible that a battery holds more than its target',
    symptom: 'a state of charge above the target is refused',
    plant: (steps, world) =>
      forbid(world, steps, {
        quantity: 'targetSocPercent',
        expected: 'at least the state of charge',
        isFine: (value, body) => Number(value) >= Number(body[world.contract.requestFields.socPercent ?? '']),
      }),
  },
  {
    name: 'target-optional',
    category: 'validation',
    description: 'takes the target for optional, as most fields beside the state of charge are',
    symptom: 'a body without a target is accepted',
    plant: (steps, { contract }) =>
      forgive(
        steps,
        ({ ruleId, pointer }) =>
          ruleId === 'contract/required' && pointer === `/${contract.requestFields.targetSocPercent}`,
      ),
  },
  {
    name: 'location-unchecked',
    category: 'validation',
    description: 'does not compare the location with that of the device',
    symptom: 'a state at a location that is not the device’s is accepted',
    plant: () => ({ checkLocation: () => undefined }),
  },
  {
    name: 'reference-characters-refused',
    category: 'validation',
    description: 'allows letters, digits, hyphen and underscore in a reference, though the contract allows any text',
    symptom: 'a reference with a space, a quote or an umlaut is refused',
    plant: (steps, world) =>
      forbid(world, steps, {
        quantity: 'recordReferenceId',
        expected: 'letters, digits, - and _',
        isFine: (value) => /^[\w-]*$/.test(String(value)),
      }),
  },
  {
    name: 'power-without-energy-crash',
    category: 'validation',
    description: 'works out the hours left wherever there is power, and breaks where the energy is absent',
    symptom: 'a state with power and without energy is a 500',
    plant: (steps, { contract: { requestFields } }) =>
      crashOn(
        steps,
        (fields) =>
          Object.hasOwn(fields, requestFields.powerKw ?? '') && !Object.hasOwn(fields, requestFields.energyKwh ?? ''),
      ),
  },
  {
    name: 'power-zero-crash',
    category: 'validation',
    description: 'divides energy by power',
    symptom: 'a battery at rest, with a power of 0, is a 500',
    plant: (steps, { contract }) => crashOn(steps, (fields) => fields[contract.requestFields.powerKw ?? ''] === 0),
  },
];

function isBoundOf({ contract }: World, { ruleId, pointer }: Violation, quantity: Quantity): boolean {
  const isBound = ruleId === 'contract/minimum' || ruleId === 'contract/maximum';
  return isBound && pointer === `/${contract.requestFields[quantity]}`;
}
