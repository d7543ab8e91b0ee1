import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { concludeActivity } from '../../../shared/workflow/activities/steps/conclude-activity.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRoute,
  aRunningActivity,
  aWaitingActivity,
  commit,
  endedOf,
  inShort,
  projectId,
  queueOf,
  theProductionEnvironment,
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

const worldWith = (...environments: Environment[]) => aWorld({ environments });
const started = ({ effects }: World) =>
  effects.flatMap((effect) => (effect.type === 'environment.run' ? [inShort(effect.activity)] : []));

describe('the end of an activity', () => {
  it('is stored in the environment and the history, and starts the next activity', async () => {
    const world = await worldWith(
      anActiveEnvironment({ activities: [push, aWaitingActivity({ commit: commit('C') })] }),
    );

    await world.conclude(projectId, 'feature/x', {
      activity: 'running',
      ending: ending('success'),
      commit: commit('B'),
      deployment: deployed,
    });

    const environment = await world.environment('feature/x');
    expect(environment).toMatchObject({ version: 2, head_commit: commit('B'), deployment: deployed });
    expect(queueOf(environment!)).toEqual(['push C, running']);
    expect(started(world)).toEqual(['push C']);
    expect(await world.history()).toMatchObject([
      { id: 'running', environment: 'feature/x', result: 'success', completed_at: world.clock.now() },
    ]);
  });

  it('counts once: a repetition resends possibly lost messages, and changes nothing', async () => {
    const world = await worldWith(
      anActiveEnvironment({ activities: [push, aWaitingActivity({ commit: commit('C') })] }),
    );
    const outcome = { activity: 'running', ending: ending('failure') };
    await world.conclude(projectId, 'feature/x', outcome);
    const environment = await world.environment('feature/x');

    await world.conclude(projectId, 'feature/x', outcome);

    expect(await world.environment('feature/x')).toEqual(environment);
    expect(started(world)).toEqual(['push C', 'push C']);
    expect(endedOf(await world.history())).toEqual(['push B: failure']);
  });

  it('counts despite a concurrent write', async () => {
    const world = await worldWith(anActiveEnvironment({ activities: [push] }));
    let isFirst = true;
    const get: World['environments']['get'] = async (...place) => {
      const environment = await world.environments.get(...place);
      if (isFirst) {
        isFirst = false;
        await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('C') });
      }
      return environment;
    };

    await concludeActivity(
      { ...world.ports, environments: { ...world.environments, get } },
      projectId,
      'feature/x',
      { activity: 'running', ending: ending('success'), commit: commit('B'), deployment: deployed },
    );

    const environment = await world.environment('feature/x');
    expect(environment).toMatchObject({ version: 3, deployment: deployed });
    expect(queueOf(environment!)).toEqual(['push C, running']);
    expect(started(world)).toEqual(['push C']);
  });

  it('changes nothing for a deleted environment', async () => {
    const world = await worldWith();

    await world.conclude(projectId, 'feature/x', { activity: 'running', ending: ending('success') });

    expect(world.effects).toEqual([]);
    expect(await world.environments.listOf(projectId)).toEqual([]);
  });
});

describe('the children of a deleted environment', () => {
  const parent = anEnvironment({ activities: [deletion] });
  const child = aPullRequestEnvironment({ parent: 'feature/x' });
  const success = { activity: 'running', ending: ending('success') };

  it('become children of its parent', async () => {
    const another = anEnvironment({ id: 'another', parent: 'main' });
    const world = await worldWith(theProductionEnvironment(), parent, child, another);

    await world.conclude(projectId, 'feature/x', success);

    expect(await world.environments.listOf(projectId)).toMatchObject([
      { id: 'another', parent: 'main', version: 1 },
      { id: 'main', parent: null, version: 1 },
      { ...child, parent: 'main', version: 2, updated_at: world.clock.now() },
    ]);
  });

  it.each([
    ['failed', 'failure'],
    ['was cancelled', 'cancelled'],
  ] as const)('stay where they are when the deletion %s', async (_, result) => {
    const world = await worldWith(parent, child);

    await world.conclude(projectId, 'feature/x', { ...success, ending: ending(result) });

    expect(await world.environment('pr-1')).toEqual(child);
  });

  it('keep their parent when it is recreated', async () => {
    const reborn = anEnvironment({ activities: [deletion, aWaitingActivity({ commit: commit('B') })] });
    const world = await worldWith(reborn, child);

    await world.conclude(projectId, 'feature/x', success);

    expect(await world.environment('pr-1')).toEqual(child);
    expect(started(world)).toEqual(['push B']);
  });

  it.each([
    [
      'move although they change',
      { title: 'A new title' },
      { parent: 'main', title: 'A new title', version: 3 },
    ],
    ['keep another parent that they get', { parent: 'release' }, { parent: 'release', version: 2 }],
  ])('%s in the same moment', async (_, changes, expected) => {
    const world = await worldWith(parent, child);
    let isFirst = true;
    const get: World['environments']['get'] = async (project, id) => {
      if (id === 'pr-1' && isFirst) {
        isFirst = false;
        await world.environments.save({ ...child, ...changes, version: 2 });
        return child;
      }
      return world.environments.get(project, id);
    };

    await concludeActivity(
      { ...world.ports, environments: { ...world.environments, get } },
      projectId,
      'feature/x',
      success,
    );

    expect(await world.environment('pr-1')).toMatchObject(expected);
    expect(await world.environment('feature/x')).toBeNull();
  });

  it('move before its deletion, so that a repetition finds no orphans', async () => {
    const world = await worldWith(parent, child);
    const remove = () => Promise.reject(new Error('DynamoDB is down'));

    await expect(
      concludeActivity(
        { ...world.ports, environments: { ...world.environments, remove } },
        projectId,
        'feature/x',
        success,
      ),
    ).rejects.toThrow('DynamoDB is down');

    expect(await world.environment('pr-1')).toMatchObject({ parent: 'main' });
    expect(await world.environment('feature/x')).toEqual(parent);
  });
});
