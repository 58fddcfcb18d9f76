import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import * as contracts from './scripts/contracts.mjs';
import { suites } from './test/desktop/lab/suites.ts';

/** A script, and so without types of its own. */
const { vitePlugin } = contracts as { vitePlugin: () => Plugin };

/** Processes end, files are small, time limits are the tests' own: what is left is that nothing hangs for ever. */
const minute = 60_000;

export default defineConfig({
  plugins: [vitePlugin()],
  test: {
    // What the provider in the tests of signing in has to say to who would run it for real.
    onConsoleLog: (log) => !log.startsWith('oidc-provider '),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'test/{docs,service,extension,packaging,scripts,upstreams}/**/*.test.ts',
            'test/desktop/lab/**/*.test.ts',
          ],
          testTimeout: minute,
          hookTimeout: minute,
        },
      },
      {
        extends: true,
        // Each test has a time limit that goes by FUZZ_SECONDS.
        test: { name: 'fuzz', include: ['test/fuzz/*.test.ts'], hookTimeout: minute },
      },
      // Each project a desktop, one at a time: they share the port that applications know. `npm test` runs several vitests,
      // each in a network of its own.
      ...suites.map((suite, index) => ({
        extends: true as const,
        test: {
          name: `GNOME ${suite.gnome}`,
          include: ['test/desktop/*.test.ts'],
          globalSetup: 'test/desktop/lab/global-setup.ts',
          provide: { suite: suite.name },
          pool: 'forks' as const,
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 + index },
          testTimeout: 3 * minute,
          hookTimeout: 3 * minute,
        },
      })),
      // After the desktops: model servers keep a processor busy each.
      {
        extends: true,
        test: {
          name: 'processes',
          include: ['test/processes/*.test.ts'],
          globalSetup: 'test/desktop/lab/global-setup.ts',
          pool: 'forks',
          fileParallelism: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 + suites.length },
          testTimeout: minute,
          hookTimeout: 2 * minute,
        },
      },
    ],
  },
});
