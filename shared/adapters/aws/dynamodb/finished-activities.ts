import type { Activity } from '../../../domain/activities/activity.ts';
import type { FinishedActivity } from '../../../domain/activities/finished-activity.ts';
import type { FinishedActivities } from '../../../ports/activities.ts';
import { FinishedActivityRecord } from './records.ts';
import type { Place, Table } from './table.ts';

/** Days for which an ended activity is kept. */
export const keptDays = 30;

/** The partition of a project's finished activities. */
export const historyOf = (project: string) => `PROJECT#${project}#ACTIVITIES`;
const place = (project: string, id: string): Place => ({ pk: historyOf(project), sk: id });

/** Reads finished activities, which are items of their own that expire. */
export function dynamoFinishedActivities(table: Table): FinishedActivities {
  return {
    get: (project, id) => table.get(place(project, id), FinishedActivityRecord),
    // Ids begin with their time, so the sort key is the order of events.
    listOf: (project, { before, pageSize } = {}) =>
      table.query(historyOf(project), '', FinishedActivityRecord, {
        order: 'descending',
        start: before,
        pageSize,
      }),
  };
}

type Owner = Pick<FinishedActivity, 'project' | 'environment' | 'integration'>;

/** Writes finished activities. Repeating the write is harmless, because a finished activity never changes. */
export async function recordFinished(
  table: Table,
  owner: Owner,
  activities: readonly Activity[],
): Promise<void> {
  const { project, environment, integration } = owner;
  await Promise.all(
    activities.map((activity) =>
      table.record(place(project, activity.id), {
        ...activity,
        project,
        environment,
        integration,
        expires_at:
          Math.floor(Date.parse(activity.completed_at ?? activity.created_at) / 1000) + keptDays * 86_400,
      }),
    ),
  );
}
