import { type Api, path } from '../../api/client.ts';
import { Activity, type Project } from '../../api/resources.ts';
import { CliError } from '../../errors.ts';
import { environmentLabel, projectLabel } from '../../output/labels.ts';
import { selectEnvironment, selectIntegration } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Filter } from './filters.ts';

/** A project, environment or integration whose activities are listed. */
export interface ActivityScope {
  project: Project;
  /** The URL of its list of activities. */
  url: string;
  name: string;
  /** True for a project, whose activities belong to several environments. */
  isProject: boolean;
  includes(activity: Activity): boolean;
  /** Lines before a log. */
  header: Readonly<Record<string, string>>;
  /** The commands for its activities, for hints: their prefix, their first arguments, and all arguments as placeholders. */
  commands: { prefix: string; args: readonly string[]; placeholders: string };
  /** The error when no activity matches. */
  emptyMessage: string;
  /** A hint how to list its activities. */
  listHint: string;
}

/** The scope of an environment, or of the project when no environment is named. */
export async function environmentOrProjectScope(
  api: Api,
  terminal: Terminal,
  project: Project,
  environmentId: string | undefined,
): Promise<ActivityScope> {
  const projectScope: ActivityScope = {
    project,
    url: path`/projects/${project.id}/activities`,
    name: `project ${projectLabel(project)}`,
    isProject: true,
    includes: () => true,
    header: {},
    commands: { prefix: 'bough activity', args: [], placeholders: '[id]' },
    emptyMessage: 'No activities found',
    listHint: 'To list activities, run: bough activities',
  };
  if (environmentId === undefined) return projectScope;
  const environment = await selectEnvironment(api, terminal, project, environmentId, 'read');
  return {
    ...projectScope,
    url: path`/projects/${project.id}/environments/${environment.id}/activities`,
    name: `${projectScope.name}, environment ${environmentLabel(environment)}`,
    isProject: false,
    includes: ({ environments }) => environments.includes(environment.id),
  };
}

/** The scope of an integration. */
export async function integrationScope(
  api: Api,
  terminal: Terminal,
  project: Project,
  integrationId: string | undefined,
): Promise<ActivityScope> {
  const { id, type } = await selectIntegration(api, terminal, project, integrationId);
  return {
    project,
    url: path`/projects/${project.id}/integrations/${id}/activities`,
    name: `project ${projectLabel(project)}, integration ${id} (${type})`,
    isProject: false,
    includes: ({ integration }) => integration === id,
    header: { 'Integration ID': id },
    commands: {
      prefix: 'bough integration:activity',
      args: [id],
      placeholders: '[integration] [activity]',
    },
    emptyMessage: 'No integration activities found',
    listHint: `To list activities for this integration, run: bough integration:activities ${id}`,
  };
}

/** The command line that shows an activity or its log. */
export function commandFor({ commands }: ActivityScope, name: 'log' | 'get', activity: Activity): string {
  return [`${commands.prefix}:${name}`, ...commands.args, activity.id].join(' ');
}

/** A page size that the API accepts. */
const pageSize = 100;
/** An id prefix is searched among this number of recent activities. */
const recent = 500;

/** Reads at most `limit` activities of a scope, newest first. */
export async function readActivities(
  api: Api,
  { url }: Pick<ActivityScope, 'url'>,
  filter: Filter,
  limit: number,
): Promise<Activity[]> {
  if (filter.type?.length === 0) return [];
  const query = new URLSearchParams({ count: String(Math.min(limit, pageSize)) });
  for (const [name, values] of Object.entries(filter)) {
    for (const value of values) query.append(name, value);
  }
  const activities: Activity[] = [];
  for await (const page of api.pages(`${url}?${query}`, Activity)) {
    activities.push(...page);
    if (activities.length >= limit) break;
  }
  return activities.slice(0, limit);
}

/** The activity with this id at any age, or a recent activity with this id prefix. */
async function findActivity(api: Api, scope: ActivityScope, id: string, filter: Filter): Promise<Activity> {
  const url = path`/projects/${scope.project.id}/activities/${id}`;
  const named = /^\w+$/.test(id) ? await api.find(url, Activity) : null;
  if (named && scope.includes(named)) return named;
  const activities = await readActivities(api, scope, filter, recent);
  const found = activities.filter((activity) => activity.id.startsWith(id));
  const [first, second] = found;
  if (!first) throw new CliError(`Activity not found: "${id}"`);
  if (!second) return first;
  throw new CliError(
    `The partial ID "${id}" is ambiguous; it matches the following activity IDs: \n  ${found.map((activity) => activity.id).join('\n  ')}`,
  );
}

/** The activity with this id or id prefix; without one, the latest that matches the filter, or null. */
export async function selectActivity(
  api: Api,
  scope: ActivityScope,
  id: string | undefined,
  filter: Filter,
): Promise<Activity | null> {
  if (id !== undefined) return findActivity(api, scope, id, filter);
  const [latest] = await readActivities(api, scope, filter, 1);
  return latest ?? null;
}
