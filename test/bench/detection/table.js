// The kept results as a Markdown table: a row for each defect, a column for each tool, the sums first.
import { readFile } from 'node:fs/promises';

import { bugCatalogue } from 'voltpact';

/**
 * @typedef {{ tool: { version: string, command: string }, requests: number, falseAlarms: string[], defects: Record<string, { found: boolean }> }} PactResult
 * @typedef {{ tool: { version: string, command: string }, budget: number, seeds: number[], falseAlarms: Record<string, number>, defects: Record<string, { found: number, firstRequests: (number | null)[] }> }} FuzzerResult
 * @typedef {{ pact: PactResult, schemathesis: FuzzerResult, voltpact: FuzzerResult }} Results
 */

/** @returns {Promise<Results>} */
export async function readResults() {
  const read = async (/** @type {string} */ name) =>
    /** @type {unknown} */ (JSON.parse(await readFile(new URL(`results/${name}.json`, import.meta.url), 'utf8')));
  const [pact, schemathesis, voltpact] = await Promise.all(['pact', 'schemathesis', 'voltpact'].map(read));
  return /** @type {Results} */ ({ pact, schemathesis, voltpact });
}

/** @param {Results} results */
export function renderTable({ pact, schemathesis, voltpact }) {
  const total = bugCatalogue.length;
  const sums = [
    ['', 'Pact verify', 'Schemathesis', 'voltpact fuzz'],
    ['version', pact.tool.version, schemathesis.tool.version, voltpact.tool.version],
    ['requests', String(pact.requests), `${schemathesis.budget}, twice`, String(voltpact.budget)],
    ['runs with a defect', '1', String(schemathesis.seeds.length), String(voltpact.seeds.length)],
    [
      'defects found in every run',
      `${countOf(pact.defects, ({ found }) => found)} of ${total}`,
      `${countOf(schemathesis.defects, ({ found }) => found === schemathesis.seeds.length)} of ${total}`,
      `${countOf(voltpact.defects, ({ found }) => found === voltpact.seeds.length)} of ${total}`,
    ],
    [
      'defects found in any run',
      `${countOf(pact.defects, ({ found }) => found)} of ${total}`,
      `${countOf(schemathesis.defects, ({ found }) => found > 0)} of ${total}`,
      `${countOf(voltpact.defects, ({ found }) => found > 0)} of ${total}`,
    ],
    ['requests to the first sighting, median', '', medianFirst(schemathesis), medianFirst(voltpact)],
    [
      'kinds of false alarm on the correct provider',
      String(pact.falseAlarms.length),
      String(Object.keys(schemathesis.falseAlarms).length),
      String(Object.keys(voltpact.falseAlarms).length),
    ],
  ];
  const rows = bugCatalogue.map(({ name, category, symptom }) => [
    `\`${name}\``,
    category,
    symptom.replaceAll('_', String.raw`\_`),
    pact.defects[name]?.found === true ? 'found' : '–',
    cellOf(schemathesis, name),
    cellOf(voltpact, name),
  ]);
  const head = ['Defect', 'Category', 'How it shows', 'Pact verify', 'Schemathesis', 'voltpact fuzz'];
  return [
    ...tableOf(sums),
    '',
    'A cell says in how many runs the defect was found, and the median number of requests until then.',
    '',
    ...tableOf([head, ...rows]),
    '',
  ].join('\n');
}

/**
 * @param {FuzzerResult} result
 * @param {string} name
 */
function cellOf({ defects, seeds }, name) {
  const { found = 0, firstRequests = [] } = defects[name] ?? {};
  if (found === 0) return '–';
  return `${found}/${seeds.length}, ${median(firstRequests)}`;
}

/** @param {FuzzerResult} result over all defects that were found at all */
function medianFirst({ defects }) {
  return median(Object.values(defects).flatMap(({ firstRequests }) => firstRequests));
}

/** @param {readonly (number | null)[]} values those that are not null */
function median(values) {
  const known = values.filter((value) => value !== null).toSorted((a, b) => a - b);
  return String(known[Math.floor((known.length - 1) / 2)] ?? '');
}

/**
 * @template T
 * @param {Record<string, T>} defects
 * @param {(row: T) => boolean} isCounted
 */
function countOf(defects, isCounted) {
  return Object.values(defects).filter(isCounted).length;
}

/** @param {readonly (readonly string[])[]} rows the first is the head */
function tableOf(rows) {
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`);
  const rule = `| ${(rows[0] ?? []).map(() => '---').join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)];
}
