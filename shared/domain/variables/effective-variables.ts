import type { Variable, VariableLevel } from './variable.ts';

/** The variables of one level. */
export interface VariablesOfLevel {
  level: VariableLevel;
  variables: readonly Variable[];
}

/** A variable with the level that defines it. */
export interface PlacedVariable {
  level: VariableLevel;
  variable: Variable;
}

/**
 * The variables that an environment has, with those that it inherits, in the order of their names. A definition replaces
 * those of the same name further up, also when it is disabled or cannot be inherited.
 * @param lineage the levels of the environment, its parent, and so on
 */
export function effectiveVariables(lineage: readonly VariablesOfLevel[]): PlacedVariable[] {
  let found = new Map<string, PlacedVariable>();
  for (const { level, variables } of lineage.toReversed()) {
    found = new Map([...found].filter(([, { variable }]) => variable.is_inheritable));
    for (const variable of variables) found.set(variable.name, { level, variable });
  }
  return [...found.values()].sort(({ variable: a }, { variable: b }) => (a.name < b.name ? -1 : 1));
}

/**
 * The variables that the scripts of a build get. A definition of the environment replaces one of the project, also when
 * the build does not get it: a hidden value is not replaced by another one.
 */
export function variablesOfBuild(
  project: VariablesOfLevel,
  lineage: readonly VariablesOfLevel[],
  isFromFork: boolean,
): PlacedVariable[] {
  const all = new Map<string, PlacedVariable>();
  for (const variable of project.variables) all.set(variable.name, { level: project.level, variable });
  for (const placed of effectiveVariables(lineage)) all.set(placed.variable.name, placed);
  return [...all.values()].filter(
    ({ variable: { is_enabled, visible_build, visible_forks } }) =>
      is_enabled && visible_build && (visible_forks || !isFromFork),
  );
}
