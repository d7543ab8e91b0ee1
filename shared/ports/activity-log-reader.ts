/** Reads the log of an activity, which workers write with `ActivityLog`. */
export interface ActivityLogReader {
  /** The log's lines so far, each a JSON document with `data`; empty before the first line is written. */
  read(project: string, activity: string): Promise<string[]>;
}
