import { type Api, path } from '../../api/client.ts';
import { Activity, type Project } from '../../api/resources.ts';
import { CliError } from '../../errors.ts';
import { environmentLabel, projectLabel } from '../../output/labels.ts';
import { selectEnvironment, selectIntegration } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import type { Filter } from './filters.ts';

/** Where activities are looked for. */
export interface Place {
  project: Project;
  /** Of the list of its activities. */
  url: string;
  name: string;
  /** A project, whose activities are on different environments. */
  isWhole: boolean;
  holds(activity: Activity): boolean;
  /** What a log begins with. */
  header: Readonly<Record<string, string>>;
  /** How the commands for its activities are called, with which arguments: those in brackets are to be filled in. */
  commands: { prefix: string; args: readonly string[]; placeholders: string };
  /** Said when it has no activity that could be shown. */
  none: string;
  /** How to list its activities. */
  listing: string;
}

/** An environment, else the whole project. */
export async function environmentOrProject(
  api: Api,
  terminal: Terminal,
  project: Project,
  environmentId: string | undefined,
): Promise<Place> {
  const whole: Place = {
    project,
    url: path`/projects/${project.id}/activities`,
    name: `project ${projectLabel(project)}`,
    isWhole: true,
    holds: () => true,
    header: {},
    commands: { prefix: 'bough activity', args: [], placeholders: '[id]' },
    none: 'No activities found',
    listing: 'To list activities, run: bough activities',
  };
  if (environmentId === undefined) return whole;
  const environment = await selectEnvironment(api, terminal, project, environmentId);
  return {
    ...whole,
    url: path`/projects/${project.id}/environments/${environment.id}/activities`,
    name: `${whole.name}, environment ${environmentLabel(environment)}`,
    isWhole: false,
    holds: ({ environments }) => environments.includes(environment.id),
  };
}

export async function integrationPlace(
  api: Api,
  terminal: Terminal,
  project: Project,
  integrationId: string | undefined,
): Promise<Place> {
  const { id, type } = await selectIntegration(api, terminal, project, integrationId);
  return {
    project,
    url: path`/projects/${project.id}/integrations/${id}/activities`,
    name: `project ${projectLabel(project)}, integration ${id} (${type})`,
    isWhole: false,
    holds: ({ integration }) => integration === id,
    header: { 'Integration ID': id },
    commands: {
      prefix: 'bough integration:activity',
      args: [id],
      placeholders: '[integration] [activity]',
    },
    none: 'No integration activities found',
    listing: `To list activities for this integration, run: bough integration:activities ${id}`,
  };
}

/** The command line of a command for one of a place's activities. */
export function commandFor({ commands }: Place, name: 'log' | 'get', activity: Activity): string {
  return [`${commands.prefix}:${name}`, ...commands.args, activity.id].join(' ');
}

/** As many as one answer of the API surely takes. */
const pageSize = 100;
/** How many of the newest the beginning of an id is looked for among. */
const recent = 500;

/** A place's activities, newest first. */
export async function readActivities(
  api: Api,
  { url }: Pick<Place, 'url'>,
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

/** The activity with this id, however old, or the recent one that it is the beginning of. */
async function findActivity(api: Api, place: Place, id: string, filter: Filter): Promise<Activity> {
  const url = path`/projects/${place.project.id}/activities/${id}`;
  const named = /^\w+$/.test(id) ? await api.find(url, Activity) : null;
  if (named && place.holds(named)) return named;
  const activities = await readActivities(api, place, filter, recent);
  const found = activities.filter((activity) => activity.id.startsWith(id));
  const [first, second] = found;
  if (!first) throw new CliError(`Activity not found: "${id}"`);
  if (!second) return first;
  throw new CliError(
    `The partial ID "${id}" is ambiguous; it matches the following activity IDs: \n  ${found.map((activity) => activity.id).join('\n  ')}`,
  );
}

/** The activity with this id or beginning of one; without, the latest that fits the filter; null when there is none. */
export async function selectActivity(
  api: Api,
  place: Place,
  id: string | undefined,
  filter: Filter,
): Promise<Activity | null> {
  if (id !== undefined) return findActivity(api, place, id, filter);
  const [latest] = await readActivities(api, place, filter, 1);
  return latest ?? null;
}
