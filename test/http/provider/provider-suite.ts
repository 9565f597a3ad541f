/**
 * What every provider of the contract does, a sentence a row, over HTTP alone: one suite for the mock, for the mock with a
 * seeded defect and for whatever else claims to be a provider.
 */
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Contract, Quantity } from '../../../src/contract/contract.js';
import { basic, type Body, present, type ProviderUnderTest, ProviderUser, type Reply } from './provider-user.js';

export interface Behaviour {
  readonly sentence: string;
  /** Fails by throwing. */
  readonly show: (user: ProviderUser) => Promise<void>;
}

/** Runs every behaviour, each against a provider started for it. */
export function describeProvider(
  name: string,
  { contract, start }: { contract: Contract; start: () => Promise<ProviderUnderTest> },
): void {
  describe(name, () => {
    let user: ProviderUser;
    beforeEach(async () => {
      user = new ProviderUser(contract, await start());
    });
    afterEach(() => user.close());
    test.each(behaviours(contract))('$sentence', ({ show }) => show(user));
  });
}

/** A refusal is the one error object with the right class, and says nothing that isn't the caller's business. */
export function expectRefusal(user: ProviderUser, reply: Reply, accepted: readonly number[]): void {
  expect(accepted).toContain(reply.status);
  expect(String(reply.headers['content-type'])).toMatch(/^application\/json\b/);
  expect(user.contract.checkAnswerBody('submit', reply.status, reply.json)).toEqual([]);
  const type = reply.status === 429 ? 'rate_limit' : reply.status < 500 ? 'invalid_request' : 'api_error';
  expect(reply.json['type']).toBe(type);
  expect(reply.text).not.toMatch(/\n\s+at |\.ts:\d|node_modules/);
}

function behaviours(contract: Contract): Behaviour[] {
  return [
    ...acceptance,
    ...readingBack,
    ...bounds(contract),
    ...badBodies(contract),
    ...badContent,
    ...senders(contract),
    ...addresses,
    ...repetition(contract),
  ];
}

const acceptance: Behaviour[] = [
  {
    sentence: 'stores a full body and answers with a receipt of the contract that names device and account',
    show: async (user) => {
      const reply = await user.submit(user.body());
      expect(user.contract.open.successStatus.accepted).toContain(reply.status);
      expect(user.contract.checkAnswerBody('submit', reply.status, reply.json)).toEqual([]);
      expect(answerOf(user, reply, 'deviceId')).toBe(user.device().deviceId);
      expect(answerOf(user, reply, 'accountId')).toBe(user.account().accountId);
    },
  },
  {
    sentence: 'stores a body of required fields alone',
    show: async (user) => {
      const all = user.body();
      const body = Object.fromEntries(user.contract.requiredFields.map((name) => [name, all[name]]));
      expect((await user.submit(body)).status).toBe(200);
      expect((await user.read()).json).toMatchObject(body);
    },
  },
  {
    sentence: 'says in UTC when the record was created, at the time of the request',
    show: async (user) => {
      const created = String(answerOf(user, await user.submit(user.body()), 'timeCreated'));
      expect(created).toMatch(/Z$/);
      expect(Math.abs(Date.parse(created) - Date.now())).toBeLessThan(5_000);
    },
  },
  ...['2024-02-29T23:59:59Z', '2016-12-31T23:59:60Z', '2022-02-01t10:30:00.123456z', '2022-02-01T10:30:00+13:45'].map(
    (time): Behaviour => ({
      sentence: `takes the time ${time}`,
      show: async (user) => {
        expect((await user.submit(user.body({ time }))).status).toBe(200);
        expect((await user.read()).json[present(user.field('time'))]).toBe(time);
      },
    }),
  ),
  ...['', 'x'.repeat(500), 'é"\\\n☃', '__proto__'].map((recordReferenceId): Behaviour => ({
    sentence: `takes the reference ${JSON.stringify(recordReferenceId.slice(0, 20))} and recognises it`,
    show: async (user) => {
      const body = user.body({ recordReferenceId });
      const [first, second] = [await user.submit(body), await user.submit(body)];
      expect([first.status, second.status]).toEqual([200, 200]);
      expect(answerOf(user, second, 'recordId')).toBe(answerOf(user, first, 'recordId'));
    },
  })),
];

