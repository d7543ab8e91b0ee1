import type { Activity } from '../activities/activity.ts';
import type { Environment, EnvironmentType } from '../environments/environment.ts';
import type { Route } from '../environments/routes.ts';
import type { BuildVariable } from '../variables/variable.ts';

/** One run of the builder. */
export interface Build {
  action: 'deploy' | 'teardown';
  environment: Environment;
  activity: Activity;
  commit: string;
  bundles: readonly string[];
  /** The environment whose data is copied; null for none. */
  data_from: string | null;
}

/** The resources that a build can access. */
export interface BuildScope {
  project: string;
  activity: string;
  environment: string;
  /** The environment whose data the build may read beside its own; null for none. */
  data_from: string | null;
}

/** The tags of a build's session, beside those that name its resources: policies of other roles decide by them. */
export interface SessionScope extends BuildScope {
  environment_type: EnvironmentType;
  /** The integration's repository; null when the integration is gone, as during the deletion of a project. */
  repository: string | null;
}

/** Temporary AWS credentials, valid for less than an hour. */
export interface Credentials {
  access_key_id: string;
  secret_access_key: string;
  session_token: string;
}

/** The credentials of a build, and the variables of its scripts. */
export interface IssuedBuild extends Credentials {
  variables: BuildVariable[];
}

/** The result document of a build. */
export interface BuildResult {
  result: 'success' | 'failure';
  because: string;
  /** Set for a failure that neither the repository's scripts nor its settings caused. */
  fault?: 'infrastructure';
  /** The commit that was chosen before the build; scripts cannot change it. */
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
