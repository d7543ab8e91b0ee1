import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { ProjectFiles } from '../../../ports/projects.ts';
import { emptyPrefix } from './objects.ts';

/** The buckets that contain projects' objects. */
export interface ProjectBuckets {
  mirror: string;
  activities: string;
  data: string;
  sites: string;
}

/** Deletes a project's objects. Keys begin with the project's id, except in the sites bucket, where folder names end with it. */
export function s3ProjectFiles(s3: S3Client, { sites, ...others }: ProjectBuckets): ProjectFiles {
  return {
    async purge(project) {
      let count = 0;
      for (const bucket of Object.values(others)) count += await emptyPrefix(s3, bucket, `${project}/`);
      for (const folder of await sitesOf(s3, sites, project)) count += await emptyPrefix(s3, sites, folder);
      return count;
    },
  };
}

/** The project's folders in the sites bucket. Ids contain no hyphen, so the suffix matches one project only. */
async function sitesOf(s3: S3Client, bucket: string, project: string): Promise<string[]> {
  const folders: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Delimiter: '/' })) {
    for (const { Prefix } of page.CommonPrefixes ?? []) {
      if (Prefix?.endsWith(`-${project}/`)) folders.push(Prefix);
    }
  }
  return folders;
}
