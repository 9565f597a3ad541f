/** The smallest requests that show each seeded defect, and what the correct provider and the defective one make of them. */
import { setTimeout as pause } from 'node:timers/promises';

import type { Quantity } from '../../../src/contract/contract.js';
import { present, type ProviderUser, type Reply } from './provider-user.js';

type Changes = Partial<Record<Quantity, unknown>>;

export interface BugProbe {
  readonly bug: string;
  readonly sent: string;
  /** What is observed, as plain data. */
  readonly observe: (user: ProviderUser) => Promise<unknown>;
  readonly correct: unknown;
  readonly defective: unknown;
}

/** Submits one state and looks at the status. */
function statusOf(bug: string, changes: Changes, [correct, defective]: readonly [number, number]): BugProbe {
  const observe = async (user: ProviderUser): Promise<unknown> => (await user.submit(user.body(changes))).status;
  return { bug, sent: shown(changes), observe, correct, defective };
}

/** Submits one state and reads one field of it back. */
function readBackOf(bug: string, changes: Changes, defective: unknown): BugProbe {
  const [[quantity, correct] = present<[string, unknown]>(undefined)] = Object.entries(changes);
  const observe = async (user: ProviderUser): Promise<unknown> => {
    await user.submit(user.body(changes));
    return (await user.read()).json[present(user.contract.requestFields[quantity as Quantity])];
  };
  return { bug, sent: `${shown(changes)}, then a read-back`, observe, correct, defective };
}

/** Sends a text as body and looks at the status. */
function textStatusOf(bug: string, text: string, [correct, defective]: readonly [number, number]): BugProbe {
  const observe = async (user: ProviderUser): Promise<unknown> => (await user.submit(undefined, { text })).status;
  return { bug, sent: `the body ${JSON.stringify(text)}`, observe, correct, defective };
}

/** Submits states one after the other and looks at the statuses and at which answers share a record. */
function recordsOf(
  bug: string,
  bodies: readonly Changes[],
  [correct, defective]: readonly [readonly unknown[], readonly unknown[]],
): BugProbe {
  const observe = async (user: ProviderUser): Promise<unknown> => {
    const time = new Date(Date.now() - 60_000).toISOString();
    const replies: Reply[] = [];
    for (const changes of bodies) replies.push(await user.submit(user.body({ time, ...changes })));
    return marksOf(user, replies);
  };
  return { bug, sent: bodies.map(shown).join(', then '), observe, correct, defective };
}

/** A letter for each record, in the order in which they appear, or the status where there is no record. */
function marksOf(user: ProviderUser, replies: readonly Reply[]): unknown[] {
  const ids: unknown[] = [];
  return replies.map(({ status, json }) => {
    const id = json[present(user.contract.answerFields.recordId)];
    if (status !== 200 || id === undefined) return status;
    if (!ids.includes(id)) ids.push(id);
    return 'ABC'[ids.indexOf(id)];
  });
}

