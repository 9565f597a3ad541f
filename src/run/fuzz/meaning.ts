/** Does a run without findings mean anything? Warns where most requests never reached what they were to test. */
import type { Finding } from '../../check/finding.js';
import { makeFinding } from '../../check/rules.js';
import type { RuleId } from '../../check/rules.js';

export interface RunFacts {
  /** Answers by status, 0 for none. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Right submissions that were accepted. */
  readonly accepted: number;
  /** Read-backs that were compared with what was submitted. */
  readonly compared: number;
  /** Repeated submissions that were accepted or refused, and not for want of a token. */
  readonly repeated: number;
  /** What the chosen mode was to try. */
  readonly expects: { readonly readBack: boolean; readonly repetition: boolean };
  /** Somebody else reports for a device of the run. */
  readonly isOvertaken: boolean;
}

const MOSTLY = 0.9;
const MANY = 0.1;

export function checkMeaning(facts: RunFacts): Finding[] {
  const requests = [...facts.statuses.values()].reduce((sum, count) => sum + count, 0);
  if (requests === 0) return [];
  return [...checkAnswers(facts, requests), ...checkExercise(facts)].map(([ruleId, message]) =>
    makeFinding(ruleId, { message, evidence: { requests } }),
  );
}

type Doubt = readonly [ruleId: RuleId, message: string];

function checkAnswers({ statuses, accepted }: RunFacts, requests: number): Doubt[] {
  const unauthorized = (statuses.get(401) ?? 0) + (statuses.get(403) ?? 0);
  const notFound = statuses.get(404) ?? 0;
  const doubts: Doubt[] = [];
  if (unauthorized >= requests * MOSTLY) {
    const message = `${unauthorized} of ${requests} answers were 401 or 403: hardly anything but the token was tested. Check the credentials.`;
    doubts.push(['fuzz/unauthorized', message]);
  }
  if (notFound >= requests * MANY && accepted === 0) {
    const message = `${notFound} of ${requests} answers were 404 and no state was accepted. Check --target and --device-id.`;
    doubts.push(['fuzz/not-found', message]);
  }
  return doubts;
}

function checkExercise({ accepted, expects, compared, repeated, isOvertaken }: RunFacts): Doubt[] {
  const doubts: Doubt[] = [];
  if (accepted === 0) {
    const message =
      'No right request was accepted, so refusals of wrong ones say nothing. Check --device-id and --location-id.';
    doubts.push(['fuzz/nothing-accepted', message]);
  }
  if (expects.readBack && compared === 0) {
    const reason = isOvertaken
      ? 'the device has later states than those of this run'
      : 'no read-back was answered with a state of this run';
    const message = `Nothing that was written was compared with what reads back: ${reason}. Give a device that nothing else reports for.`;
    doubts.push(['fuzz/no-read-back', message]);
  }
  if (expects.repetition && repeated === 0) {
    const message =
      'Idempotency was never exercised: no state was repeated after it had been accepted. Allow more requests.';
    doubts.push(['fuzz/no-repetition', message]);
  }
  return doubts;
}
