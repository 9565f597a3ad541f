import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Where to write a report for programs, beside the one for people; .ci/run counts the tests from it. */
const report = process.env['VOLTPACT_TEST_REPORT'];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    globalSetup: 'test/global-setup.ts',
    // Native Pact and servers on loopback live in worker processes of their own, never in shared threads.
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
  },
});
