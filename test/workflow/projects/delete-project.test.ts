import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { deleteProject } from '../../../shared/workflow/projects/delete-project.ts';
import { mostAtOnce } from '../../../shared/workflow/projects/steps/delete-environments.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aProject,
  aRunningActivity,
  commit,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built } from '../../support/busy-world.ts';
import {
  otherId,
  projectDeletionWorld,
  queueDeletions,
  remainingParts,
  runDelayedEffects,
} from '../../support/project-deletion-world.ts';

const failed = { result: 'failure' as const, because: '.bough/teardown ended with exit status 1' };

describe('deleting a project', () => {
  it('marks it, removes its integration, and leaves the environments to a message', async () => {
    const world = await projectDeletionWorld();

    const { project, webhook_errors } = await world.deleteProject();

    expect(project.deletion).toEqual({ requested_at: world.clock.now(), failure: null });
    expect(await world.projects.get(projectId)).toEqual(project);
    expect(world.effects).toEqual([
      { type: 'project.purge', project: projectId, requested_at: world.clock.now() },
    ]);
    expect(webhook_errors).toEqual([]);
    expect(world.bitbucket.hooks).toEqual([]);
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it('runs the teardown of each deployed environment, and erases the project', async () => {
    const world = await projectDeletionWorld();

    await world.deleteProject();
    await world.work();
    expect(built(world).sort()).toEqual(['teardown A of main', 'teardown A of pr-1']);
    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });

  it('does not touch other projects', async () => {
    const world = await projectDeletionWorld();
    const before = await remainingParts(world, otherId);

    await world.deleteProject();
    await world.settle();
    await runDelayedEffects(world);

    expect(await remainingParts(world, otherId)).toEqual(before);
    expect(before).toEqual(['project', 'integration other', 'environment feature/x', 'files']);
  });

  it('completes at once for a project without environments', async () => {
    const world = await projectDeletionWorld([]);

    await world.deleteProject();
    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });

  it('gives no environment a new parent, because all are deleted', async () => {
    const world = await projectDeletionWorld();
    await world.deleteProject();
    await queueDeletions(world);
    const [deletion] = (await world.environment('main'))!.activities;

    const ending = { result: 'success' as const, because: 'gone' };
    await world.conclude(projectId, 'main', { activity: deletion!.id, ending });

    expect(await world.environment('main')).toBeNull();
    expect(await world.environment('feature/x')).toMatchObject({ parent: 'main', version: 2 });
  });

  it('waits for running activities, and stops their builds', async () => {
    const activities = [aRunningActivity({ commit: commit('B') })];
    const world = await projectDeletionWorld([anActiveEnvironment({ activities })]);

    await world.deleteProject();
    await queueDeletions(world);

    expect(queueOf((await world.environment('feature/x'))!)).toEqual([
      'push B, running',
      'delete A, waiting',
    ]);
    expect(world.effects).toEqual([
      { type: 'build.stop', project: projectId, environment: 'feature/x', build: 'running' },
    ]);
  });

  it('returns the same when repeated, and changes nothing', async () => {
    const world = await projectDeletionWorld();
    const first = await world.deleteProject();
    await queueDeletions(world);
    const before = await world.environments.listOf(projectId);

    expect(await world.deleteProject()).toEqual(first);
    await queueDeletions(world);

    expect(await world.environments.listOf(projectId)).toEqual(before);
    await world.settle();
    expect(await remainingParts(world)).toEqual([]);
  });

  it('names the webhook that could not be removed, and continues', async () => {
    const world = await projectDeletionWorld();
    world.bitbucket.fail('removeWebhook', new BoughError('git_host_forbidden', 'Bitbucket says no.'));

    const { webhook_errors } = await world.deleteProject();

    expect(webhook_errors).toEqual([
      {
        url: 'https://api.example.org/integration23/hook',
        because: expect.stringMatching(/^Bitbucket says no\. [A-Z]/),
      },
    ]);
    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it('deletes the environments without Bitbucket', async () => {
    const world = await projectDeletionWorld();
    world.ports.connect = () => Promise.reject(new BoughError('git_host_unavailable', 'Gone.'));

    await world.deleteProject();
    await world.settle();

    expect(await remainingParts(world)).toEqual(['webhook https://api.example.org/integration23/hook']);
  });

  it('is not found for an unknown project and a purged one', async () => {
    const world = await projectDeletionWorld();
    await expect(deleteProject(world.ports, 'unknown', false)).rejects.toMatchObject({ code: 'not_found' });

    await world.deleteProject();
    await world.settle();

    await expect(world.deleteProject()).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a project with more environments than one message queues', () => {
  const many = Array.from({ length: 2 * mostAtOnce + 1 }, (_, index) =>
    anEnvironment({ id: `branch-${index}` }),
  );

  it('has their deletions queued by several messages, each of which continues the last', async () => {
    const world = await projectDeletionWorld(many);
    const { deletion } = (await world.deleteProject()).project;
    const requested_at = deletion?.requested_at;

    const queued = async () => {
      const all = await world.environments.listOf(projectId);
      return all.filter(({ activities }) => activities.length > 0).length;
    };
    await queueDeletions(world);
    expect(await queued()).toBe(mostAtOnce);
    const next = world.effects.findIndex(({ type }) => type === 'project.purge');
    expect(world.effects[next]).toMatchObject({ requested_at, after: expect.stringMatching(/^branch-/) });
    await world.perform(world.effects.splice(next, 1)[0]!);
    expect(await queued()).toBe(2 * mostAtOnce);

    await world.settle();
    expect(await remainingParts(world)).toEqual([]);
  });

  it('is deleted by the schedule after any message was lost', async () => {
    const world = await projectDeletionWorld(many);
    await world.deleteProject();
    await queueDeletions(world);
    world.effects.splice(0);
    world.clock.pass(21);

    await world.resumeDeletions();
    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });
});

describe('a project with an environment whose teardown fails', () => {
  async function stuckWorld() {
    const world = await projectDeletionWorld([theProductionEnvironment()]);
    await world.deleteProject();
    await world.work();
    await world.endBuild(world.builds.shift()!, failed);
    return world;
  }
  const failureOf = async (world: Awaited<ReturnType<typeof stuckWorld>>) =>
    (await world.projects.get(projectId))?.deletion?.failure;

  it('stays marked, with the reason, and keeps all data', async () => {
    const world = await stuckWorld();
    await world.settle();

    expect(await failureOf(world)).toBe(`main could not be taken down: ${failed.because}`);
    expect(await remainingParts(world)).toEqual([
      'project',
      'environment main',
      'history Delete main',
      'files',
    ]);
  });

  it('has the teardown retried by the schedule, and is erased when it succeeds', async () => {
    const world = await stuckWorld();

    await world.resumeDeletions();
    await world.work();
    expect(built(world)).toEqual(['teardown A of main']);
    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });

  it('has the teardown tried three times, until the project is deleted again', async () => {
    const world = await stuckWorld();
    for (let attempt = 2; attempt <= 3; attempt += 1) {
      await world.resumeDeletions();
      await world.work();
      await world.endBuild(world.builds.shift()!, failed);
    }

    await world.resumeDeletions();
    await world.settle();

    expect(await remainingParts(world)).toContain('environment main');
    expect(await failureOf(world)).toContain(failed.because);
  });

  it('has its teardown run again after a request that is older than the failure and comes twice', async () => {
    const world = await projectDeletionWorld([theProductionEnvironment()]);
    await world.deleteProject();
    const [request] = world.effects;
    await world.work();
    world.clock.pass(1);
    await world.endBuild(world.builds.shift()!, failed);

    await world.perform(request!);
    await world.work();

    expect(built(world)).toEqual(['teardown A of main']);
  });

  it('is deleted without the teardown when a user deletes it again', async () => {
    const world = await stuckWorld();

    world.clock.pass(1);
    const { project } = await world.deleteProject();

    expect(project.deletion?.failure).toBeNull();
    await world.work();
    expect(world.builds).toMatchObject([{ action: 'teardown', commit: '0'.repeat(40) }]);
    await world.settle();
    expect(await remainingParts(world)).toEqual([]);
  });
});

describe('the schedule', () => {
  it('resumes the deletions of projects only', async () => {
    const world = await projectDeletionWorld();
    await world.projects.save(aProject({ version: 2, deletion: { requested_at: 'then', failure: null } }));

    await world.resumeDeletions();

    expect(world.effects).toEqual([{ type: 'project.purge', project: projectId }]);
  });

  it('resends the message of a lost activity', async () => {
    const world = await projectDeletionWorld([theProductionEnvironment()]);
    await world.deleteProject();
    await queueDeletions(world);
    world.effects.length = 0;
    world.clock.pass(21);

    await world.resumeDeletions();
    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });

  it('does not read the repository of such a project', async () => {
    const world = await projectDeletionWorld();
    world.repository.push('new', 'N');
    world.bitbucket.hooks.length = 0;
    await world.projects.save(aProject({ version: 2, deletion: { requested_at: 'then', failure: null } }));

    await world.prune();

    expect(world.bitbucket.calls).toEqual([]);
    expect(world.events).toEqual([]);
  });
});

describe('an environment of a project that is not being deleted', () => {
  it('is deleted alone, without a purge', async () => {
    const world = await projectDeletionWorld([
      theProductionEnvironment(),
      anEnvironment({ has_remote: false }),
    ]);

    await world.act('feature/x', { type: 'delete' });
    await world.settle();

    expect(await remainingParts(world)).toContain('environment main');
    expect(world.files.has(projectId)).toBe(true);
  });
});
