/** A policy is missing for a call. Each service says so in its own shape. */
export class AccessDeniedError extends Error {
  constructor(accessKey: string | undefined, { action, resource }: { action: string; resource: string }) {
    const who =
      accessKey === undefined ? 'Whoever sends no signature' : `The owner of access key ${accessKey}`;
    super(
      `${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    );
    this.name = 'AccessDeniedError';
  }
}
