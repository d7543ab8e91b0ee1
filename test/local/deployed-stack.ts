import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../infra/bundle.ts';
import { Settings } from '../../infra/settings.ts';
import { synthesise } from '../../infra/synth.ts';
import { startLocalStack } from '../../local/stack/stack.ts';
import { temporaryDirectory } from '../infra/synthesised.ts';
import { recordLog } from './support.ts';

/** Bough's template and bundles. */
export interface Deployable {
  template: unknown;
  assetsDirectory: string;
  bootstrap: string;
}

/** Bundles and synthesises with these settings and the defaults. Takes seconds. */
export async function makeDeployable(settings: Partial<Settings> = {}): Promise<Deployable> {
  const assets = temporaryDirectory();
  await bundle({ outdir: assets });
  const outdir = join(assets, 'cdk.out');
  mkdirSync(outdir);
  const { template, assetsDirectory } = synthesise(Settings.parse(settings), { outdir, assets });
  return { template, assetsDirectory, bootstrap: join(assets, 'local/bootstrap.mjs') };
}

/** Starts a local stack on free ports, without schedules. The caller must stop the stack. */
export async function startDeployed(deployable: Deployable) {
  const recorder = recordLog();
  const stateDirectory = temporaryDirectory();
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
