import type { Variable, VariableLevel } from '../domain/variables/variable.ts';

/** The store of variables. `Environments.remove` removes those of the environment, `Projects.erase` all of a project. */
export interface Variables {
  get(level: VariableLevel, name: string): Promise<Variable | null>;
  /** The variables that the level itself defines, in the order of their names. */
  listOf(level: VariableLevel): Promise<Variable[]>;
  /**
   * Stores a variable; `version` as in `Projects.save`.
   * @throws StoreConflict
   */
  save(level: VariableLevel, variable: Variable): Promise<void>;
  /** @throws StoreConflict unless the stored record has this `version` */
  remove(level: VariableLevel, variable: Variable): Promise<void>;
}

/** Encrypts sensitive values. Project, environment and name are the encryption context: a copy elsewhere cannot be opened. */
export interface VariableSecrets {
  seal(level: VariableLevel, name: string, value: string): Promise<string[]>;
  open(level: VariableLevel, name: string, sealed: readonly string[]): Promise<string>;
}
