import * as z from 'zod/mini';

/** The part of API Gateway's request context that identifies a caller with IAM authorisation. */
const RequestContext = z.object({ authorizer: z.object({ iam: z.object({ userArn: z.string() }) }) });

/** IAM's limit for the names of users and sessions. */
const longestName = 64;

/**
 * The name of the IAM user or session that sent a request: the last part of its ARN, without path and account.
 * Null for a request without IAM authorisation.
 */
export function callerOf(requestContext: unknown): string | null {
  const { data } = RequestContext.safeParse(requestContext);
  const name = data?.authorizer.iam.userArn.split(/[:/]/).at(-1) ?? '';
  return /^[\w+=,.@-]+$/.test(name) && name.length <= longestName ? name : null;
}
