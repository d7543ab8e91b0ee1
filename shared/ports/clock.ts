/** The time, and unique ids. */
export interface Clock {
  /** The present, as an ISO 8601 text in UTC. */
  now(): string;
  /** A new id for an activity; ids sort by their time. */
  activityId(): string;
}
