import type { Activity } from '../../shared/domain/activity.ts';
import type { Environment } from '../../shared/domain/environment.ts';
import type { Integration } from '../../shared/domain/integration.ts';
import type { FinishedActivity } from '../../shared/ports.ts';
import type { ApiPorts } from './ports.ts';

type Stores = Pick<ApiPorts, 'environments' | 'integrations' | 'finished'>;

/** Whose activities are meant; the whole project's when it names neither. */
export interface Scope {
  project: string;
  environment?: Environment;
  integration?: Integration;
}

/** How many ended activities a filter looks through. */
const longestHistory = 500;
const defaultCount = 100;

/** The activities that a query asks for, newest first. */
export async function listActivities(
  stores: Stores,
  scope: Scope,
  query: URLSearchParams,
): Promise<FinishedActivity[]> {
  const count = countOf(query);
  const isWhole =
    !scope.environment && !scope.integration && ![...query.keys()].some((key) => key !== 'count');
  // In this order: what ends in between is then in both readings, and never in none.
  const open = await openActivities(stores, scope);
  const ended = await stores.finished.listOf(scope.project, isWhole ? count : longestHistory);
  const byId = new Map([...open, ...ended].map((activity) => [activity.id, activity]));
  return [...byId.values()]
    .filter((activity) => belongsTo(activity, scope) && fits(activity, query))
    .sort(newestFirst)
    .slice(0, count);
}

export async function findActivity(
  stores: Stores,
  project: string,
  id: string,
): Promise<FinishedActivity | null> {
  const open = await openActivities(stores, { project });
  return (await stores.finished.get(project, id)) ?? open.find((activity) => activity.id === id) ?? null;
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

function fits(activity: FinishedActivity, query: URLSearchParams): boolean {
  const startsAt = Date.parse(query.get('starts_at') ?? '');
  return (
    isOneOf(activity.type, query.getAll('type')) &&
    isOneOf(activity.state, query.getAll('state')) &&
    isOneOf(activity.result ?? '', query.getAll('result')) &&
    (Number.isNaN(startsAt) || Date.parse(activity.created_at) < startsAt)
  );
}

function isOneOf(value: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.includes(value);
}

function newestFirst(a: Activity, b: Activity): number {
  return compare(b.created_at, a.created_at) || compare(b.id, a.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function countOf(query: URLSearchParams): number {
  const count = Number.parseInt(query.get('count') ?? '', 10);
  return count > 0 ? Math.min(count, longestHistory) : defaultCount;
}
