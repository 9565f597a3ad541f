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
  const { statuses, expects } = facts;
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const count = (...wanted: readonly number[]): number =>
    wanted.reduce((sum, status) => sum + (statuses.get(status) ?? 0), 0);
  const findings: Finding[] = [];
  const warn = (ruleId: RuleId, message: string, evidence: Finding['evidence']): void => {
    findings.push(makeFinding(ruleId, { message, evidence: { requests: total, ...evidence } }));
  };
  const unauthorized = count(401, 403);
  const notFound = count(404);
  if (unauthorized >= total * MOSTLY) {
    warn(
      'fuzz/unauthorized',
      `${unauthorized} of ${total} answers were 401 or 403: hardly anything but the token was tested. Check the credentials.`,
      { unauthorized },
    );
  }
  if (notFound >= total * MANY && facts.accepted === 0) {
    warn(
      'fuzz/not-found',
      `${notFound} of ${total} answers were 404 and no state was accepted. Check --target and --device-id.`,
      { notFound },
    );
  }
  if (facts.accepted === 0) {
    warn(
      'fuzz/nothing-accepted',
      'No right request was accepted, so refusals of wrong ones say nothing. Check --device-id and --location-id.',
      {},
    );
  }
  if (expects.readBack && facts.compared === 0) {
    const reason = facts.isOvertaken
      ? 'the device has later states than those of this run'
      : 'no read-back was answered with a state of this run';
    warn(
      'fuzz/no-read-back',
      `Nothing that was written was compared with what reads back: ${reason}. Give a device that nothing else reports for.`,
      {},
    );
  }
  if (expects.repetition && facts.repeated === 0) {
    warn(
      'fuzz/no-repetition',
      'Idempotency was never exercised: no state was repeated after it had been accepted. Allow more requests.',
      {},
    );
  }
  return findings;
}
