import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { machineNameOf } from '../../../shared/runtime/machine-name.ts';
import { nameCollisionOf } from '../../../shared/workflow/environments/steps/name-collision.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  aRunningActivity,
  collidingBranches,
  commit,
  projectId,
  start,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

const [first, second] = collidingBranches;
const later = '2026-11-22T11:00:00.000Z';

it('two branches can have the same machine name', () => {
  expect(first).not.toBe(second);
  expect(machineNameOf(first)).toBe(machineNameOf(second));
});

describe('the site and the data of a machine name belong', () => {
  const ask = (environment: Environment, ...others: Environment[]) =>
    nameCollisionOf(
      { machineName: machineNameOf, environments: { related: async () => others } },
      environment,
    );
  const undeployed = { deployment: null };

  it.each<[string, Partial<Environment>, Partial<Environment>, boolean]>([
    ['to the older environment', { created_at: start }, { created_at: later }, true],
    ['not to the newer environment', { created_at: later }, { created_at: start }, false],
    [
      'to the deployed environment, even a newer one',
      { created_at: later, deployment: aDeployment() },
      { created_at: start },
      true,
    ],
    [
      'not to an older environment that is not deployed',
      { created_at: start },
      { created_at: later, deployment: aDeployment() },
      false,
    ],
    [
      'to production, even a newer one',
      { created_at: later, type: 'production' },
      { created_at: start },
      true,
    ],
  ])('%s', async (_, mine, others, isMine) => {
    const environment = anEnvironment({ ...undeployed, id: first, ...mine });
    const other = anEnvironment({ ...undeployed, id: second, ...others });

    expect(await ask(environment, other)).toEqual(isMine ? null : other);
  });

  it('to each its own as long as the names differ', async () => {
    expect(await ask(anEnvironment({ id: 'a', deployment: null }), anEnvironment({ id: 'b' }))).toBeNull();
  });
});

describe('an environment with the machine name of another', () => {
  const other = anActiveEnvironment({ id: first, created_at: start });

  async function aNamesake(activity: Partial<Activity>, branches: Record<string, string>) {
    const environment = anActiveEnvironment({
      id: second,
      created_at: later,
      deployment: null,
      head_commit: commit('C'),
      activities: [aRunningActivity({ id: 'running', ...activity })],
    });
    const world = await aWorld({
      environments: [theProductionEnvironment(), other, environment],
      repository: aRepository({ main: 'A', [first]: 'B', ...branches }),
    });
    const run = () =>
      world.perform({
        type: 'environment.run',
        project: projectId,
        environment: second,
        activity: aRunningActivity(),
      });
    return { world, run };
  }

  it('is not deployed: its activity says why, and what to do', async () => {
    const { world, run } = await aNamesake({ type: 'environment.activate' }, { [second]: 'C' });

    await run();

    expect(world.builds).toEqual([]);
    const [ended] = await world.history();
    expect(ended?.result).toBe('failure');
    expect(ended?.because).toBe(
      `${first} has the machine name ${machineNameOf(first)}, and with it the site and the data: give the branch another name`,
    );
  });

  it('goes without a teardown, which would take what is the other one’s', async () => {
    const { world, run } = await aNamesake({ type: 'environment.delete' }, {});

    await run();

    expect(world.builds).toEqual([]);
    expect(await world.environment(second)).toBeNull();
    expect(await world.environment(first)).toMatchObject({ status: 'active' });
  });
});
