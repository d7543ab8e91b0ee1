import { buildPage } from './build-page.ts';
import { bundle } from './bundle.ts';
import { DeploymentError } from './deployment-error.ts';

try {
  await Promise.all([bundle(), buildPage()]);
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
