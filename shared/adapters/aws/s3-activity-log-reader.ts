import type { S3Client } from '@aws-sdk/client-s3';
import { LogLine } from '../../api/activity.ts';
import type { ActivityLogReader } from '../../ports/activity-log-reader.ts';
import { readActivityLog } from './activity-log.ts';

/** Reads an activity's log. Its build's script can write there too: what is not a line of a log is left out. */
export function s3ActivityLogReader(s3: S3Client, bucket: string): ActivityLogReader {
  return {
    async read(project, activity) {
      const text = await readActivityLog(s3, bucket, project, activity);
      return text.split('\n').flatMap(asLine);
    },
  };
}

/** As every line begins that `ActivityLog` and the builder write: parsing in vain what does not would take seconds. */
const beginning = '{"data":{"timestamp":"';

/** The seal is for the API to give. */
function asLine(text: string): string[] {
  if (!text.startsWith(beginning)) return [];
  try {
    const line = LogLine.parse(JSON.parse(text));
    return 'data' in line ? [JSON.stringify(line)] : [];
  } catch {
    return [];
  }
}
