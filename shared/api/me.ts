import * as z from 'zod/mini';

/** The caller of the API, as IAM authenticated it, and the place of the deployment. */
export const Me = z.object({
  arn: z.string().check(z.describe('The ARN of the IAM user or of the role’s session')),
  account: z.string().check(z.describe('The AWS account of the caller')),
  name: z.string().check(z.describe('The name of the user or session')),
  region: z.string().check(z.describe('The AWS region of the deployment')),
});
/** A parsed `Me`. */
export type Me = z.infer<typeof Me>;
