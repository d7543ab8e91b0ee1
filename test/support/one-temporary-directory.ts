import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Sets the directory for temporary files to one of the test run. The teardown removes it with everything that the tests left. */
export function setup(): (() => void) | undefined {
  if (process.env['BOUGH_TESTS_TMPDIR']) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'bough-tests-'));
  Object.assign(process.env, { TMPDIR: directory, BOUGH_TESTS_TMPDIR: directory });
  return () => rmSync(directory, { recursive: true, force: true });
}
