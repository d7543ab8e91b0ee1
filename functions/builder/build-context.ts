import type { S3Client } from '@aws-sdk/client-s3';
import type { BuildVariable } from '../../shared/domain/variables/variable.ts';
import type { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';
import type { BuildLog } from './log.ts';
import type { Mask } from './mask.ts';

/** The state that all steps of a build share. */
export interface BuildContext {
  job: Job;
  config: ProjectConfig;
  s3: S3Client;
  log: BuildLog;
  workspace: Workspace;
  /** The environment variables of scripts and of git, without variables of users. */
  scriptEnvironment: Record<string, string | undefined>;
  /** The variables that users gave scripts. */
  variables: readonly BuildVariable[];
  /** Hides sensitive values in the output of scripts. */
  mask: Mask;
  /** Aborted when the build is stopped from outside. */
  signal: AbortSignal;
}

/** Directories and files of one build. They are deleted when the build ends. */
export interface Workspace {
  /** The home directory of scripts on Lambda compute. */
  home: string;
  /** The directory of temporary files of scripts on Lambda compute. */
  temporary: string;
  bundles: string;
  /** The repository at the commit. */
  checkout: string;
  /** The directory that is published; `.bough/deploy` writes to it. */
  site: string;
  /** The directory that is kept from build to build; `.bough/deploy` reads and writes it. */
  cache: string;
  /** The archive of the cache that is to be stored. */
  packedCache: string;
  /** The file to which `.bough/deploy` writes routes. The builder does not create it. */
  routes: string;
  /** The file with the variables of users, outside of the checkout. */
  variables: string;
}
