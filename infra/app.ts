import { App } from 'aws-cdk-lib';
import { DeploymentError } from './deployment-error.ts';
import { DIST } from './programs.ts';
import { readSettings } from './settings.ts';
import { buildIfChanged } from './sources.ts';

// cdk.json makes V8 mark on this thread. CDK's schema validation grows its memory in hundreds of steps; with concurrent
// marking each step would start other threads, which costs more than a second.
const app = new App({ autoSynth: false });
try {
  const settings = readSettings(app.node.getAllContext(), process.env['CDK_DEFAULT_REGION']);
  // esbuild runs in its own process, so bundle while this process loads the constructs.
  const [{ BoughStack }] = await Promise.all([import('./stack.ts'), buildIfChanged()]);
  new BoughStack(app, settings.stackName, { settings, assets: DIST });
  app.synth();
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
