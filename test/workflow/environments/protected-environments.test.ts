import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { updateEnvironment } from '../../../shared/workflow/environments/update-environment.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequestEnvironment,
  endedOf,
  projectId,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { built, withBranch, withClosedPullRequest, withPullRequest } from '../../support/busy-world.ts';
import { projectDeletionWorld } from '../../support/project-deletion-world.ts';
import { aWorld, type World } from '../../support/world.ts';

const guard = ({ ports }: World, id: string) => updateEnvironment(ports, projectId, id, { protected: true });
const merged = { type: 'pull_request.merged' as const, number: 1 };
const deleted = { type: 'branch.deleted' as const, branch: 'feature/x' };

describe('a protection that is set after the deletion was queued', () => {
  it.each([
    ['a branch', anActiveEnvironment(), deleted],
    ['an inactive branch', anEnvironment(), deleted],
    ['a pull request', aPullRequestEnvironment(), merged],
  ])('keeps the environment and its data: %s', async (_, environment: Environment, event) => {
    const repository = withClosedPullRequest();
    const world = await aWorld({ repository, environments: [theProductionEnvironment(), environment] });
    await world.process(event);
    expect(queueOf((await world.environment(environment.id))!)).toEqual(['delete, running']);

    await guard(world, environment.id);
    await world.settle();

    expect(built(world)).toEqual([]);
    expect(await world.environment(environment.id)).toMatchObject({
      status: environment.status,
      deployment: environment.deployment,
      activities: [],
    });
    expect(await world.history()).toMatchObject([
      { state: 'cancelled', because: expect.stringContaining(`${environment.id} is protected`) },
    ]);
  });

  it('keeps the build running that the deletion would have stopped', async () => {
    const repository = withBranch('B');
    const world = await aWorld({
      repository,
      environments: [theProductionEnvironment(), anActiveEnvironment()],
    });
    await world.prune();
    for (const { event } of world.events.splice(0)) await world.process(event);
    await world.work();
    expect(built(world)).toEqual(['deploy B of feature/x']);
    repository.deleteBranch('feature/x');
    await world.process(deleted);

    await guard(world, 'feature/x');
    await world.work();

    expect([...world.stopped]).toEqual([]);
    await world.settle();
    expect(endedOf(await world.history())).toEqual(['push B: success', 'delete: cancelled']);
    expect(await world.environment('feature/x')).toMatchObject({ protected: true, activities: [] });
  });
});

describe('a protected environment', () => {
  const unconfirmed = { fields: { confirm: expect.stringContaining('The environment pr-1 is protected.') } };

  it('survives any number of prunes, and is deleted by the first one after the protection ends', async () => {
    const world = await aWorld({
      repository: withClosedPullRequest(),
      environments: [
        theProductionEnvironment(),
        anActiveEnvironment({ protected: true }),
        aPullRequestEnvironment({ protected: true }),
      ],
    });
    for (let times = 0; times < 2; times++) {
      await world.prune();
      await world.settle();
    }
    expect((await world.environments.listOf(projectId)).map(({ id }) => id)).toEqual([
      'feature/x',
      'main',
      'pr-1',
    ]);

    for (const id of ['feature/x', 'pr-1'])
      await updateEnvironment(world.ports, projectId, id, { protected: false });
    await world.prune();
    await world.settle();

    expect((await world.environments.listOf(projectId)).map(({ id }) => id)).toEqual(['main']);
  });

  it('is deleted when a user has confirmed the deletion', async () => {
    const made = anActiveEnvironment({ has_remote: false, protected: true });
    const world = await aWorld({ environments: [theProductionEnvironment(), made] });

    await world.act('feature/x', { type: 'delete', confirmed: true });
    await world.settle();

    expect(await world.environment('feature/x')).toBeNull();
  });

  it('keeps its data when a push would resync them, and when a user does not confirm the copy', async () => {
    const guarded = aPullRequestEnvironment({ protected: true });
    const world = await aWorld({
      repository: withPullRequest('B'),
      integration: { resync_pull_requests: true },
      environments: [theProductionEnvironment(), guarded],
    });
    await world.process({ type: 'pull_request.updated', pull_request: world.repository.show(1) });
    await world.work();
    expect(world.builds).toMatchObject([{ activity: { clone_data: false } }]);
    await world.settle();

    const synchronize = { type: 'synchronize', code: false, data: true } as const;
    await expect(world.act('pr-1', synchronize)).rejects.toMatchObject(unconfirmed);
    await world.act('pr-1', { ...synchronize, confirmed: true });
    await world.work();
    expect(world.builds.at(-1)).toMatchObject({ activity: { clone_data: true } });
  });

  it('can be deleted by a user who confirms, although the integration manages all others', async () => {
    const world = await aWorld({
      repository: withClosedPullRequest(),
      environments: [theProductionEnvironment(), aPullRequestEnvironment({ protected: true })],
    });
    await world.process(merged);
    await expect(world.act('pr-1', { type: 'delete', confirmed: false })).rejects.toMatchObject(unconfirmed);
    await world.act('pr-1', { type: 'delete', confirmed: true });
    await world.settle();
    expect(await world.environment('pr-1')).toBeNull();
  });

  it("moves to its parent's parent when its parent is deleted", async () => {
    const child = anActiveEnvironment({ id: 'child', parent: 'feature/x', protected: true });
    const world = await aWorld({ environments: [theProductionEnvironment(), anEnvironment(), child] });
    world.repository.push('child', 'A');
    world.repository.deleteBranch('feature/x');

    await world.prune();
    await world.settle();

    expect(await world.environment('feature/x')).toBeNull();
    expect(await world.environment('child')).toMatchObject({ parent: 'main', protected: true });
  });
});

describe('the deletion of a project with protected environments', () => {
  it('is refused, and names them, until it is confirmed', async () => {
    const world = await projectDeletionWorld([
      theProductionEnvironment({ protected: true }),
      anEnvironment({ protected: true }),
    ]);

    await expect(world.deleteProject()).rejects.toMatchObject({
      code: 'invalid',
      fields: { confirm: expect.stringContaining('protected environments: feature/x and 1 more') },
    });
    expect((await world.projects.get(projectId))?.deletion).toBeNull();

    await world.deleteProject(true);
    await world.settle();

    expect(await world.projects.get(projectId)).toBeNull();
  });
});
