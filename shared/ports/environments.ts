import type { Activity } from '../domain/activities/activity.ts';
import type { Environment } from '../domain/environments/environment.ts';

export interface Environments {
  get(project: string, id: string): Promise<Environment | null>;
  listOf(project: string): Promise<Environment[]>;
  /** In the same order, a page at a time, from the one after `after` on. */
  pagesOf(project: string, after?: string): AsyncIterable<Environment>;
  /** Commits a decision in one conditional write; `version` as in `Projects.save`. `finished` is history and is written first: it may be repeated. */
  save(environment: Environment, finished?: readonly Activity[]): Promise<void>;
  /** Removes what has exactly this `version`. */
  remove(environment: Environment, finished?: readonly Activity[]): Promise<void>;
}
