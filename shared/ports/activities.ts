import type { LoggedLine } from '../domain/activities/activity.ts';
import type { FinishedActivity, OpenActivity } from '../domain/activities/finished-activity.ts';

/** The part of a list of activities to read. */
export interface HistoryOptions {
  /** An id, or a prefix of one; only older activities are listed. */
  before?: string | undefined;
  /** The expected number of activities. */
  pageSize?: number | undefined;
}

/** An activity in a project's history. The record of an open one is with its owner. */
export type HistoryEntry = { ended: FinishedActivity } | { open: OpenActivity };

/** The store of ended activities, and the index of open ones. */
export interface FinishedActivities {
  get(project: string, id: string): Promise<FinishedActivity | null>;
  /** Newest first, read in pages. */
  listOf(project: string, options?: HistoryOptions): AsyncIterable<FinishedActivity>;
  /** An ended or open activity. An open entry may be older than the activity's end, or its decision was never committed. */
  find(project: string, id: string): Promise<HistoryEntry | null>;
  /** Ended and open activities, newest first, read in pages. */
  entriesOf(project: string, options?: HistoryOptions): AsyncIterable<HistoryEntry>;
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
  /** Adds lines, which are stored a little later, together with others. */
  append(project: string, activity: string, lines: readonly string[]): void;
  /** Stores all lines, so that another process can continue the log. */
  flush(project: string, activity: string): Promise<void>;
  /** Removes the lines that are not stored yet, for the record of an activity that ends. Too many lines are stored instead. */
  take(project: string, activity: string): Promise<LoggedLine[]>;
}
