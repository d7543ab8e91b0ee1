/** An error that the user who builds or deploys can fix. The message names the problem and the remedy. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}
