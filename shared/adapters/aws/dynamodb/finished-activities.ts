import type { Activity } from '../../../domain/activities/activity.ts';
import type { FinishedActivity, OpenActivity } from '../../../domain/activities/finished-activity.ts';
import type { FinishedActivities, HistoryEntry } from '../../../ports/activities.ts';
import { openActivities, openActivity } from './journal.ts';
import { FinishedActivityRecord } from './records.ts';
import type { Place, Table } from './table.ts';

/** Days for which an ended activity is kept. */
export const keptDays = 30;

/** The partition of a project's finished activities. */
export const historyOf = (project: string) => `PROJECT#${project}#ACTIVITIES`;
const place = (project: string, id: string): Place => ({ pk: historyOf(project), sk: id });

/** Reads a project's activities: ended ones are items of their own that expire, and the journal has the open ones. */
export function dynamoFinishedActivities(table: Table): FinishedActivities {
  const get = (project: string, id: string) => table.get(place(project, id), FinishedActivityRecord);
  const listOf: FinishedActivities['listOf'] = (project, { before, pageSize } = {}) =>
    // Ids begin with their time, so the sort key is the order of events.
    table.query(historyOf(project), '', FinishedActivityRecord, {
      order: 'descending',
      start: before,
      pageSize,
    });
  return {
    get,
    listOf,
    async find(project, id) {
      const ended = await get(project, id);
      if (ended) return { ended };
      const open = await openActivity(table, project, id);
      return open && { open };
    },
    entriesOf: (project, options) =>
      merged(listOf(project, options), openActivities(table, project, options)),
  };
}

/** Both lists in one, by descending ids. The journal keeps the entries of activities that have ended. */
async function* merged(
  ended: AsyncIterable<FinishedActivity>,
  opened: AsyncIterable<OpenActivity>,
): AsyncGenerator<HistoryEntry> {
  const open = opened[Symbol.asyncIterator]();
  let next = await open.next();
  for await (const activity of ended) {
    for (; !next.done && next.value.id >= activity.id; next = await open.next())
      if (next.value.id > activity.id) yield { open: next.value };
    yield { ended: activity };
  }
  for (; !next.done; next = await open.next()) yield { open: next.value };
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
