import { describe, expect, it } from 'vitest';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import { newBudget } from '../../shared/domain/integrations/rate-budget.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { newActivityId, newId } from '../../shared/runtime/ids.ts';
import { anEnvironment, anIntegration, aProject, aRunningActivity, aServerIntegration } from './builders.ts';
import { collect } from './chunks.ts';
import type { Stores } from './memory-stores.ts';
import { describeChanges } from './store-contract-changes.ts';
import { describeDeliveries } from './store-contract-deliveries.ts';
import { describeEnvironments } from './store-contract-environments.ts';
import { describeFinishedActivities } from './store-contract-finished.ts';
import { describeVariables } from './store-contract-variables.ts';
import { describeVersions } from './version-contract.ts';

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

  describeEnvironments(open);
  describeFinishedActivities(open);
  describeChanges(open);
  describeDeliveries(open);
  describeVariables(open);
}