const readingBack: Behaviour[] = [
  {
    sentence: 'reads back every submitted field with the receipt',
    show: async (user) => {
      const body = user.body();
      const receipt = await user.submit(body);
      const reply = await user.read();
      expect(reply.status).toBe(200);
      expect(reply.json).toEqual({ ...receipt.json, ...body });
      expect(user.contract.checkAnswerBody('readBack', 200, reply.json)).toEqual([]);
    },
  },
  {
    sentence: 'refuses to read back what was never submitted',
    show: async (user) => expectRefusal(user, await user.read(), [404]),
  },
  {
    sentence: 'leaves an optional field out of the read-back that the latest state lacks, though an earlier one had it',
    show: async (user) => {
      await user.submit(user.body({}, 120));
      await user.submit(user.body({ reservePercent: undefined, energyKwh: undefined }, 60));
      const { json } = await user.read();
      expect(Object.keys(json)).not.toContain(user.field('reservePercent'));
      expect(Object.keys(json)).not.toContain(user.field('energyKwh'));
    },
  },
  {
    sentence: 'keeps a later state as the latest where an older one arrives after it, by instant and not by text',
    show: async (user) => {
      const time = '2022-02-01T10:30:00Z';
      await user.submit(user.body({ time }));
      // 01:29 further west is later on the clock and earlier in the alphabet; 11:29+01:00 the other way round.
      expect((await user.submit(user.body({ time: '2022-02-01T11:29:00+01:00' }))).status).toBe(200);
      expect((await user.read()).json[present(user.field('time'))]).toBe(time);
      const later = '2022-02-01T01:30:00.5-09:00';
      await user.submit(user.body({ time: later }));
      expect((await user.read()).json[present(user.field('time'))]).toBe(later);
    },
  },
  {
    sentence: 'keeps the states of two devices apart',
    show: async (user) => {
      await user.submit(user.body({ socPercent: 11 }), { deviceId: user.device(0).deviceId });
      await user.submit(user.body({ socPercent: 22 }), { deviceId: user.device(1).deviceId });
      const { json } = await user.read({ deviceId: user.device(0).deviceId });
      expect(json[present(user.field('socPercent'))]).toBe(11);
    },
  },
  {
    sentence: 'changes nothing by a refused submission',
    show: async (user) => {
      await user.submit(user.body({ socPercent: 11 }, 120));
      await user.submit(user.body({ socPercent: 101 }, 60));
      expect((await user.read()).json[present(user.field('socPercent'))]).toBe(11);
    },
  },
];

/** Percentages from 0 to 100, energy from 0, power of either sign or a magnitude, by the contract itself. */
function bounds(contract: Contract): Behaviour[] {
  const values: [Quantity, unknown, boolean][] = [
    ...(['socPercent', 'targetSocPercent', 'reservePercent'] as const).flatMap(
      (quantity): [Quantity, unknown, boolean][] => [
        [quantity, 0, true],
        [quantity, 100, true],
        [quantity, 33.333, true],
        [quantity, -0.1, false],
        [quantity, 100.1, false],
        [quantity, '50', false],
        [quantity, null, false],
        [quantity, true, false],
        [quantity, [50], false],
      ],
    ),
    ['powerKw', 0, true],
    ['powerKw', -11.25, true],
    ['powerKw', '3', false],
    ['powerMagnitudeKw', 0, true],
    ['powerMagnitudeKw', -1, false],
    ['flowDirection', 'EXPORT', true],
    ['flowDirection', 'export', false],
    ['energyKwh', 0, true],
    ['energyKwh', -1, false],
    ['time', '2022-02-30T10:30:00Z', false],
    ['time', '2022-02-01 10:30:00Z', false],
    ['time', '2022-02-01T10:30:00', false],
    ['time', 1_643_711_400, false],
    ['locationId', 7, false],
    ['locationId', '', false],
    ['recordReferenceId', 7, false],
  ];
  const known = values.filter(([quantity]) => contract.requestFields[quantity] !== undefined);
  return known.map(([quantity, value, isFine]) => ({
    sentence: `${isFine ? 'stores' : 'refuses'} ${contract.requestFields[quantity]} ${JSON.stringify(value)}`,
    show: async (user) => {
      const reply = await user.submit(user.body({ [quantity]: value }));
      if (!isFine) return expectRefusal(user, reply, contract.open.invalidBodyStatus.accepted);
      expect(reply.status).toBe(200);
      expect((await user.read()).json[present(user.field(quantity))]).toBe(value);
    },
  }));
}

