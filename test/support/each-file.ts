/** Runs before each test file. Test files of one worker share their modules, so no file may leave anything behind in them. */
import { afterAll, afterEach, vi } from 'vitest';
import { cleanUp } from './between-tests.ts';

afterEach(cleanUp);

afterAll(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
