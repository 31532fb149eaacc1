import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', 'dist/**', 'data/**'];
// A million resources take a minute to make: in `.ci/run`, and at a desk for who asks for it (`npm test -- search/plan`).
const isAsked = process.env['CI'] !== undefined || process.argv.some((arg) => arg.includes('search/plan'));
const large = isAsked ? [] : ['**/search/plan.pg.test.ts'];

// The suffix of a file says what it needs: nothing, a database, or a database and a browser. The groups run one after
// the other: a browser that competes with eight database writers on two cores would measure the machine, not us.
export default defineConfig({
  test: {
    maxWorkers: 2,
    // How long a condition is waited for decides nothing but how long a failure takes.
    expect: { poll: { timeout: 15_000 } },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...ignored, '**/*.pg.test.ts', '**/*.browser.test.ts'],
          // A machine that is slow fails nothing.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'database',
          include: ['**/*.pg.test.ts'],
          exclude: [...ignored, ...large],
          globalSetup: 'test/global-setup.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          exclude: ignored,
          globalSetup: 'test/demo-setup.ts',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
