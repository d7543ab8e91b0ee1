import type { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';

/** Where an environment's site is in the sites bucket. */
export function sitePrefix(job: Job): string {
  return `${job.BOUGH_MACHINE_NAME}-${job.BOUGH_PROJECT}/`;
}

export function siteUrl(job: Job, config: ProjectConfig): string {
  return `${config.SITES_URL}/${sitePrefix(job)}`;
}

/** Where an environment's data is in the data bucket. */
export function dataPrefix(project: string, machineName: string): string {
  return `${project}/${machineName}/`;
}

/** The same place as scripts are told it, without a slash at the end: `"$BOUGH_DATA_URI/uploads"`. */
export function dataUri(bucket: string, project: string, machineName: string): string {
  return `s3://${bucket}/${project}/${machineName}`;
}
