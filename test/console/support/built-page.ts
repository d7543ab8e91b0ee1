import { join } from 'node:path';
import { DIST, PAGE_DIRECTORY } from '../../../infra/programs.ts';
import { buildPageIfChanged } from '../../../infra/sources.ts';
import { oncePerRun } from '../../support/once-per-run.ts';

/** The directory of the page, as users get it. */
export async function builtPage(): Promise<string> {
  // Two workers would build the same page at the same time.
  await oncePerRun('built-page', async () => void (await buildPageIfChanged()));
  return join(DIST, PAGE_DIRECTORY);
}
