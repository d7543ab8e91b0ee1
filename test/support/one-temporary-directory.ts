import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All that tests put into the system's directory for temporary files goes into one of ours, which goes with them. */
export function setup(): (() => void) | undefined {
  if (process.env['BOUGH_TESTS_TMPDIR']) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'bough-tests-'));
  Object.assign(process.env, { TMPDIR: directory, BOUGH_TESTS_TMPDIR: directory });
  return () => rmSync(directory, { recursive: true, force: true });
}
