import { beforeEach, describe, expect, it } from 'vitest';
import { bind } from '../../../shared/runtime/bind.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { updateIntegration } from '../../../shared/workflow/integrations/update-integration.ts';
import { validateIntegration } from '../../../shared/workflow/integrations/validate-integration.ts';
import {
  anEnvironment,
  commit,
  integrationId,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { aRepository, openSecrets } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const branches = Array.from({ length: 99 }, (_, index) => `branch-${index}`);

/** A project with `main` and 99 other branches, which were just deleted from the repository. */
async function damagedWorld(setting: Parameters<typeof aWorld>[0] = {}) {
  const world = await aWorld({
    repository: aRepository({ main: 'A' }),
    environments: [theProductionEnvironment(), ...branches.map((id) => anEnvironment({ id }))],
    ...setting,
  });
  return world;
}

const left = async (world: World) => (await world.environments.listOf(projectId)).length;
const pushBack = (world: World, names: readonly string[] = branches) => {
  for (const name of names) world.repository.push(name, 'A');
};
const because = '99 of 100 environments would be deleted at once, and the limit is 20';

async function fetch(world: World) {
  await world.process({ type: 'repository.changed' });
  await world.settle();
}
async function prune(world: World) {
  await world.prune();
  await world.settle();
}

describe('when 99 of 100 branches were deleted', () => {
  let world: World;
  beforeEach(async () => {
    world = await damagedWorld();
  });

  it.each([
    ['a prune', prune],
    ['a fetch', fetch],
  ])(
    '%s deletes nothing, and the integration shows the held-back deletions and the reason',
    async (_, find) => {
      await find(world);

      expect(await left(world)).toBe(100);
      expect((await world.integration()).held_back).toMatchObject({
        count: 99,
        ids: branches.toSorted(),
        because,
        since: world.clock.now(),
      });
    },
  );

  it('the prune creates and updates as usual, and returns the number of held-back deletions', async () => {
    world.repository.push('new', 'B');
    world.repository.push('main', 'C');

    expect(await world.prune()).toBe(99);
    await world.settle();

    expect(await world.environment('new')).toMatchObject({ head_commit: commit('B') });
    expect(await world.environment('main')).toMatchObject({ deployment: { commit: commit('C') } });
    const line = world.lines.find(({ message }) => message === 'pruned');
    expect(line?.fields).toMatchObject({ held_back: 99, events: 2 });
  });

  it('the fetch logs them', async () => {
    await fetch(world);

    const fetched = (await world.history()).find(({ type }) => type === 'integration.bitbucket.fetch');
    expect(world.logOf(fetched?.id ?? '').join('\n')).toContain(
      `W: Nothing is deleted: ${because} (branch-0, `,
    );
  });

  it('the mirror keeps the branches, from which they can be restored', async () => {
    pushBack(world);
    await fetch(world);
    for (const name of branches) world.repository.deleteBranch(name);

    await fetch(world);

    expect(Object.keys(world.mirror.heads())).toHaveLength(100);
  });

  it('later prunes with the same result write nothing', async () => {
    await prune(world);
    const { version } = await world.integration();

    await prune(world);
    await fetch(world);

    // The fetch itself is an activity, which is queued, begun and ended.
    expect((await world.integration()).version - version).toBeLessThanOrEqual(2);
    expect((await world.integration()).held_back?.count).toBe(99);
  });

  it('nothing is held back after the branches are pushed again', async () => {
    await prune(world);
    pushBack(world);

    expect(await world.prune()).toBe(0);
    await world.settle();

    expect((await world.integration()).held_back).toBeNull();
    expect(await left(world)).toBe(100);
  });

  it('the few still missing are deleted after most are pushed again', async () => {
    await prune(world);
    pushBack(world, branches.slice(20));

    await prune(world);

    expect((await world.integration()).held_back).toBeNull();
    expect(await left(world)).toBe(80);
  });

  it('enabling prune_branches deletes nothing either', async () => {
    const { ports } = world;
    await updateIntegration(ports, projectId, integrationId, { prune_branches: false });
    await updateIntegration(ports, projectId, integrationId, { prune_branches: true });

    await world.work();
    await world.settle();

    expect(await left(world)).toBe(100);
    expect((await world.integration()).held_back?.count).toBe(99);
  });

  it('all are deleted when the limit allows it', async () => {
    await updateIntegration(world.ports, projectId, integrationId, { prune_limit: { percent: 100 } });

    await prune(world);

    expect(await left(world)).toBe(1);
    expect((await world.integration()).prune_limit).toEqual({ environments: 5, percent: 100 });
  });

  it('integration:validate names it', async () => {
    await prune(world);
    const url = world.ports.hookUrl(await world.integration());
    world.bitbucket.hooks.push({
      url,
      secret: 'webhook-secret',
      state: { active: true, missing_events: [], has_secret: true },
    });

    expect(await validateIntegration(world.ports, await world.integration())).toEqual({
      held_back: expect.stringContaining(`${because} (branch-0, `),
    });
  });
});

describe('a delivery with deleted branches', () => {
  /** The events of a delivery that deletes a number of branches and pushes to `main`. */
  async function told(
    deleted: number,
    integration: NonNullable<Parameters<typeof aWorld>[0]>['integration'] = {},
  ) {
    const world = await damagedWorld({ integration });
    const events = [
      { type: 'branch.pushed' as const, branch: 'main', commit: commit('B') },
      ...branches.slice(0, deleted).map((branch) => ({ type: 'branch.deleted' as const, branch })),
    ];
    const format = {
      isPing: () => false,
      verify: () => undefined,
      parse: () => ({
        id: 'd1',
        repository: { uuid: '{0f1e}', full_name: 'acme/website' },
        events,
        ignored: [],
      }),
    };
    const accept = bind(acceptDelivery, {
      reportedRefusals: new Map(),
      ...world.ports,
      secrets: openSecrets,
      formats: { bitbucket: format, bitbucket_server: format },
    });
    const answer = await accept(projectId, integrationId, {
      headers: { 'x-event-key': 'repo:push' },
      body: Buffer.from('{}'),
    });
    return { world, answer, types: world.events.map(({ event }) => event.type) };
  }

  it.each([
    [5, {}],
    [99, { prune_limit: { environments: 99, percent: 0 } }],
    [99, { prune_branches: false }],
    [99, { fetch_branches: false, prune_branches: false }],
  ])('becomes single events: %i, with %j', async (deleted, options) => {
    const { types } = await told(deleted, options);

    expect(types).toEqual(['branch.pushed', ...Array.from({ length: deleted }, () => 'branch.deleted')]);
  });

  it('has the whole repository read when they exceed the limit', async () => {
    const { world, types, answer } = await told(99);

    expect(types).toEqual(['repository.changed']);
    expect(answer.ignored).toEqual([
      { because: 'the delivery contains 99 deleted branches: the whole repository is read instead' },
    ]);
    world.repository.push('main', 'B');
    await world.settle();
    expect(await left(world)).toBe(100);
    expect(await world.environment('main')).toMatchObject({ deployment: { commit: commit('B') } });
    expect((await world.integration()).held_back?.count).toBe(99);
  });

  it('deletes them when the percentage allows the number', async () => {
    const { world } = await told(20);
    pushBack(world, branches.slice(20));

    await world.settle();

    expect(await left(world)).toBe(80);
  });
});
