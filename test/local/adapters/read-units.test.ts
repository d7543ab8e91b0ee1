import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueCredentials } from '../../../shared/workflow/builds/issue-credentials.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  commit,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { startCountedTable } from '../../support/counted-table.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld } from '../../support/world.ts';

/** A world whose project has production and `count` environments of branches, every tenth deployed. */
async function aCountedWorld(count: number) {
  const environments = Array.from({ length: count }, (_, index) => {
    const id = `feature/other-${index}`;
    return index % 10 === 0 ? anActiveEnvironment({ id }) : anEnvironment({ id });
  });
  const main = theProductionEnvironment({ deployment: aDeployment() });
  const table = await startCountedTable(({ environments: store }) =>
    Promise.all([main, ...environments].map((one) => store.save(one))),
  );
  const repository = aRepository({ main: 'A', 'feature/x': 'B', 'feature/base': 'C' });
  const world = await aWorld({ stores: table.stores, repository });
  const readsOf = async (work: () => Promise<unknown>) => (await table.unitsOf(work)).read;
  return { ...table, world, repository, readsOf };
}

type CountedWorld = Awaited<ReturnType<typeof aCountedWorld>>;

/** Exchanges the permit of the build of an environment, as the builder does. */
async function exchangePermit({ world: { ports, builds }, stores }: CountedWorld, id: string) {
  const activity = builds.find(({ environment }) => environment.id === id)?.activity.id ?? '';
  const scopeOf = async () => ({ project: projectId, environment: id, data_from: null, activity });
  const none = { access_key_id: '', secret_access_key: '', session_token: '', expires_at: '' };
  const permits = { scopeOf };
  const all = { ...ports, variables: stores.variables, permits, rights: { issue: async () => none } };
  await issueCredentials(all as never, { project: projectId, activity, permit: '' });
}

/** The read units of the life of a new branch, and of pull requests to it, which has no data, and to production. */
async function readsOfPullRequests(counted: CountedWorld) {
  const { world, repository, readsOf } = counted;
  const { process } = world;
  const branch = 'feature/base';
  const pushed = await readsOf(async () => {
    await process({ type: 'branch.pushed', branch, commit: commit('C') });
    await world.settle();
  });
  const openTo = (target: string) => {
    const number = repository.open('feature/x', target);
    return readsOf(async () => {
      await process({ type: 'pull_request.opened', pull_request: repository.show(number) });
      await world.work();
      await exchangePermit(counted, `pr-${number}`);
      await world.settle();
    });
  };
  const opened = await openTo('main');
  const openedBelow = await openTo(branch);
  expect(await world.environment('pr-2')).toMatchObject({ parent: branch, status: 'active' });
  expect(world.bitbucket.statuses.at(-1)).toMatchObject({ state: 'successful' });
  const merged = await readsOf(async () => {
    repository.end(1);
    await process({ type: 'pull_request.merged', number: 1 });
    await world.settle();
  });
  const deleted = await readsOf(async () => {
    repository.deleteBranch(branch);
    await process({ type: 'branch.deleted', branch });
    await world.settle();
  });
  expect(await Promise.all(['pr-1', branch].map((id) => world.environment(id)))).toEqual([null, null]);
  expect(await world.environment('pr-2')).toMatchObject({ parent: 'main' });
  return { pushed, opened, opened_below: openedBelow, merged, deleted };
}

describe('the read units', { timeout: 60_000 }, () => {
  const worlds: CountedWorld[] = [];
  beforeAll(async () => {
    for (const count of [50, 500]) worlds.push(await aCountedWorld(count));
  });
  afterAll(() => Promise.all(worlds.map(({ stop }) => stop())));

  it('of a pull request and of a new branch do not depend on the number of environments', async () => {
    const reads = [];
    for (const world of worlds) reads.push(await readsOfPullRequests(world));

    const [few, many] = reads;
    expect(many).toEqual(few);
    const most = { pushed: 8, opened: 19, opened_below: 23, merged: 9, deleted: 15 };
    for (const [part, units] of Object.entries(most))
      expect([part, Reflect.get(few ?? {}, part)]).toEqual([part, expect.toSatisfy((read) => read <= units)]);
  });
});
