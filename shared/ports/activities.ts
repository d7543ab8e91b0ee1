import type { FinishedActivity } from '../domain/activities/finished-activity.ts';

export interface FinishedActivities {
  get(project: string, id: string): Promise<FinishedActivity | null>;
  /**
   * Newest first, a page at a time.
   * @param options.before the id, or the beginning of one, before which they were made
   * @param options.pageSize as many as are likely to be wanted
   */
  listOf(
    project: string,
    options?: { before?: string | undefined; pageSize?: number | undefined },
  ): AsyncIterable<FinishedActivity>;
}

/** The turn of each project for work that was interrupted before: one activity has it at a time. */
export interface SecondStarts {
  /** Takes the turn, also once more; false while another activity has it. */
  take(project: string, activity: string, moment: { now: string; until: string }): Promise<boolean>;
  /** Gives the turn back; nothing happens when the activity does not have it. */
  release(project: string, activity: string): Promise<void>;
}

/** An activity's log. Lines are seen by users while the activity runs. */
export interface ActivityLog {
  append(project: string, activity: string, lines: readonly string[]): Promise<void>;
}
