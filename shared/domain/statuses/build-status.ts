/** The states of a deployment in a build status. */
export type StatusState = 'in_progress' | 'successful' | 'failed' | 'stopped';

/** The build status of the last deployment of an environment. */
export interface LastStatus {
  commit: string;
  /** The activity that deployed. */
  activity: string;
  state: Exclude<StatusState, 'in_progress'>;
  /** The reason; null for a success, whose text and URL follow from the environment. */
  description: string | null;
  /** The reason for which Bitbucket does not have the status, and since when; null when the status was delivered. */
  undelivered: { because: string; since: string } | null;
}

/** A build status of a commit, in the fields that both kinds of Bitbucket have. */
export interface BuildStatus {
  commit: string;
  /** The branch whose pull requests show the status. */
  branch: string;
  /** The fork that has the commit; null for the integration's own repository. */
  fork: string | null;
  /** Null for a branch's environment. */
  pull_request: number | null;
  environment: string;
  state: StatusState;
  url: string;
  description: string;
}

/** A build status before it is sent. A null URL stands for the environment's status page, or the activity's log. */
export interface Report extends Omit<BuildStatus, 'url'> {
  activity: string;
  url: string | null;
}
