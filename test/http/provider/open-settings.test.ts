/** Protects every open question's being a setting: each is switched once and the behaviour follows, all else unchanged. */
import { afterEach, describe, expect, test } from 'vitest';

import type { OpenSettings } from '../../../src/contract/contract.js';
import { type RunningProvider, startProvider } from '../../../src/http/provider/provider.js';
import { readContract } from '../../../src/http/read-contract.js';
import { expectRefusal } from './provider-suite.js';
import { accounts, present, ProviderUser } from './provider-user.js';

const contract = await readContract();
const soc = present(contract.requestFields.socPercent);
const recordId = present(contract.answerFields.recordId);
let user: ProviderUser | undefined;

afterEach(async () => {
  await user?.close();
  user = undefined;
});

async function start(open: Partial<OpenSettings>): Promise<[ProviderUser, RunningProvider]> {
  const provider = await startProvider({ contract, accounts, open });
  user = new ProviderUser(contract, provider);
  return [user, provider];
}

const status = (code: number) => ({ default: code, accepted: [code] });

interface Row {
  readonly sentence: string;
  readonly open: Partial<OpenSettings>;
  readonly show: (user: ProviderUser, provider: RunningProvider) => Promise<void>;
}

const statuses: Row[] = [
  {
    sentence: 'success is 201, also for a repeated submission, and a read-back stays 200',
    open: { successStatus: status(201) },
    show: async (user) => {
      const body = user.body();
      expect((await user.submit(body)).status).toBe(201);
      expect((await user.submit(body)).status).toBe(201);
      expect((await user.read()).status).toBe(200);
    },
  },
  {
    sentence: 'success is 204 and then has no body',
    open: { successStatus: status(204) },
    show: async (user) => {
      expect(await user.submit(user.body())).toMatchObject({ status: 204, text: '' });
    },
  },
  {
    sentence: 'a body that breaks the schema is 422, and so is a location that isn’t the device’s',
    open: { invalidBodyStatus: status(422) },
    show: async (user) => {
      expectRefusal(user, await user.submit(user.body({ socPercent: 101 })), [422]);
      expectRefusal(user, await user.submit(user.body({ locationId: 'loc_elsewhere' })), [422]);
    },
  },
  {
    sentence: 'a missing token is 403',
    open: { unauthorizedStatus: status(403) },
    show: async (user) => expectRefusal(user, await user.read({ authorization: null }), [403]),
  },
  {
    sentence: 'an unknown device and another account’s are 403',
    open: { unknownDeviceStatus: status(403) },
    show: async (user) => {
      expectRefusal(user, await user.read({ deviceId: 'dev_nobody' }), [403]);
      expectRefusal(user, await user.read({ deviceId: 'dev_other' }), [403]);
    },
  },
];

const references: Row[] = [
  {
    sentence: 'the same reference and body is stored again',
    open: { duplicateSameBody: 'new-record' },
    show: async (user) => {
      const body = user.body();
      const replies = [await user.submit(body), await user.submit(body)];
      expect(new Set(replies.map((reply) => reply.json[recordId])).size).toBe(2);
    },
  },
  {
    sentence: 'the same reference and body is refused',
    open: { duplicateSameBody: 'refused' },
    show: async (user) => {
      const body = user.body();
      await user.submit(body);
      const reply = await user.submit(body);
      expectRefusal(user, reply, [409]);
      expect(reply.json['code']).toBe('record_reference_id_duplicate');
    },
  },
  {
    sentence: 'the same reference with another body is 422',
    open: { duplicateOtherBodyStatus: status(422) },
    show: async (user) => {
      await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 1 }));
      expectRefusal(user, await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 2 })), [422]);
    },
  },
  {
    sentence: 'the same reference with another body is answered with the first record',
    open: { duplicateOtherBodyStatus: status(200) },
    show: async (user) => {
      const first = await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 1 }));
      const second = await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 2 }));
      expect(second.json).toEqual(first.json);
      expect((await user.read()).json[soc]).toBe(1);
    },
  },
  {
    sentence: 'the first record stands for its reference, though the same body was stored again',
    open: { duplicateSameBody: 'new-record', duplicateOtherBodyStatus: status(200) },
    show: async (user) => {
      const body = user.body({ recordReferenceId: 'shared', socPercent: 1 });
      const first = await user.submit(body);
      await user.submit(body);
      const other = await user.submit(user.body({ recordReferenceId: 'shared', socPercent: 2 }));
      expect(other.json).toEqual(first.json);
    },
  },
  {
    sentence: 'a reference belongs to the whole account and to no other one',
    open: { referenceScope: 'account' },
    show: async (user) => {
      const body = user.body();
      expect((await user.submit(body)).status).toBe(200);
      expectRefusal(user, await user.submit(body, { deviceId: user.device(1).deviceId }), [409]);
      const { devices } = user.account(1);
      const { deviceId, locationId } = present(devices[0]);
      const authorization = `Bearer ${await user.token(user.account(1))}`;
      const foreign = user.body({ ...body, locationId });
      expect((await user.submit(foreign, { deviceId, authorization })).status).toBe(200);
    },
  },
];

