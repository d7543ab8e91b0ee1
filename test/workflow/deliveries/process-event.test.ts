import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import type { SourceEvent } from '../../../shared/domain/deliveries/source-event.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { StoreConflict } from '../../../shared/ports/store-conflict.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { processEvent } from '../../../shared/workflow/deliveries/process-event.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequest,
  aRunningActivity,
  commit,
  endedOf,
  inShort,
  integrationId,
  projectId,
  queueOf,
} from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const pushed = (name: string, branch = 'feature/x') => ({
  type: 'branch.pushed' as const,
  branch,
  commit: commit(name),
});
const queued = (event: SourceEvent) => ({
  project: projectId,
  integration: integrationId,
  event,
  origin: 'delivery',
});
const runs = (effects: readonly Effect[]) =>
  effects.map((effect) =>
    'activity' in effect ? `${effect.type}: ${inShort(effect.activity)}` : effect.type,
  );

/** The world's ports, with an environment store that runs a hook between a read and the write. */
function interrupted(world: World, meanwhile: (environment: Environment | null) => Promise<void>) {
  const get: World['environments']['get'] = async (project, id) => {
    const environment = await world.environments.get(project, id);
    await meanwhile(environment);
    return environment;
  };
  return bind(processEvent, { ...world.ports, environments: { ...world.environments, get } });
}

describe('processing an event', () => {
  it.each<[string, SourceEvent, string, string]>([
    ['a push', pushed('A'), 'feature/x', 'push A'],
    [
      'a pull request',
      { type: 'pull_request.opened' as const, pull_request: aPullRequest() },
      'pr-1',
      'activate A with data',
    ],
  ])('stores the environment and starts its activity: %s', async (_, event, id, activity) => {
    const world = await aWorld();

    await world.process(event);

    const environment = await world.environment(id);
    expect(environment).toMatchObject({ id, version: 1, created_at: world.clock.now() });
    expect(world.effects).toEqual([
      { type: 'environment.run', project: projectId, environment: id, activity: environment?.activities[0] },
    ]);
    expect(runs(world.effects)).toEqual([`environment.run: ${activity}`]);
  });

  it('starts nothing while an activity is running', async () => {
    const environment = anActiveEnvironment({ activities: [aRunningActivity({ commit: commit('B') })] });
    const world = await aWorld({ environments: [environment] });

    await world.process(pushed('C'));

    expect(await world.environment('feature/x')).toMatchObject({ version: 2 });
    expect(world.effects).toEqual([]);
  });

  it('keeps superseded activities in the history', async () => {
    const environment = anActiveEnvironment({ activities: [aRunningActivity({ commit: commit('B') })] });
    const world = await aWorld({ environments: [environment] });

    await world.process(pushed('C'));
    await world.process(pushed('D'));

    expect(endedOf(await world.history())).toEqual(['push C: cancelled']);
  });

  it('changes nothing without need, and logs the reason', async () => {
    const world = await aWorld({ environments: [anEnvironment()] });

    await world.process(pushed('A'));

    expect(await world.environment('feature/x')).toEqual(anEnvironment());
    expect(world.effects).toEqual([]);
    expect(world.lines).toMatchObject([
      {
        level: 'info',
        message: 'decided: ignore',
        fields: {
          environment: 'feature/x',
          event: 'branch.pushed',
          origin: 'a test',
          because: expect.stringContaining('already'),
        },
      },
    ]);
  });

  describe('when its effects cannot be sent', () => {
    it('has stored the environment before, and a repeated delivery sends them', async () => {
      const world = await aWorld();
      const send = () => Promise.reject(new Error('SQS is down'));

      const first = processEvent({ ...world.ports, effects: { send } }, queued(pushed('A')), false);

      await expect(first).rejects.toThrow('SQS is down');
      expect(queueOf((await world.environment('feature/x'))!)).toEqual(['push A, running']);

      await world.process(pushed('A'), true);

      expect(runs(world.effects)).toEqual(['environment.run: push A']);
      expect(await world.environment('feature/x')).toMatchObject({ version: 1 });
    });

    it('sends nothing when the environment could not be stored', async () => {
      const world = await aWorld();
      const save = () => Promise.reject(new Error('DynamoDB is down'));
      const environments = { ...world.environments, save };

      await expect(
        processEvent({ ...world.ports, environments }, queued(pushed('A')), false),
      ).rejects.toThrow('DynamoDB is down');

      expect(world.effects).toEqual([]);
    });
  });

  describe('when it is delivered again', () => {
    it('resends the running activity, because the first message may be lost', async () => {
      const world = await aWorld();
      await world.process(pushed('A'));

      await world.process(pushed('A'), true);

      expect(runs(world.effects)).toEqual(['environment.run: push A', 'environment.run: push A']);
    });

    it('sends nothing when nothing is running', async () => {
      const world = await aWorld({ environments: [anEnvironment()] });

      await world.process(pushed('A'), true);

      expect(world.effects).toEqual([]);
    });

    it('sends nothing for the first delivery of the same event', async () => {
      const world = await aWorld();
      await world.process(pushed('A'));

      await world.process(pushed('A'));

      expect(world.effects).toHaveLength(1);
    });
  });

  describe('during a concurrent write', () => {
    it('reads and decides again, so that both changes count', async () => {
      const world = await aWorld({ environments: [anActiveEnvironment()] });
      let isFirst = true;
      const process = interrupted(world, async () => {
        if (isFirst) {
          isFirst = false;
          await world.process(pushed('B'));
        }
      });

      await process(queued(pushed('C')), false);

      const environment = await world.environment('feature/x');
      expect(queueOf(environment!)).toEqual(['push B, running', 'push C, waiting']);
      expect(environment?.version).toBe(3);
      expect(runs(world.effects)).toEqual(['environment.run: push B']);
    });

    it('loses nothing, for any order of the steps of concurrent events', async () => {
      const told: SourceEvent[] = [
        pushed('B'),
        pushed('C'),
        { type: 'branch.deleted', branch: 'feature/x' },
        pushed('B'),
      ];

      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.shuffledSubarray(told, { minLength: 2 }),
          async (scheduler, events) => {
            const repository = aRepository({ main: 'A', 'feature/x': 'C' });
            const world = await aWorld({ repository, environments: [anActiveEnvironment()] });
            const environments = {
              ...world.environments,
              get: scheduler.scheduleFunction(world.environments.get),
              save: scheduler.scheduleFunction(world.environments.save),
            };
            const process = bind(processEvent, { ...world.ports, environments });

            await scheduler.waitFor(Promise.all(events.map((event) => process(queued(event), false))));

            const environment = (await world.environment('feature/x'))!;
            expect(queueOf(environment).map((activity) => activity.endsWith('running'))).toEqual(
              environment.activities.map((_, place) => place === 0),
            );
            const sent = world.effects.map(({ type }) => type);
            expect(sent.filter((type) => type === 'environment.run')).toHaveLength(1);
            await world.settle();
            expect(await world.environment('feature/x')).toMatchObject({
              deployment: { commit: commit('C') },
            });
          },
        ),
        { numRuns: 50 },
      );
    });

    it('fails after repeated conflicts, so that the event is retried', async () => {
      const world = await aWorld({ environments: [anActiveEnvironment()] });
      const process = interrupted(world, async (environment) => {
        await world.environments.save({ ...environment!, version: environment!.version + 1 });
      });

      await expect(process(queued(pushed('B')), false)).rejects.toThrow(StoreConflict);

      expect(world.effects).toEqual([]);
    });
  });

  it.each([
    ['its integration', { project: projectId, integration: 'gone' }],
    ['its project', { project: 'gone', integration: integrationId }],
  ])('ignores events after the removal of %s', async (_, place) => {
    const world = await aWorld();

    await processEvent(world.ports, { ...queued(pushed('A')), ...place }, false);

    expect(await world.environments.listOf(projectId)).toEqual([]);
    expect(world.lines).toMatchObject([{ fields: { because: 'its integration has been removed' } }]);
  });
});

