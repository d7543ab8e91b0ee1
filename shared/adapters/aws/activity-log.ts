import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ActivityLog } from '../../ports.ts';
import { activityKeys } from './build-result.ts';
import { readText } from './read-text.ts';

/**
 * An activity's log as one object of JSON lines. Whoever works on an activity is the only one who writes to
 * its log, so reading and writing back loses nothing.
 */
export function s3ActivityLog(s3: S3Client, bucket: string): ActivityLog {
  return {
    async append(project, activity, lines) {
      if (lines.length === 0) return;
      const key = activityKeys(project, activity).log;
      const timestamp = new Date().toISOString();
      const added = lines.map((line) => `${JSON.stringify({ data: { timestamp, message: `${line}\n` } })}\n`);
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: ((await readText(s3, bucket, key)) ?? '') + added.join(''),
          ContentType: 'application/x-ndjson',
        }),
      );
    },
  };
}
