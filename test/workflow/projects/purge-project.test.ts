import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { addIntegration } from '../../../shared/workflow/integrations/add-integration.ts';
import { purgeProject } from '../../../shared/workflow/projects/purge-project.ts';
import {
  anEnvironment,
  anIntegration,
  aRunningActivity,
  commit,
  integrationId,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import {
  crashAt,
  projectDeletionWorld,
  queueDeletions,
  remainingParts,
  runDelayedEffects,
} from '../../support/project-deletion-world.ts';
import type { World } from '../../support/world.ts';

describe('purging a project', () => {
  it('is refused for a project that is not being deleted', async () => {
    const world = await projectDeletionWorld();
    const before = await remainingParts(world);

    await purgeProject(world.ports, projectId);
    await world.settle();

    expect(await remainingParts(world)).toEqual(before);
    expect(world.lines).toMatchObject([{ level: 'error', fields: { project: projectId } }]);
  });

  it('waits until its environments are gone', async () => {
    const world = await projectDeletionWorld();
    await world.deleteProject();

    await purgeProject(world.ports, projectId);

    expect(world.files.has(projectId)).toBe(true);
    expect(await world.projects.get(projectId)).not.toBeNull();
  });

  it('is repeated until a build’s credentials have expired, with a delay each', async () => {
    const world = await projectDeletionWorld();
    await world.deleteProject();
    await world.settle();

    for (const again of [4, 3, 2, 1, 0]) {
      expect(world.delayed).toEqual([{ type: 'project.purge', project: projectId, again }]);
      // A script can write with its credentials until they expire.
      world.files.add(projectId);
      await runDelayedEffects(world);
    }

    expect(world.delayed).toEqual([]);
    expect(await remainingParts(world)).toEqual([]);
  });

  it('erases the project itself last', async () => {
    const world = await projectDeletionWorld([]);
    await world.deleteProject();
    world.ports.files.purge = () => Promise.reject(new Error('S3 is away'));

    await expect(world.work()).rejects.toThrow('S3 is away');

    expect(await world.projects.get(projectId)).toMatchObject({ deletion: { failure: null } });
    expect(world.delayed).toEqual([]);
  });

  it('may run twice concurrently', async () => {
    const world = await projectDeletionWorld([]);
    await world.deleteProject();

    await Promise.all([purgeProject(world.ports, projectId), purgeProject(world.ports, projectId)]);
    await runDelayedEffects(world);

    expect(await remainingParts(world)).toEqual([]);
  });
});

describe('concurrent work during the deletion of a project', () => {
  it('an event processed before creates an environment, which is deleted too', async () => {
    const world = await projectDeletionWorld();
    await world.deleteProject();
    const late = anEnvironment({ id: 'late', head_commit: null, activities: [aRunningActivity()] });

    await world.environments.save(late);
    await world.settle();

    expect(await remainingParts(world)).toContain('environment late');
    await world.perform({
      type: 'environment.run',
      project: projectId,
      environment: 'late',
      activity: late.activities[0]!,
    });
    await world.resumeDeletions();
    await world.settle();
    expect(await remainingParts(world)).toEqual([]);
  });

  it.each([
    ['before its deletion is queued', false, ['push B, running']],
    ['after it', true, ['delete A, running', 'push B, waiting']],
  ])('a push after the request, %s, recreates nothing', async (_, isQueued, activities) => {
    const world = await projectDeletionWorld([anEnvironment()]);
    const { get } = world.ports.projects;
    const unmarked = await get(projectId);
    const integration = await world.integration();
    await world.deleteProject();
    if (isQueued) await queueDeletions(world);
    // The processor read both before the deletion.
    Object.assign(world.ports.projects, { get: async () => unmarked });
    world.ports.integrations.get = async () => integration;
    await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('B') });
    Object.assign(world.ports.projects, { get });
    world.ports.integrations.get = async () => null;
    expect(queueOf((await world.environment('feature/x'))!)).toEqual(activities);

    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });

  it('a later event is ignored', async () => {
    const world = await projectDeletionWorld();
    const integration = await world.integration();
    await world.deleteProject();
    world.ports.integrations.get = async () => integration;

    await world.process({ type: 'branch.pushed', branch: 'new', commit: commit('B') });

    expect(await world.environment('new')).toBeNull();
    expect(world.lines.at(-1)).toMatchObject({ fields: { because: 'its project is being deleted' } });
  });

  it('a fetch writes to the mirror after the purge, and the second purge removes its objects', async () => {
    const world = await projectDeletionWorld([]);
    const integration = await world.integration();
    await world.deleteProject();
    await world.settle();
    world.files.add(projectId);
    await world.integrations.save({ ...integration, version: 1 });

    await runDelayedEffects(world);

    expect(await remainingParts(world)).toEqual([]);
  });

  it('a registration removes the webhook that it has just created', async () => {
    const world = await projectDeletionWorld([]);
    const { ensureWebhook } = world.bitbucket.host;
    const activity = aRunningActivity({ type: 'integration.bitbucket.register_hooks' });
    const before = await world.integration();
    const integration = { ...before, activities: [activity], version: before.version + 1 };
    await world.integrations.save(integration);
    world.bitbucket.host.ensureWebhook = async (hook) => {
      await world.deleteProject();
      return ensureWebhook(hook);
    };

    await world.perform({
      type: 'integration.run',
      project: projectId,
      integration: integration.id,
      activity,
    });

    expect(world.bitbucket.hooks).toEqual([]);
  });

  it('an integration that was being added is removed with its webhook', async () => {
    const world = await projectDeletionWorld();
    await world.deleteProject();
    const late = anIntegration({ id: 'late', activities: [] });
    await world.integrations.save(late);
    world.bitbucket.hooks.push({
      url: world.ports.hookUrl(late),
      secret: 's',
      state: { active: true, missing_events: [], has_secret: true },
    });

    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });

  it("an integration that is being added is refused, like every decision on the project's earlier version", async () => {
    const world = await projectDeletionWorld([]);
    await world.integrations.remove(await world.integration());
    const repository = world.bitbucket.host.repository;
    world.bitbucket.host.repository = async () => {
      await world.deleteProject();
      return repository();
    };
    const ports = {
      ...world.ports,
      newId: () => 'late',
      newWebhookSecret: () => 'secret',
      newLogKey: () => 'key',
    };
    const app_credentials = { key: 'k', secret: 's' };

    await expect(
      addIntegration(ports, projectId, { type: 'bitbucket', repository: 'acme/website', app_credentials }),
    ).rejects.toThrow(StoreConflict);

    expect(await world.integrations.listOf(projectId)).toEqual([]);
  });

  it('the deletion for a branch, which reads git, does not keep its environment', async () => {
    const deletion = aRunningActivity({ type: 'environment.delete' });
    const world = await projectDeletionWorld([anEnvironment({ activities: [deletion] })]);
    await world.deleteProject();

    await world.settle();

    expect(await remainingParts(world)).toEqual([]);
  });
});

