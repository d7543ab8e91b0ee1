import { builtBranch, type Environment } from './environment.ts';

/** A property by which the environments of a project that share it are found without reading all of them. */
export interface Relation {
  /**
   * `child_of`: the parent's id. `built_from`: the source branch of a pull request, unless it is in a fork. `targets`: a
   * pull request's target branch. `named`: the machine name. `protected`: always ''.
   */
  type: 'child_of' | 'built_from' | 'targets' | 'named' | 'protected';
  value: string;
}

/**
 * All relations of an environment.
 * @param machineName the machine name of the environment with an id
 */
export function relationsOf(environment: Environment, machineName: (id: string) => string): Relation[] {
  const { id, parent, pull_request } = environment;
  const branch = builtBranch(environment);
  const target = pull_request?.target_branch ?? null;
  return [
    { type: 'named', value: machineName(id) },
    ...(parent === null ? [] : [{ type: 'child_of' as const, value: parent }]),
    ...(branch === null ? [] : [{ type: 'built_from' as const, value: branch }]),
    ...(target === null ? [] : [{ type: 'targets' as const, value: target }]),
    ...(environment.protected ? [{ type: 'protected' as const, value: '' }] : []),
  ];
}

/** True when an environment has a relation. */
export function hasRelation(
  environment: Environment,
  { type, value }: Relation,
  machineName: (id: string) => string,
): boolean {
  return relationsOf(environment, machineName).some((one) => one.type === type && one.value === value);
}
