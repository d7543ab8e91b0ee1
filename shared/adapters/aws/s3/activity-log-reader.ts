import type { S3Client } from '@aws-sdk/client-s3';
import { LogLine } from '../../../api/activity.ts';
import type { ActivityLogReader } from '../../../ports/activity-log-reader.ts';
import { readActivityLog } from '../builds/activity-log.ts';

/** Reads activity logs from S3. The build's script can write to the log too, so lines of another format are skipped. */
export function s3ActivityLogReader(s3: S3Client, bucket: string): ActivityLogReader {
  return {
    async read(project, activity) {
      const text = await readActivityLog(s3, bucket, project, activity);
      return text.split('\n').flatMap(asLine);
    },
  };
}

/** The beginning of every line that `ActivityLog` and the builder write. Parsing all other lines could take seconds. */
const beginning = '{"data":{"timestamp":"';

/** The line if it is valid. Seals are skipped: only the API adds them. */
function asLine(text: string): string[] {
  if (!text.startsWith(beginning)) return [];
  try {
    const line = LogLine.parse(JSON.parse(text));
    return 'data' in line ? [JSON.stringify(line)] : [];
  } catch {
    return [];
  }
}
