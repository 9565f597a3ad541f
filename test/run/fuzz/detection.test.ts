// Protects: the search finds every seeded defect within its budget, and what it shows is the class of request that the defect
// is about, with nothing else special. Twenty seeds of each are run by hand, see test/bench/detection.
import { beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../../src/check/finding.js';
import type { Contract } from '../../../src/contract/contract.js';
import { bugCatalogue } from '../../../src/http/provider/bugs/catalogue.js';
import { readContract } from '../../../src/http/read-contract.js';
import { fuzz } from '../../../src/run/fuzz/fuzz.js';

/** The rule that is broken, and the words of the counterexample. */
type Shown = readonly [ruleId: string, message: RegExp];

const refused = (special: string): Shown => [
  'conformance/status',
  new RegExp(`^A state with ${special}, nothing else special\\.`),
];
const crashed = (special: string): Shown => [
  'conformance/server-error',
  new RegExp(`^A state with ${special}, nothing else special\\.`),
];
const accepted = (fault: RegExp): Shown => ['conformance/status', fault];
const readsBack = (message: RegExp): Shown => ['conformance/read-back', message];

const validation: Readonly<Record<string, Shown>> = {
  'soc-zero-missing': refused('state_of_charge_percent -?0'),
  'soc-hundred-refused': refused('state_of_charge_percent 100'),
  'soc-rounded-before-check': accepted(/^state_of_charge_percent is (one step|a millionth) (above 100|below 0)\./),
  'target-unchecked': accepted(/^target_state_of_charge_percent is .* (above 100|below 0)\./),
  'reserve-unchecked': accepted(/^backup_reserve_percent is .* (above 100|below 0)\./),
  'energy-negative-accepted': accepted(/^energy_remaining_kwh is .* below 0\./),
  'discharge-refused': refused('battery_power_kw -[\\d.e-]+'),
  'large-power-refused': refused('battery_power_kw -?(1000000|34.56)'),
  'soc-below-reserve-refused': refused('state_of_charge_percent [\\d.e-]+ and backup_reserve_percent [\\d.]+'),
  'soc-above-target-refused': refused('target_state_of_charge_percent [\\d.e-]+'),
  'target-optional': accepted(/^target_state_of_charge_percent (is missing|is written|stands)/),
  'location-unchecked': accepted(/^location_id is not the location of the device\./),
  'reference-characters-refused': refused('record_reference_id ".*\\W.*"'),
  'power-without-energy-crash': crashed('battery_power_kw -3.4'),
  'power-zero-crash': crashed('battery_power_kw -?0'),
};

const jsonTypes: Readonly<Record<string, Shown>> = {
  'numeric-strings-accepted': accepted(/ in quotes\./),
  'booleans-accepted': accepted(/ is (true|false)\./),
  'null-accepted': accepted(/ is null\./),
  'null-crash': ['conformance/server-error', / is null\./],
  'exponent-refused': refused('\\w+ [\\d.-]+e[+-]?\\d+|\\w+ [\\d.-]+E[+-]?\\d+'),
  'decimals-refused': refused('state_of_charge_percent \\d+\\.?\\d*(e-7)?'),
  'array-body-crash': ['conformance/server-error', /^The body is (an empty list|null|a list)/],
  'soc-fraction-guessed': readsBack(/submitted (0\.\d+|1|1e-7), read back \d/),
};

const time: Readonly<Record<string, Shown>> = {
  'time-lenient': accepted(/^Time /),
  'time-zone-optional': accepted(/^Time has (no offset from UTC|a fraction and no offset)/),
  'time-day-rolls-over': accepted(/^Time is on (30 February|29 February|31 April)/),
  'time-offset-ignored': ['conformance/status', /time "2017-01-01T05:44:60\+05:45", nothing else special/],
  'time-offset-lost': ['contract/date-time', /at \/time: .*"2017-01-01T05:44:60Z"/],
  'time-fraction-lost': readsBack(/\/time: submitted "2021-12-31T23:59:59\.999Z", read back "2021-12-31T23:59:59Z"/),
  'time-fraction-refused': refused('time ".*\\.\\d+Z?"'),
  'time-lower-case-refused': refused('time ".*t.*z"'),
  'leap-second-crash': crashed('time ".*:60.*"'),
  'time-created-local': ['conformance/time-created-utc', /\+02:00\.$/],
  'time-created-shifted': ['conformance/time-created-range', /the provider's clock/],
};

const idempotency: Readonly<Record<string, Shown>> = {
  'duplicate-stored-again': [
    'idempotency/reference-reused',
    /another state under the same reference, got the new record/,
  ],
  'duplicate-other-body-stored': [
    'idempotency/reference-reused',
    /another state under the same reference, got the new record/,
  ],
  'duplicate-optional-not-compared': [
    'idempotency/fields-not-compared',
    /differs in (battery_power_kw|energy_remaining_kwh|backup_reserve_percent)\./,
  ],
  'repetition-answer-empty': ['conformance/not-json', /^A state is submitted twice\./],
  'reference-across-devices': ['open/reference-scope', /^Two devices use the same reference\./],
  'reference-case-folded': ['conformance/status', /^References that differ in case.*got 409/],
  'reference-truncated': ['conformance/status', /got 409/],
  'reference-empty-ignored': ['idempotency/reference-reused', /another state under the same reference/],
  'reference-of-latest-only': ['idempotency/stored-twice', /^A state is repeated after another one\./],
  'refused-reference-remembered': ['conformance/status', /^A refused state is corrected and sent again.*got 409/],
};

const readBack: Readonly<Record<string, Shown>> = {
  'power-sign-lost': readsBack(/battery_power_kw: submitted -[\d.]+, read back [\d.]+ \(the sign is lost or turned\)/),
  'power-clamped': readsBack(/battery_power_kw: submitted .*, read back -?10\./),
  'power-zero-dropped': readsBack(
    /battery_power_kw: submitted 0, read back nothing \(a zero that counts as no value\?\)/,
  ),
  'soc-rounded': readsBack(/state_of_charge_percent: submitted [\d.e-]+, read back \d+/),
  'energy-single-precision': ['conformance/read-back-precision', /energy_remaining_kwh: submitted/],
  'reserve-dropped': readsBack(/backup_reserve_percent: submitted [\d.]+, read back nothing/),
  'optional-merged': ['state/invented', /submitted nothing, read back .*, as an earlier state had it/],
  'reference-mangled': readsBack(/record_reference_id: submitted/),
  'latest-by-arrival': ['open/older-time', /an older state becomes the latest/],
  'read-back-stale': ['state/not-latest', /then a state, then a read-back\./],
  'refused-state-stored': ['contract/type', /then a read-back\. The answer with status 200 breaks the contract/],
};

const authentication: Readonly<Record<string, Shown>> = {
  'read-back-without-token': accepted(/^The (token|header|scheme|word)/),
  'token-signature-unchecked': accepted(/token/),
  'token-scheme-ignored': accepted(/scheme/),
  'foreign-device-served': accepted(/another account/),
  'unknown-device-created': accepted(/device/),
};

const answers: Readonly<Record<string, Shown>> = {
  'unknown-device-html': ['conformance/content-type', /got text\/html/],
  'unauthorized-empty': ['conformance/not-json', /status 401, got an empty one/],
  'error-code-missing': ['contract/required', /status 400 breaks the contract at \/code/],
  'error-type-wrong': ['contract/enum', /at \/type: .*"validation_error"/],
  'error-status-200': accepted(/got 200\.$/),
  'malformed-json-crash': ['conformance/server-error', /got 500/],
  'token-echoed': ['conformance/secret-echoed', /It is not shown here\.$/],
  'success-content-type': ['conformance/content-type', /^A state with nothing special about it\./],
  'record-id-unstable': ['state/record-changed', /^A state with nothing special about it\./],
  'record-id-uuid': ['contract/pattern', /^A state with nothing special about it\. .*at \/id/],
  'device-id-wrong': ['conformance/device-id', /^A state with nothing special about it\./],
  'read-back-account-missing': ['contract/required', /^A state with nothing special about it\. .*at \/account_id/],
};

const concurrency: Readonly<Record<string, Shown>> = {
  'duplicate-race': ['idempotency/race', /^The same state is submitted three times at once\./],
  'latest-race': ['idempotency/race', /at once/],
  'concurrent-bodies-mixed': ['idempotency/race', /at once/],
  'concurrent-crash': ['conformance/server-error', /at once\. .*got 500/],
};

const robustness: Readonly<Record<string, Shown>> = {
  'extra-field-crash': ['conformance/server-error', /got 500/],
  'proto-key-crash': ['conformance/server-error', /__proto__/],
  'empty-body-crash': ['conformance/server-error', /^The body is (empty|white space|a list of two megabytes)/],
  'content-type-ignored': accepted(/^The content type is/),
  'method-ignored': accepted(/^The method is/),
  'device-id-crash': ['conformance/server-error', /^The device id/],
  'reference-quote-crash': crashed(`record_reference_id ".*'.*"?`),
  'reference-emoji-crash': crashed('record_reference_id ".*"?'),
  'reference-long-crash': ['conformance/server-error', /record_reference_id "|length/],
  'reference-empty-hangs': ['conformance/no-answer', /record_reference_id "", nothing else special/],
};

const shown: Readonly<Record<string, Shown>> = {
  ...validation,
  ...jsonTypes,
  ...time,
  ...idempotency,
  ...readBack,
  ...authentication,
  ...answers,
  ...concurrency,
  ...robustness,
};
const REQUESTS = 500;
let contract: Contract;

beforeAll(async () => {
  contract = await readContract();
});

/** The first finding that says that something is wrong: an error where there is one. */
async function search(bug: string): Promise<Finding | undefined> {
  const input = {
    contract,
    seed: 1,
    mock: { bugs: [bug] },
    maxRequests: REQUESTS,
    // Every request that hangs takes as long, and nothing else should come near it on a busy machine.
    timeoutMs: bug === 'reference-empty-hangs' ? 500 : 10_000,
    stopAt: 'first',
  } as const;
  const found: Finding[] = [];
  for await (const event of fuzz(input, { now: Date.now })) {
    if (event.kind === 'finding' && event.finding.severity !== 'info') found.push(event.finding);
  }
  return found.find(({ severity }) => severity === 'error') ?? found[0];
}

test('the table has a row for every seeded defect', () => {
  expect(Object.keys(shown).toSorted()).toEqual(bugCatalogue.map(({ name }) => name).toSorted());
});

test.each(Object.entries(shown))(
  '%s is found, and shown by the request that it is about',
  async (bug, [ruleId, message]) => {
    const finding = await search(bug);
    expect(finding).toMatchObject({ ruleId });
    expect(finding?.message).toMatch(message);
    expect(Number(finding?.evidence['afterRequests'])).toBeLessThanOrEqual(REQUESTS);
    expect(finding?.reproduce?.curl).toMatch(/^curl |^printf /);
  },
);
