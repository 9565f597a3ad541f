// Protects the recorded contract: a server that others wrote, the Pact stub server, reads our file and answers by it, and
// `verify` passes there for each interaction; where the file it reads differs from ours, `verify` says which one fails.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
// The built job, since it starts a process of its own from the built file beside it.
import { readContract } from '../../dist/http/read-contract.js';
import type { CaseFinished } from '../../dist/run/event.js';
import { verify } from '../../dist/run/verify.js';
import { type PeerServer, peersInstalled, peerTitle, startPactStub } from './peer-server.js';

const recordedFile = fileURLToPath(new URL('../../contracts/voltpact-flatpeak.json', import.meta.url));
const recorded = z
  .object({ interactions: z.array(z.object({ description: z.string() })) })
  .parse(JSON.parse(await readFile(recordedFile, 'utf8')));

/** The result of each interaction, as `verify --target` gives it. */
async function verifyAgainst(target: string): Promise<CaseFinished[]> {
  const input = {
    contract: await readContract(),
    target,
    credentials: { kind: 'account', accountId: 'acc_661677911f2197045e6cf1b1', apiKey: 'sk_test_peer' } as const,
  };
  const cases: CaseFinished[] = [];
  for await (const event of verify(input)) {
    if (event.kind === 'case-finished') cases.push(event);
    if (event.kind === 'finding') expect(event.finding).toBeUndefined();
  }
  return cases;
}

describe.skipIf(!peersInstalled)(peerTitle('The Pact stub server'), () => {
  let stub: PeerServer;
  let cases: CaseFinished[];

  beforeAll(async () => {
    stub = await startPactStub(recordedFile);
    cases = await verifyAgainst(stub.url);
  });

  afterAll(async () => {
    await stub.close();
  });

  test('has at least a dozen interactions to serve', () => {
    expect(recorded.interactions.length).toBeGreaterThanOrEqual(12);
    expect(cases.map(({ name }) => name).toSorted()).toEqual(
      recorded.interactions.map(({ description }) => description).toSorted(),
    );
  });

  test.each(recorded.interactions)('passes: $description', ({ description }) => {
    const result = cases.find(({ name }) => name === description);
    expect(result?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result?.outcome).toBe('passed');
  });

  test('fails for an interaction that the stub answers otherwise, so the check can fail', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voltpact-stub-'));
    onTestFinished(async () => rm(folder, { recursive: true }));
    const changedFile = join(folder, 'changed.json');
    await writeFile(changedFile, (await readFile(recordedFile, 'utf8')).replaceAll('"device_id"', '"deviceId"'));
    const changed = await startPactStub(changedFile);
    onTestFinished(async () => changed.close());
    const failed = (await verifyAgainst(changed.url)).filter(({ outcome }) => outcome === 'failed');
    expect(failed.map(({ name }) => name)).toContain('a battery that charges');
    expect(JSON.stringify(failed)).toContain('device_id');
  });
});
