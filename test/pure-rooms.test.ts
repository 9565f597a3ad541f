// Protects the purity of the model: battery, device, contract and check, bundled for a browser, import nothing of Node and run in
// a bare JavaScript engine that has no process, no Buffer, no timers and no web either.
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { rolldown } from 'rolldown';
import { beforeAll, describe, expect, it } from 'vitest';
import { simulatedDay } from './helpers/pure-day.js';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const day = fileURLToPath(new URL('helpers/pure-day.ts', import.meta.url));
const ENTRY = 'rooms-entry';

/** Every file of the pure rooms but the generators for tests, which need fast-check. */
async function filesOf(rooms: readonly string[]): Promise<string[]> {
  const files = await Promise.all(
    rooms.map(async (room) => (await readdir(source + room)).map((file) => `${source}${room}/${file}`)),
  );
  return files.flat().filter((file) => file.endsWith('.ts') && !file.endsWith('/arbitrary.ts'));
}

/** All of the files in one script, whether or not anything in it is used. */
async function bundle(
  files: readonly string[],
): Promise<{ code: string; imports: readonly string[]; warnings: string[] }> {
  const warnings: string[] = [];
  const entry = [
    `export { simulatedDay } from '${day}';`,
    ...files.map((file, at) => `export * as f${at} from '${file}';`),
  ];
  const build = await rolldown({
    input: ENTRY,
    platform: 'browser',
    treeshake: false,
    onLog: (_, { message }) => warnings.push(message),
    plugins: [
      {
        name: ENTRY,
        resolveId: (id) => (id === ENTRY ? id : null),
        load: (id) => (id === ENTRY ? entry.join('\n') : null),
      },
    ],
  });
  const { output } = await build.generate({ format: 'iife', name: 'rooms' });
  await build.close();
  const [{ code, imports }] = output;
  return { code, imports, warnings };
}

let contractText: string;
beforeAll(async () => {
  contractText = await readFile(new URL('../contracts/device-state.openapi.yaml', import.meta.url), 'utf8');
});

describe('the pure rooms', () => {
  it('simulate and check a day in a bare engine, to the same bytes as in Node', async () => {
    const { code, imports, warnings } = await bundle(await filesOf(['battery', 'device', 'contract', 'check']));
    expect({ imports, warnings }).toEqual({ imports: [], warnings: [] });
    const engine = createContext({});
    runInContext(code, engine);
    expect(runInContext('[typeof process, typeof Buffer, typeof setTimeout, typeof URL].join()', engine)).toBe(
      'undefined,undefined,undefined,undefined',
    );
    engine['contractText'] = contractText;
    const played: unknown = runInContext('JSON.stringify(rooms.simulatedDay(contractText))', engine);
    expect(played).toBe(JSON.stringify(simulatedDay(contractText)));
    expect(JSON.parse(String(played))).toMatchObject({ violations: [], findings: [], refused: ['contract/required'] });
  });

  it('would show an import of Node', async () => {
    const { imports, warnings } = await bundle([...(await filesOf(['device'])), `${source}run/telemetry-file.ts`]);
    expect([...imports, ...warnings].join('\n')).toContain('node:fs/promises');
  });
});
