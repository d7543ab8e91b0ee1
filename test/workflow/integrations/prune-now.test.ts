import { describe, expect, it } from 'vitest';
import { updateEnvironment } from '../../../shared/workflow/environments/update-environment.ts';
import { previewPrune } from '../../../shared/workflow/integrations/preview-prune.ts';
import { requestPrune } from '../../../shared/workflow/integrations/request-prune.ts';
import { anEnvironment, commit, projectId, theProductionEnvironment } from '../../support/builders.ts';
import { aRepository } from '../../support/doubles.ts';
import { aWorld, type World } from '../../support/world.ts';

const branches = Array.from({ length: 99 }, (_, index) => `branch-${index}`);

/** A project with `main` and other branches, which were deleted from the repository. */
const worldWith = (names: readonly string[], setting: Parameters<typeof aWorld>[0] = {}) =>
  aWorld({
    repository: aRepository({ main: 'A' }),
    environments: [theProductionEnvironment(), ...names.map((id) => anEnvironment({ id }))],
    ...setting,
  });

const left = async (world: World) => (await world.environments.listOf(projectId)).map(({ id }) => id);
const preview = async (world: World) => previewPrune(world.ports, await world.integration());

/** Requests a prune as a user. Returns the activity's end and log. */
async function pruned(world: World, confirm: string | boolean = false) {
  const { started } = await requestPrune(world.ports, await world.integration(), confirm);
  await end(world);
  return told(world, started[0]?.id ?? '');
}

/** Ends a failed activity as the queue's consumer does. */
async function end(world: World) {
  for (let effect = world.effects.shift(); effect; effect = world.effects.shift()) {
    const { type } = effect;
    await world.perform(effect).catch((error: unknown) => {
      if (type !== 'integration.run') throw error;
      return world.fail(effect as Parameters<typeof world.fail>[0], error);
    });
  }
  await world.settle();
}

async function told(world: World, id: string) {
  const activity = (await world.history()).find((ended) => ended.id === id);
  return { result: activity?.result, because: activity?.because, log: world.logOf(id) };
}

describe('a prune requested by a user', () => {
  it('reconciles the environments at once, and logs its changes with reasons', async () => {
    const world = await worldWith(['gone', 'kept']);
    await updateEnvironment(world.ports, projectId, 'kept', { protected: true });
    world.repository.push('new', 'B');

    const { result, log } = await pruned(world);

    expect(await left(world)).toEqual(['kept', 'main', 'new']);
    expect(result).toBe('success');
    expect(log).toEqual([
      'Comparing the environments with Bitbucket repository acme/website',
      '  Create new: the branch new is new',
      '  Delete gone: the branch gone was deleted',
      '  Keep kept: kept is protected: bough environment:info -e kept protected false lifts that',
      '  2 changes found',
    ]);
  });

  it('deletes nothing above the limit, and logs that', async () => {
    const world = await worldWith(branches);

    const { result, log } = await pruned(world);

    expect(result).toBe('success');
    expect(log.at(-2)).toMatch(/^W: Nothing is deleted: 99 of 100 environments would be deleted at once/);
    expect(await left(world)).toHaveLength(100);
    expect((await world.integration()).held_back?.count).toBe(99);
    expect(world.lines).toContainEqual({
      level: 'warn',
      message: 'deletions held back',
      fields: expect.objectContaining({ because: expect.stringContaining('99 of 100 environments') }),
    });
  });

  it('logs the first of many changes', async () => {
    const world = await worldWith([]);
    for (let index = 0; index < 600; index++) world.repository.push(`new-${index}`, 'B');

    const { log } = await pruned(world);

    expect(log).toHaveLength(503);
    expect(log.slice(-2)).toEqual(['  and 100 more', '  600 changes found']);
  });

  it('logs the names that are left out', async () => {
    const world = await worldWith([]);
    world.repository.unreadable.add('refs/heads/caf\uFFFD');

    const { log } = await pruned(world);

    expect(log).toContainEqual(expect.stringMatching(/^W: Left out because of a name: .* is not UTF-8$/));
  });

  it('repairs the webhook too', async () => {
    const world = await worldWith([]);

    await pruned(world);

    expect(world.bitbucket.hooks).toHaveLength(1);
  });
});

