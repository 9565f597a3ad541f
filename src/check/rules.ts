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
  'conformance/account-id': error(
    'Answer is about another account',
    'The account id in an answer is the one that the token was given to, the same in every answer.',
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
  'idempotency/stored-twice': error(
    'Repeated record is stored again',
    'The same body under the same reference stores nothing new, every time and not just sometimes.',
  ),
  'idempotency/repeat-refused': error(
    'Repeated record is refused',
    'A provider that answers a repeated record with the first one does so every time: a client repeats what it got no answer to.',
  ),
  'idempotency/race': error(
    'Records sent at once are stored twice',
    'Of records that come in at the same moment under one reference, one is stored, as when they come one after another.',
  ),
  'idempotency/reference-reused': error(
    'Another record is stored under a reference that is taken',
    'A reference names one record: a different body under it is refused, or answered with the first record.',
  ),
  'idempotency/fields-not-compared': error(
    'Some states under a reference that is taken are refused, others are lost',
    'A provider that refuses another state under a reference does so whichever field differs: an answer with the first record hides that the new one was not kept.',
  ),
  'idempotency/references-mixed-up': error(
    'Two references are taken for one',
    'References that differ in any character are different references, and each names a record of its own.',
  ),
  'idempotency/spelling': warning(
    'The same state in another spelling is taken for another one',
    'The order of fields and the spelling of a number mean nothing in JSON, so a body that differs in them alone is the same.',
  ),
  'state/not-latest': error(
    'What reads back is not the latest state',
    'The state with the latest time reads back, whatever the order in which states arrived.',
  ),
  'state/refused-stored': error(
    'A refused state is stored',
    'What was answered with an error leaves no trace: it does not read back.',
  ),
  'state/invented': error(
    'A field reads back that was not submitted',
    'A read-back has the fields of its own record, none of an earlier one and none made up.',
  ),
  'state/record-changed': error(
    'A record is not the same when it is read',
    'Record id, account and creation time read back as the receipt gave them.',
  ),
  'state/created-at-another-time': error(
    'Creation time of a new record is not the present',
    'A record that was stored just now has a creation time of just now, by the provider’s own clock.',
  ),
  'state/record-id-reused': error('Two records share one id', 'Each record that is stored has an id of its own.'),
  'state/unknown-record': error(
    'A state reads back that nobody submitted',
    'What reads back is one of the states that were submitted for the device.',
  ),
  'open/repeated-record': warning(
    'A repeated record is not answered with the first one',
    'The contract’s setting duplicateSameBody says what the same body under the same reference is answered with.',
  ),
  'open/older-time': warning(
    'A state with an older time is not treated as the contract’s setting says',
    'The contract’s setting olderTime says whether such a state is stored, refused or becomes the latest.',
  ),
  'open/reference-scope': warning(
    'A reference is not unique within what the contract’s setting says',
    'The contract’s setting referenceScope says whether two devices may use the same reference.',
  ),
  'open/location': warning(
    'A location that is not the device’s is accepted',
    'A state names the location where its device is; no document says what becomes of one that names another.',
  ),
  'fuzz/unauthorized': warning(
    'Hardly anything but the token was tested',
    'Of a run in which nine of ten answers are 401 or 403, the rest says nothing.',
  ),
  'fuzz/not-found': warning(
    'The device was not found',
    'Of a run that is answered with 404 and never with success, nothing can be learnt about the device.',
  ),
  'fuzz/nothing-accepted': warning(
    'No right request was accepted',
    'A provider that refuses whatever comes refuses wrong requests too; that is no proof that it checks them.',
  ),
  'fuzz/no-read-back': warning(
    'Nothing was read back',
    'Whether states are kept as they were submitted shows only when they are read back.',
  ),
  'fuzz/no-repetition': warning(
    'Idempotency was never exercised',
    'Whether a repeated state is stored twice shows only when one is repeated.',
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
