import { describe, expect, it } from 'vitest';
import { accessKeyOf, createAuthorizer, type RoleRights } from '../../../../local/aws/iam/authorizer.ts';
import { readPrincipals } from '../../../../local/aws/iam/principals.ts';
import { readResources } from '../../../../local/template/resources.ts';
import { synthesised } from '../../../infra/synthesised.ts';

const addresses = { sqs: 'http://sqs', api: 'http://api', sitesHost: 'sites' };
// Local name of the stack.
const resources = readResources(synthesised({ stackName: 'local' }).json, addresses);

/** Returns the only resource whose logical id starts like this. */
function arnOf(kind: 'buckets' | 'tables' | 'roles', start: string): string {
  const found = resources[kind].filter(({ id }) => id.startsWith(start));
  expect(found).toHaveLength(1);
  return found[0]?.arn ?? '';
}

const mirror = arnOf('buckets', 'StorageMirror');
const sites = arnOf('buckets', 'StorageSites');
const data = arnOf('buckets', 'StorageData');
const activities = arnOf('buckets', 'StorageActivities');
const table = arnOf('tables', 'StorageTable');
const role = arnOf('roles', 'ApiEnvironmentRole');
const api = resources.functions.find(({ id }) => id.startsWith('ApiFunction'))?.ref ?? '';
const tags = { project: 'shop', environment: 'pr-7-x', data: 'main-y', activity: 'a1' };

function aSession(given: Record<string, string> = tags, attached: RoleRights['statements'] = []) {
  const authorizer = createAuthorizer();
  const { principals, roles } = readPrincipals(resources);
  const attach = (it: RoleRights) =>
    it.arn === role ? { ...it, statements: [...it.statements, ...attached] } : it;
  authorizer.register({ principals, roles: roles.map(attach) });
  const session = authorizer.assume(accessKeyOf(api), role, { tags: given, transitive: [] });
  return (action: string, resource: string, prefix?: string) =>
    authorizer.allows(session, {
      action,
      resource,
      context: prefix === undefined ? {} : { 's3:prefix': prefix },
    });
}

const everything: RoleRights['statements'][number] = {
  Effect: 'Allow',
  Action: ['*'],
  Resource: ['*'],
  Condition: { StringEquals: {}, StringLike: {} },
};

const OWN: [string, string, string?][] = [
  ['s3:GetObject', `${mirror}/shop/bundles/1.bundle`],
  ['s3:ListBucket', mirror, 'shop/bundles/1.bundle'],
  ['s3:PutObject', `${sites}/pr-7-x-shop/index.html`],
  ['s3:DeleteObject', `${sites}/pr-7-x-shop/index.html`],
  ['s3:ListBucket', sites, 'pr-7-x-shop/'],
  ['s3:GetObject', `${data}/shop/pr-7-x/a`],
  ['s3:PutObject', `${data}/shop/pr-7-x/a`],
  ['s3:DeleteObject', `${data}/shop/pr-7-x/a`],
  ['s3:ListBucket', data, 'shop/pr-7-x/'],
  ['s3:GetObject', `${data}/shop/main-y/a`],
  ['s3:ListBucket', data, 'shop/main-y/'],
  ['s3:GetObject', `${activities}/shop/a1.build.json`],
  ['s3:GetObject', `${activities}/shop/a1.log`],
  ['s3:PutObject', `${activities}/shop/a1.log`],
  ['s3:PutObject', `${activities}/shop/a1.result.json`],
  ['s3:ListBucket', activities, 'shop/a1.log'],
  ['s3:GetObject', `${activities}/shop/cache/pr-7-x.tgz`],
  ['s3:PutObject', `${activities}/shop/cache/pr-7-x.tgz`],
  ['s3:DeleteObject', `${activities}/shop/cache/pr-7-x.tgz`],
  ['s3:ListBucket', activities, 'shop/cache/pr-7-x.tgz'],
  ['s3:GetObject', `${activities}/shop/cache/main-y.tgz`],
  ['s3:ListBucket', activities, 'shop/cache/main-y.tgz'],
];

