import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { HistoryEntry } from '../../../shared/ports/activities.ts';
import type { Page } from '../framework/pages.ts';
import type { ActivityQuery } from '../inputs/activities.ts';
import { activityOf, beginningOf, defaultCount, fits, mostLookedAt, type Stores } from './activities.ts';

/** Open activities whose owners one response reads. */
export const mostOwners = 500;

/**
 * The activities of a project that match a query, newest first. The history has an entry for each open activity, so
 * that only the environments of open activities in the page are read.
 */
export async function listProjectActivities(
  stores: Stores,
  project: string,
  query: ActivityQuery,
): Promise<Page<FinishedActivity>> {
  const { count = defaultCount, type, state, result } = query;
  const pageSize = type || state || result ? undefined : count;
  const items: FinishedActivity[] = [];
  let looked = 0;
  let owners = 0;
  for await (const entry of stores.finished.entriesOf(project, { before: beginningOf(query), pageSize })) {
    looked += 1;
    const isRead = 'ended' in entry || admitsOpen(query);
    if (isRead && 'open' in entry) owners += 1;
    const activity = isRead ? await activityOf(stores, project, entry) : null;
    if (activity && fits(activity, query)) items.push(activity);
    if (items.length === count || looked === mostLookedAt || owners === mostOwners)
      return { items, after: idOf(entry) };
  }
  return { items, after: null };
}

/** False when the query excludes every activity that has not ended. */
function admitsOpen({ state, result }: ActivityQuery): boolean {
  const isEnded = (one: string) => one === 'complete' || one === 'cancelled';
  return !result?.length && !(state && state.length > 0 && state.every(isEnded));
}

function idOf(entry: HistoryEntry): string {
  return 'open' in entry ? entry.open.id : entry.ended.id;
}
