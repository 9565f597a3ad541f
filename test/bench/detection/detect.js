// The detection matrix: which tool finds which seeded defect. Run by hand:
//   npm run bench:detection -- voltpact|pact|schemathesis [defect…]
//   npm run bench:detection -- table
// Without defects it takes all and keeps the result in results/<tool>.json; with some, it only shows what it found.
// `table` renders results/table.md from what was kept.
import { readFile, writeFile } from 'node:fs/promises';

import { format } from 'prettier';
import { bugCatalogue } from 'voltpact';

import { readResults, renderTable } from './table.js';

const [name = '', ...chosen] = process.argv.slice(2);
/** @type {Record<string, () => Promise<{ detect: (names: readonly string[], tell: (name: string, row: object) => void) => Promise<object> }>>} */
const tools = {
  pact: () => import('./pact.js'),
  schemathesis: () => import('./schemathesis.js'),
  voltpact: () => import('./voltpact.js'),
};

if (name === 'table') await keep('results/table.md', renderTable(await readResults()), 'markdown');
else await detectWith(tools[name]);

/** @param {typeof tools[string] | undefined} load */
async function detectWith(load) {
  if (load === undefined) throw new Error(`Which tool? ${Object.keys(tools).join(', ')}, or table`);
  const names = chosen.length > 0 ? chosen : bugCatalogue.map((bug) => bug.name);
  const { detect } = await load();
  const result = await detect(names, (bug, row) => process.stdout.write(`${bug} ${JSON.stringify(row)}\n`));
  if (chosen.length === 0) await keep(`results/${name}.json`, JSON.stringify(result), 'json');
}

/**
 * @param {string} path
 * @param {string} text
 * @param {string} parser of the formatter
 */
async function keep(path, text, parser) {
  const manifest = /** @type {{ prettier: object }} */ (
    JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'))
  );
  await writeFile(new URL(path, import.meta.url), await format(text, { ...manifest.prettier, parser }));
  process.stdout.write(`kept ${path}\n`);
}
