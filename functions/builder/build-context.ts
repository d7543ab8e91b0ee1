import type { S3Client } from '@aws-sdk/client-s3';
import type { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';
import type { BuildLog } from './log.ts';

/** What every step of a build needs. */
export interface BuildContext {
  job: Job;
  config: ProjectConfig;
  s3: S3Client;
  log: BuildLog;
  workspace: Workspace;
  /** What scripts are started with. */
  scriptEnvironment: Record<string, string | undefined>;
  /** Aborted when the build is stopped from outside. */
  signal: AbortSignal;
}

/** Directories and files of one build, gone when it ends. */
export interface Workspace {
  bundles: string;
  /** The repository at the commit. */
  checkout: string;
  /** What `.bough/deploy` puts here is published. */
  site: string;
  /** The file to which `.bough/deploy` writes routes; absent before. */
  routes: string;
}
