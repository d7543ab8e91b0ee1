import { describe, expect, it } from 'vitest';
import {
  effectiveVariables,
  type VariablesOfLevel,
  variablesOfBuild,
} from '../../../shared/domain/variables/effective-variables.ts';
import type { Variable } from '../../../shared/domain/variables/variable.ts';
import { aVariable } from '../../support/builders.ts';

function levelOf(id: string | null, ...variables: Partial<Variable>[]): VariablesOfLevel {
  const environment = id === null ? null : { id, incarnation: id };
  return { level: { project: 'p', environment }, variables: variables.map(aVariable) };
}

const valuesOf = (found: ReturnType<typeof effectiveVariables>) =>
  Object.fromEntries(found.map(({ variable: { name, value } }) => [name, value]));

describe('an environment', () => {
  it('inherits from its parent, and from the parent of its parent', () => {
    const found = effectiveVariables([
      levelOf('child', { name: 'OWN', value: '1' }),
      levelOf('parent', { name: 'MIDDLE', value: '2' }),
      levelOf('main', { name: 'TOP', value: '3' }),
    ]);

    expect(valuesOf(found)).toEqual({ MIDDLE: '2', OWN: '1', TOP: '3' });
    expect(found.map(({ level }) => level.environment?.id)).toEqual(['parent', 'child', 'main']);
  });

  it('has its own variables, inheritable or not, and only inheritable ones of its parent', () => {
    const hidden = { is_inheritable: false };

    expect(
      valuesOf(
        effectiveVariables([
          levelOf('child', { name: 'OWN', value: '1', ...hidden }),
          levelOf('main', { name: 'SECRET', value: '2', ...hidden }),
        ]),
      ),
    ).toEqual({ OWN: '1' });
  });

  it('does not inherit past a definition that cannot be inherited', () => {
    const found = effectiveVariables([
      levelOf('child'),
      levelOf('parent', { name: 'A', value: 'of the parent', is_inheritable: false }),
      levelOf('main', { name: 'A', value: 'of main' }),
    ]);

    expect(found).toEqual([]);
  });
});

describe('a build', () => {
  const project = levelOf(null, { name: 'A', value: 'of the project' }, { name: 'B', value: 'b' });

  it('has the variables of the project, where the environment has no other', () => {
    const lineage = [levelOf('child', { name: 'A', value: 'own' }), levelOf('main')];

    expect(valuesOf(variablesOfBuild(project, lineage, false))).toEqual({ A: 'own', B: 'b' });
  });

  it.each<Partial<Variable>>([{ is_enabled: false }, { visible_build: false }])(
    'does not have a variable with %j, nor another one of its name',
    (changes) => {
      const lineage = [levelOf('child', { name: 'A', value: 'own', ...changes }), levelOf('main')];

      expect(valuesOf(variablesOfBuild(project, lineage, false))).toEqual({ B: 'b' });
    },
  );

  it('of a fork has only variables that forks may see, and nothing else of their names', () => {
    const lineage = [levelOf('pr-1'), levelOf('main', { name: 'A', value: 'x', visible_forks: false })];

    expect(valuesOf(variablesOfBuild(project, lineage, true))).toEqual({ B: 'b' });
    expect(valuesOf(variablesOfBuild(project, lineage, false))).toEqual({ A: 'x', B: 'b' });
  });
});
