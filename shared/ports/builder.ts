import type { Build, BuildResult, BuildScope, Credentials } from '../domain/builds/build.ts';

export interface Builder {
  /** Starts a build; the same activity never has two. */
  start(build: Build): Promise<void>;
  /** Whether the activity's build has begun and not ended. */
  isRunning(project: string, activity: string): Promise<boolean>;
  /** The commit that the activity's build was started for; null when it was never started. */
  startedFor(project: string, activity: string): Promise<string | null>;
  /** Asks the activity's build to end; what has ended, or was never started, stays as it is. */
  stop(project: string, activity: string): Promise<void>;
}

export interface BuildPermits {
  /** What was settled for an activity's build before it was started; null for whoever does not have its permit. */
  scopeOf(project: string, activity: string, permit: string): Promise<BuildScope | null>;
}

/** Gives out credentials that reach what is one environment's own, and nothing of any other. */
export interface EnvironmentRights {
  issue(scope: BuildScope): Promise<Credentials>;
}

export interface BuildResults {
  /** Null when the build ended without leaving one. */
  read(project: string, activity: string): Promise<BuildResult | null>;
}
