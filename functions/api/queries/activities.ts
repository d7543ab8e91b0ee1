import { type Activity, shownState } from '../../../shared/domain/activities/activity.ts';
import type { FinishedActivity } from '../../../shared/domain/activities/finished-activity.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { timeInId } from '../../../shared/runtime/ids.ts';
import type { Page } from '../framework/pages.ts';
import type { ActivityQuery } from '../inputs/activities.ts';
import type { ApiPorts } from '../ports.ts';

type Stores = Pick<ApiPorts, 'environments' | 'integrations' | 'finished'>;

/** Whose activities are meant; the whole project's when it names neither. */
export interface Scope {
  project: string;
  environment?: Environment;
  integration?: Integration;
}

/** Activities in a list without `count`. */
export const defaultCount = 100;
/** Ended activities that one response is searched from. */
export const mostLookedAt = 10_000;

/** The activities that a query asks for, newest first. */
export async function listActivities(
  stores: Stores,
  scope: Scope,
  query: ActivityQuery,
): Promise<Page<FinishedActivity>> {
  const { count = defaultCount } = query;
  const isWanted = (activity: FinishedActivity) => belongsTo(activity, scope) && fits(activity, query);
  // In this order: what ends in between is then in both readings, and never in none.
  const open = await openActivities(stores, scope);
  const { found: ended, stoppedAt } = await searchHistory(stores, scope, query, count, isWanted);
  const byId = new Map([...open.filter(isWanted), ...ended].map((activity) => [activity.id, activity]));
  // Ids sort by time. What is older than where the search stopped has its place on a later page.
  const all = [...byId.values()].filter(({ id }) => id >= stoppedAt).sort((a, b) => (a.id < b.id ? 1 : -1));
  const items = all.slice(0, count);
  if (items.length < all.length || items.length === count) return { items, after: items.at(-1)?.id ?? null };
  return { items, after: stoppedAt || null };
}

/** Newest first, from where the query begins. @returns also the id that it stopped at; '' when it came to the end */
async function searchHistory(
  { finished }: Stores,
  { project, environment, integration }: Scope,
  query: ActivityQuery,
  count: number,
  isWanted: (activity: FinishedActivity) => boolean,
): Promise<{ found: FinishedActivity[]; stoppedAt: string }> {
  const found: FinishedActivity[] = [];
  const isWhole = !environment && !integration && !query.type && !query.state && !query.result;
  const pageSize = isWhole ? count : undefined;
  let looked = 0;
  for await (const activity of finished.listOf(project, { before: beginningOf(query), pageSize })) {
    looked += 1;
    if (isWanted(activity)) found.push(activity);
    if (found.length === count || looked === mostLookedAt) return { found, stoppedAt: activity.id };
  }
  return { found, stoppedAt: '' };
}

/** An id is made a moment after what it is for began, or before. */
const leewayMs = 60_000;

function beginningOf({ after, starts_at }: ActivityQuery): string | undefined {
  const time = starts_at === undefined ? undefined : timeInId(Date.parse(starts_at) + leewayMs);
  return [after, time].filter((bound) => bound !== undefined).sort()[0];
}

/** One of a project's, whoever it is of. It costs a reading of all environments while it has not ended. */
export async function findActivity(
  stores: Stores,
  project: string,
  id: string,
): Promise<FinishedActivity | null> {
  const ended = await stores.finished.get(project, id);
  if (ended) return ended;
  const open = await openActivities(stores, { project });
  // It may have ended meanwhile.
  return open.find((activity) => activity.id === id) ?? stores.finished.get(project, id);
}

/** Whose an activity is, by name. */
export type Owner = { project: string } & ({ environment: string } | { integration: string });

/** One of an environment's or an integration's, which need not be there any more. */
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

async function openOf({ environments, integrations }: Stores, owner: Owner): Promise<FinishedActivity[]> {
  if ('environment' in owner) {
    const environment = await environments.get(owner.project, owner.environment);
    return environment ? openOfEnvironment(environment) : [];
  }
  const integration = await integrations.get(owner.project, owner.integration);
  return integration ? openOfIntegration(integration) : [];
}

export function openOfIntegration({ project, id, activities }: Integration): FinishedActivity[] {
  return activities.map((activity) => ({ ...activity, project, environment: null, integration: id }));
}

function openOfEnvironment({ project, id, activities }: Environment): FinishedActivity[] {
  return activities.map((activity) => ({ ...activity, project, environment: id, integration: null }));
}

async function openActivities(stores: Stores, scope: Scope): Promise<FinishedActivity[]> {
  if (scope.environment) return openOfEnvironment(scope.environment);
  if (scope.integration) return openOfIntegration(scope.integration);
  const [environments, integrations] = await Promise.all([
    stores.environments.listOf(scope.project),
    stores.integrations.listOf(scope.project),
  ]);
  return [...environments.flatMap(openOfEnvironment), ...integrations.flatMap(openOfIntegration)];
}

function belongsTo(activity: FinishedActivity, { environment, integration }: Scope): boolean {
  if (environment) return activity.environment === environment.id;
  return !integration || activity.integration === integration.id;
}

function fits(activity: Activity, query: ActivityQuery): boolean {
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
