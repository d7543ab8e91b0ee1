const cleanups = new Set<() => void>();

/** Registers a cleanup of a module that test files share. The cleanup runs after each test of every file of the worker. */
export function afterEachTest(cleanup: () => void): void {
  cleanups.add(cleanup);
}

/** Runs every registered cleanup. */
export function cleanUp(): void {
  for (const cleanup of cleanups) cleanup();
}
