/** No policy allows a call. Each service converts this error to its own response. */
export class AccessDeniedError extends Error {
  constructor(accessKey: string | undefined, { action, resource }: { action: string; resource: string }) {
    const who = accessKey === undefined ? 'An unsigned request' : `The owner of access key ${accessKey}`;
    super(
      `${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`,
    );
    this.name = 'AccessDeniedError';
  }
}
