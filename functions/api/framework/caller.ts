import * as z from 'zod/mini';

/** The part of API Gateway's request context that identifies a caller with IAM authorisation. */
const RequestContext = z.object({
  authorizer: z.object({ iam: z.object({ userArn: z.string(), accountId: z.string() }) }),
});

/** IAM's limit for the names of users and sessions. */
const longestName = 64;

/** An IAM user or session. */
export interface Caller {
  arn: string;
  account: string;
  /** The last part of the ARN, without path and account. */
  name: string;
}

/** The IAM user or session that sent a request; null without IAM authorisation. */
export function callerOf(requestContext: unknown): Caller | null {
  const { data } = RequestContext.safeParse(requestContext);
  if (!data) return null;
  const { userArn: arn, accountId: account } = data.authorizer.iam;
  const name = arn.split(/[:/]/).at(-1) ?? '';
  return /^[\w+=,.@-]+$/.test(name) && name.length <= longestName ? { arn, account, name } : null;
}
