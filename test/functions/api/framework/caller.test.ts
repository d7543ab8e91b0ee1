import { expect, it } from 'vitest';
import { callerOf } from '../../../../functions/api/framework/caller.ts';

const contextOf = (userArn: string) => ({ authorizer: { iam: { userArn, accountId: '123456789012' } } });

it.each([
  ['a user', 'arn:aws:iam::123456789012:user/ada', 'ada'],
  ['a user with a path', 'arn:aws:iam::123456789012:user/division/team/ada', 'ada'],
  [
    'a session of a role, as of IAM Identity Center',
    'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0123456789abcdef/ada@example.com',
    'ada@example.com',
  ],
  ['the account itself', 'arn:aws:iam::123456789012:root', 'root'],
  ['a partition of its own', 'arn:aws-cn:iam::123456789012:user/ada', 'ada'],
])("the caller's name is the last part of the ARN: %s", (_, arn, name) => {
  expect(callerOf(contextOf(arn))).toEqual({ arn, account: '123456789012', name });
});

it.each([
  ['without IAM', {}],
  ['without a context', undefined],
  ['with an ARN that is none', contextOf('')],
  ['with a name that IAM does not allow', contextOf('arn:aws:iam::1:user/a da')],
  ['with a name that is too long', contextOf(`arn:aws:iam::1:user/${'a'.repeat(65)}`)],
])('a request has no caller %s', (_, context) => {
  expect(callerOf(context)).toBeNull();
});
