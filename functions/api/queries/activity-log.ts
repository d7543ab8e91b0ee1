import { entryOf } from '../../../shared/adapters/aws/builds/log-entry.ts';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { ActivityLogReader } from '../../../shared/ports/activity-log-reader.ts';

/** An activity's log so far, each line a JSON document: the stored lines, and then those in the activity's record. */
export async function readLog(
  { logs }: { logs: ActivityLogReader },
  { project, id, log = [] }: FinishedActivity,
): Promise<string[]> {
  return [...(await logs.read(project, id)), ...log.map((line) => entryOf(line).trimEnd())];
}
