import { describe, expect, it } from 'vitest';
import { concludeActivity } from '../../../shared/workflow/activities/steps/conclude-activity.ts';
import {
  anActiveEnvironment,
  aRunningActivity,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { interrupted } from '../../support/interleave.ts';
import { aWorld } from '../../support/world.ts';

const deletion = aRunningActivity({ id: 'deletion', type: 'environment.delete' });
const ended = { activity: 'deletion', ending: { result: 'success' as const, because: 'Removed' } };

/** The version of the environment right before its deletion ends, and also of the recreated one. */
const version = 5;

async function aDoomedEnvironment() {
  const world = await aWorld({ environments: [theProductionEnvironment()] });
  const doomed = anActiveEnvironment({ incarnation: 'first', activities: [deletion] });
  for (let at = 1; at <= version; at += 1) await world.environments.save({ ...doomed, version: at });
  /** Another function concludes the deletion; then the branch returns, and its environment is deployed. */
  const isMadeAnew = async () => {
    await world.conclude(projectId, doomed.id, ended);
    const anew = anActiveEnvironment({ incarnation: 'second', head_commit: commit('B') });
    for (let at = 1; at <= version; at += 1) await world.environments.save({ ...anew, version: at });
  };
  return { world, doomed, isMadeAnew };
}

describe('the conclusion of a deletion that another function has concluded meanwhile', () => {
  // The function reads the environment, lists its children, and removes the environment.
  it.each([0, 1, 2])('spares the environment that was made anew before its call %i', async (call) => {
    const { world, doomed, isMadeAnew } = await aDoomedEnvironment();
    const { port, calls } = interrupted(world.environments, call, isMadeAnew);

    await concludeActivity({ ...world.ports, environments: port }, projectId, doomed.id, ended);

    expect(calls()).toBeGreaterThan(call);
    expect(await world.environment(doomed.id)).toMatchObject({
      incarnation: 'second',
      status: 'active',
      head_commit: commit('B'),
    });
  });
});
