import { describe, expect, it } from 'vitest';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';
import { newId } from '../../shared/runtime/ids.ts';
import { anEnvironment, aProject, aVariable } from './builders.ts';
import type { Stores } from './memory-stores.ts';

/** The contract of the store of variables. */
export function describeVariables(open: () => Pick<Stores, 'variables' | 'environments' | 'projects'>): void {
  describe('of variables', () => {
    const levelsOf = (project: string) => ({
      project: { project, environment: null },
      main: { project, environment: { id: 'main', incarnation: 'a' } },
      // Names that begin with another one, and with characters of keys.
      main2: { project, environment: { id: 'main#2', incarnation: 'a' } },
      late: { project, environment: { id: 'main', incarnation: 'b' } },
    });

    it('keeps the variables of each level apart, in the order of their names', async () => {
      const { variables } = open();
      const levels = levelsOf(newId());
      const sealed = { value: null, sealed_value: ['YQ==', 'Yg=='], is_sensitive: true };
      for (const [at, level] of Object.entries(levels)) {
        await variables.save(level, aVariable({ name: 'env:B', value: at }));
        await variables.save(level, aVariable({ name: 'a:b', ...sealed }));
      }

      for (const [at, level] of Object.entries(levels)) {
        expect(await variables.listOf(level)).toEqual([
          aVariable({ name: 'a:b', ...sealed }),
          aVariable({ name: 'env:B', value: at }),
        ]);
        expect(await variables.get(level, 'env:B')).toMatchObject({ value: at });
        expect(await variables.get(level, 'env')).toBeNull();
      }
      expect(await variables.listOf({ project: newId(), environment: null })).toEqual([]);
    });

    it('refuses a change or a removal of another version, and another creation', async () => {
      const { variables } = open();
      const level = levelsOf(newId()).main;
      await variables.save(level, aVariable());
      await variables.save(level, aVariable({ version: 2 }));

      await expect(variables.save(level, aVariable())).rejects.toThrow(StoreConflict);
      await expect(variables.save(level, aVariable({ version: 2, value: 'x' }))).rejects.toThrow(
        StoreConflict,
      );
      await expect(variables.save(level, aVariable({ version: 3, incarnation: 'earlier' }))).rejects.toThrow(
        StoreConflict,
      );
      await expect(variables.remove(level, aVariable())).rejects.toThrow(StoreConflict);
      await variables.remove(level, aVariable({ version: 2 }));
      expect(await variables.listOf(level)).toEqual([]);
    });

    it('removes the variables of an environment with it, and no others', async () => {
      const { variables, environments } = open();
      const project = newId();
      const environment = anEnvironment({ project, id: 'main', incarnation: 'a' });
      const levels = levelsOf(project);
      await environments.save(environment);
      for (const level of Object.values(levels)) await variables.save(level, aVariable());

      await environments.remove(environment);

      const left = await Promise.all(Object.values(levels).map((level) => variables.listOf(level)));
      expect(left.map(({ length }) => length)).toEqual([1, 0, 1, 1]);
    });

    it('erases the variables of all levels with the project, also those without an environment', async () => {
      const { variables, projects } = open();
      const [mine, other] = [newId(), newId()];
      for (const project of [mine, other]) {
        await projects.save(aProject({ id: project }));
        for (const level of Object.values(levelsOf(project))) await variables.save(level, aVariable());
      }

      await projects.erase(mine);

      const count = async (project: string) => {
        const lists = await Promise.all(
          Object.values(levelsOf(project)).map((level) => variables.listOf(level)),
        );
        return lists.flat().length;
      };
      expect([await count(mine), await count(other)]).toEqual([0, 4]);
    });
  });
}
