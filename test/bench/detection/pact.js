// Pact alone: the interactions that we recorded, verified once, as they stand in the Pact file.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

import { verify } from 'voltpact';

import { contract, deviceId, locationId, withMock } from './mock.js';

const { version } = /** @type {{ version: string }} */ (
  JSON.parse(await readFile(createRequire(import.meta.url).resolve('@pact-foundation/pact/package.json'), 'utf8'))
);

export const tool = {
  name: 'pact',
  version: `@pact-foundation/pact ${version}`,
  command: 'voltpact verify --pact contracts/voltpact-flatpeak.json',
};

/**
 * @param {readonly string[]} bugs
 * @returns {Promise<{ failures: string[], requests: number }>} what failed: interactions, and findings that belong to none
 */
async function failuresOf(bugs) {
  const { result, requests } = await withMock(bugs, async (provider) => {
    const failures = [];
    const events = verify({
      contract,
      target: provider.url,
      credentials: { kind: 'token', token: provider.token() },
      deviceId,
      locationId,
      timeoutMs: 2000,
    });
    for await (const event of events) {
      if (event.kind === 'case-finished' && event.outcome === 'failed') failures.push(event.name);
      if (event.kind === 'finding' && event.finding.severity === 'error') failures.push(event.finding.title);
    }
    return failures;
  });
  return { failures: result, requests };
}

/**
 * @param {readonly string[]} names
 * @param {(name: string, row: object) => void} tell
 */
export async function detect(names, tell) {
  const { failures: falseAlarms, requests } = await failuresOf([]);
  /** @type {Record<string, { found: boolean, interactions: string[] }>} */
  const defects = {};
  for (const name of names) {
    const { failures } = await failuresOf([name]);
    const interactions = failures.filter((failure) => !falseAlarms.includes(failure));
    defects[name] = { found: interactions.length > 0, interactions };
    tell(name, defects[name]);
  }
  return { tool, requests, falseAlarms, defects };
}
