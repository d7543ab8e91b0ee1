import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Much of the time is spent waiting for other processes, so the default of one worker less than cores idles.
    maxWorkers: 2,
    globalSetup: ['test/support/one-temporary-directory.ts', 'test/support/unused-grants.ts'],
    // The AWS SDK would tell of Node 20's end once a file.
    execArgv: ['--no-warnings'],
    // Real processes on a busy machine: a limit for what hangs, no measure of speed.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/infra/**', 'test/local/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'infra',
          include: ['test/infra/**/*.test.ts'],
          // Loading aws-cdk-lib takes longer than these tests; once is enough.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'local',
          include: ['test/local/**/*.test.ts', 'test/e2e/**/*.test.ts'],
        },
      },
    ],
  },
});
