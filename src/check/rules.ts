/** Every rule that can find fault with a provider, in one table: the text of findings and of the rules page. */
import type { Finding, Severity } from './finding.js';

export interface Rule {
  /** Of a finding that does not say otherwise. */
  readonly severity: Severity;
  /** One line, no trailing full stop. */
  readonly title: string;
  /** What the rule demands and why, one line. */
  readonly description: string;
}

const error = (title: string, description: string): Rule => ({ severity: 'error', title, description });
const warning = (title: string, description: string): Rule => ({ severity: 'warning', title, description });

export const rules = {
  'conformance/no-answer': error('No answer came', 'Every request gets an answer within its time limit.'),
  'conformance/status': error(
    'Status is not the expected one',
    'The status is one that the contract accepts for this class of request; its default is expected, others accepted are noted.',
  ),
  'conformance/server-error': error(
    'The provider failed',
    'No request, however wrong, is answered with a 5XX: it says that the provider broke.',
  ),
  'conformance/content-type': error('Answer is not declared as JSON', 'An answer with a body has a JSON content type.'),
  'conformance/not-json': error('Answer is not JSON', 'The body of an answer is one JSON text.'),
  'conformance/device-id': error(
    'Answer is about another device',
    'The device id in an answer is the one in the path of the request.',
  ),
  'conformance/time-created-utc': error(
    'Creation time is not in UTC',
    'The creation time of a record has the offset zero.',
  ),
  'conformance/time-created-range': error(
    'Creation time cannot be right',
    'The creation time of a record is after the year 2000 and not ahead of the provider’s own clock by more than the tolerance.',
  ),
  'conformance/stack-trace': error(
    'Answer shows a stack trace',
    'An answer tells nothing about the inside of the provider: a trace helps an attacker.',
  ),
  'conformance/secret-echoed': error('Answer shows a secret', 'An answer repeats neither key nor token.'),
  'conformance/read-back': error(
    'Read-back differs from what was submitted',
    'Each submitted field reads back with the same value.',
  ),
  'conformance/read-back-precision': warning(
    'Read-back is less precise than what was submitted',
    'A value that reads back is the submitted one to its last digit.',
  ),
  'contract/required': error('Required field is missing', 'Each field that the contract requires is there.'),
  'contract/type': error('Value has the wrong type', 'A value has the JSON type of its schema.'),
  'contract/minimum': error('Number is too small', 'A number is not below the bound of its schema.'),
  'contract/maximum': error('Number is too large', 'A number is not above the bound of its schema.'),
  'contract/exclusive-minimum': error('Number is too small', 'A number is above the bound of its schema.'),
  'contract/min-length': error('Text is too short', 'A text has at least as many characters as its schema says.'),
  'contract/pattern': error('Text has the wrong form', 'A text matches the pattern of its schema.'),
  'contract/date-time': error(
    'Not an RFC 3339 date-time',
    'A date-time is as RFC 3339 says: an existing day, seconds, an offset.',
  ),
  'contract/const': error('Value is not the fixed one', 'A value is the one that its schema fixes.'),
  'contract/enum': error('Value is not one of the listed', 'A value is one of those that its schema lists.'),
  'contract/additional-properties': error('Unknown field', 'Where unknown fields are refused, there is none.'),
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof rules;

/** The rule of an id; a contract of the user's own may use keywords that have no row of their own. */
export function ruleOf(ruleId: string): Rule {
  const known: Readonly<Record<string, Rule>> = rules;
  return (
    known[ruleId] ??
    error('Value breaks the contract', `A value keeps to "${ruleId.slice(ruleId.indexOf('/') + 1)}" of its schema.`)
  );
}

export interface FindingDetails {
  readonly message: string;
  readonly evidence: Finding['evidence'];
  readonly severity?: Severity;
}

export function makeFinding(ruleId: RuleId, { message, evidence, severity }: FindingDetails): Finding {
  const rule = rules[ruleId];
  return { ruleId, severity: severity ?? rule.severity, title: rule.title, message, evidence };
}
