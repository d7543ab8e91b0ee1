import * as z from 'zod/mini';
import type { Activity } from '../../../domain/activities/activity.ts';
import type { OpenActivity } from '../../../domain/activities/finished-activity.ts';
import type { HistoryOptions } from '../../../ports/activities.ts';
import type { Changes, RecentChanges } from '../../../ports/changes.ts';
import { newActivityId, timeInId } from '../../../runtime/ids.ts';
import type { Place, Table } from './table.ts';

/** Days for which the entry of an open activity is kept; the longest wait and build take hours. */
export const keptOpenDays = 7;
/** Hours for which the entry of another change is kept; longer than a client's last answer counts. */
export const keptChangeHours = 48;
/** A poll reads at most this many entries; with more, everything counts as changed. */
export const mostEntries = 250;

/** The partition of a project's journal. */
export const journalOf = (project: string) => `PROJECT#${project}#JOURNAL`;
const place = (project: string, id: string): Place => ({ pk: journalOf(project), sk: id });

/** An entry: an activity that began, with its id, or another change. */
const JournalRecord = z.object({
  activity: z.exactOptional(z.string()),
  environment: z.nullable(z.string()),
  integration: z.nullable(z.string()),
});

/** An entry of the journal. Both owners are null for a change of the project itself. */
export type JournalEntry = z.infer<typeof JournalRecord>;

/**
 * Writes the entries by which readers find a decision, right before its commit: one for each activity that begins, or
 * one for another change. An entry takes one write unit.
 */
export async function announce(
  table: Table,
  { project, environment, integration }: JournalEntry & { project: string },
  started: readonly Activity[],
): Promise<void> {
  const now = new Date();
  const write = (id: string, hours: number, activity?: string) =>
    table.record(place(project, id), {
      activity,
      environment,
      integration,
      expires_at: Math.floor(now.getTime() / 1000) + hours * 3600,
    });
  if (started.length === 0) await write(newActivityId(now), keptChangeHours);
  else await Promise.all(started.map(({ id }) => write(id, keptOpenDays * 24, id)));
}

/** The entry of an activity that began; null when there is none. */
export async function openActivity(table: Table, project: string, id: string): Promise<OpenActivity | null> {
  const entry = await table.get(place(project, id), JournalRecord);
  return entry && opened(entry);
}

/** A commit writes up to two entries for each activity, and some commits write one without an activity. */
const entriesPerActivity = 3;

/** The activities that began, newest first. */
export async function* openActivities(
  table: Table,
  project: string,
  { before, pageSize = 100 }: HistoryOptions = {},
): AsyncGenerator<OpenActivity> {
  const entries = table.query(journalOf(project), '', JournalRecord, {
    order: 'descending',
    start: before,
    pageSize: pageSize * entriesPerActivity,
  });
  for await (const entry of entries) {
    const activity = opened(entry);
    if (activity) yield activity;
  }
}

function opened({ activity: id, environment, integration }: JournalEntry): OpenActivity | null {
  return id === undefined ? null : { id, environment, integration };
}

/** Reads the changes since a time. The ids of entries begin with their time. */
export function dynamoChanges(table: Table): Changes {
  return {
    async since(project, time) {
      const entries = table.query(journalOf(project), '', JournalRecord, {
        start: timeInId(Date.parse(time)),
        pageSize: mostEntries + 1,
        consistency: 'eventual',
      });
      const found: JournalEntry[] = [];
      for await (const entry of entries) {
        if (found.length === mostEntries)
          return { environments: [], has_integrations: true, has_everything: true };
        found.push(entry);
      }
      return changesIn(found);
    },
  };
}

/** The changes that entries of a journal stand for. */
export function changesIn(entries: readonly JournalEntry[]): RecentChanges {
  const others = entries.filter(({ environment }) => environment === null);
  return {
    environments: [...new Set(entries.flatMap(({ environment }) => environment ?? []))],
    has_integrations: others.length > 0,
    // The start of an integration's activity changes no other record.
    has_everything: others.some(
      ({ activity, integration }) => activity === undefined || integration === null,
    ),
  };
}
