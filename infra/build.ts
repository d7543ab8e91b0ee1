import { bundle } from './bundle.ts';
import { DeploymentError } from './deployment-error.ts';

try {
  await bundle();
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
