import type { S3Client } from '@aws-sdk/client-s3';
import type { BuildPermits } from '../../../ports/builder.ts';
import { isSameSecret } from '../../../runtime/same-secret.ts';
import { readText } from '../s3/read-text.ts';
import { activityKeys, BuildInput } from './build-documents.ts';

/** Reads the scope of a build's credentials from the input that was written before the build started. */
export function s3BuildPermits(s3: S3Client, bucket: string): BuildPermits {
  return {
    async scopeOf(project, activity, permit) {
      const text = await readText(s3, bucket, activityKeys(project, activity).input);
      if (text === null) return null;
      const { environment, data_from, permit: expected } = BuildInput.parse(JSON.parse(text));
      return isSameSecret(permit, expected) ? { project, activity, environment, data_from } : null;
    },
  };
}