const OTHERS: [string, string, string, string?][] = [
  ['change the data that it was copied from', 's3:PutObject', `${data}/shop/main-y/a`],
  ['delete the data that it was copied from', 's3:DeleteObject', `${data}/shop/main-y/a`],
  ['read another environment’s data', 's3:GetObject', `${data}/shop/pr-8-z/a`],
  ['read data of another project', 's3:GetObject', `${data}/blog/pr-7-x/a`],
  ['find out what another environment has', 's3:ListBucket', data, 'shop/pr-8-z/'],
  ['find out whose data there is', 's3:ListBucket', data, 'shop/'],
  ['list the whole bucket', 's3:ListBucket', data],
  ['publish on another environment’s site', 's3:PutObject', `${sites}/main-y-shop/index.html`],
  ['delete from another environment’s site', 's3:DeleteObject', `${sites}/main-y-shop/index.html`],
  ['read another project’s code', 's3:GetObject', `${mirror}/blog/bundles/1.bundle`],
  ['change the mirror', 's3:PutObject', `${mirror}/shop/bundles/1.bundle`],
  ['read another activity’s permit', 's3:GetObject', `${activities}/shop/a2.build.json`],
  ['change its own permit', 's3:PutObject', `${activities}/shop/a1.build.json`],
  ['write another activity’s result', 's3:PutObject', `${activities}/shop/a2.result.json`],
  ['write another activity’s log', 's3:PutObject', `${activities}/shop/a2.log`],
  ['poison its parent’s cache', 's3:PutObject', `${activities}/shop/cache/main-y.tgz`],
  ['delete its parent’s cache', 's3:DeleteObject', `${activities}/shop/cache/main-y.tgz`],
  ['read another environment’s cache', 's3:GetObject', `${activities}/shop/cache/pr-8-z.tgz`],
  ['poison another environment’s cache', 's3:PutObject', `${activities}/shop/cache/pr-8-z.tgz`],
  ['poison a cache of another project', 's3:PutObject', `${activities}/blog/cache/pr-7-x.tgz`],
  ['find out whose caches there are', 's3:ListBucket', activities, 'shop/cache/'],
  ['read Bough’s state', 'dynamodb:GetItem', table],
];

/** An ARN with the stack's name first, as CloudFormation creates it. */
const named = (rest: string) =>
  `arn:aws:${rest.replace('ACCOUNT', '000000000000').replace('STACK', 'local')}`;
const { ref: project } = resources.projects[0]!;
const { ref: http } = resources.apis[0]!;

/** Calls that only an additional policy might allow. */
const MACHINERY: [string, string, string][] = [
  [
    'read other builds’ permits',
    'codebuild:BatchGetBuilds',
    named(`codebuild:us-east-1:ACCOUNT:project/${project}`),
  ],
  [
    'start builds for others',
    'codebuild:StartBuild',
    named(`codebuild:us-east-1:ACCOUNT:project/${project}`),
  ],
  [
    'delete a project',
    'execute-api:Invoke',
    named(`execute-api:us-east-1:ACCOUNT:${http}/$default/DELETE/projects/shop`),
  ],
  [
    'replace a function',
    'lambda:UpdateFunctionCode',
    named('lambda:us-east-1:ACCOUNT:function:STACK-ApiFunction-1'),
  ],
  [
    'lift its own limits',
    'iam:DeleteRolePermissionsBoundary',
    named('iam::ACCOUNT:role/STACK-ApiEnvironmentRole-1'),
  ],
  ['send Bough an event', 'sqs:SendMessage', named('sqs:us-east-1:ACCOUNT:STACK-EventsQueue-1')],
  ['change its limits', 'iam:CreatePolicyVersion', named('iam::ACCOUNT:policy/STACK-Boundary-1')],
  ['delete the stack', 'cloudformation:DeleteStack', named('cloudformation:us-east-1:ACCOUNT:stack/STACK/1')],
  ['read logs', 'logs:GetLogEvents', named('logs:us-east-1:ACCOUNT:log-group:STACK-BuilderLogs-1:*')],
];

describe("an environment's role", () => {
  it.each(MACHINERY)('may not %s with any additional policy', (_, action, resource) => {
    expect(aSession()(action, resource)).toBe(false);
    expect(aSession(tags, [everything])(action, resource)).toBe(false);
  });

  it.each(OWN)('may %s %s %s', (action, resource, prefix) => {
    expect(aSession()(action, resource, prefix)).toBe(true);
  });

  it.each(OTHERS)('may not %s', (_, action, resource, prefix) => {
    expect(aSession()(action, resource, prefix)).toBe(false);
  });

  it.each(OTHERS)('may not %s with any additional policy', (_, action, resource, prefix) => {
    expect(aSession(tags, [everything])(action, resource, prefix)).toBe(false);
  });

  it('may use other resources that an additional policy allows', () => {
    const may = aSession(tags, [everything]);
    expect(may('s3:PutObject', 'arn:aws:s3:::ours/a')).toBe(true);
    expect(may('s3:PutObject', `${data}/shop/pr-7-x/a`)).toBe(true);
    expect(aSession()('s3:PutObject', 'arn:aws:s3:::ours/a')).toBe(false);
  });

  it('may do nothing without its session tags', () => {
    const may = aSession({});
    expect(OWN.filter(([action, resource, prefix]) => may(action, resource, prefix))).toEqual([]);
  });

  it('can be assumed by the management API only', () => {
    const authorizer = createAuthorizer();
    const { principals, roles } = readPrincipals(resources);
    authorizer.register({ principals, roles });
    for (const { name } of principals.filter((principal) => principal.name !== api)) {
      expect(() => authorizer.assume(accessKeyOf(name), role, { tags, transitive: [] }), name).toThrow(
        /not authorized/,
      );
    }
  });
});
