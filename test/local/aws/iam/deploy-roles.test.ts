import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessKeyOf, createAuthorizer } from '../../../../local/aws/iam/authorizer.ts';
import { readPrincipals } from '../../../../local/aws/iam/principals.ts';
import { createStsServer } from '../../../../local/aws/sts.ts';
import { closeServer, listen, localUrl } from '../../../../local/http/net.ts';
import { ManagedPolicyProperties, type Trust, TrustPolicy } from '../../../../local/template/policies.ts';
import { readResources } from '../../../../local/template/resources.ts';
import { stsEnvironmentRights } from '../../../../shared/adapters/aws/builds/environment-rights.ts';
import type { Credentials, SessionScope } from '../../../../shared/domain/builds/build.ts';
import { synthesised } from '../../../infra/synthesised.ts';
import { trusting } from './trusting.ts';

const roleOf = (name: string) => `arn:aws:iam::210987654321:role/${name}`;
const [production, previews, next, unlisted] = ['production', 'previews', 'next', 'unlisted'].map(roleOf);

const page = readFileSync(join(import.meta.dirname, '../../../../docs/deploying.md'), 'utf8');

/** The trust policy below a heading of docs/deploying.md, for the project `shop`. */
function documented(heading: string, principal: string): Trust[] {
  const [, text = ''] = page.split(`### ${heading}\n`)[1]?.split(/```(?:json)?\n/) ?? [];
  const filled = text.replace('ENVIRONMENT_ROLE_ARN', principal).replace('"PROJECT"', '"shop"');
  return TrustPolicy.parse(JSON.parse(filled));
}

const addresses = { sqs: 'http://sqs', api: 'http://api', sitesHost: 'sites' };
const resources = readResources(
  synthesised({ stackName: 'local', deployRoles: [production ?? '', previews ?? '', next ?? ''] }).json,
  addresses,
);
const environmentRole = resources.roles.find(({ id }) => id.startsWith('ApiEnvironmentRole'))?.arn ?? '';
const nameOf = (kind: 'functions' | 'projects', start: string) =>
  resources[kind].find(({ id }) => id.startsWith(start))?.ref ?? '';

const mayAssumeEverything = ManagedPolicyProperties.parse({
  PolicyDocument: {
    Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: '*' }],
  },
}).PolicyDocument.Statement;

const aBuild: SessionScope = {
  project: 'shop',
  environment: 'main',
  environment_type: 'production',
  repository: 'team/shop',
  data_from: null,
  activity: 'a1',
};
const aPreview: SessionScope = { ...aBuild, environment: 'pr-7', environment_type: 'development' };

describe('a role that builds may assume', () => {
  let endpoint: string;
  const server = createStsServer(theAccounts());

  function theAccounts() {
    const authorizer = createAuthorizer();
    const { principals, roles } = readPrincipals(resources);
    const role = (arn = '', trusts: Trust[] = []) => ({
      arn,
      trusts,
      statements: mayAssumeEverything,
      boundary: undefined,
    });
    authorizer.register({
      principals,
      roles: [
        ...roles,
        role(production, documented('Only production of this project', environmentRole)),
        role(previews, documented('All previews, in the preview account', environmentRole)),
        role(next, documented('Only production of this project', previews ?? '')),
        role(unlisted, trusting(environmentRole)),
      ],
    });
    return authorizer;
  }

  const clientOf = (accessKeyId: string, sessionToken?: string) =>
    new STSClient({
      region: 'us-east-1',
      endpoint,
      credentials: { accessKeyId, secretAccessKey: 'local', ...(sessionToken && { sessionToken }) },
      maxAttempts: 1,
    });
  const sessionOf = (scope: SessionScope): Promise<Credentials> => {
    const api = clientOf(accessKeyOf(nameOf('functions', 'ApiFunction')));
    return stsEnvironmentRights(api, environmentRole, 2400).issue(scope);
  };
  const assume = (accessKey: string, RoleArn: string | undefined, more: object = {}) =>
    clientOf(accessKey).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'deploy', ...more }));
  const outcomeOf = async (scope: SessionScope, role: string | undefined, more: object = {}) =>
    assume((await sessionOf(scope)).access_key_id, role, more).then(
      () => 'allowed',
      (error: Error) => error.name,
    );

  beforeAll(async () => {
    endpoint = localUrl(await listen(server, 0));
  });

  afterAll(() => closeServer(server));

  it.each<[string, SessionScope]>([
    ['admits production of its project', aBuild],
    ['admits it while its integration is gone', { ...aBuild, repository: null }],
    ['admits it from a repository of a person', { ...aBuild, repository: '~jane/shop' }],
  ])('of production %s', async (_, scope) => {
    expect(await outcomeOf(scope, production)).toBe('allowed');
  });

  it.each<[string, SessionScope]>([
    ['a pull request', aPreview],
    ['a staging environment', { ...aBuild, environment_type: 'staging' }],
    ['production of another project', { ...aBuild, project: 'blog' }],
    ['another project that is named like an environment type', { ...aPreview, project: 'production' }],
  ])('of production refuses %s', async (_, scope) => {
    expect(await outcomeOf(scope, production)).toBe('AccessDenied');
  });

  it('of previews admits previews of all projects, and no production', async () => {
    expect(await outcomeOf(aPreview, previews)).toBe('allowed');
    expect(await outcomeOf({ ...aPreview, project: 'blog' }, previews)).toBe('allowed');
    expect(await outcomeOf(aBuild, previews)).toBe('AccessDenied');
  });

  it('is out of reach when the setting does not have it, even if it trusts builds', async () => {
    expect(await outcomeOf(aBuild, unlisted)).toBe('AccessDenied');
  });

  it.each(['project', 'environment', 'environment_type', 'repository', 'data'])(
    'refuses a script that claims another %s',
    async (Key) => {
      const claim = { Tags: [{ Key, Value: 'production' }] };

      expect(await outcomeOf(aBuild, production, claim)).toBe('ValidationError');
    },
  );

  it('refuses a preview that comes through another role, because the tags stay with it', async () => {
    const { access_key_id } = await sessionOf(aPreview);
    const { Credentials: second } = await assume(access_key_id, previews);

    await expect(assume(second?.AccessKeyId ?? '', next)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('is out of reach of CodeBuild’s own role, which every script has', async () => {
    const builder = accessKeyOf(nameOf('projects', 'Builder'));

    await expect(assume(builder, production)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(builder, environmentRole)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});
