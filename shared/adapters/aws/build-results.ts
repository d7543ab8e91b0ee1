import type { S3Client } from '@aws-sdk/client-s3';
import type { BuildResults } from '../../ports.ts';
import { activityKeys, BuildResult } from './build-result.ts';
import { readText } from './read-text.ts';

/** Reads what the builder left behind when it ended. */
export function s3BuildResults(s3: S3Client, bucket: string): BuildResults {
  return {
    async read(project, activity) {
      const text = await readText(s3, bucket, activityKeys(project, activity).result);
      return text === null ? null : BuildResult.parse(JSON.parse(text));
    },
  };
}
