/** Runs before each test file. The test files of a worker share modules, so their timers, mocks and variables are restored. */
import { afterAll, afterEach, vi } from 'vitest';
import { cleanUp } from './between-tests.ts';

afterEach(cleanUp);

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
