import { App } from 'aws-cdk-lib';
import { bundle } from './bundle.ts';
import { DeploymentError } from './deployment-error.ts';
import { DIST } from './programs.ts';
import { readSettings } from './settings.ts';

const app = new App({ autoSynth: false });
try {
  const settings = readSettings(app.node.getAllContext());
  // esbuild is a process of its own: it bundles while this one loads the constructs.
  const [{ BoughStack }] = await Promise.all([import('./stack.ts'), bundle()]);
  new BoughStack(app, settings.stackName, { settings, assets: DIST });
  app.synth();
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