function badBodies(contract: Contract): Behaviour[] {
  const missing = contract.requiredFields.map((name): Behaviour => ({
    sentence: `refuses a body without ${name}`,
    show: async (user) => {
      const { [name]: _left, ...body } = user.body();
      expectRefusal(user, await user.submit(body), contract.open.invalidBodyStatus.accepted);
    },
  }));
  const texts = [
    '',
    '{',
    '{}',
    '[]',
    'null',
    '"text"',
    '12',
    '{"a":1e999}',
    'NaN',
    '{"__proto__":1}',
    '[[[['.repeat(20_000),
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  ];
  const malformed = texts.map((text): Behaviour => ({
    sentence: `refuses the body ${JSON.stringify(text.slice(0, 20))}`,
    show: async (user) =>
      expectRefusal(user, await user.submit(undefined, { text }), contract.open.invalidBodyStatus.accepted),
  }));
  const foreign: Behaviour = {
    sentence: 'refuses a location that is not the device’s',
    show: async (user) => {
      const reply = await user.submit(user.body({ locationId: 'loc_elsewhere' }));
      if (user.field('locationId') === undefined) expect(reply.status).toBe(200);
      else expectRefusal(user, reply, contract.open.invalidBodyStatus.accepted);
    },
  };
  return [...missing, ...malformed, foreign];
}

const badContent: Behaviour[] = [
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'nonsense', ''].map(
    (type): Behaviour => ({
      sentence: `refuses the content type ${JSON.stringify(type)}`,
      show: async (user) =>
        expectRefusal(user, await user.submit(user.body(), { headers: { 'content-type': type } }), [400, 415]),
    }),
  ),
  ...['application/json; charset=utf-8', 'Application/JSON;charset="UTF-8"'].map((type): Behaviour => ({
    sentence: `takes the content type ${type}`,
    show: async (user) => {
      expect((await user.submit(user.body(), { headers: { 'content-type': type } })).status).toBe(200);
    },
  })),
  {
    sentence: 'refuses a compressed body',
    show: async (user) =>
      expectRefusal(user, await user.submit(user.body(), { headers: { 'content-encoding': 'gzip' } }), [400, 415]),
  },
  {
    sentence: 'refuses bytes that are not UTF-8',
    show: async (user) => {
      const text = Buffer.from(JSON.stringify(user.body({ recordReferenceId: 'é' })), 'latin1');
      expectRefusal(user, await user.submit(undefined, { text }), [400, 422]);
    },
  },
  {
    sentence: 'refuses a body of 4 MB and still answers whoever sent it',
    show: async (user) => expectRefusal(user, await user.submit(undefined, { text: ' '.repeat(4_000_000) }), [413]),
  },
];

function senders(contract: Contract): Behaviour[] {
  const { unauthorizedStatus, unknownDeviceStatus } = contract.open;
  const wrong: [string, string | null][] = [
    ['no Authorization', null],
    ['an empty Authorization', ''],
    ['a bearer without a token', 'Bearer '],
    ['a token without a scheme', 'eyJhbGciOiJub25lIn0.e30.x'],
    ['a Basic login', basic({ accountId: 'acc_one', apiKey: 'sk_test_one' })],
    ['a token that nobody gave out', 'Bearer eyJhbGciOiJub25lIn0.e30.x'],
    ['a token that is no token', 'Bearer ;drop table'],
  ];
  const refused = wrong.flatMap(([what, authorization]): Behaviour[] => [
    {
      sentence: `refuses a submission with ${what}`,
      show: async (user) =>
        expectRefusal(user, await user.submit(user.body(), { authorization }), unauthorizedStatus.accepted),
    },
    {
      sentence: `refuses a read-back with ${what}`,
      show: async (user) => expectRefusal(user, await user.read({ authorization }), unauthorizedStatus.accepted),
    },
  ]);
  const foreign: Behaviour = {
    sentence: 'neither takes nor shows the state of another account’s device',
    show: async (user) => {
      const authorization = `Bearer ${await user.token(user.account(1))}`;
      await user.submit(user.body());
      expectRefusal(user, await user.submit(user.body(), { authorization }), unknownDeviceStatus.accepted);
      expectRefusal(user, await user.read({ authorization }), unknownDeviceStatus.accepted);
    },
  };
  const scheme: Behaviour = {
    sentence: 'takes the word Bearer in any case',
    show: async (user) => {
      const authorization = `bEARER ${await user.token()}`;
      expect((await user.submit(user.body(), { authorization })).status).toBe(200);
    },
  };
  return [...refused, foreign, scheme, ...contract.tokenOperations.flatMap(logins)];
}

