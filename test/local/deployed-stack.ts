import { createHash } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../infra/bundle.ts';
import type { Settings } from '../../infra/settings.ts';
import { startLocalStack } from '../../local/stack/stack.ts';
import { oncePerRun } from '../support/once-per-run.ts';
import { recordLog } from './support.ts';

/** Bough's template and bundles. */
export interface Deployable {
  template: unknown;
  assetsDirectory: string;
  bootstrap: string;
}

/** Bundles the programs and synthesises with these settings, beside the defaults: once for each run of the tests. */
export async function makeDeployable(settings: Partial<Settings> = {}): Promise<Deployable> {
  const assets = await oncePerRun('programs', (outdir) => bundle({ outdir }));
  const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  const deployable = await oncePerRun(`deployable-${digest}`, (directory) =>
    synthesiseInto(directory, assets, settings),
  );
  const { template, assetsDirectory } = JSON.parse(
    await readFile(join(deployable, 'deployable.json'), 'utf8'),
  );
  return { template, assetsDirectory, bootstrap: join(assets, 'local/bootstrap.mjs') };
}

async function synthesiseInto(directory: string, assets: string, settings: Partial<Settings>): Promise<void> {
  // Loading the CDK takes seconds, and most callers find the template ready.
  const [{ synthesise }, { Settings }] = await Promise.all([
    import('../../infra/synth.ts'),
    import('../../infra/settings.ts'),
  ]);
  const outdir = join(directory, 'cdk.out');
  await mkdir(outdir);
  const { template, assetsDirectory } = synthesise(Settings.parse(settings), { outdir, assets });
  await writeFile(join(directory, 'deployable.json'), JSON.stringify({ template, assetsDirectory }));
}

/** Starts a local stack on free ports, without a schedule, and records its log. The caller stops the stack. */
export async function startDeployed(deployable: Deployable) {
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
