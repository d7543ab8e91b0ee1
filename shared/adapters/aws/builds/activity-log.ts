import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ActivityLog } from '../../../ports/activities.ts';
import { readTail } from '../s3/read-text.ts';
import { activityKeys } from './build-documents.ts';
import { logEntry, ownText } from './log-entry.ts';

/** Above the limit of the builder's own log. The repository's scripts may write the object too, at any size. */
const longestLog = 5 * 2 ** 20;

/**
 * Stores an activity's log as one S3 object of JSON lines. Only the runner of an activity writes to its log, so a
 * read followed by a write loses nothing.
 */
export function s3ActivityLog(s3: S3Client, bucket: string): ActivityLog {
  return {
    async append(project, activity, lines) {
      if (lines.length === 0) return;
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: activityKeys(project, activity).log,
          Body:
            (await readActivityLog(s3, bucket, project, activity)) +
            lines.map(ownText).map(logEntry).join(''),
          ContentType: 'application/x-ndjson',
        }),
      );
    },
  };
}

/** Reads the log that exists so far. Of a log that is too long only the end is returned, which explains a failure. */
export async function readActivityLog(
  s3: S3Client,
  bucket: string,
  project: string,
  activity: string,
): Promise<string> {
  const end = await readTail(s3, bucket, activityKeys(project, activity).log, longestLog);
  if (!end) return '';
  const text = end.text === '' || end.text.endsWith('\n') ? end.text : `${end.text}\n`;
  if (!end.isCut) return text;
  return (
    logEntry(ownText('The beginning is left out: the log is too long.')) + text.slice(text.indexOf('\n') + 1)
  );
}
