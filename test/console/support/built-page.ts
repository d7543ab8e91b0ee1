import { vi } from 'vitest';
import { buildPage } from '../../../infra/build-page.ts';
import { oncePerRun } from '../../support/once-per-run.ts';

/** The directory of the page, as users get it. */
export function builtPage(): Promise<string> {
  return oncePerRun('console-page', async (outdir) => {
    // Vite makes a development build for every other NODE_ENV; Vitest sets `test`.
    vi.stubEnv('NODE_ENV', 'production');
    await buildPage(outdir).finally(() => vi.unstubAllEnvs());
  });
}
