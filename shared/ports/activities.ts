import type { FinishedActivity } from '../domain/activities/finished-activity.ts';

/** The store of ended activities. */
export interface FinishedActivities {
  get(project: string, id: string): Promise<FinishedActivity | null>;
  /**
   * Newest first, read in pages.
   * @param options.before an id, or a prefix of one; only older activities are listed
   * @param options.pageSize the expected number of activities
   */
  listOf(
    project: string,
    options?: { before?: string | undefined; pageSize?: number | undefined },
  ): AsyncIterable<FinishedActivity>;
}

/** The turn of each project: one interrupted activity of a project is started again at a time. */
export interface SecondStarts {
  /** Takes the turn, or extends it; false while another activity has it. */
  take(project: string, activity: string, moment: { now: string; until: string }): Promise<boolean>;
  /** Releases the turn; no effect when the activity does not have it. */
  release(project: string, activity: string): Promise<void>;
}

/** Writes the log of an activity, which users can read while the activity runs. */
export interface ActivityLog {
  append(project: string, activity: string, lines: readonly string[]): Promise<void>;
}
