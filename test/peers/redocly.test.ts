// Protects the contract document: a linter of OpenAPI that others wrote finds no error in it, at its strictest setting.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { contractDocument, peerEnvironment, peerProgram, peersInstalled, peerTitle } from './peer-server.js';

const redoclyReport = z.object({
  problems: z.array(z.object({ ruleId: z.string(), severity: z.string(), message: z.string() })),
});

const contracts = fileURLToPath(new URL('../../contracts', import.meta.url));

/** What Redocly finds in a document, a line each. */
async function lint(document: string): Promise<string[]> {
  const script = peerProgram('@redocly/cli/bin/cli.js');
  const options = ['lint', document, '--extends=recommended-strict', '--format=json'];
  const report = await new Promise<string>((done, fail) => {
    execFile(process.execPath, [script, ...options], { env: peerEnvironment }, (error, stdout, stderr) => {
      if (stdout.startsWith('{')) done(stdout);
      else fail(new Error(`Redocly gave no report: ${stdout}${stderr}`, { cause: error }));
    });
  });
  return redoclyReport
    .parse(JSON.parse(report))
    .problems.map(({ ruleId, severity, message }) => `${severity} ${ruleId}: ${message}`);
}

describe.skipIf(!peersInstalled)(peerTitle('Redocly'), async () => {
  const documents = (await readdir(contracts)).filter((file) => file.endsWith('.openapi.yaml'));

  test('has a document to read', () => {
    expect(documents).toContain('device-state.openapi.yaml');
  });

  test.each(documents)('finds nothing wrong in %s', async (document) => {
    expect(await lint(join(contracts, document))).toEqual([]);
  });

  test('finds a path parameter that is not declared, so the check can fail', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'voltpact-redocly-'));
    onTestFinished(async () => rm(folder, { recursive: true }));
    const broken = (await readFile(contractDocument, 'utf8')).replace('/devices/{id}/state', '/devices/{device}/state');
    await writeFile(join(folder, 'broken.yaml'), broken);
    const problems = await lint(join(folder, 'broken.yaml'));
    expect(problems.join('\n')).toContain('error path-parameters-defined');
  });
});
