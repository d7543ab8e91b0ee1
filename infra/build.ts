import { DeploymentError } from './deployment-error.ts';
import { buildPageIfChanged, bundleIfChanged } from './sources.ts';

try {
  await Promise.all([bundleIfChanged(), buildPageIfChanged()]);
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
