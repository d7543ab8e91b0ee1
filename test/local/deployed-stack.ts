import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, type Settings } from '../../infra/settings.ts';
import { bundleIfChanged } from '../../infra/sources.ts';
import { startLocalStack } from '../../local/stack/stack.ts';
import { type Assembly, assemble } from '../../local/template/assembly.ts';
import { REGION } from '../../local/template/resource-types.ts';
import { oncePerRun } from '../support/once-per-run.ts';
import { recordLog } from './support.ts';

/** Bough's template and bundles with these settings, beside the defaults. */
export async function makeDeployable(settings: Partial<Settings> = {}): Promise<Assembly> {
  // Two workers would bundle the same programs at the same time.
  await oncePerRun('bundled', async () => void (await bundleIfChanged()));
  return assemble(readSettings(settings, REGION), mkdtempSync(join(tmpdir(), 'bough-assembly-')));
}

/** Starts a local stack on free ports, without a schedule, and records its log. The caller stops the stack. */
export async function startDeployed(deployable: Assembly) {
  const recorder = recordLog();
  const stateDirectory = mkdtempSync(join(tmpdir(), 'bough-state-'));
  const stack = await startLocalStack({
    ...deployable,
    stateDirectory,
    port: 0,
    sitesPort: 0,
    scheduleSeconds: 0,
    log: recorder.log,
  });
  return { stack, recorder, stateDirectory };
}
