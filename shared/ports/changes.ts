/** The changes of a project since a time. */
export interface RecentChanges {
  /** The ids of environments that were created, changed or deleted. */
  environments: string[];
  /** True when an activity of an integration began. */
  has_integrations: boolean;
  /** True when every record may have changed: an integration or the project did, or the changes are too many to list. */
  has_everything: boolean;
}

/** The journal of a project's changes. */
export interface Changes {
  /**
   * The changes since a time, in one cheap read. A change is recorded right before its commit, so recent changes may
   * not be visible yet, or never.
   */
  since(project: string, time: string): Promise<RecentChanges>;
}
