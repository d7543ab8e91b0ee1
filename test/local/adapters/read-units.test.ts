import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectId } from '../../support/builders.ts';
import { aCountedWorld, type CountedWorld, pullRequestsIn } from '../../support/counted-world.ts';
import { queueDeletions } from '../../support/project-deletion-world.ts';

/** The read units of each part of the lives of a branch and two pull requests. */
async function readsOfPullRequests(counted: CountedWorld) {
  const reads: Record<string, number> = {};
  for (const [part, run] of Object.entries(pullRequestsIn(counted)))
    reads[part] = (await counted.unitsOf(run)).read;
  const { bitbucket, environment } = counted.world;
  expect(bitbucket.statuses.at(-1)).toMatchObject({ state: 'successful' });
  expect(await Promise.all(['pr-1', 'feature/base'].map(environment))).toEqual([null, null]);
  // Its target was deleted.
  expect(await environment('pr-2')).toMatchObject({ parent: 'main' });
  return reads;
}

/** The read units of the deletion of a project, for each of its environments. All deletions end at the same time. */
async function readsOfDeletion({ world, unitsOf }: CountedWorld) {
  const count = (await world.environments.listOf(projectId)).length;
  const request = await unitsOf(() => world.deleteProject());
  const rest = await unitsOf(async () => {
    await queueDeletions(world);
    await Promise.all(world.effects.splice(0).map((effect) => world.perform(effect)));
    await Promise.all(world.builds.splice(0).map((build) => world.endBuild(build)));
    expect(world.effects).toEqual([{ type: 'project.purge', project: projectId }]);
    await world.settle();
  });
  expect(await world.projects.get(projectId)).toBeNull();
  return { request: request.read, each: (request.read + rest.read) / count };
}

describe('the read units', { timeout: 60_000 }, () => {
  const worlds: CountedWorld[] = [];
  beforeAll(async () => {
    for (const count of [30, 240]) worlds.push(await aCountedWorld(count));
  });
  afterAll(() => Promise.all(worlds.map(({ stop }) => stop())));

  it('of a pull request and of a new branch do not depend on the number of environments', async () => {
    const reads = [];
    for (const world of worlds) reads.push(await readsOfPullRequests(world));

    const [few, many] = reads;
    expect(many).toEqual(few);
    const most = { pushed: 8, opened: 19, opened_below: 23, merged: 10, deleted: 16 };
    for (const [part, units] of Object.entries(most))
      expect([part, few?.[part]]).toEqual([part, expect.toSatisfy((read) => read <= units)]);
  });

  it('of the deletion of a project grow with its environments only, and not those of its request', async () => {
    const reads = [];
    for (const world of worlds) reads.push(await readsOfDeletion(world));

    const [few, many] = reads;
    expect(many?.request).toBe(few?.request);
    expect(many?.each).toBeLessThanOrEqual(few?.each ?? 0);
    expect(few?.each).toBeLessThanOrEqual(7);
  });
});
