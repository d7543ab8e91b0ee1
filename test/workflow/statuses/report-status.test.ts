import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Report } from '../../../shared/domain/statuses/build-status.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { concludeActivity } from '../../../shared/workflow/activities/steps/conclude-activity.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRoute,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
  start,
} from '../../support/builders.ts';
import { aWorld, type World } from '../../support/world.ts';

const push = aRunningActivity({ type: 'environment.push', commit: commit('B') });
const deletion = aRunningActivity({ type: 'environment.delete' });
const ending = (result: 'success' | 'failure' | 'cancelled') => ({ result, because: `it was a ${result}` });
const deployed = aDeployment({
  id: 'running',
  commit: commit('B'),
  routes: [
    aRoute({ url: 'https://first.example.org/', primary: false }),
    aRoute({ url: 'https://primary.example.org/', primary: true }),
  ],
});

const failed = { activity: 'running', ending: ending('failure'), commit: commit('B') };
const runOf = (activity: Activity): Effect => ({
  type: 'environment.run',
  project: projectId,
  environment: 'feature/x',
  activity,
});

const worldWith = (environment: Environment) => aWorld({ environments: [environment] });
const reportsOf = ({ effects }: World): Report[] =>
  effects.flatMap((effect) => (effect.type === 'status.report' ? [effect.report] : []));

describe('the build status of a deployment', () => {
  it('is successful with the primary URL', async () => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: ending('success'),
      commit: commit('B'),
      deployment: deployed,
    });
    await world.work();

    expect(world.bitbucket.statuses).toEqual([
      {
        commit: commit('B'),
        branch: 'feature/x',
        fork: null,
        pull_request: null,
        environment: 'feature/x',
        state: 'successful',
        url: 'https://primary.example.org/',
        description: 'feature/x is ready',
      },
    ]);
  });

  it('is successful with the URL of the last deployment without a new deployment', async () => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: ending('success'),
      commit: commit('A'),
    });

    expect(reportsOf(world)).toMatchObject([{ state: 'successful', commit: commit('A'), url: aRoute().url }]);
  });

  it.each([
    ['failure', 'failed'],
    ['cancelled', 'stopped'],
  ] as const)('of a %s is %s, with the reason and the status page', async (result, state) => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: ending(result),
      commit: commit('B'),
    });
    await world.work();

    expect(world.bitbucket.statuses).toMatchObject([
      {
        state,
        commit: commit('B'),
        url: 'https://api.example.org/status/feature/x?activity=running',
        description: `it was a ${result}`,
      },
    ]);
  });

  it('contains no details of the AWS account', async () => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));
    const because = 'arn:aws:iam::123456789012:role/Builder may not read account 123456789012';

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: { result: 'failure', because },
      commit: commit('B'),
    });

    expect(reportsOf(world)).toMatchObject([{ description: '[ARN] may not read account [account]' }]);
    expect(await world.history()).toMatchObject([{ because }]);
  });

  it('leads to the status page when the deployment has no routes', async () => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: ending('success'),
      commit: commit('B'),
      deployment: { ...deployed, routes: [] },
    });
    await world.work();

    expect(world.bitbucket.statuses).toMatchObject([
      { state: 'successful', url: 'https://api.example.org/status/feature/x?activity=running' },
    ]);
  });

  it("of a pull request is for its source branch's commit", async () => {
    const world = await worldWith(aPullRequestEnvironment({ activities: [push] }));

    await world.conclude(projectId, 'pr-1', {
      activity: 'running',
      ending: ending('failure'),
      commit: commit('B'),
    });

    expect(reportsOf(world)).toMatchObject([
      { environment: 'pr-1', branch: 'feature/x', commit: commit('B') },
    ]);
  });

  it('is stopped when a waiting deployment has nothing to deploy', async () => {
    const delay = { because: 'No more builds.', since: start, next_try: null };
    const world = await worldWith(anActiveEnvironment({ activities: [{ ...push, delay }] }));
    const because = 'pull request #1 is not open any more';

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: { result: 'cancelled', because },
    });

    expect(reportsOf(world)).toMatchObject([{ state: 'stopped', commit: commit('B'), description: because }]);
  });

  it('is sent after the end is stored', async () => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));
    const failing = bind(concludeActivity, {
      ...world.ports,
      environments: { ...world.environments, save: () => Promise.reject(new Error('DynamoDB is down')) },
    });

    await expect(failing(projectId, 'feature/x', failed)).rejects.toThrow('DynamoDB is down');

    expect(reportsOf(world)).toEqual([]);
  });

  it.each([
    ['the end of its build is reported', (world: World) => world.conclude(projectId, 'feature/x', failed)],
    ['its own message arrives', (world: World) => world.perform(runOf(push))],
  ])('is never lost: it is sent again when %s again', async (_, again) => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));
    const send = () => Promise.reject(new Error('SQS is down'));
    const interrupted = bind(concludeActivity, { ...world.ports, effects: { send } });

    await expect(interrupted(projectId, 'feature/x', failed)).rejects.toThrow('SQS is down');
    await again(world);

    expect(reportsOf(world)).toMatchObject([{ activity: 'running', state: 'failed', commit: commit('B') }]);
    expect(await world.environment('feature/x')).toMatchObject({ activities: [], version: 2 });
  });

  it.each([
    ['a deletion', anActiveEnvironment({ activities: [deletion] }), { commit: commit('A') }],
    ['an inactive environment', anEnvironment({ activities: [push] }), { commit: commit('B') }],
    ['an environment without a commit', anActiveEnvironment({ activities: [push] }), {}],
  ])('is none for %s', async (_, environment, outcome) => {
    for (const result of ['success', 'failure', 'cancelled'] as const) {
      const world = await worldWith(environment);

      await world.conclude(projectId, 'feature/x', {
        activity: 'running',
        ending: ending(result),
        ...outcome,
      });

      expect(reportsOf(world)).toEqual([]);
    }
  });
});

