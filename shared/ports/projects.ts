import type { Project } from '../domain/projects/project.ts';

/** The store of projects. */
export interface Projects {
  /** @param consistency an eventually consistent read takes half a read unit, and may lack the newest change */
  get(id: string, consistency?: 'strong' | 'eventual'): Promise<Project | null>;
  /** In the order of ids, read in pages; starts after the id `after`. */
  list(after?: string): AsyncIterable<Project>;
  /**
   * Stores `project`, whose `version` must be one more than the stored one (1 when there must be none).
   * @throws StoreConflict
   */
  save(project: Project): Promise<void>;
  /** Removes all records of a project, including history; the project itself last. */
  erase(id: string): Promise<void>;
}

/** The files of projects: mirrors, logs, results, data and published sites. */
export interface ProjectFiles {
  /** Removes all files of a project. Resolves to the number of objects. */
  purge(project: string): Promise<number>;
}
