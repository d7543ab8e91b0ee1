import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import { newBudget } from '../../shared/domain/integrations/rate-budget.ts';
import type { FinishedActivities, SecondStarts } from '../../shared/ports/activities.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { Integrations } from '../../shared/ports/integrations.ts';
import type { Projects } from '../../shared/ports/projects.ts';
import type { RateBudgets } from '../../shared/ports/rate-budgets.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { newActivityId, newId, timeInId } from '../../shared/runtime/ids.ts';
import {
  aDeployment,
  aLink,
  anEnvironment,
  anIntegration,
  aProject,
  aRunningActivity,
  aServerIntegration,
  aWaitingActivity,
} from './builders.ts';
import { collect } from './chunks.ts';
import { describeVersions } from './version-contract.ts';

/** The stores that the contract covers. */
export interface Stores {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
  finished: FinishedActivities;
  budgets: RateBudgets;
  secondStarts: SecondStarts;
}

/** Valid branch names that are difficult for a store. */
const awkwardIds = [
  'feature/x',
  'feature',
  'feature/x/y',
  'a.b',
  'x#1',
  'ENVIRONMENT#x',
  'x%2Fy',
  'x+y&z=1',
  ' ',
  'Ünï/çødé',
  'Ünï/çødé'.normalize('NFD'),
  '分支/功能',
  '🌱/🌳',
  '__proto__',
  'constructor',
  'pr-1',
  'pr-10',
  `long/${'x'.repeat(900)}`,
];

/**
 * The contract of the ports for every implementation of the stores. Each test creates its own projects, so tests can
 * share a store.
 */
