/** What the command line says to a word that it does not know. */
import { nearestWord } from '../contract/nearest.js';
import { UserError } from '../errors.js';
import type { Place } from '../errors.js';

/** Refuses a word that names nothing, with the nearest that does. */
export function unknownWord(
  what: string,
  word: string,
  known: { words: readonly string[]; hint: string; place?: Place },
): UserError {
  const nearest = nearestWord(
    word.replace(/^-+/, ''),
    known.words.map((one) => one.replace(/^-+/, '')),
  );
  const meant = known.words.find((one) => one.replace(/^-+/, '') === nearest);
  return new UserError(`there is no ${what} ${word === '' ? 'without a name' : word}`, {
    hint: meant === undefined ? known.hint : `Did you mean ${meant}?`,
    place: known.place ?? {},
  });
}
