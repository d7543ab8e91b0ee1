import type { Build, BuildResult, BuildScope, Credentials, SessionScope } from '../domain/builds/build.ts';

/** Starts and stops builds. */
export interface Builder {
  /** Starts a build; a second start for the same activity has no effect. */
  start(build: Build): Promise<void>;
  /** True when the activity's build has started and not ended. */
  isRunning(project: string, activity: string): Promise<boolean>;
  /** The commit that the activity's build was started for; null when it was never started. */
  startedFor(project: string, activity: string): Promise<string | null>;
  /** Stops the activity's build; no effect when it has ended or was never started. */
  stop(project: string, activity: string): Promise<void>;
}

/** The permits by which running builds authenticate. */
export interface BuildPermits {
  /** The scope of an activity's build, stored before its start; null when the permit is wrong. */
  scopeOf(project: string, activity: string, permit: string): Promise<BuildScope | null>;
}

/** Issues credentials that can access the resources of one environment only. */
export interface EnvironmentRights {
  issue(scope: SessionScope): Promise<Credentials>;
}

/** The results of ended builds. */
export interface BuildResults {
  /** Null when the build wrote no result. */
  read(project: string, activity: string): Promise<BuildResult | null>;
}
