import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accessKeyOf, createAuthorizer } from '../../../local/aws/iam/authorizer.ts';
import { createStsServer } from '../../../local/aws/sts.ts';
import { closeServer, listen, localUrl } from '../../../local/http/net.ts';
import type { Statement } from '../../../local/template/policies.ts';
import { trusting } from './iam/trusting.ts';

const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
const allow = (Action: string[], Resource: string): Statement => ({
  Effect: 'Allow',
  Action,
  Resource: [Resource],
  Condition: { StringEquals: {}, StringLike: {} },
});

/** A function `Api` that may assume a role for data, and a function `Other` that the role does not trust. */
async function anSts(actions = ['sts:AssumeRole', 'sts:TagSession']) {
  const authorizer = createAuthorizer();
  const own = { boundary: undefined, trusts: [], statements: [allow(actions, roleOf('Data'))] };
  const data = {
    arn: roleOf('Data'),
    boundary: undefined,
    trusts: trusting(roleOf('Api')),
    statements: [allow(['s3:GetObject'], 'data/${aws:PrincipalTag/project}/*')],
  };
  authorizer.register({
    principals: ['Api', 'Other'].map((name) => ({ name, role: { ...own, arn: roleOf(name) } })),
    roles: [data],
  });
  const server = createStsServer(authorizer);
  const endpoint = localUrl(await listen(server, 0));
  onTestFinished(() => closeServer(server));

  const assume = async (name: string, input: Partial<AssumeRoleCommand['input']> = {}) => {
    const credentials = { accessKeyId: accessKeyOf(name), secretAccessKey: 'local' };
    const sts = new STSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
    onTestFinished(() => sts.destroy());
    const Tags = [{ Key: 'project', Value: 'shop' }];
    return sts.send(
      new AssumeRoleCommand({ RoleArn: roleOf('Data'), RoleSessionName: 'session', Tags, ...input }),
    );
  };
  const mayRead = (accessKey: string | undefined, resource: string) =>
    authorizer.allows(accessKey, { action: 's3:GetObject', resource });
  return { assume, mayRead };
}

describe('AssumeRole', () => {
  it('starts a session for a trusted role, with the rights that the role has for the tags', async () => {
    const { assume, mayRead } = await anSts();

    const { Credentials, AssumedRoleUser } = await assume('Api', { DurationSeconds: 900 });

    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::000000000000:assumed-role/Data/session');
    expect(Credentials?.SessionToken).toMatch(/.{16}/);
    const seconds = ((Credentials?.Expiration?.getTime() ?? 0) - Date.now()) / 1000;
    expect(Math.abs(seconds - 900)).toBeLessThan(60);
    expect(mayRead(Credentials?.AccessKeyId, 'data/shop/a')).toBe(true);
    expect(mayRead(Credentials?.AccessKeyId, 'data/blog/a')).toBe(false);
  });

  it('separates sessions', async () => {
    const { assume, mayRead } = await anSts();
    const [shop, blog] = await Promise.all(
      ['shop', 'blog'].map((Value) => assume('Api', { Tags: [{ Key: 'project', Value }] })),
    );

    expect(mayRead(shop?.Credentials?.AccessKeyId, 'data/blog/a')).toBe(false);
    expect(mayRead(blog?.Credentials?.AccessKeyId, 'data/blog/a')).toBe(true);
  });

  it('is denied to an untrusted role with every permission', async () => {
    const { assume } = await anSts();
    await expect(assume('Other')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['assuming the role', ['sts:TagSession']],
    ['tagging the session', ['sts:AssumeRole']],
  ])('is denied without the permission for %s', async (_, actions) => {
    const { assume } = await anSts(actions);
    await expect(assume('Api')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['a session name with spaces', { RoleSessionName: 'a b' }],
    ['more than an hour', { DurationSeconds: 7200 }],
    ['less than a quarter of an hour', { DurationSeconds: 60 }],
    ['a tag with a wildcard', { Tags: [{ Key: 'project', Value: '*' }] }],
    ['an ARN of a user', { RoleArn: 'arn:aws:iam::000000000000:user/somebody' }],
  ])('refuses %s', async (_, input) => {
    const { assume } = await anSts();
    await expect(assume('Api', input)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
