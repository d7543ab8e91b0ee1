import { type Activity, shownState } from '../../../shared/domain/activities/activity.ts';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import type { HistoryEntry } from '../../../shared/ports/activities.ts';
import { timeInId } from '../../../shared/runtime/ids.ts';
import type { Page } from '../framework/pages.ts';
import type { ActivityQuery } from '../inputs/activities.ts';
import type { ApiPorts } from '../ports.ts';

/** The stores that activities are read from. */
export type Stores = Pick<ApiPorts, 'environments' | 'integrations' | 'finished'>;

/** The activities of an environment or of an integration. */
type Scope = { project: string } & ({ environment: Environment } | { integration: Integration });

/** Activities in a list without `count`. */
export const defaultCount = 100;
/** Ended activities that one response is searched from. */
export const mostLookedAt = 10_000;

/** The activities of an environment or integration that match a query, newest first. */
export async function listActivities(
  stores: Stores,
  scope: Scope,
  query: ActivityQuery,
): Promise<Page<FinishedActivity>> {
  const { count = defaultCount } = query;
  const isWanted = (activity: FinishedActivity) => belongsTo(activity, scope) && fits(activity, query);
  // Open activities are read first, so that an activity that ends meanwhile is in both lists instead of in none.
  const open =
    'environment' in scope ? openOfEnvironment(scope.environment) : openOfIntegration(scope.integration);
  const { found: ended, stoppedAt } = await searchHistory(stores, scope, query, count, isWanted);
  const byId = new Map([...open.filter(isWanted), ...ended].map((activity) => [activity.id, activity]));
  // Ids sort by time. Activities older than the end of the search belong to a later page.
  const all = [...byId.values()].filter(({ id }) => id >= stoppedAt).sort((a, b) => (a.id < b.id ? 1 : -1));
  const items = all.slice(0, count);
  if (items.length < all.length || items.length === count) return { items, after: items.at(-1)?.id ?? null };
  return { items, after: stoppedAt || null };
}

/** Searches ended activities, newest first. `stoppedAt` is the last id that was read; '' when the search reached the end. */
async function searchHistory(
  { finished }: Stores,
  { project }: Scope,
  query: ActivityQuery,
  count: number,
  isWanted: (activity: FinishedActivity) => boolean,
): Promise<{ found: FinishedActivity[]; stoppedAt: string }> {
  const found: FinishedActivity[] = [];
  let looked = 0;
  for await (const activity of finished.listOf(project, { before: beginningOf(query) })) {
    looked += 1;
    if (isWanted(activity)) found.push(activity);
    if (found.length === count || looked === mostLookedAt) return { found, stoppedAt: activity.id };
  }
  return { found, stoppedAt: '' };
}

/** The time in an id and `created_at` of its activity can differ by this much. */
const leewayMs = 60_000;

/** The id before which the activities of a query's page begin; undefined for the newest. */
export function beginningOf({ after, starts_at }: ActivityQuery): string | undefined {
  const time = starts_at === undefined ? undefined : timeInId(Date.parse(starts_at) + leewayMs);
  return [after, time].filter((bound) => bound !== undefined).sort()[0];
}

/** An activity of a project. */
export async function findActivity(
  stores: Stores,
  project: string,
  id: string,
): Promise<FinishedActivity | null> {
  const entry = await stores.finished.find(project, id);
  return entry && activityOf(stores, project, entry);
}

/** The activity of an entry of the history; null when its decision was never committed. */
export async function activityOf(
  stores: Stores,
  project: string,
  entry: HistoryEntry,
): Promise<FinishedActivity | null> {
  if ('ended' in entry) return entry.ended;
  const { id, environment, integration } = entry.open;
  const open =
    environment === null
      ? await openOf(stores, { project, integration: integration ?? '' })
      : await openOf(stores, { project, environment });
  // An activity that ended after the first read is no longer open.
  return open.find((activity) => activity.id === id) ?? stores.finished.get(project, id);
}

/** The environment or integration that an activity belongs to. */
export type Owner = { project: string } & ({ environment: string } | { integration: string });

/** An activity of an environment or integration. The owner may have been deleted. */
export async function findActivityOf(
  stores: Stores,
  owner: Owner,
  id: string,
): Promise<FinishedActivity | null> {
  const open = (await openOf(stores, owner)).find((activity) => activity.id === id);
  const found = open ?? (await stores.finished.get(owner.project, id));
  const isOwn =
    'environment' in owner
      ? found?.environment === owner.environment
      : found?.integration === owner.integration;
  return isOwn ? found : null;
}

/** An activity of an environment that was read: open, or ended. */
export async function findActivityIn(
  { finished }: Pick<Stores, 'finished'>,
  environment: Environment,
  id: string,
): Promise<FinishedActivity | null> {
  const open = openOfEnvironment(environment).find((activity) => activity.id === id);
  const found = open ?? (await finished.get(environment.project, id));
  return found?.environment === environment.id ? found : null;
}

async function openOf({ environments, integrations }: Stores, owner: Owner): Promise<FinishedActivity[]> {
  if ('environment' in owner) {
    const environment = await environments.get(owner.project, owner.environment);
    return environment ? openOfEnvironment(environment) : [];
  }
  const integration = await integrations.get(owner.project, owner.integration);
  return integration ? openOfIntegration(integration) : [];
}

/** The open activities of an integration. */
export function openOfIntegration({ project, id, activities }: Integration): FinishedActivity[] {
  return activities.map((activity) => ({ ...activity, project, environment: null, integration: id }));
}

function openOfEnvironment({ project, id, activities }: Environment): FinishedActivity[] {
  return activities.map((activity) => ({ ...activity, project, environment: id, integration: null }));
}

function belongsTo(activity: FinishedActivity, scope: Scope): boolean {
  return 'environment' in scope
    ? activity.environment === scope.environment.id
    : activity.integration === scope.integration.id;
}

/** True when an activity matches a query. */
export function fits(activity: Activity, query: ActivityQuery): boolean {
  const { after, starts_at } = query;
  return (
    isOneOf(activity.type, query.type) &&
    isOneOf(shownState(activity), query.state) &&
    isOneOf(activity.result ?? '', query.result) &&
    (after === undefined || activity.id < after) &&
    (starts_at === undefined || Date.parse(activity.created_at) < Date.parse(starts_at))
  );
}

function isOneOf(value: string, wanted: readonly string[] = []): boolean {
  return wanted.length === 0 || wanted.includes(value);
}