describe('a confirmation of held-back deletions', () => {
  it.each([
    ['by their digest', false],
    ["by the integration's record", true],
  ])('deletes exactly the confirmed environments: %s', async (_, isShort) => {
    const world = await worldWith(branches);
    await world.prune();
    const { held_back } = await world.integration();

    const { result } = await pruned(world, isShort || (held_back?.digest ?? ''));

    expect(result).toBe('success');
    expect(await left(world)).toEqual(['main']);
    expect((await world.integration()).held_back).toBeNull();
  });

  it('may be of a newer dry run than the last prune', async () => {
    const world = await worldWith(branches);
    const { held_back } = await preview(world);

    await pruned(world, held_back?.digest ?? '');

    expect(await left(world)).toEqual(['main']);
  });

  it.each([
    ['one more branch was deleted', (world: World) => world.repository.deleteBranch('other')],
    ['one branch exists again', (world: World) => world.repository.push('branch-7', 'A')],
  ])('is refused when %s', async (_, change) => {
    const world = await worldWith([...branches, 'other'], {
      repository: aRepository({ main: 'A', other: 'A' }),
    });
    const { held_back } = await preview(world);
    change(world);

    await expect(pruned(world, held_back?.digest ?? '')).rejects.toMatchObject({ code: 'held_back_changed' });
    expect(await left(world)).toHaveLength(101);
  });

  it('fails and deletes nothing when the set changes before its turn, and shows the current set', async () => {
    const world = await worldWith([...branches, 'other'], {
      repository: aRepository({ main: 'A', other: 'A' }),
    });
    await world.prune();
    world.events.length = 0;
    const { started } = await requestPrune(world.ports, await world.integration(), true);
    world.repository.deleteBranch('other');

    await end(world);

    expect(await told(world, started[0]?.id ?? '')).toMatchObject({
      result: 'failure',
      because: expect.stringMatching(/^Nothing was deleted: 100 other deletions are held back\. List the/),
    });
    expect(await left(world)).toHaveLength(101);
    expect((await world.integration()).held_back?.count).toBe(100);
  });

  it('has the same result when run twice', async () => {
    const world = await worldWith(branches);
    await world.prune();
    const { integration } = await requestPrune(world.ports, await world.integration(), true);
    const [run] = world.effects;

    await world.settle();
    if (run) await world.perform(run);
    await world.settle();

    expect(integration.activities).toMatchObject([{ confirms: expect.any(String), requested: true }]);
    expect(await left(world)).toEqual(['main']);
  });

  it('does not delete an environment whose branch returns before its turn', async () => {
    const world = await worldWith(branches);
    await world.prune();
    await requestPrune(world.ports, await world.integration(), true);
    await world.work();
    world.repository.push('branch-7', 'A');

    await world.settle();

    expect(await left(world)).toEqual(['branch-7', 'main']);
  });

  it('is refused when nothing is held back', async () => {
    const world = await worldWith([]);

    await expect(pruned(world, true)).rejects.toMatchObject({ code: 'held_back_changed' });
    await expect(pruned(world, 'x')).rejects.toMatchObject({ code: 'held_back_changed' });
  });
});

describe('a dry run', () => {
  it('lists the changes with reasons, deletions first, and changes nothing', async () => {
    const world = await worldWith(['gone', 'kept', 'moved']);
    await updateEnvironment(world.ports, projectId, 'kept', { protected: true });
    for (const name of ['new', 'moved']) world.repository.push(name, 'B');
    const [before, calls] = [await world.integration(), world.effects.length];

    expect(await preview(world)).toEqual({
      changes: [
        { environment: 'gone', change: 'delete', because: 'the branch gone was deleted' },
        { environment: 'new', change: 'create', because: 'the branch new is new' },
        { environment: 'moved', change: 'update', because: expect.stringContaining('was pushed to moved') },
        { environment: 'kept', change: 'keep', because: expect.stringContaining('kept is protected') },
      ],
      held_back: null,
      left_out: null,
    });
    expect(await world.integration()).toEqual(before);
    expect([world.events, world.effects.length]).toEqual([[], calls]);
  });

  it('lists the deletions that would be held back', async () => {
    const { changes, held_back } = await preview(await worldWith(branches));

    expect(new Set(changes.map(({ change }) => change))).toEqual(new Set(['hold_back']));
    expect(held_back?.count).toBe(99);
  });

  it('works for a new integration without a known default branch', async () => {
    const repository = aRepository({ main: 'A', 'feature/x': 'B' });
    repository.open('feature/x');
    const world = await aWorld({ repository, project: { default_branch: null } });

    const { changes } = await preview(world);

    expect(changes).toEqual([
      { environment: 'main', change: 'create', because: 'the branch main is new' },
      { environment: 'feature/x', change: 'create', because: 'the branch feature/x is new' },
      { environment: 'pr-1', change: 'create', because: 'pull request #1 is open' },
    ]);
  });

  it('counts environments that will be adopted from a former integration', async () => {
    const world = await aWorld({
      repository: aRepository({ main: 'A', here: 'B' }),
      integration: { adopts: ['earlier'] },
      environments: [
        theProductionEnvironment({ integration: 'earlier' }),
        ...['gone', 'here'].map((id) =>
          anEnvironment({ id, integration: 'earlier', head_commit: commit('A') }),
        ),
      ],
    });

    expect((await preview(world)).changes).toMatchObject([
      { environment: 'gone', change: 'delete' },
      { environment: 'here', change: 'update' },
    ]);
  });

  it('finds nothing in an empty repository', async () => {
    const world = await aWorld({ repository: aRepository({}), project: { default_branch: null } });

    expect((await preview(world)).changes).toEqual([]);
  });
});
