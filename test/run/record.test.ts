// Protects the job `record`: that recording again gives the same bytes, that the file which ships is what today's code and
// contract record, that it holds no secret, and that a client which strays from the contract is named and nothing is written.
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildInteractions } from '../../src/http/pact/interactions.js';
import { recordInteractions } from '../../src/http/pact/recorder.js';
import type { Recording } from '../../src/http/pact/recorder.js';
import { readContract } from '../../src/http/read-contract.js';
import type { RunEvent } from '../../src/run/event.js';
import { record } from '../../src/run/record.js';

const shipped = new URL('../../contracts/voltpact-flatpeak.json', import.meta.url);
const otherDialect = new URL('../../contracts/device-state.flow-direction.openapi.yaml', import.meta.url);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'voltpact-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface RecordedInteraction {
  readonly description: string;
  readonly type: string;
  readonly request: { readonly body?: { readonly content: Record<string, unknown> } };
  readonly response: { readonly status: number };
}

interface RecordedFile {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly metadata: unknown;
  readonly interactions: readonly RecordedInteraction[];
}

async function recordTo(out: string, contractPath?: string): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of record({ contract: await readContract(contractPath), out })) events.push(event);
  return events;
}

describe('record', () => {
  it('gives the same bytes each time, and those that ship', async () => {
    const [first, second] = [join(folder, 'first.json'), join(folder, 'second.json')];
    await recordTo(first);
    await recordTo(second);
    const text = await readFile(first, 'utf8');
    expect(await readFile(second, 'utf8')).toBe(text);
    expect(await readFile(shipped, 'utf8'), 'record again: `voltpact record`').toBe(text);
    expect((await readdir(folder)).toSorted()).toEqual(['first.json', 'second.json']);
  });

  it('yields a passed case for each interaction, in the order of the file', async () => {
    const out = join(folder, 'cases.json');
    const events = await recordTo(out);
    const cases = events.filter((event) => event.kind === 'case-finished');
    expect(cases.every(({ outcome }) => outcome === 'passed')).toBe(true);
    const file = JSON.parse(await readFile(out, 'utf8')) as RecordedFile;
    expect(cases.map(({ name }) => name)).toEqual(file.interactions.map(({ description }) => description));
  });

  it('follows the document: the second dialect is recorded with its own fields', async () => {
    const out = join(folder, 'other.json');
    await recordTo(out, otherDialect.pathname);
    const file = JSON.parse(await readFile(out, 'utf8')) as RecordedFile;
    const charging = file.interactions.find(({ description }) => description === 'a battery that charges');
    expect(charging?.request.body?.content).toMatchObject({ battery_power_kw: 5.2, energy_flow_direction: 'IMPORT' });
    expect(charging?.request.body?.content).not.toHaveProperty('location_id');
  });

  it('refuses an output that cannot be written, and leaves nothing half done', async () => {
    const file = join(folder, 'a-file');
    await writeFile(file, '');
    await expect(recordTo(join(file, 'below.json'))).rejects.toMatchObject({ name: 'UserError' });
  });
});

describe('the recorded file', () => {
  it('is a Pact of version 4 with at least twelve interactions between voltpact and flatpeak', async () => {
    const file = JSON.parse(await readFile(shipped, 'utf8')) as RecordedFile;
    expect(file).toMatchObject({
      consumer: { name: 'voltpact' },
      provider: { name: 'flatpeak' },
      metadata: { pactSpecification: { version: '4.0' } },
    });
    expect(file.interactions.length).toBeGreaterThanOrEqual(12);
    expect(new Set(file.interactions.map(({ type }) => type))).toEqual(new Set(['Synchronous/HTTP']));
  });

  it.each([
    ['a battery that charges', { battery_power_kw: 5.2 }, 200],
    ['a battery that discharges', { battery_power_kw: -7.4 }, 200],
    ['an idle battery at 0 kW', { battery_power_kw: 0 }, 200],
    ['an empty battery at 0 %', { state_of_charge_percent: 0, energy_remaining_kwh: 0 }, 200],
    ['a full battery at 100 %', { state_of_charge_percent: 100 }, 200],
    ['a battery at its reserve', { state_of_charge_percent: 20, backup_reserve_percent: 20 }, 200],
    ['a time with an offset', { time: '2022-02-01T20:30:00+10:00' }, 200],
    ['a time with a fraction of a second', { time: '2022-02-01T10:30:00.123Z' }, 200],
    ['a state of charge given as text', { state_of_charge_percent: '34.2' }, 400],
    ['a state of charge over 100 %', { state_of_charge_percent: 140 }, 400],
    ['a device id that is not known', {}, 404],
    ['no token', {}, 401],
  ])('has %s with what makes it so', async (description, fields, status) => {
    const file = JSON.parse(await readFile(shipped, 'utf8')) as RecordedFile;
    const interaction = file.interactions.find((each) => each.description === description);
    expect(interaction?.request.body?.content).toMatchObject(fields);
    expect(interaction?.response.status).toBe(status);
  });

  it('holds no token and no key but plain examples', async () => {
    const text = await readFile(shipped, 'utf8');
    expect(new Set(text.match(/Bearer [\w.-]+/g))).toEqual(
      new Set(['Bearer voltpact-example-token', 'Bearer voltpact-invalid-token']),
    );
    const logins = [...text.matchAll(/"Basic ([\w+/]+=*)"/g)].map(([, basic = '']) =>
      Buffer.from(basic, 'base64').toString(),
    );
    expect(new Set(logins)).toEqual(
      new Set(['acc_661677911f2197045e6cf1b1:sk_test_example', 'unknown:sk_test_unknown']),
    );
  });
});

describe('a client that strays from the contract', () => {
  it('is named with the interaction and the missing field, and no file comes of it', async () => {
    const contract = await readContract();
    const interactions = buildInteractions(contract)
      .slice(0, 2)
      .map((interaction) => {
        if (interaction.sending.operation !== 'submit') return interaction;
        const { time: _, ...body } = interaction.sending.body;
        return { ...interaction, sending: { ...interaction.sending, body } };
      });
    const recordings: Recording[] = [];
    const run = recordInteractions({ contract, interactions, signal: undefined });
    let text: string | undefined = 'not yet';
    for (;;) {
      const next = await run.next();
      if (next.done === true) {
        text = next.value;
        break;
      }
      recordings.push(next.value);
    }
    expect(text).toBeUndefined();
    expect(recordings.map(({ description }) => description)).toEqual([
      'a state with every field',
      'a state with only the required fields',
    ]);
    for (const { mismatch } of recordings) {
      expect(mismatch?.missing).toEqual(['time']);
      expect(mismatch?.message).toContain('time');
    }
  });
});