function logins({ method, pathTemplate: path }: { method: string; pathTemplate: string }): Behaviour[] {
  const wrong: [string, string | null][] = [
    ['no login', null],
    ['a wrong key', basic({ accountId: 'acc_one', apiKey: 'sk_test_other' })],
    ['an unknown account', basic({ accountId: 'acc_nobody', apiKey: 'sk_test_one' })],
    ['a login that is not base64', 'Basic %%%'],
    ['a bearer token', 'Bearer x'],
  ];
  return [
    {
      sentence: `${method} ${path} gives a token of test mode that works`,
      show: async (user) => {
        const reply = await user.send({ method, path, authorization: basic(user.account()) });
        expect(reply.status).toBe(200);
        expect(user.contract.checkAnswerBody('token', 200, reply.json)).toEqual([]);
        expect(reply.json).toMatchObject({ live_mode: false });
        const authorization = `Bearer ${String(reply.json['bearer_token'])}`;
        expect((await user.submit(user.body(), { authorization })).status).toBe(200);
      },
    },
    ...wrong.map(([what, authorization]): Behaviour => ({
      sentence: `${method} ${path} refuses ${what}`,
      show: async (user) => expectRefusal(user, await user.send({ method, path, authorization }), [403]),
    })),
  ];
}

const addresses: Behaviour[] = [
  ...['dev_nobody', 'x', '..', "';--", 'é☃', '%00', 'd'.repeat(2000), 'dev_one ', 'DEV_ONE'].map(
    (deviceId): Behaviour => ({
      sentence: `refuses the unknown device ${JSON.stringify(deviceId.slice(0, 20))}`,
      show: async (user) => {
        const accepted = [...user.contract.open.unknownDeviceStatus.accepted, 400];
        expectRefusal(user, await user.submit(user.body(), { deviceId }), accepted);
      },
    }),
  ),
  {
    sentence: 'refuses a path whose percent-encoding is broken',
    show: async (user) => {
      const path = user.contract.path('submit', 'dev').replace('dev', '%zz');
      expectRefusal(user, await user.submit(user.body(), { path }), [400, 404]);
    },
  },
  {
    sentence: 'finds nothing at a path that the contract lacks',
    show: async (user) => expectRefusal(user, await user.send({ path: '/nothing/here' }), [404]),
  },
  ...['POST', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'].map((method): Behaviour => ({
    sentence: `refuses ${method} and says what is allowed`,
    show: async (user) => {
      const reply = await user.send({ method, text: '{}' });
      expectRefusal(user, reply, [405]);
      const allowed = String(reply.headers['allow']).split(', ').toSorted();
      expect(allowed).toEqual(['GET', 'PUT']);
    },
  })),
  {
    sentence: 'refuses a version older than the account’s default and takes that default',
    show: async (user) => {
      const header = present(user.contract.versionHeader);
      const older = await user.submit(user.body(), { headers: { [header]: '2020-01-01.ancient' } });
      expectRefusal(user, older, [422]);
      expect(older.json['code']).toBe('api_version_not_supported');
      const own = await user.submit(user.body(), { headers: { [header]: user.contract.version } });
      expect(own.status).toBe(200);
    },
  },
];

