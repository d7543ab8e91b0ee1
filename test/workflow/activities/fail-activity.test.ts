import { describe, expect, it } from 'vitest';
import { BoughError } from '../../../shared/errors.ts';
import { runOf } from '../../../shared/workflow/commit/commit-decision.ts';
import {
  aDeployment,
  anActiveEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
  integrationId,
  projectId,
  queueOf,
} from '../../support/builders.ts';
import { aWorld } from '../../support/world.ts';

const refused = new BoughError('git_host_forbidden', 'Bitbucket refused to list the references.');
const because = `${refused.message} ${refused.remedy}`;

describe('an activity that fails', () => {
  const push = aRunningActivity({ type: 'environment.push', commit: commit('B') });
  const environment = anActiveEnvironment({ activities: [push, aWaitingActivity({ commit: commit('C') })] });
  const onEnvironment = runOf(environment, push);

  it('has the reason and the remedy, in its log too', async () => {
    const world = await aWorld({ environments: [environment] });

    await world.fail(onEnvironment, refused);

    expect(await world.history()).toMatchObject([{ id: 'running', result: 'failure', because }]);
    expect(world.logOf('running')).toEqual([`E: ${because}`]);
  });

  it("starts the next, and keeps the environment's deployment", async () => {
    const world = await aWorld({ environments: [environment] });

    await world.fail(onEnvironment, new Error('the builder could not be started'));

    const after = await world.environment('feature/x');
    expect(after).toMatchObject({ head_commit: commit('A'), deployment: aDeployment() });
    expect(queueOf(after!)).toEqual(['push C, running']);
    expect(world.effects).toMatchObject([
      { type: 'status.report', report: { state: 'failed', commit: commit('B') } },
      { type: 'environment.run', activity: { id: 'waiting' } },
    ]);
  });

  it('keeps its environment when it is a deletion', async () => {
    const deletion = aRunningActivity({ type: 'environment.delete' });
    const deleting = anActiveEnvironment({ activities: [deletion] });
    const world = await aWorld({ environments: [deleting] });

    await world.fail(runOf(deleting, deletion), refused);

    expect(await world.environment('feature/x')).toMatchObject({ activities: [], deployment: aDeployment() });
  });

  it('of an integration ends in the same way, and the next one starts', async () => {
    const registration = aRunningActivity({ type: 'integration.bitbucket.register_hooks' });
    const fetch = aWaitingActivity({ type: 'integration.bitbucket.fetch' });
    const world = await aWorld({ integration: { activities: [registration, fetch] } });

    await world.fail(
      { type: 'integration.run', project: projectId, integration: integrationId, activity: registration },
      refused,
    );

    expect(queueOf(await world.integration())).toEqual(['fetch, running']);
    expect(await world.history()).toMatchObject([{ integration: integrationId, result: 'failure', because }]);
    expect(world.logOf('running')).toEqual([`E: ${because}`]);
    expect(world.effects).toMatchObject([{ type: 'integration.run', activity: { id: 'waiting' } }]);
  });
});
