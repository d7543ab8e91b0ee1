import * as z from 'zod/mini';

/** As API Gateway tells of a caller that IAM has let in. */
const RequestContext = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) });

/** The most that IAM allows of a user's name, and of a session's. */
const longestName = 64;

/**
 * The name of the user or the session behind a call: the last part of its ARN, which has neither path nor account.
 * Null for a call that IAM has not seen.
 */
export function callerOf(requestContext: unknown): string | null {
  const { data } = RequestContext.safeParse(requestContext);
  const name = data?.authorizer.iam.userArn.split(/[:/]/).at(-1) ?? '';
  return /^[\w+=,.@-]+$/.test(name) && name.length <= longestName ? name : null;
}
