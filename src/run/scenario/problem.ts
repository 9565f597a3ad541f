/** What is wrong with a scenario file, collected so that a user mends all of it at once. */
import { type Place, UserError } from '../../errors.js';

export interface Problem {
  /** What was expected and what came, one sentence without a full stop. */
  readonly message: string;
  readonly place: Place;
  /** What to do next, one sentence. */
  readonly hint?: string;
}

/** Keys and indices from the root of a file, or of the part that is under way, to a value. */
export type Path = readonly (string | number)[];

/** Says what is wrong at a path of the file, or below the part of it that is under way. */
export type Complain = (path: Path, message: string, hint?: string) => void;

/** One error for all problems, in the order of the file. The place is that of the first one. */
export function problemsError(problems: readonly Problem[], file: string): UserError {
  const sorted = problems.toSorted(
    ({ place: a }, { place: b }) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0),
  );
  const [first] = sorted;
  const place = first?.place ?? { file };
  if (first && sorted.length === 1) {
    return new UserError(first.message, { place, ...(first.hint === undefined ? {} : { hint: first.hint }) });
  }
  const lines = sorted.map(({ message, place: { line, column }, hint }) => {
    return `  ${file}:${line ?? 1}:${column ?? 1} ${message}${hint === undefined ? '' : `. ${hint}`}`;
  });
  return new UserError([`${sorted.length} problems in the scenario:`, ...lines].join('\n'), {
    place,
    hint: 'Mend them from the top.',
  });
}
