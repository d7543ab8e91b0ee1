import type { Activity } from '../activities/activity.ts';
import type { Environment } from '../environments/environment.ts';
import type { Route } from '../environments/routes.ts';

/** One run of the builder. */
export interface Build {
  action: 'deploy' | 'teardown';
  environment: Environment;
  activity: Activity;
  commit: string;
  bundles: readonly string[];
  /** The environment whose data is copied, if any is. */
  data_from: string | null;
}

/** What a build may reach. */
export interface BuildScope {
  project: string;
  activity: string;
  environment: string;
  /** The environment whose data it may read beside its own. */
  data_from: string | null;
}

/** What a program calls AWS with, for less than an hour. */
export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
  session_token: string;
}

/** What a build left behind. One that cannot be used is a failure which says so. */
export interface BuildResult {
  result: 'success' | 'failure';
  because: string;
  /** Set for a failure that neither the repository's scripts nor its settings have caused. */
  fault?: 'infrastructure';
  /** The one that was settled before the build, which has no say in it. */
  commit: string;
  routes: Route[];
}

/** A build that ended, as CodeBuild reports it. */
export interface EndedBuild {
  project: string;
  environment: string;
  activity: string;
  /** CodeBuild's id of the build. */
  build: string;
  /** CodeBuild's status of the build, such as `SUCCEEDED`. */
  status: string;
  /** The commit that the build was started for. */
  commit?: string | undefined;
}
