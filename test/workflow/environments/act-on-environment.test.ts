import { describe, expect, it } from 'vitest';
import type { Action } from '../../../shared/domain/environments/actions.ts';
import { actOnEnvironment } from '../../../shared/workflow/environments/act-on-environment.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aWorld, type World } from '../../support/world.ts';

const redeploy: Action = { type: 'redeploy' };
const worldWith = (...environments: ReturnType<typeof anEnvironment>[]) => aWorld({ environments });

describe('an action on an environment', () => {
  it('is stored and started, and returns the environment and the activity', async () => {
    const world = await worldWith(anActiveEnvironment());

    const { environment, activity } = await actOnEnvironment(world.ports, projectId, 'feature/x', redeploy);

    expect(await world.environment('feature/x')).toMatchObject({ version: 2, activities: [activity] });
    expect(environment).toMatchObject({ id: 'feature/x', activities: [activity] });
    expect(activity).toMatchObject({
      type: 'environment.redeploy',
      state: 'in_progress',
      because: 'a user asked for it',
      requested: true,
    });
    expect(world.effects).toEqual([
      { type: 'environment.run', project: projectId, environment: 'feature/x', activity },
    ]);
  });

  it('sends no request to Bitbucket', async () => {
    const world = await worldWith(anActiveEnvironment());

    await actOnEnvironment(world.ports, projectId, 'feature/x', redeploy);

    expect(world.bitbucket.calls).toEqual([]);
  });

  it.each([
    ['an environment', projectId, 'unknown'],
    ['a project', 'unknown', 'feature/x'],
  ])('is not found for %s that does not exist', async (_, project, id) => {
    const world = await worldWith(anActiveEnvironment());

    await expect(actOnEnvironment(world.ports, project, id, redeploy)).rejects.toMatchObject({
      code: 'not_found',
      message: expect.stringContaining(id),
    });
  });

  it('is refused with the reason and what to do instead, and changes nothing', async () => {
    const environment = anActiveEnvironment({ activities: [aRunningActivity()] });
    const world = await worldWith(environment);

    await expect(actOnEnvironment(world.ports, projectId, 'feature/x', redeploy)).rejects.toMatchObject({
      code: 'refused',
      status: 400,
      message: 'An activity is currently pending or in progress on the environment.',
      remedy: 'Wait until it has ended: bough activity:list shows it.',
      fields: undefined,
    });

    expect(await world.environment('feature/x')).toEqual(environment);
    expect(world.effects).toEqual([]);
  });

  it.each<[string, Action, Parameters<typeof aWorld>[0], Record<string, string>]>([
    [
      'the commit',
      { type: 'activate', commit: commit('B') },
      {
        environments: [
          aPullRequestEnvironment({ status: 'inactive', pull_request: aForkLink(), deployment: null }),
        ],
      },
      {
        commit: `The environment pr-1 is at ${commit('A').slice(0, 7)} now, not at ${commit('B').slice(0, 7)}. Look at what has changed, then activate it again.`,
      },
    ],
    [
      'the resources',
      { type: 'activate' },
      {
        environments: [aPullRequestEnvironment({ status: 'inactive', resources: null, deployment: null })],
        integration: { environment_init_resources: 'manual' },
      },
      {
        'resources.init':
          "Required: the integration's resources-init is manual. Choose default, minimum or parent.",
      },
    ],
  ])('names the invalid field: %s', async (_, action, setting, fields) => {
    const world = await aWorld(setting);

    await expect(actOnEnvironment(world.ports, projectId, 'pr-1', action)).rejects.toMatchObject({
      code: 'invalid',
      fields,
    });

    expect(world.effects).toEqual([]);
  });

  it('is decided again after a concurrent write', async () => {
    const world = await worldWith(anActiveEnvironment());
    const get = afterReading(world, async () => {
      await world.process({ type: 'branch.pushed', branch: 'feature/x', commit: commit('B') });
    });
    const ports = { ...world.ports, environments: { ...world.environments, get } };

    await expect(actOnEnvironment(ports, projectId, 'feature/x', redeploy)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('currently pending or in progress'),
    });

    expect(queueOf((await world.environment('feature/x'))!)).toEqual(['push B, running']);
  });

  it('synchronizes from the nearest ancestor with data', async () => {
    const below = anActiveEnvironment({ parent: 'release' });
    const world = await worldWith(theProductionEnvironment(), anEnvironment({ id: 'release' }), below);

    const { activity } = await actOnEnvironment(world.ports, projectId, 'feature/x', {
      type: 'synchronize',
      code: false,
      data: true,
    });

    expect(activity).toMatchObject({ text: 'Synchronize the data of feature/x from main', clone_data: true });
  });
});

/** Runs a hook once, after the first read of an environment. */
function afterReading(world: World, happen: () => Promise<void>): World['environments']['get'] {
  let isFirst = true;
  return async (project, id) => {
    const environment = await world.environments.get(project, id);
    if (isFirst) {
      isFirst = false;
      await happen();
    }
    return environment;
  };
}
