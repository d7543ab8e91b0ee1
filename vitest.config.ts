import { defineConfig } from 'vitest/config';

/** Tests that start many processes. Forking a small worker is several times cheaper than forking a large one. */
const gitTests = ['test/git/**/*.test.ts', 'test/functions/builder/**/*.test.ts'];

export default defineConfig({
  test: {
    // Tests often wait for other processes: with one worker per core, two cores are idle for a quarter of the time.
    maxWorkers: 3,
    globalSetup: ['test/support/one-temporary-directory.ts', 'test/support/unused-grants.ts'],
    // Silences the AWS SDK's warning that support for Node 20 ends.
    execArgv: ['--no-warnings'],
    // A limit for what hangs, not a measure of speed: the tests start real processes, also on busy machines.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            'test/console/**',
            'test/e2e/**',
            'test/infra/**',
            'test/local/**',
            ...gitTests,
          ],
          // Loading the modules for each file takes more time than all tests together.
          isolate: false,
          setupFiles: ['test/support/each-file.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'git',
          include: gitTests,
        },
      },
      {
        extends: true,
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          // Loading aws-cdk-lib takes more time than these tests.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts'],
          // Loading the modules takes more than two seconds of each file.
          isolate: false,
          setupFiles: ['test/support/each-file.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          isolate: false,
          setupFiles: ['test/support/each-file.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'console',
          include: ['test/console/**/*.test.ts'],
          isolate: false,
          setupFiles: ['test/support/each-file.ts'],
        },
      },
    ],
  },
});
