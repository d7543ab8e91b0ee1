/** Something that the person who builds or deploys can put right: the message says what, and how. */
export class DeploymentError extends Error {
  override readonly name = 'DeploymentError';
}
