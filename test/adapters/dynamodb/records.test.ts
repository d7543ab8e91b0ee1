import { describe, expect, it } from 'vitest';
import {
  ActivityRecord,
  EnvironmentRecord,
  FinishedActivityRecord,
  IntegrationRecord,
  ProjectRecord,
} from '../../../shared/adapters/aws/dynamodb/records.ts';
import type { ActivityType } from '../../../shared/domain/activities/activity.ts';
import {
  aDeployment,
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRunningActivity,
  aServerIntegration,
  start,
} from '../../support/builders.ts';

/** A stored item without some of its fields. */
function without<T extends object>(item: T, ...fields: (keyof T & string)[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !fields.some((field) => field === name)));
}

/** As it comes back from the table, which has its own fields beside. */
const stored = (item: object) => ({ pk: 'PROJECT#abc', sk: 'X#1', ...structuredClone(item) });

describe('a stored project', () => {
  it.each([
    ['without a deletion', aProject()],
    ['during its deletion', aProject({ deletion: { requested_at: 'then', failure: 'main could not' } })],
  ])('round-trips: %s', (_, project) => {
    expect(ProjectRecord.parse(stored(project))).toEqual(project);
  });

  it('of a version without deletions is not being deleted', () => {
    expect(ProjectRecord.parse(stored(without(aProject(), 'deletion')))).toEqual(aProject());
  });
});

describe('a stored integration', () => {
  it.each([
    ['with Bitbucket Cloud', anIntegration({ last_delivery_at: '2026-11-22T10:00:00.000Z' })],
    ['with a server', aServerIntegration({ build_fork_pull_requests: 'never' })],
    ['without public pages', anIntegration({ public_pages: false })],
    ['with manual resources', anIntegration({ environment_init_resources: 'manual' })],
    [
      'with held-back deletions',
      anIntegration({
        prune_limit: { environments: 0, percent: 50 },
        held_back: { digest: '1-2-3', count: 1, ids: ['x'], because: 'too many', since: start },
      }),
    ],
    [
      'with a running activity',
      aServerIntegration({ activities: [aRunningActivity({ type: 'integration.bitbucket_server.fetch' })] }),
    ],
  ])('round-trips: %s', (_, integration) => {
    expect(IntegrationRecord.parse(stored(integration))).toEqual(integration);
  });

  it('of an older version has the defaults of later fields', () => {
    const before = without(
      anIntegration(),
      'environment_init_resources',
      'build_fork_pull_requests',
      'public_pages',
      'last_delivery_at',
      'sealed_log_key',
      'prune_limit',
      'held_back',
    );

    expect(IntegrationRecord.parse(stored(before))).toEqual(
      anIntegration({
        environment_init_resources: 'default',
        prune_limit: { environments: 5, percent: 20 },
        held_back: null,
        build_fork_pull_requests: 'approved',
        public_pages: true,
        last_delivery_at: null,
        sealed_log_key: null,
      }),
    );
  });

  it('has the credentials of its type only', () => {
    const cloud = { ...anIntegration(), url: 'https://git.example.org', username: 'ada' };
    expect(IntegrationRecord.parse(stored(cloud))).toEqual(anIntegration());

    expect(IntegrationRecord.safeParse({ ...anIntegration(), type: 'bitbucket_server' }).success).toBe(false);
    expect(IntegrationRecord.safeParse({ ...aServerIntegration(), type: 'bitbucket' }).success).toBe(false);
    expect(IntegrationRecord.safeParse({ ...anIntegration(), type: 'other' }).success).toBe(false);
  });
});

describe('a stored environment', () => {
  it.each([
    ['of a branch', anEnvironment()],
    ['that was created with Bough', anActiveEnvironment({ has_remote: false, resources: 'minimum' })],
    ['of a pull request', aPullRequestEnvironment({ deployment: aDeployment() })],
    ['of a pull request from a fork', aPullRequestEnvironment({ pull_request: aForkLink('A') })],
    [
      'of a fork that waits for approval',
      aPullRequestEnvironment({ pull_request: aForkLink(), status: 'inactive', resources: null }),
    ],
  ])('round-trips: %s', (_, environment) => {
    expect(EnvironmentRecord.parse(stored(environment))).toEqual(environment);
  });

  it('of a version without resources has the default resources when it is active', () => {
    const before = without(anActiveEnvironment(), 'resources');

    expect(EnvironmentRecord.parse(stored(before))).toMatchObject({ resources: 'default' });
  });

  it('of an older version belongs to the repository, not to a fork', () => {
    const { fork: _, ...link } = aLink();
    const before = { ...without(aPullRequestEnvironment(), 'has_remote', 'resources'), pull_request: link };

    expect(EnvironmentRecord.parse(stored(before))).toMatchObject({
      has_remote: true,
      pull_request: { ...link, fork: null },
    });
  });

  it('of an older version without a pull request stays without one', () => {
    const before = without(anEnvironment(), 'has_remote', 'resources');

    expect(EnvironmentRecord.parse(stored(before))).toEqual(anEnvironment());
  });
});

describe('a stored activity', () => {
  it('of an older version has no author and announces no status', () => {
    const activity = aRunningActivity();
    const before = without(activity, 'requested', 'repository');

    expect(ActivityRecord.parse(before)).toEqual(activity);
    expect(
      FinishedActivityRecord.parse({ ...before, project: 'p', environment: 'e', integration: null }),
    ).toEqual({ ...activity, project: 'p', environment: 'e', integration: null });
  });

  it.each<ActivityType>([
    'environment.push',
    'environment.activate',
    'environment.branch',
    'environment.redeploy',
    'environment.synchronize',
    'environment.deactivate',
    'environment.delete',
    'integration.bitbucket.fetch',
    'integration.bitbucket.register_hooks',
    'integration.bitbucket.default_branch',
    'integration.bitbucket_server.fetch',
    'integration.bitbucket_server.register_hooks',
    'integration.bitbucket_server.default_branch',
  ])('can have the type %s', (type) => {
    const activity = aRunningActivity({
      type,
      requested: true,
      repository: 'acme/homepage',
      branch: 'trunk',
    });

    expect(ActivityRecord.parse(stored(activity))).toEqual(activity);
  });
});
