import { buildPage } from './build-page.ts';
import { DeploymentError } from './deployment-error.ts';
import { bundleIfChanged } from './sources.ts';

try {
  await Promise.all([bundleIfChanged(), buildPage()]);
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
