// `voltpact fuzz` against its own embedded mock. A defect counts as found at the first finding of severity error or warning
// within the budget that no run against the correct mock has; nothing is made smaller before it, so its number is that of
// all requests sent until then.
import { fuzz } from 'voltpact';

import { contract, version } from './mock.js';

const budget = 500;
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

/**
 * @param {readonly string[]} bugs
 * @param {number} seed
 * @returns {AsyncGenerator<{ request: number, key: string, severity: string }>} what is found, in that order
 */
async function* search(bugs, seed) {
  const events = fuzz({ contract, seed, maxRequests: budget, timeoutMs: 2000, mock: { bugs } }, { now: Date.now });
  for await (const event of events) {
    if (event.kind !== 'finding' || event.finding.severity === 'info') continue;
    const { ruleId, severity, evidence } = event.finding;
    const parts = [ruleId, evidence['constraint'] ?? evidence['pointer']];
    const key = parts.filter((part) => typeof part === 'string').join(' ');
    yield { request: Number(evidence['afterRequests']), key, severity };
  }
}

/**
 * @param {readonly string[]} names
 * @param {(name: string, row: object) => void} tell
 */
export async function detect(names, tell) {
  /** @type {Record<string, number>} */
  const falseAlarms = {};
  for (const seed of seeds) {
    for await (const { key } of search([], seed)) falseAlarms[key] = (falseAlarms[key] ?? 0) + 1;
  }
  tell('the correct provider', falseAlarms);
  /** @type {Record<string, { found: number, firstRequests: (number | null)[], failures: string[] }>} */
  const defects = {};
  for (const name of names) {
    const runs = [];
    for (const seed of seeds) runs.push(await firstOf(search([name], seed), falseAlarms));
    const firstRequests = runs.map((first) => first?.request ?? null);
    const failures = [
      ...new Set(runs.flatMap((first) => (first === undefined ? [] : [`${first.severity} ${first.key}`]))),
    ];
    const found = firstRequests.filter((first) => first !== null && first <= budget).length;
    defects[name] = { found, firstRequests, failures: failures.toSorted() };
    tell(name, defects[name]);
  }
  const command = `voltpact fuzz --seed SEED --max-requests ${budget}`;
  return { tool: { name: 'voltpact', version: `voltpact ${version}`, command }, budget, seeds, falseAlarms, defects };
}

/**
 * @param {AsyncGenerator<{ request: number, key: string, severity: string }>} findings
 * @param {Record<string, number>} falseAlarms
 */
async function firstOf(findings, falseAlarms) {
  for await (const finding of findings) if (!(finding.key in falseAlarms)) return finding;
  return undefined;
}
