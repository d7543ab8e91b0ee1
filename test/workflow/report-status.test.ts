import { describe, expect, it } from 'vitest';
import type { Effect } from '../../shared/ports.ts';
import { commit, integrationId, projectId } from '../support/builders.ts';
import { aWorld } from '../support/world.ts';

const report = {
  activity: 'push-B',
  environment: 'pr-1',
  branch: 'feature/x',
  commit: commit('B'),
  state: 'successful' as const,
  url: 'https://site.example.org/' as string | null,
  description: 'pr-1 is ready',
};
const effect = (changes: Partial<typeof report> = {}, integration = integrationId): Effect => ({
  type: 'status.report',
  project: projectId,
  integration,
  report: { ...report, ...changes },
});

describe('telling Bitbucket how a deployment went', () => {
  it('shows the URL that it was given', async () => {
    const world = await aWorld();

    await world.perform(effect());

    const { activity: _, ...status } = report;
    expect(world.bitbucket.statuses).toEqual([status]);
  });

  it("shows the activity's log where there is no URL", async () => {
    const world = await aWorld();

    await world.perform(effect({ url: null }));

    expect(world.bitbucket.statuses).toMatchObject([{ url: 'https://api.example.org/push-B/log' }]);
  });

  it('says nothing when the integration was removed', async () => {
    const world = await aWorld();

    await world.perform(effect({}, 'removed'));

    expect(world.bitbucket.calls).toEqual([]);
  });

  it('is an error when Bitbucket does not take it, so that it is told again', async () => {
    const world = await aWorld();
    world.bitbucket.fail('reportStatus');

    await expect(world.perform(effect())).rejects.toThrow('reportStatus failed');
  });
});