const timesAndFields: Row[] = [
  {
    sentence: 'an older time is refused, an equal one is not',
    open: { olderTime: 'refused' },
    show: async (user) => {
      const time = '2022-02-01T10:30:00Z';
      await user.submit(user.body({ time }));
      expect((await user.submit(user.body({ time }))).status).toBe(200);
      const reply = await user.submit(user.body({ time: '2022-02-01T10:29:59.9Z' }));
      expectRefusal(user, reply, [400]);
      expect(reply.json['code']).toBe('time_outdated');
    },
  },
  {
    sentence: 'an older time is refused, yet a repeated submission gets its first record',
    open: { olderTime: 'refused' },
    show: async (user) => {
      const body = user.body({}, 120);
      const first = await user.submit(body);
      await user.submit(user.body({}, 60));
      expect((await user.submit(body)).json).toEqual(first.json);
    },
  },
  {
    sentence: 'an older time becomes the latest',
    open: { olderTime: 'becomes-latest' },
    show: async (user) => {
      await user.submit(user.body({ socPercent: 1 }, 60));
      await user.submit(user.body({ socPercent: 2 }, 120));
      expect((await user.read()).json[soc]).toBe(2);
    },
  },
  {
    sentence: 'no time in the future is tolerated',
    open: { futureToleranceS: 0 },
    show: async (user) => {
      const reply = await user.submit(user.body({}, -30));
      expectRefusal(user, reply, [400]);
      expect(reply.json['code']).toBe('time_in_future');
    },
  },
  {
    sentence: 'an extra field is refused by name, beside whatever else is wrong',
    open: { extraField: 'refused' },
    show: async (user) => {
      const extra = await user.submit({ ...user.body(), soc_percent: 5 });
      expectRefusal(user, extra, [400]);
      expect(extra.json['code']).toBe('soc_percent_unknown');
      const both = await user.submit({ ...user.body({ socPercent: 101 }), soc_percent: 5 });
      expect(both.json['message']).toMatch(/state_of_charge_percent.*soc_percent/);
    },
  },
  {
    sentence:
      'a rate limit of two a second refuses the third, says when to come back, and holds for each account alone',
    open: { rateLimitPerS: 2 },
    show: async (user, provider) => {
      const [one, other] = [0, 1].map((index) => `Bearer ${provider.token(user.account(index).accountId)}`);
      expect((await user.read({ authorization: present(one) })).status).toBe(404);
      expect((await user.read({ authorization: present(one) })).status).toBe(404);
      const reply = await user.read({ authorization: present(one) });
      expectRefusal(user, reply, [429]);
      expect(reply.headers['retry-after']).toBe('1');
      expect((await user.read({ authorization: present(other), deviceId: 'dev_other' })).status).toBe(404);
    },
  },
];

describe('an open question that is answered otherwise', () => {
  test.each([...statuses, ...references, ...timesAndFields])('$sentence', async ({ open, show }) =>
    show(...(await start(open))),
  );
});
