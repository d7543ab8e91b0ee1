import { siteName, siteUrl } from '../../shared/domain/environments/sites.ts';
import type { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';

/** Where an environment's site is in the sites bucket. */
export function sitePrefix(job: Job): string {
  return `${nameOf(job)}/`;
}

/** Where it is for those who look at it. */
export function publishedUrl(job: Job, config: ProjectConfig): string {
  return siteUrl(config.SITES_URL, nameOf(job));
}

function nameOf(job: Job): string {
  return siteName(job.BOUGH_MACHINE_NAME, job.BOUGH_PROJECT);
}

/** Where an environment's data is in the data bucket. */
export function dataPrefix(project: string, machineName: string): string {
  return `${project}/${machineName}/`;
}

/** The same place as scripts are told it, without a slash at the end: `"$BOUGH_DATA_URI/uploads"`. */
export function dataUri(bucket: string, project: string, machineName: string): string {
  return `s3://${bucket}/${project}/${machineName}`;
}
