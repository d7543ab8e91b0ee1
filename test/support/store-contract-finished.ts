import { describe, expect, it } from 'vitest';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { FinishedActivities } from '../../shared/ports/activities.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { newActivityId, newId, timeInId } from '../../shared/runtime/ids.ts';
import { anEnvironment, anIntegration, aRunningActivity } from './builders.ts';
import { collect } from './chunks.ts';
import type { Stores } from './memory-stores.ts';

/** The contract of the history: activities are saved with the item that they belong to. */
export function describeFinishedActivities(
  open: () => Pick<Stores, 'environments' | 'integrations' | 'finished'>,
): void {
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
