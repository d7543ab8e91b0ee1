import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../../../infra/settings.ts';
import { accessKeyOf, createAuthorizer } from '../../../../local/aws/iam/authorizer.ts';
import { type DeployRoles, readDeployRoles } from '../../../../local/aws/iam/deploy-roles.ts';
import { root } from '../../../support/pages.ts';
import { trusting } from './trusting.ts';

const environmentRole = 'arn:aws:iam::000000000000:role/environment';
const everything = [{ Effect: 'Allow' as const, Action: ['sts:*'], Resource: ['*'] }];
const unconditional = { StringEquals: {}, StringLike: {} };

const tags = { project: 'shop', environment: 'pr-7-x', environment_type: 'development', data: 'main-y' };
const own = 'app-shop-pr-7-x';
const at = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const roleOf = (name: string) => `arn:aws:iam::000000000000:role/${name}`;

describe.each([
  { example: 'cdk-api', boundary: 'app-cdk-boundary', bucket: 'cdk-hnb659fds-assets-000000000000-us-east-1' },
  {
    example: 'sam-api',
    boundary: 'app-sam-boundary',
    bucket: 'aws-sam-cli-managed-default-samclisourcebucket-1',
  },
])('the deploy role of examples/$example', ({ example, boundary, bucket }) => {
  let roles: DeployRoles;
  beforeAll(async () => {
    roles = await readDeployRoles([join(root, 'examples', example, '.bough/setup.yaml')]);
  });

  /** Starts a session of the role for a build with these tags. */
  function session(given: Readonly<Record<string, string>> = tags) {
    const authorizer = createAuthorizer();
    const builds = {
      arn: environmentRole,
      statements: everything.map((statement) => ({ ...statement, Condition: unconditional })),
      boundary: undefined,
      trusts: trusting('arn:aws:iam::000000000000:role/api'),
    };
    const api = { ...builds, arn: 'arn:aws:iam::000000000000:role/api', trusts: [] };
    authorizer.register({ principals: [{ name: 'api', role: api }], roles: [builds] });
    authorizer.register({ principals: [], roles: roles.trusting(environmentRole) });
    const transitive = Object.keys(given);
    const build = authorizer.assume(accessKeyOf('api'), environmentRole, { tags: given, transitive });
    const deployment = authorizer.assume(build, roles.arns[0] ?? '', { tags: {}, transitive: [] });
    return (action: string, resource: string, context = {}) =>
      authorizer.allows(deployment, { action, resource, context });
  }

  it.each([
    ['its stack', 'cloudformation:CreateChangeSet', at('cloudformation', `stack/${own}/1`)],
    ['its table', 'dynamodb:BatchWriteItem', at('dynamodb', `table/${own}`)],
    ['its function', 'lambda:CreateFunction', at('lambda', `function:${own}`)],
    ['its code', 's3:PutObject', `arn:aws:s3:::${bucket}/${own}/code.zip`],
    ['reading of its parent’s data', 'dynamodb:Scan', at('dynamodb', 'table/app-shop-main-y')],
  ])('has rights for %s', (_, action, resource) => {
    expect(session()(action, resource)).toBe(true);
  });

  it.each([
    [
      'the stack of another environment',
      'cloudformation:DeleteStack',
      at('cloudformation', 'stack/app-shop-main-y/1'),
    ],
    ['the stack of Bough', 'cloudformation:UpdateStack', at('cloudformation', 'stack/Bough/1')],
    ['writing of its parent’s data', 'dynamodb:PutItem', at('dynamodb', 'table/app-shop-main-y')],
    ['data of another environment', 'dynamodb:Scan', at('dynamodb', 'table/app-shop-pr-8-z')],
    ['data of another project', 'dynamodb:Scan', at('dynamodb', 'table/app-blog-main-y')],
    ['the code of another environment', 's3:PutObject', `arn:aws:s3:::${bucket}/app-shop-main-y/code.zip`],
    [
      'the function of another environment',
      'lambda:UpdateFunctionCode',
      at('lambda', 'function:app-shop-main-y'),
    ],
    [
      'the roles of cdk bootstrap',
      'sts:AssumeRole',
      roleOf('cdk-hnb659fds-deploy-role-000000000000-us-east-1'),
    ],
    ['the boundary of functions', 'iam:CreatePolicyVersion', `arn:aws:iam::000000000000:policy/${boundary}`],
    ['a role without conditions', 'iam:CreateRole', roleOf(own)],
  ])('has no rights for %s', (_, action, resource) => {
    expect(session()(action, resource)).toBe(false);
  });

  it('creates a function’s role only with the boundary and with the tags of its environment', () => {
    const allows = session();
    const role = {
      'iam:PermissionsBoundary': `arn:aws:iam::000000000000:policy/${boundary}`,
      'aws:RequestTag/project': 'shop',
      'aws:RequestTag/environment': 'pr-7-x',
    };
    const create = (context: object) => allows('iam:CreateRole', roleOf(own), context);

    expect(create(role)).toBe(true);
    expect(create({ ...role, 'aws:RequestTag/environment': 'main-y' })).toBe(false);
    expect(
      create({ ...role, 'iam:PermissionsBoundary': 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    ).toBe(false);
    expect(allows('iam:PassRole', roleOf(own), { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(true);
    expect(allows('iam:PassRole', roleOf(own), { 'iam:PassedToService': 'ec2.amazonaws.com' })).toBe(false);
  });

  it('may be in the setting deployRoles of a stack with the default name', () => {
    expect(readSettings({ deployRoles: roles.arns }).deployRoles).toEqual(roles.arns);
  });

  it('admits only builds with a type of environment', () => {
    expect(() => session({ ...tags, environment_type: 'other' })).toThrow('not authorized');
  });
});
