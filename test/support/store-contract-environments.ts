import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { hasRelation } from '../../shared/domain/environments/relations.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { machineNameOf } from '../../shared/runtime/machine-name.ts';
import {
  aDeployment,
  aForkLink,
  aLink,
  anEnvironment,
  aProject,
  aRunningActivity,
  aWaitingActivity,
} from './builders.ts';
import { collect } from './chunks.ts';
import type { Stores } from './memory-stores.ts';
import { describeVersions } from './version-contract.ts';

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

/** The contract of the environments store. */
export function describeEnvironments(open: () => Pick<Stores, 'environments' | 'projects'>): void {
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

    it('finds the environments with a relation, as if all were read', async () => {
      const { environments, projects } = open();
      const names = awkwardIds.slice(0, 9);
      const name = fc.constantFrom(...names);
      const step = fc.record({
        id: name,
        parent: fc.option(name),
        link: fc.option(fc.record({ source_branch: name, target_branch: name, isFork: fc.boolean() })),
        protected: fc.boolean(),
        isRemoved: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
          const project = newId();
          await projects.save(aProject({ id: project }));
          for (const [index, { id, parent, link, isRemoved, ...changes }] of steps.entries()) {
            const before = await environments.get(project, id);
            const { isFork, ...branches } = link ?? { isFork: false };
            const pull_request = link && { ...(isFork ? aForkLink() : aLink()), ...branches };
            const created = make({ id, project, incarnation: `${index}`, version: 0 });
            const { version, ...kept } = before ?? created;
            if (before && isRemoved) await environments.remove(before);
            else await environments.save({ ...kept, ...changes, parent, pull_request, version: version + 1 });
          }
          const all = await environments.listOf(project);
          for (const value of [...names, '', ...names.map(machineNameOf)]) {
            for (const type of ['child_of', 'built_from', 'targets', 'named', 'protected'] as const) {
              const relation = { type, value };
              const expected = all.filter((one) => hasRelation(one, relation, machineNameOf));
              expect(await environments.related(project, relation)).toEqual(expected);
              const [first] = expected;
              if (first)
                expect(await environments.related(project, relation, first.id)).toEqual(expected.slice(1));
            }
          }
        }),
        { numRuns: 15 },
      );
    });

    it('finds related environments in a project whose record it does not have', async () => {
      const { environments } = open();
      const environment = make({ parent: 'main' });
      await environments.save(environment);
      const { project } = environment;

      expect(await environments.related(project, { type: 'child_of', value: 'main' })).toEqual([environment]);
      expect(await environments.relinked(project)).toEqual([environment]);
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
}