const report = {
  activity: 'push-B',
  environment: 'pr-1',
  branch: 'feature/x',
  fork: null,
  pull_request: 1,
  commit: commit('B'),
  state: 'successful' as Report['state'],
  url: 'https://site.example.org/' as string | null,
  description: 'pr-1 is ready',
};
const effect = (changes: Partial<typeof report> = {}, integration = integrationId): Effect => ({
  type: 'status.report',
  project: projectId,
  integration,
  report: { ...report, ...changes },
});

describe('sending the status of a deployment', () => {
  it('shows the given URL', async () => {
    const world = await aWorld();

    await world.perform(effect());

    const { activity: _, ...status } = report;
    expect(world.bitbucket.statuses).toEqual([status]);
  });

  const page = 'https://api.example.org/status/pr-1?activity=push-B';
  const log = 'https://api.example.org/push-B/log';

  it('links to the status page of the environment without a URL, as a link about the deployment', async () => {
    const world = await worldWith(aPullRequestEnvironment());

    await world.perform(effect({ url: null }));

    expect(world.bitbucket.statuses).toMatchObject([{ url: page }]);
  });

  it("links to the activity's log when the environment is deleted, because its page is", async () => {
    const world = await aWorld();

    await world.perform(effect({ url: null }));

    expect(world.bitbucket.statuses).toMatchObject([{ url: log }]);
  });

  it("links to the activity's log when public pages are off", async () => {
    const world = await aWorld({
      environments: [aPullRequestEnvironment()],
      integration: { public_pages: false },
    });

    await world.perform(effect({ url: null }));

    expect(world.bitbucket.statuses).toMatchObject([{ url: log }]);
  });

  it.each([
    ['the status page when Bitbucket does not accept the URL', 0, page],
    ["the activity's log when Bitbucket does not accept the URL of the page either", 450, log],
  ])('links to %s; no URL is truncated', async (_, length, url) => {
    const world = await worldWith(aPullRequestEnvironment());
    world.ports.statusPageUrl = async () => page + 'a'.repeat(length);

    await world.perform(effect({ url: `https://site.example.org/${'a'.repeat(450)}` }));

    expect(world.bitbucket.statuses).toMatchObject([{ url }]);
  });

  const deployed = {
    activity: 'push-B',
    commit: commit('B'),
    state: 'successful',
    description: null,
    undelivered: null,
  } as const;

  it("shows the end of the commit's newest deployment, for any order of reports", async () => {
    const world = await worldWith(aPullRequestEnvironment({ build_status: deployed }));

    await world.perform(effect({ activity: 'older', state: 'failed', url: null, description: 'No.' }));

    expect(world.bitbucket.statuses).toMatchObject([{ state: 'successful', url: aRoute().url }]);
  });

  it('shows the end of a deployment although the environment has another commit', async () => {
    const world = await worldWith(aPullRequestEnvironment({ build_status: deployed }));

    await world.perform(effect({ activity: 'older', commit: commit('A'), state: 'failed' }));

    expect(world.bitbucket.statuses).toMatchObject([{ state: 'failed', commit: commit('A') }]);
  });

  it('shows no start of a finished deployment', async () => {
    const world = await worldWith(aPullRequestEnvironment({ build_status: deployed }));

    await world.perform(effect({ activity: 'older', state: 'in_progress' }));

    expect(world.bitbucket.statuses).toMatchObject([{ state: 'successful' }]);
  });

  it('shows that a newer deployment of the same commit waits, and not the end of the previous one', async () => {
    const delay = { because: 'No more builds.', since: start, next_try: start };
    const activities = [{ ...push, delay }];
    const world = await worldWith(aPullRequestEnvironment({ activities }));

    await world.perform(effect({ activity: 'older', state: 'failed' }));

    expect(world.bitbucket.statuses).toMatchObject([
      { state: 'in_progress', description: 'Waiting: No more builds.' },
    ]);
  });

  it('sends nothing when the integration was removed', async () => {
    const world = await aWorld();

    await world.perform(effect({}, 'removed'));

    expect(world.bitbucket.calls).toEqual([]);
  });

  it('is an error when Bitbucket refuses the status, so that it is sent again', async () => {
    const world = await aWorld();
    world.bitbucket.fail('reportStatus');

    await expect(world.perform(effect())).rejects.toThrow('reportStatus failed');
  });
});
