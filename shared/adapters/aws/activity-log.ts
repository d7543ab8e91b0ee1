import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ActivityLog } from '../../ports/activities.ts';
import { activityKeys } from './build-result.ts';
import { readEnd } from './read-text.ts';

/** More than the builder makes of a log; its script, which may write there too, makes of it what it likes. */
const longestLog = 5 * 2 ** 20;

/**
 * An activity's log as one object of JSON lines. Whoever works on an activity is the only one who writes to
 * its log, so reading and writing back loses nothing.
 */
export function s3ActivityLog(s3: S3Client, bucket: string): ActivityLog {
  return {
    async append(project, activity, lines) {
      if (lines.length === 0) return;
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: activityKeys(project, activity).log,
          Body: (await readActivityLog(s3, bucket, project, activity)) + lines.map(logLine).join(''),
          ContentType: 'application/x-ndjson',
        }),
      );
    },
  };
}

/** A log as far as it is written, or the end of one that is too long: that is where a failure is explained. */
export async function readActivityLog(
  s3: S3Client,
  bucket: string,
  project: string,
  activity: string,
): Promise<string> {
  const end = await readEnd(s3, bucket, activityKeys(project, activity).log, longestLog);
  if (!end) return '';
  const text = end.text === '' || end.text.endsWith('\n') ? end.text : `${end.text}\n`;
  if (!end.isCut) return text;
  return logLine('The beginning is left out: the log is too long.') + text.slice(text.indexOf('\n') + 1);
}

function logLine(message: string): string {
  const timestamp = new Date().toISOString();
  return `${JSON.stringify({ data: { timestamp, message: `${message}\n` } })}\n`;
}
