import { DeploymentError } from './deployment-error.ts';
import { buildIfChanged } from './sources.ts';

try {
  await buildIfChanged();
} catch (error) {
  if (!(error instanceof DeploymentError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
