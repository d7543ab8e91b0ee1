import { App } from 'aws-cdk-lib';
import { bundle } from './bundle.ts';
import { DeploymentError } from './deployment-error.ts';
import { DIST } from './programs.ts';
import { readSettings } from './settings.ts';

// cdk.json has V8 mark on this thread: the schemas' validator grows its memory in hundreds of steps, and at each one V8 would
// set other threads to marking all that there is, which takes a second and more.
const app = new App({ autoSynth: false });
try {
  const settings = readSettings(app.node.getAllContext(), process.env['CDK_DEFAULT_REGION']);
  // esbuild is a process of its own: it bundles while this one loads the constructs.
  const [{ BoughStack }] = await Promise.all([import('./stack.ts'), bundle()]);
  new BoughStack(app, settings.stackName, { settings, assets: DIST });
  app.synth();
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
