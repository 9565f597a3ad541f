/** Protects the seeded defects: each shows in the smallest requests that it should show in, and the correct provider has none. */
import { describe, expect, test } from 'vitest';

import { bugCatalogue, findBugs } from '../../../src/http/provider/bugs/catalogue.js';
import { startProvider } from '../../../src/http/provider/provider.js';
import { readContract } from '../../../src/http/read-contract.js';
import { type BugProbe, bugProbes } from './bug-probes.js';
import { accounts, ProviderUser } from './provider-user.js';

const contract = await readContract();

async function observe({ observe: look }: BugProbe, bugs: readonly string[]): Promise<unknown> {
  const user = new ProviderUser(contract, await startProvider({ contract, accounts, bugs }));
  try {
    return await look(user);
  } finally {
    await user.close();
  }
}

describe('a seeded defect shows, and the correct provider does not have it', () => {
  test.each(bugProbes)('$bug: $sent', async (probe) => {
    expect(await observe(probe, [])).toEqual(probe.correct);
    expect(await observe(probe, [probe.bug])).toEqual(probe.defective);
  });
});

describe('the catalogue of defects', () => {
  test('has a probe for every defect', () => {
    expect(new Set(bugProbes.map(({ bug }) => bug))).toEqual(new Set(bugCatalogue.map(({ name }) => name)));
  });

  test('names each defect once, in kebab-case, with a line on what is wrong and one on how it shows', () => {
    expect(new Set(bugCatalogue.map(({ name }) => name)).size).toBe(bugCatalogue.length);
    for (const { name, description, symptom } of bugCatalogue) {
      expect(name).toMatch(/^[a-z]+(?:-[a-z0-9]+)+$/);
      for (const line of [description, symptom]) expect(line).toMatch(/^[^\n]{10,130}[^.\n]$/);
    }
  });

  test('refuses a name that it lacks and names the nearest', () => {
    expect(() => findBugs(['soc-zero-mising'])).toThrow(
      expect.objectContaining({
        message: '"soc-zero-mising" is not a seeded defect.',
        hint: 'Did you mean soc-zero-missing? voltpact mock --list-bugs lists them all.',
      }),
    );
  });

  test('plants several defects in one provider', async () => {
    const user = new ProviderUser(
      contract,
      await startProvider({ contract, accounts, bugs: ['power-sign-lost', 'soc-rounded'] }),
    );
    await user.submit(user.body({ powerKw: -3.4, socPercent: 34.2 }));
    expect((await user.read()).json).toMatchObject({ battery_power_kw: 3.4, state_of_charge_percent: 34 });
    await user.close();
  });
});
