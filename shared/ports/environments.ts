import type { Activity } from '../domain/activities/activity.ts';
import type { Environment } from '../domain/environments/environment.ts';
import type { Relation } from '../domain/environments/relations.ts';

/** The store of environments. */
export interface Environments {
  get(project: string, id: string): Promise<Environment | null>;
  listOf(project: string): Promise<Environment[]>;
  /** In the order of `listOf`, read in pages of at most `pageSize`; starts after the id `after`. */
  pagesOf(project: string, after?: string, pageSize?: number): AsyncIterable<Environment>;
  /**
   * The environments with a relation, in the order of `listOf`. The reads depend on their number, not on the project's.
   * @param except the id of an environment to leave out
   */
  related(project: string, relation: Relation, except?: string): Promise<Environment[]>;
  /** As `listOf`. Also stores the relations of environments that an earlier version stored without them. */
  relinked(project: string): Promise<Environment[]>;
  /**
   * Commits a decision in one conditional write; `version` as in `Projects.save`. History is written first, so a retry
   * may write it again.
   * @param started the activities that the decision added; all activities of a new environment count as added
   * @throws StoreConflict
   */
  save(
    environment: Environment,
    finished?: readonly Activity[],
    started?: readonly Activity[],
  ): Promise<void>;
  /**
   * Removes an environment with its variables.
   * @throws StoreConflict unless the stored record has this `version`
   */
  remove(environment: Environment, finished?: readonly Activity[]): Promise<void>;
}
