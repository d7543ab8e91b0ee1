/** How a deployment goes, as Bitbucket shows it beside a commit. */
export type StatusState = 'in_progress' | 'successful' | 'failed' | 'stopped';

/** The end of the last deployment of an environment that Bitbucket shows, beside the commit that it was of. */
export interface LastStatus {
  commit: string;
  /** The activity that deployed. */
  activity: string;
  state: Exclude<StatusState, 'in_progress'>;
  /** The reason; null for a success, whose text and URL follow from the environment. */
  description: string | null;
  /** Why Bitbucket does not have it, and since when that is known; null unless sending it was given up. */
  undelivered: { because: string; since: string } | null;
}

/** What Bitbucket shows beside a commit. */
export interface BuildStatus {
  commit: string;
  /** The branch whose pull requests the status is for. */
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

/** A build status whose URL, when it is null, is that of the activity's log. */
export interface Report extends Omit<BuildStatus, 'url'> {
  activity: string;
  url: string | null;
}
