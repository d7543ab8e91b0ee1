import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';

export const required = ['role-arn', 'role-session-name'];

/** `aws sts assume-role` */
export async function run({ 'role-arn': RoleArn, 'role-session-name': RoleSessionName }) {
  const input = { RoleArn, RoleSessionName };
  const { Credentials, AssumedRoleUser } = await new STSClient().send(new AssumeRoleCommand(input));
  return { Credentials, AssumedRoleUser };
}
