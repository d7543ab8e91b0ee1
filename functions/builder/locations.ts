import { siteName, siteUrl } from '../../shared/domain/environments/sites.ts';
import type { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';

/** The prefix of an environment's site in the sites bucket. */
export function sitePrefix(job: Job): string {
  return `${nameOf(job)}/`;
}

/** The public URL of an environment's site. */
export function publishedUrl(job: Job, config: ProjectConfig): string {
  return siteUrl(config.SITES_URL, nameOf(job));
}

function nameOf(job: Job): string {
  return siteName(job.BOUGH_MACHINE_NAME, job.BOUGH_PROJECT);
}

/** The prefix of an environment's data in the data bucket. */
export function dataPrefix(project: string, machineName: string): string {
  return `${project}/${machineName}/`;
}

/** The object in the activities bucket with an environment's cache. */
export function cacheKey(project: string, machineName: string): string {
  return `${project}/cache/${machineName}.tgz`;
}

/** The S3 URI of an environment's data, without a trailing slash, so that scripts can write `"$BOUGH_DATA_URI/uploads"`. */
export function dataUri(bucket: string, project: string, machineName: string): string {
  return `s3://${bucket}/${project}/${machineName}`;
}
