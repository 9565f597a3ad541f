/** Every seeded defect by name. */
import { UserError } from '../../../errors.js';
import type { Bug } from './bug.js';
import { validationBugs } from './validation.js';

export const bugCatalogue: readonly Bug[] = [...validationBugs];

/** @throws UserError for a name that is none of the catalogue's */
export function findBugs(names: readonly string[]): Bug[] {
  return [...new Set(names)].map((name) => {
    const bug = bugCatalogue.find((each) => each.name === name);
    if (bug !== undefined) return bug;
    throw new UserError(`${JSON.stringify(name)} is not a seeded defect.`, {
      hint: 'voltpact mock --list-bugs lists them.',
    });
  });
}