function shown(changes: Changes): string {
  const text = JSON.stringify(changes, (_key, value: unknown) => value ?? null);
  return `a state with ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function row(bug: string, sent: string, rest: Omit<BugProbe, 'bug' | 'sent'>): BugProbe {
  return { bug, sent, ...rest };
}

const ago = (ageS: number): string => new Date(Date.now() - ageS * 1000).toISOString();

const validation: BugProbe[] = [
  statusOf('soc-zero-missing', { socPercent: 0 }, [200, 400]),
  statusOf('soc-hundred-refused', { socPercent: 100 }, [200, 400]),
  statusOf('soc-rounded-before-check', { socPercent: 100.1 }, [400, 200]),
  statusOf('soc-rounded-before-check', { socPercent: -0.1 }, [400, 200]),
  statusOf('target-unchecked', { targetSocPercent: 101 }, [400, 200]),
  statusOf('reserve-unchecked', { reservePercent: -1 }, [400, 200]),
  statusOf('energy-negative-accepted', { energyKwh: -1 }, [400, 200]),
  statusOf('discharge-refused', { powerKw: -3.4 }, [200, 400]),
  statusOf('large-power-refused', { powerKw: 50 }, [200, 400]),
  statusOf('soc-below-reserve-refused', { socPercent: 10, reservePercent: 20 }, [200, 400]),
  statusOf('soc-above-target-refused', { socPercent: 90, targetSocPercent: 80 }, [200, 400]),
  statusOf('target-optional', { targetSocPercent: undefined }, [400, 200]),
  statusOf('location-unchecked', { locationId: 'loc_elsewhere' }, [400, 200]),
  statusOf('reference-characters-refused', { recordReferenceId: 'a b' }, [200, 400]),
  statusOf('power-without-energy-crash', { energyKwh: undefined }, [200, 500]),
  statusOf('power-zero-crash', { powerKw: 0 }, [200, 500]),
];

const jsonTypes: BugProbe[] = [
  statusOf('numeric-strings-accepted', { socPercent: '50' }, [400, 200]),
  statusOf('booleans-accepted', { powerKw: true }, [400, 200]),
  statusOf('null-accepted', { reservePercent: null }, [400, 200]),
  statusOf('null-crash', { reservePercent: null }, [400, 500]),
  row('exponent-refused', 'a state with the power 5e-1', {
    observe: async (user) => {
      const text = JSON.stringify(user.body({ powerKw: 12_345 })).replace('12345', '5e-1');
      return (await user.submit(undefined, { text })).status;
    },
    correct: 200,
    defective: 400,
  }),
  statusOf('decimals-refused', { socPercent: 0.3 }, [200, 400]),
  textStatusOf('array-body-crash', '[]', [400, 500]),
  readBackOf('soc-fraction-guessed', { socPercent: 0.5 }, 50),
];

const time: BugProbe[] = [
  statusOf('time-lenient', { time: '2022-02-01' }, [400, 200]),
  statusOf('time-lenient', { time: '2022-02-01 10:30:00Z' }, [400, 200]),
  statusOf('time-zone-optional', { time: '2022-02-01T10:30:00' }, [400, 200]),
  statusOf('time-day-rolls-over', { time: '2022-02-30T10:30:00Z' }, [400, 200]),
  row('time-offset-ignored', '10:30:00Z, then 11:00:00+01:00, which is earlier, then a read-back', {
    observe: async (user) => {
      await user.submit(user.body({ time: '2022-02-01T10:30:00Z' }));
      await user.submit(user.body({ time: '2022-02-01T11:00:00+01:00' }));
      return (await user.read()).json[present(user.field('time'))];
    },
    correct: '2022-02-01T10:30:00Z',
    defective: '2022-02-01T11:00:00+01:00',
  }),
  readBackOf('time-offset-lost', { time: '2022-02-01T10:30:00+02:00' }, '2022-02-01T10:30:00Z'),
  readBackOf('time-fraction-lost', { time: '2022-02-01T10:30:00.5Z' }, '2022-02-01T10:30:00Z'),
  statusOf('time-fraction-refused', { time: '2022-02-01T10:30:00.5Z' }, [200, 400]),
  statusOf('time-lower-case-refused', { time: '2022-02-01t10:30:00z' }, [200, 400]),
  statusOf('leap-second-crash', { time: '2016-12-31T23:59:60Z' }, [200, 500]),
  row('time-created-local', 'a state', {
    observe: async (user) =>
      String((await user.submit(user.body())).json[present(user.contract.answerFields.timeCreated)]).endsWith('Z'),
    correct: true,
    defective: false,
  }),
  row('time-created-shifted', 'a state', {
    observe: async (user) => {
      const created = (await user.submit(user.body())).json[present(user.contract.answerFields.timeCreated)];
      return Math.round(Math.abs(Date.parse(String(created)) - Date.now()) / 3_600_000);
    },
    correct: 0,
    defective: 2,
  }),
];

const idempotency: BugProbe[] = [
  recordsOf(
    'duplicate-stored-again',
    [{ recordReferenceId: 'r' }, { recordReferenceId: 'r' }],
    [
      ['A', 'A'],
      ['A', 'B'],
    ],
  ),
  recordsOf(
    'duplicate-other-body-stored',
    [
      { recordReferenceId: 'r', socPercent: 1 },
      { recordReferenceId: 'r', socPercent: 2 },
    ],
    [
      ['A', 409],
      ['A', 'B'],
    ],
  ),
  recordsOf(
    'duplicate-optional-not-compared',
    [
      { recordReferenceId: 'r', powerKw: 1 },
      { recordReferenceId: 'r', powerKw: 2 },
    ],
    [
      ['A', 409],
      ['A', 'A'],
    ],
  ),
  row('repetition-answer-empty', 'a state twice', {
    observe: async (user) => {
      const body = user.body();
      await user.submit(body);
      return (await user.submit(body)).text === '';
    },
    correct: false,
    defective: true,
  }),
  row('reference-across-devices', 'a state for one device, then another state for another under the same reference', {
    observe: async (user) => {
      await user.submit(user.body({ recordReferenceId: 'r' }));
      const { deviceId } = user.device(1);
      return (await user.submit(user.body({ recordReferenceId: 'r' }), { deviceId })).status;
    },
    correct: 200,
    defective: 409,
  }),
  recordsOf(
    'reference-case-folded',
    [{ recordReferenceId: 'a' }, { recordReferenceId: 'A' }],
    [
      ['A', 'B'],
      ['A', 409],
    ],
  ),
  recordsOf(
    'reference-truncated',
    [{ recordReferenceId: `${'x'.repeat(32)}1` }, { recordReferenceId: `${'x'.repeat(32)}2` }],
    [
      ['A', 'B'],
      ['A', 409],
    ],
  ),
  recordsOf(
    'reference-empty-ignored',
    [{ recordReferenceId: '' }, { recordReferenceId: '' }],
    [
      ['A', 'A'],
      ['A', 'B'],
    ],
  ),
  recordsOf(
    'reference-of-latest-only',
    [{ recordReferenceId: 'r' }, { recordReferenceId: 's' }, { recordReferenceId: 'r' }],
    [
      ['A', 'B', 'A'],
      ['A', 'B', 'C'],
    ],
  ),
  recordsOf(
    'refused-reference-remembered',
    [{ recordReferenceId: 'r', socPercent: 101 }, { recordReferenceId: 'r' }],
    [
      [400, 'A'],
      [400, 409],
    ],
  ),
];

const readBack: BugProbe[] = [
  readBackOf('power-sign-lost', { powerKw: -3.4 }, 3.4),
  readBackOf('power-clamped', { powerKw: 11.5 }, 10),
  readBackOf('power-zero-dropped', { powerKw: 0 }, undefined),
  readBackOf('soc-rounded', { socPercent: 34.2 }, 34),
  readBackOf('energy-single-precision', { energyKwh: 8.3 }, 8.300000190734863),
  readBackOf('reserve-dropped', { reservePercent: 20 }, undefined),
  row('optional-merged', 'a state with a reserve, then one without, then a read-back', {
    observe: async (user) => {
      await user.submit(user.body({ reservePercent: 20 }, 60));
      await user.submit(user.body({ reservePercent: undefined }, 30));
      return (await user.read()).json[present(user.field('reservePercent'))];
    },
    correct: undefined,
    defective: 20,
  }),
  readBackOf('reference-mangled', { recordReferenceId: 'Zähler' }, 'ZÃ¤hler'),
  row('latest-by-arrival', 'a state, then one with an older time, then a read-back', {
    observe: async (user) => {
      await user.submit(user.body({ socPercent: 1 }, 60));
      await user.submit(user.body({ socPercent: 2 }, 120));
      return (await user.read()).json[present(user.field('socPercent'))];
    },
    correct: 1,
    defective: 2,
  }),
  row('read-back-stale', 'two states, then a read-back', {
    observe: async (user) => {
      await user.submit(user.body({ socPercent: 1 }, 60));
      await user.submit(user.body({ socPercent: 2 }, 30));
      return (await user.read()).json[present(user.field('socPercent'))];
    },
    correct: 2,
    defective: 1,
  }),
  row('refused-state-stored', 'a state with a charge of 101, then a read-back', {
    observe: async (user) => {
      await user.submit(user.body({ socPercent: 101 }));
      return (await user.read()).json[present(user.field('socPercent'))];
    },
    correct: undefined,
    defective: 101,
  }),
];

const authentication: BugProbe[] = [
  row('read-back-without-token', 'a read-back without a token', {
    observe: async (user) => {
      await user.submit(user.body());
      return (await user.read({ authorization: null })).status;
    },
    correct: 401,
    defective: 200,
  }),
  row('token-signature-unchecked', 'a state with a token whose signature is altered', {
    observe: async (user) => {
      const authorization = `Bearer ${(await user.token()).replace(/[^.]+$/, 'x')}`;
      return (await user.submit(user.body(), { authorization })).status;
    },
    correct: 401,
    defective: 200,
  }),
  row('token-scheme-ignored', 'a state with a token under another scheme', {
    observe: async (user) => (await user.submit(user.body(), { authorization: `Token ${await user.token()}` })).status,
    correct: 401,
    defective: 200,
  }),
  row('foreign-device-served', 'a read-back of another account’s device', {
    observe: async (user) => (await user.read({ deviceId: 'dev_other' })).json['code'],
    correct: 'device_not_found',
    defective: 'device_state_missing',
  }),
  row('unknown-device-created', 'a state of an unknown device', {
    observe: async (user) => (await user.submit(user.body(), { deviceId: 'dev_nobody' })).status,
    correct: 404,
    defective: 200,
  }),
];

const answers: BugProbe[] = [
  row('unknown-device-html', 'a read-back of an unknown device', {
    observe: async (user) => (await user.read({ deviceId: 'dev_nobody' })).headers['content-type'],
    correct: 'application/json; charset=utf-8',
    defective: 'text/html',
  }),
  row('unauthorized-empty', 'a read-back without a token', {
    observe: async (user) => (await user.read({ authorization: null })).text === '',
    correct: false,
    defective: true,
  }),
  row('error-code-missing', 'a state with a charge of 101', {
    observe: async (user) => (await user.submit(user.body({ socPercent: 101 }))).json['code'],
    correct: 'state_of_charge_percent_maximum',
    defective: undefined,
  }),
  row('error-type-wrong', 'a state with a charge of 101', {
    observe: async (user) => (await user.submit(user.body({ socPercent: 101 }))).json['type'],
    correct: 'invalid_request',
    defective: 'validation_error',
  }),
  statusOf('error-status-200', { socPercent: 101 }, [400, 200]),
  textStatusOf('malformed-json-crash', '{', [400, 500]),
  row('token-echoed', 'a read-back of an unknown device', {
    observe: async (user) => (await user.read({ deviceId: 'dev_nobody' })).text.includes(await user.token()),
    correct: false,
    defective: true,
  }),
  row('success-content-type', 'a state', {
    observe: async (user) => (await user.submit(user.body())).headers['content-type'],
    correct: 'application/json; charset=utf-8',
    defective: 'text/html; charset=utf-8',
  }),
  row('record-id-unstable', 'a state, then a read-back', {
    observe: async (user) => {
      const name = present(user.contract.answerFields.recordId);
      return (await user.submit(user.body())).json[name] === (await user.read()).json[name];
    },
    correct: true,
    defective: false,
  }),
  row('record-id-uuid', 'a state', {
    observe: async (user) =>
      user.contract.isId(String((await user.submit(user.body())).json[present(user.contract.answerFields.recordId)])),
    correct: true,
    defective: false,
  }),
  row('device-id-wrong', 'a state', {
    observe: async (user) =>
      (await user.submit(user.body())).json[present(user.contract.answerFields.deviceId)] === user.device().deviceId,
    correct: true,
    defective: false,
  }),
  row('read-back-account-missing', 'a state, then a read-back', {
    observe: async (user) => {
      await user.submit(user.body());
      return (await user.read()).json[present(user.contract.answerFields.accountId)];
    },
    correct: 'acc_one',
    defective: undefined,
  }),
];

const concurrency: BugProbe[] = [
  row('duplicate-race', 'a state twice at once', {
    observe: async (user) => {
      const body = user.body();
      await user.token();
      return marksOf(user, await Promise.all([user.submit(body), user.submit(body)]));
    },
    correct: ['A', 'A'],
    defective: ['A', 'B'],
  }),
  row('latest-race', 'two states at once, the one with the later time first, then a read-back', {
    observe: readAfterRaces,
    correct: 1,
    defective: 2,
  }),
  row('concurrent-bodies-mixed', 'two states at once, the one with the later time first, then a read-back', {
    observe: readAfterRaces,
    correct: 1,
    defective: 2,
  }),
  row('concurrent-crash', 'two states at once', {
    observe: async (user) => {
      await user.token();
      const replies = await Promise.all([user.submit(user.body()), user.submit(user.body())]);
      return Math.max(...replies.map(({ status }) => status));
    },
    correct: 200,
    defective: 500,
  }),
];

/** Two requests race; on a busy machine they may need several starts to meet. */
const RACES = 20;

/** Charges 1 and 2 at once, the one with the later time first, until the other reads back or all races are run. */
async function readAfterRaces(user: ProviderUser): Promise<unknown> {
  await user.submit(user.body({}, 3000));
  let charge: unknown = 1;
  for (let race = 0; race < RACES && charge === 1; race += 1) {
    const ageS = 2400 - 60 * race;
    const earlier = user.submit(user.body({ socPercent: 1, time: ago(ageS) }));
    await pause(2);
    await Promise.all([earlier, user.submit(user.body({ socPercent: 2, time: ago(ageS + 30) }))]);
    charge = (await user.read()).json[present(user.field('socPercent'))];
  }
  return charge;
}

const robustness: BugProbe[] = [
  row('extra-field-crash', 'a state with an extra field', {
    observe: async (user) => (await user.submit({ ...user.body(), colour: 'red' })).status,
    correct: 200,
    defective: 500,
  }),
  textStatusOf('proto-key-crash', '{"__proto__":{}}', [400, 500]),
  textStatusOf('empty-body-crash', '', [400, 500]),
  row('content-type-ignored', 'a state as text/plain', {
    observe: async (user) => (await user.submit(user.body(), { headers: { 'content-type': 'text/plain' } })).status,
    correct: 415,
    defective: 200,
  }),
  row('method-ignored', 'a POST of a state', {
    observe: async (user) => (await user.submit(user.body(), { method: 'POST' })).status,
    correct: 405,
    defective: 200,
  }),
  row('device-id-crash', 'a read-back of the device ’ or 1=1', {
    observe: async (user) => (await user.read({ deviceId: "' or 1=1" })).status,
    correct: 404,
    defective: 500,
  }),
  statusOf('reference-quote-crash', { recordReferenceId: "it's" }, [200, 500]),
  statusOf('reference-emoji-crash', { recordReferenceId: '🔋' }, [200, 500]),
  statusOf('reference-long-crash', { recordReferenceId: 'x'.repeat(256) }, [200, 500]),
  row('reference-empty-hangs', 'a state with an empty reference', {
    observe: async (user) => {
      const answer = user.submit(user.body({ recordReferenceId: '' })).then(
        () => 'answered',
        () => 'cut off',
      );
      return Promise.race([answer, pause(300, 'silent')]);
    },
    correct: 'answered',
    defective: 'silent',
  }),
];

export const bugProbes: readonly BugProbe[] = [
  ...validation,
  ...jsonTypes,
  ...time,
  ...idempotency,
  ...readBack,
  ...authentication,
  ...answers,
  ...concurrency,
  ...robustness,
];
