import { describe, expect, it } from 'vitest';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { newActivityId, newId } from '../../shared/runtime/ids.ts';
import { anEnvironment, anIntegration, aProject, aRunningActivity } from './builders.ts';
import { collect } from './chunks.ts';
import type { Stores } from './memory-stores.ts';

/** The contract of the journal, which every write of an environment, an integration or a project adds to. */
export function describeChanges(open: () => Stores): void {
  describe('of changes', () => {
    const soon = () => newActivityId(new Date());
    const aMinuteAgo = () => new Date(Date.now() - 60_000).toISOString();
    const inAMinute = () => new Date(Date.now() + 60_000).toISOString();
    const nothing = { environments: [], has_integrations: false, has_everything: false };

    it('lists each changed environment once, also one that is gone', async () => {
      const { environments, changes } = open();
      const project = newId();
      const kept = anEnvironment({ project, id: 'größe/x' });
      await environments.save(kept);
      await environments.save({ ...kept, version: 2 });
      await environments.save(anEnvironment({ project, id: 'gone' }));
      await environments.remove(anEnvironment({ project, id: 'gone' }));

      const found = await changes.since(project, aMinuteAgo());

      expect(found).toMatchObject({ has_integrations: false, has_everything: false });
      expect(new Set(found.environments)).toEqual(new Set(['größe/x', 'gone']));
      expect(await changes.since(project, inAMinute())).toEqual(nothing);
      expect(await changes.since(newId(), aMinuteAgo())).toEqual(nothing);
    });

    it('has a change before its commit, also when that is refused', async () => {
      const { environments, changes } = open();
      const project = newId();
      await expect(environments.save(anEnvironment({ project, version: 7 }))).rejects.toThrow(StoreConflict);

      expect((await changes.since(project, aMinuteAgo())).environments).toEqual(['feature/x']);
    });

    it('distinguishes the beginning of an integration’s activity from its other changes', async () => {
      const { integrations, projects, changes } = open();
      const project = newId();
      const activities = [aRunningActivity({ id: soon(), type: 'integration.bitbucket.fetch' })];
      await integrations.save(anIntegration({ project, activities }));
      expect(await changes.since(project, aMinuteAgo())).toEqual({ ...nothing, has_integrations: true });

      await integrations.save(anIntegration({ project, version: 2 }));
      expect(await changes.since(project, aMinuteAgo())).toMatchObject({ has_everything: true });

      const other = newId();
      await projects.save(aProject({ id: other }));
      expect(await changes.since(other, aMinuteAgo())).toMatchObject({ has_everything: true });
    });

    it('finds an activity from its beginning to its end, in the order of beginnings', async () => {
      const { environments, finished } = open();
      const environment = anEnvironment({ project: newId() });
      const { project, id } = environment;
      const [first, second, third] = [soon(), soon(), soon()]
        .sort()
        .map((activity) => aRunningActivity({ id: activity }));
      await environments.save({ ...environment, activities: [first!] });
      await environments.save({ ...environment, activities: [first!, second!], version: 2 }, [], [second!]);
      await environments.save({ ...environment, activities: [second!], version: 3 }, [first!]);
      await environments.save({ ...environment, version: 4 }, [third!]);

      const idsOf = async (options = {}) =>
        (await collect(finished.entriesOf(project, options))).map((entry) =>
          'open' in entry ? `open ${entry.open.id}` : entry.ended.id,
        );
      expect(await idsOf()).toEqual([third!.id, `open ${second!.id}`, first!.id]);
      expect(await idsOf({ before: third!.id, pageSize: 1 })).toEqual([`open ${second!.id}`, first!.id]);
      expect(await idsOf({ before: second!.id })).toEqual([first!.id]);
      expect(await finished.find(project, second!.id)).toEqual({
        open: { id: second!.id, environment: id, integration: null },
      });
      expect(await finished.find(project, first!.id)).toMatchObject({ ended: { id: first!.id } });
      expect(await finished.find(project, 'unknown')).toBeNull();
      expect(await finished.get(project, second!.id)).toBeNull();
    });

    it('forgets an erased project', async () => {
      const { environments, projects, changes } = open();
      const project = newId();
      await projects.save(aProject({ id: project }));
      await environments.save(anEnvironment({ project }));
      await projects.erase(project);

      expect(await changes.since(project, aMinuteAgo())).toEqual(nothing);
    });
  });
}