describe('an event that concerns the whole repository', () => {
  it.each<[string, SourceEvent, { default_branch: string | null }]>([
    ['Bitbucket does not report the change', { type: 'repository.changed' }, { default_branch: 'main' }],
    ['the default branch is unknown: a push', pushed('A'), { default_branch: null }],
    [
      'the default branch is unknown: a pull request',
      { type: 'pull_request.opened', pull_request: aPullRequest() },
      { default_branch: null },
    ],
  ])('queues a fetch, when %s', async (_, event, project) => {
    const world = await aWorld({ project });

    await world.process(event);

    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
    expect(runs(world.effects)).toEqual(['integration.run: fetch']);
    expect(await world.environments.listOf(projectId)).toEqual([]);
  });

  it('queues another fetch behind a running one, which may have read before', async () => {
    const world = await aWorld();

    for (const _ of [1, 2, 3]) await world.process({ type: 'repository.changed' });

    expect(queueOf(await world.integration())).toEqual(['fetch, running', 'fetch, waiting']);
    expect(world.effects).toHaveLength(1);
    expect(await world.history()).toEqual([]);
  });

  it('resends the running fetch when delivered again', async () => {
    const world = await aWorld();
    const send = () => Promise.reject(new Error('SQS is down'));
    const first = processEvent(
      { ...world.ports, effects: { send } },
      queued({ type: 'repository.changed' }),
      false,
    );
    await expect(first).rejects.toThrow('SQS is down');

    await world.process({ type: 'repository.changed' }, true);

    expect(runs(world.effects)).toContain('integration.run: fetch');
    expect(world.effects[0]).toMatchObject({ activity: { state: 'in_progress' } });
  });
});