describe('the end of the last deletion', () => {
  it('requests the purge again when repeated, because the first message may be lost', async () => {
    const world = await projectDeletionWorld([anEnvironment()]);
    await world.deleteProject();
    await queueDeletions(world);
    const outcome = {
      activity: (await world.environment('feature/x'))!.activities[0]!.id,
      ending: { result: 'success' as const, because: 'gone' },
    };
    world.effects.length = 0;
    await world.conclude(projectId, 'feature/x', outcome);
    world.effects.length = 0;

    await world.conclude(projectId, 'feature/x', outcome);

    expect(world.effects).toEqual([{ type: 'project.purge', project: projectId }]);
  });

  it('requests one purge when several end at the same time', async () => {
    const world = await projectDeletionWorld(['a', 'b', 'c'].map((id) => anEnvironment({ id })));
    await world.deleteProject();
    await queueDeletions(world);

    await Promise.all(world.effects.splice(0).map((effect) => world.perform(effect)));

    expect(await world.environments.listOf(projectId)).toEqual([]);
    expect(world.effects).toEqual([{ type: 'project.purge', project: projectId }]);
  });

  it('requests the purge after failures of others, which retries them', async () => {
    const world = await projectDeletionWorld([theProductionEnvironment(), anEnvironment()]);
    await world.deleteProject();
    await queueDeletions(world);
    const run = world.effects.splice(0);
    await world.perform(runOn(run, 'main'));
    await world.endBuild(world.builds.shift()!, { result: 'failure', because: 'no' });
    expect(world.effects).toEqual([]);

    await world.perform(runOn(run, 'feature/x'));

    expect(world.effects).toEqual([{ type: 'project.purge', project: projectId }]);
  });
});

function runOn(effects: readonly Effect[], environment: string): Effect {
  return effects.find((effect) => effect.type === 'environment.run' && effect.environment === environment)!;
}

/** Runs all queued effects as AWS does: a failed one is delivered again. */
async function recover(world: World): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    world.clock.pass(21);
    // The next scheduled run always comes.
    await world.resumeDeletions().catch(() => undefined);
    world.effects.push(...world.delayed.splice(0));
    while (world.effects.length + world.builds.length > 0) {
      await world.settle().catch(() => world.effects.push({ type: 'project.purge', project: projectId }));
    }
  }
}

describe('a deletion that crashes', () => {
  it.each(['before', 'after'] as const)(
    '%s any of its writes leaves nothing behind in the end',
    async (when) => {
      const undisturbed = await projectDeletionWorld();
      const { writes } = crashAt(undisturbed, Number.NaN, when);
      await undisturbed.deleteProject();
      await recover(undisturbed);
      expect(writes()).toBeGreaterThan(15);

      for (let number = 1; number <= writes(); number += 1) {
        const world = await projectDeletionWorld();
        crashAt(world, number, when);
        // A user without a response repeats the request.
        await world.deleteProject().catch(() => world.deleteProject());

        await recover(world);

        expect({ number, left: await remainingParts(world) }).toEqual({ number, left: [] });
      }
    },
  );

  it.each(['before', 'after'] as const)(
    '%s a write, and whose user does not come back, is finished by the schedule',
    async (when) => {
      // The first write is the mark. Before the mark nothing was deleted.
      for (let number = 2; number <= 10; number += 1) {
        const world = await projectDeletionWorld();
        crashAt(world, number, when);
        await world.deleteProject().catch(() => undefined);

        await recover(world);

        expect({ number, left: await remainingParts(world) }).toEqual({ number, left: [] });
      }
    },
  );

  it('has not started before its mark is written', async () => {
    const world = await projectDeletionWorld();
    const before = await remainingParts(world);
    crashAt(world, 1, 'before');

    await expect(world.deleteProject()).rejects.toThrow('crash before save');

    expect(await remainingParts(world)).toEqual(before);
    expect(await world.integrations.get(projectId, integrationId)).not.toBeNull();
  });
});
