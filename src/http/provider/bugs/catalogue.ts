/** Every seeded defect by name. */
import { nearestWord } from '../../../contract/nearest.js';
import { UserError } from '../../../errors.js';
import { answerBugs } from './answers.js';
import { authenticationBugs } from './authentication.js';
import type { Bug, BugDescription } from './bug.js';
import { concurrencyBugs } from './concurrency.js';
import { idempotencyBugs } from './idempotency.js';
import { readBackBugs } from './read-back.js';
import { robustnessBugs } from './robustness.js';
import { timeBugs } from './time.js';
import { typeBugs } from './json-types.js';
import { validationBugs } from './validation.js';

const bugs: readonly Bug[] = [
  ...validationBugs,
  ...typeBugs,
  ...timeBugs,
  ...idempotencyBugs,
  ...readBackBugs,
  ...authenticationBugs,
  ...answerBugs,
  ...concurrencyBugs,
  ...robustnessBugs,
];

/** What a provider can be told to do wrong. */
export const bugCatalogue: readonly BugDescription[] = bugs;

/** @throws UserError for a name that is none of the catalogue's */
export function findBugs(names: readonly string[]): Bug[] {
  return [...new Set(names)].map((name) => {
    const bug = bugs.find((each) => each.name === name);
    if (bug !== undefined) return bug;
    const nearest = nearestWord(
      name,
      bugs.map((each) => each.name),
    );
    const list = 'voltpact mock --list-bugs lists them all.';
    throw new UserError(`${JSON.stringify(name)} is not a seeded defect.`, {
      hint: nearest === undefined ? list : `Did you mean ${nearest}? ${list}`,
    });
  });
}
