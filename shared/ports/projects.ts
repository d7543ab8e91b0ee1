import type { Project } from '../domain/projects/project.ts';

export interface Projects {
  get(id: string): Promise<Project | null>;
  /** By id, a page at a time, from the one after `after` on. */
  list(after?: string): AsyncIterable<Project>;
  /** Stores `project`, whose `version` must be one more than the stored one (1 when there must be none). */
  save(project: Project): Promise<void>;
  /** Removes everything that the stores have of a project, its history too, and the project itself last. */
  erase(id: string): Promise<void>;
}

/** What is kept of projects outside of the stores: mirrors, logs and results, data, published sites. */
export interface ProjectFiles {
  /** Removes all of a project's, and tells how many objects that were. */
  purge(project: string): Promise<number>;
}