function repetition(contract: Contract): Behaviour[] {
  const same = (user: ProviderUser, replies: readonly Reply[]): void => {
    expect(new Set(replies.map((reply) => reply.status))).toEqual(new Set([200]));
    expect(new Set(replies.map((reply) => answerOf(user, reply, 'recordId'))).size).toBe(1);
  };
  return [
    {
      sentence: 'returns the first record for the same reference and body, however the JSON is spelled',
      show: async (user) => {
        const body = user.body({ socPercent: 50, powerKw: 0 });
        const reversed = Object.fromEntries(Object.entries(body).toReversed());
        const spelled = JSON.stringify(body, undefined, 4)
          .replace(/: 50\b/, ': 5.0e1')
          .replace(/: 0,/, ': -0.0,');
        same(user, [
          await user.submit(body),
          await user.submit(reversed),
          await user.submit(undefined, { text: spelled }),
        ]);
      },
    },
    {
      sentence: 'stores one record of twenty equal submissions at once',
      show: async (user) => {
        await user.token();
        const body = user.body();
        same(user, await Promise.all(Array.from({ length: 20 }, () => user.submit(body))));
      },
    },
    {
      sentence: 'stores one of twenty submissions at once that share a reference and nothing else',
      show: async (user) => {
        await user.token();
        const bodies = Array.from({ length: 20 }, (_, index) =>
          user.body({ recordReferenceId: 'shared', socPercent: index }),
        );
        const replies = await Promise.all(bodies.map((body) => user.submit(body)));
        expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
        for (const reply of replies.filter(({ status }) => status !== 200)) {
          expectRefusal(user, reply, contract.open.duplicateOtherBodyStatus.accepted);
        }
      },
    },
    {
      sentence: 'refuses the same reference with another body and keeps the first',
      show: async (user) => {
        await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 10 }));
        const reply = await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 20 }));
        expectRefusal(user, reply, contract.open.duplicateOtherBodyStatus.accepted);
        expect((await user.read()).json[present(user.field('socPercent'))]).toBe(10);
      },
    },
    {
      sentence: 'refuses the same reference where an optional field was added or left out',
      show: async (user) => {
        const longer = user.body();
        const { [present(user.field('energyKwh'))]: _left, ...shorter } = longer;
        const { accepted } = contract.open.duplicateOtherBodyStatus;
        await user.submit(longer);
        expectRefusal(user, await user.submit(shorter), accepted);
        const deviceId = user.device(1).deviceId;
        await user.submit(shorter, { deviceId });
        expectRefusal(user, await user.submit(longer, { deviceId }), accepted);
      },
    },
    {
      sentence: 'takes the same reference from two devices',
      show: async (user) => {
        const body = user.body();
        const replies: Reply[] = [];
        for (const index of [0, 1]) replies.push(await user.submit(body, { deviceId: user.device(index).deviceId }));
        expect(replies.map((reply) => reply.status)).toEqual([200, 200]);
        expect(answerOf(user, present(replies[0]), 'recordId')).not.toBe(
          answerOf(user, present(replies[1]), 'recordId'),
        );
      },
    },
    {
      sentence: 'stores each body without a reference anew',
      show: async (user) => {
        const body = user.body({ recordReferenceId: undefined });
        const ids = [await user.submit(body), await user.submit(body)].map((reply) =>
          answerOf(user, reply, 'recordId'),
        );
        expect(new Set(ids).size).toBe(2);
      },
    },
    {
      sentence: 'does not remember the reference of a refused body',
      show: async (user) => {
        const body = user.body();
        await user.submit({ ...body, [present(user.field('socPercent'))]: 101 });
        expect((await user.submit(body)).status).toBe(200);
      },
    },
    {
      sentence: 'accepts a time a minute ahead and refuses one an hour ahead',
      show: async (user) => {
        expect((await user.submit(user.body({}, -60))).status).toBe(200);
        expectRefusal(user, await user.submit(user.body({}, -3600)), contract.open.invalidBodyStatus.accepted);
      },
    },
    {
      sentence: 'ignores an extra field',
      show: async (user) => {
        const body: Body = { ...user.body(), invented_field: 1 };
        expect((await user.submit(body)).status).toBe(200);
        expect(Object.keys((await user.read()).json)).not.toContain('invented_field');
      },
    },
    {
      sentence: 'serves the next request on a connection after a refused one',
      show: async (user) => {
        await user.submit(undefined, { text: '{' });
        await pause(5);
        expect((await user.submit(user.body())).status).toBe(200);
      },
    },
  ];
}

function answerOf(user: ProviderUser, reply: Reply, quantity: Quantity): unknown {
  return reply.json[present(user.contract.answerFields[quantity])];
}