export function describeStores(open: () => Stores): void {
  describe("of a project's lock for restarted activities", () => {
    const moment = { now: '2026-05-01T10:00:00.000Z', until: '2026-05-01T10:16:00.000Z' };
    const later = { now: '2026-05-01T10:16:00.000Z', until: '2026-05-01T10:32:00.000Z' };
    const take = (project: string, activity: string, at = moment) =>
      open().secondStarts.take(project, activity, at);

    it('gives the lock to one activity of a project at a time', async () => {
      const project = newId();
      expect(await take(project, 'first')).toBe(true);
      expect(await take(project, 'second')).toBe(false);
      expect(await take(newId(), 'second')).toBe(true);
    });

    it('gives the lock to its holder again, and to another activity after it expires', async () => {
      const project = newId();
      await take(project, 'first');
      expect(await take(project, 'first')).toBe(true);
      expect(await take(project, 'second', later)).toBe(true);
    });

    it('gives the lock to another activity after its holder, and only its holder, releases it', async () => {
      const project = newId();
      await take(project, 'first');
      await open().secondStarts.release(project, 'second');
      expect(await take(project, 'second')).toBe(false);
      await open().secondStarts.release(project, 'first');
      await open().secondStarts.release(project, 'first');
      expect(await take(project, 'second')).toBe(true);
    });

    it('gives the lock to one of several concurrent callers', async () => {
      const project = newId();
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((activity) => take(project, activity)));
      expect(answers.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('of rate budgets', () => {
    const aBudget = (version: number) => ({ ...newBudget(newId(), new Date().toISOString()), version });

    it('has no budget for an account that was never called', async () => {
      expect(await open().budgets.get(newId())).toBeNull();
    });

    it('returns the last saved budget', async () => {
      const budget = { ...aBudget(1), closed_until: '2026-05-01T10:00:00.000Z' };
      await open().budgets.save(budget);
      await open().budgets.save({ ...budget, calls: 7, version: 2 });
      expect(await open().budgets.get(budget.account)).toEqual({ ...budget, calls: 7, version: 2 });
    });

    it('refuses to save over a concurrent change', async () => {
      const budget = aBudget(1);
      await open().budgets.save(budget);
      await open().budgets.save({ ...budget, calls: 1, version: 2 });
      await expect(open().budgets.save({ ...budget, calls: 2, version: 2 })).rejects.toThrow(StoreConflict);
    });
  });

  describe('of projects', () => {
    describeVersions({
      make: () => aProject({ id: newId() }),
      save: (item) => open().projects.save(item),
      get: ({ id }) => open().projects.get(id),
    });

    it('lists all projects by id, over many pages', async () => {
      const { projects } = open();
      const saved = Array.from({ length: 12 }, () => aProject({ id: newId(), title: 'x'.repeat(150_000) }));
      for (const project of saved) await projects.save(project);

      const ids = (await collect(projects.list())).map(({ id }) => id);
      expect(ids).toEqual([...ids].sort());
      expect(ids).toEqual(expect.arrayContaining(saved.map(({ id }) => id)));
      const [from = ''] = ids.slice(-10, -9);
      expect((await collect(projects.list(from))).map(({ id }) => id)).toEqual(ids.slice(-9));
    });

    it('finds nothing under an id that is longer than a key can be', async () => {
      const { projects, environments } = open();

      expect(await projects.get('x'.repeat(2100))).toBeNull();
      expect(await environments.get(newId(), 'x'.repeat(1100))).toBeNull();
    });

    it('erases a project with all of its items, over many pages, and no other project', async () => {
      const { projects, integrations, environments, finished } = open();
      const [mine, other] = [newId(), newId()];
      const ended = Array.from({ length: 5 }, () =>
        aRunningActivity({ id: newActivityId(new Date()), text: 'x'.repeat(300_000) }),
      );
      for (const project of [mine, other]) {
        await projects.save(aProject({ id: project }));
        await integrations.save(anIntegration({ project }));
        await environments.save(anEnvironment({ project }), ended);
        await environments.save(anEnvironment({ project, id: 'PROJECT' }));
      }

      await projects.erase(mine);
      await projects.erase(mine);

      const left = async (project: string) => [
        await projects.get(project),
        (await integrations.listOf(project)).length,
        (await environments.listOf(project)).length,
        (await collect(finished.listOf(project))).length,
      ];
      expect(await left(mine)).toEqual([null, 0, 0, 0]);
      expect(await left(other)).toEqual([aProject({ id: other }), 1, 2, 5]);
      const listed = (await collect(projects.list())).map(({ id }) => id);
      expect([listed.includes(mine), listed.includes(other)]).toEqual([false, true]);
      expect((await collect(integrations.all())).map(({ project }) => project)).not.toContain(mine);
    });
  });

  describe('of integrations', () => {
    describeVersions({
      make: (): Integration => anIntegration({ project: newId(), id: newId() }),
      save: (item) => open().integrations.save(item),
      get: ({ project, id }) => open().integrations.get(project, id),
    });

    it('lists the integrations of one project and of all projects', async () => {
      const { integrations } = open();
      const [mine, other] = [newId(), newId()];
      const saved = [mine, mine, other].map((project) => anIntegration({ project, id: newId() }));
      for (const integration of saved) await integrations.save(integration);

      const idsOf = (all: { id: string }[]) => all.map(({ id }) => id);
      expect(new Set(idsOf(await integrations.listOf(mine)))).toEqual(new Set(idsOf(saved.slice(0, 2))));
      expect(idsOf(await integrations.listOf(other))).toEqual(idsOf(saved.slice(2)));
      expect(await integrations.listOf(newId())).toEqual([]);
      expect(idsOf(await collect(integrations.all()))).toEqual(expect.arrayContaining(idsOf(saved)));
    });

    it('lists each integration once, in its newest version', async () => {
      const { integrations } = open();
      const integration = anIntegration({ project: newId(), id: newId() });
      await integrations.save(integration);
      await integrations.save({ ...integration, prune_branches: false, version: 2 });

      const listed = (await collect(integrations.all())).filter(({ id }) => id === integration.id);
      expect(listed).toEqual([{ ...integration, prune_branches: false, version: 2 }]);
    });
  });

  it('removes exactly the version of an integration that was read', async () => {
    const { integrations } = open();
    const first = aServerIntegration({ project: newId(), id: newId() });
    await integrations.save(first);
    await integrations.save({ ...first, version: 2 });

    await expect(integrations.remove(first)).rejects.toThrow(StoreConflict);
    await integrations.remove({ ...first, version: 2 });
    expect(await integrations.get(first.project, first.id)).toBeNull();
    expect(await integrations.listOf(first.project)).toEqual([]);
    expect((await collect(integrations.all())).map(({ id }) => id)).not.toContain(first.id);
  });

  describe('of environments', () => {
    const make = (changes: Partial<Environment> = {}) => anEnvironment({ project: newId(), ...changes });
    describeVersions({
      make,
      save: (item) => open().environments.save(item),
      get: ({ project, id }) => open().environments.get(project, id),
    });

    it('stores each name separately', async () => {
      const { environments } = open();
      const project = newId();
      const idsOf = async () => (await environments.listOf(project)).map(({ id }) => id).sort();
      for (const id of awkwardIds) await environments.save(make({ project, id, title: `of ${id}` }));
      expect(await idsOf()).toEqual([...awkwardIds].sort());

      const left = new Set(awkwardIds);
      for (const id of awkwardIds) {
        const environment = make({ project, id, title: `of ${id}` });
        expect(await environments.get(project, id)).toEqual(environment);
        await environments.remove(environment);
        left.delete(id);
        expect(await environments.get(project, id)).toBeNull();
      }
      expect([...left]).toEqual(await idsOf());
    });

    it('stores environments of different projects separately, also under the same id', async () => {
      const { environments } = open();
      const [mine, other] = [make({ id: 'main', title: 'mine' }), make({ id: 'main', title: 'other' })];
      await environments.save(mine);
      await environments.save(other);
      expect(await environments.listOf(mine.project)).toEqual([mine]);
      expect(await environments.get(other.project, 'main')).toEqual(other);
    });

    it('lists all environments of a project, over many pages', async () => {
      const { environments } = open();
      const project = newId();
      const ids = Array.from({ length: 40 }, (_, index) => `branch/${index}`);
      for (const id of ids) await environments.save(make({ project, id, title: 'x'.repeat(60_000) }));
      expect((await environments.listOf(project)).map(({ id }) => id).sort()).toEqual([...ids].sort());
    });

    it('lists the environments after any id, in the order of the full list', async () => {
      const { environments } = open();
      const project = newId();
      for (const id of awkwardIds) await environments.save(make({ project, id, title: 'x'.repeat(60_000) }));
      const idsOf = (all: Environment[]) => all.map(({ id }) => id);
      const whole = idsOf(await environments.listOf(project));

      expect(idsOf(await collect(environments.pagesOf(project)))).toEqual(whole);
      for (const [index, id] of whole.entries())
        expect(idsOf(await collect(environments.pagesOf(project, id)))).toEqual(whole.slice(index + 1));
    });

    it('lists the environments after an id that does not exist', async () => {
      const { environments } = open();
      const project = newId();
      for (const id of ['a', 'c']) await environments.save(make({ project, id }));

      expect((await collect(environments.pagesOf(project, 'b'))).map(({ id }) => id)).toEqual(['c']);
      expect(await collect(environments.pagesOf(project, 'd'))).toEqual([]);
    });

    it('returns every text unchanged', async () => {
      const { environments } = open();
      const text = fc.string({ unit: 'grapheme' });
      await fc.assert(
        fc.asyncProperty(
          text,
          text,
          fc.option(text),
          fc.array(text),
          async (title, because, parent, urls) => {
            const routes = urls.map((url) => ({ url, type: 'upstream' as const, primary: false }));
            const environment = make({
              title,
              parent,
              deployment: aDeployment({ routes }),
              activities: [aRunningActivity({ because }), aWaitingActivity({ clone_data: true })],
              pull_request: aLink({ source_branch: title, target_branch: because }),
            });
            await environments.save(environment);
            expect(await environments.get(environment.project, environment.id)).toEqual(environment);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('removes exactly the version that was read', async () => {
      const { environments } = open();
      const first = make();
      await environments.save(first);
      await environments.save({ ...first, version: 2 });

      await expect(environments.remove(first)).rejects.toThrow(StoreConflict);
      expect(await environments.get(first.project, first.id)).toMatchObject({ version: 2 });
      await environments.remove({ ...first, version: 2 });
      expect(await environments.get(first.project, first.id)).toBeNull();
      expect(await environments.listOf(first.project)).toEqual([]);
      await expect(environments.remove({ ...first, version: 2 })).rejects.toThrow(StoreConflict);
    });

    it('refuses a late removal or change of an environment that was recreated since, at the same version', async () => {
      const { environments } = open();
      const first = anEnvironment({ project: newId(), incarnation: 'first' });
      await environments.save(first);
      await environments.remove(first);
      const second = { ...first, incarnation: 'second' };
      await environments.save(second);
      await expect(environments.remove(first)).rejects.toThrow(StoreConflict);
      await expect(environments.save({ ...first, version: 2 })).rejects.toThrow(StoreConflict);
      expect(await environments.get(first.project, first.id)).toEqual(second);
    });

    it('accepts a removed environment as new', async () => {
      const { environments } = open();
      const environment = make();
      await environments.save(environment);
      await environments.remove(environment);
      await expect(environments.save({ ...environment, version: 2 })).rejects.toThrow(StoreConflict);
      await environments.save(environment);
      expect(await environments.get(environment.project, environment.id)).toEqual(environment);
    });
  });

  describe('of finished activities', () => {
    const ended = (id: string, changes: Partial<Activity> = {}): Activity =>
      aRunningActivity({
        id,
        state: 'complete',
        result: 'success',
        completed_at: '2026-11-22T11:00:00Z',
        ...changes,
      });
    const idsInOrder = (count: number) =>
      Array.from({ length: count }, (_, index) => newActivityId(new Date(1_700_000_000_000 + index)));

    it('saves activities with their environment', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId() });
      const activity = ended('first', { type: 'environment.delete' });
      await environments.save(environment, [activity]);
      await expect(finished.get(environment.project, 'first')).resolves.toEqual({
        ...activity,
        project: environment.project,
        environment: environment.id,
        integration: null,
      });
    });

    it('saves activities with their integration', async () => {
      const { integrations, finished } = open();
      const integration = anIntegration({ project: newId(), id: newId() });
      const activity = ended('first', { type: 'integration.bitbucket.fetch' });
      await integrations.save(integration, [activity]);
      await expect(finished.get(integration.project, 'first')).resolves.toEqual({
        ...activity,
        project: integration.project,
        environment: null,
        integration: integration.id,
      });
    });

    it('keeps activities when their environment is removed', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId() });
      await environments.save(environment, [ended('a')]);
      await environments.remove(environment, [ended('b')]);
      expect(await collect(finished.listOf(environment.project))).toMatchObject([{ id: 'b' }, { id: 'a' }]);
    });

    it('saves activities before the decision, so that they exist even if the decision is refused', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId(), version: 7 });
      await expect(environments.save(environment, [ended('a')])).rejects.toThrow(StoreConflict);
      await expect(environments.remove(environment, [ended('b')])).rejects.toThrow(StoreConflict);
      expect(await collect(finished.listOf(environment.project))).toHaveLength(2);
    });

    it('stores an activity that is saved twice once', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId() });
      await environments.save(environment, [ended('a')]);
      await environments.save({ ...environment, version: 2 }, [ended('a', { because: 'again' })]);
      expect(await collect(finished.listOf(environment.project))).toMatchObject([
        { id: 'a', because: 'again' },
      ]);
    });

    it('lists the newest first, over many pages', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId() });
      const ids = idsInOrder(30);
      await environments.save(
        environment,
        ids.map((id) => ended(id, { because: 'x'.repeat(60_000) })),
      );
      const idsOf = async (options?: Parameters<FinishedActivities['listOf']>[1]) =>
        (await collect(finished.listOf(environment.project, options))).map(({ id }) => id);
      const newestFirst = ids.toReversed();
      expect(await idsOf()).toEqual(newestFirst);
      expect(await idsOf({ pageSize: 7 })).toEqual(newestFirst);
      expect(await idsOf({ before: ids[29] })).toEqual(newestFirst.slice(1));
      expect(await idsOf({ before: ids[12], pageSize: 5 })).toEqual(newestFirst.slice(18));
      expect(await idsOf({ before: ids[0] })).toEqual([]);
    });

    it('lists activities from before a time, given as the prefix of an id', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId() });
      const ids = idsInOrder(4);
      await environments.save(
        environment,
        ids.map((id) => ended(id)),
      );

      const before = timeInId(1_700_000_000_002);
      const listed = await collect(finished.listOf(environment.project, { before }));

      expect(listed.map(({ id }) => id)).toEqual([ids[1], ids[0]]);
    });

    it('finds nothing for a project without history', async () => {
      const { finished } = open();
      expect(await collect(finished.listOf(newId()))).toEqual([]);
      expect(await finished.get(newId(), 'first')).toBeNull();
    });
  });
}
