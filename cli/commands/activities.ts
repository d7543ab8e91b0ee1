import * as z from 'zod';
import { type Api, connectApi, path } from '../api/client.ts';
import { Activity, type Project } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { followLog } from '../follow.ts';
import { environmentOptions, projectOptions, tableOptions } from '../options.ts';
import { type Column, printTable } from '../output/table.ts';
import { formatDate, printable } from '../output/text.ts';
import { selectEnvironment, selectProject } from '../selection.ts';
import type { Terminal } from '../terminal.ts';

const columns: Column<Activity>[] = [
  { id: 'id', header: 'ID', value: ({ id }) => id },
  { id: 'created', header: 'Created', value: ({ created_at }) => formatDate(created_at) },
  { id: 'completed', header: 'Completed', value: ({ completed_at }) => formatDate(completed_at) },
  { id: 'description', header: 'Description', value: ({ text }) => text },
  { id: 'type', header: 'Type', value: ({ type }) => type },
  { id: 'progress', header: 'Progress', value: ({ completion_percent }) => `${completion_percent}%` },
  { id: 'state', header: 'State', value: ({ state }) => formatState(state) },
  { id: 'result', header: 'Result', value: ({ result }) => result ?? '' },
  { id: 'environments', header: 'Environment(s)', value: ({ environments }) => environments.join(', ') },
  { id: 'because', header: 'Because', value: ({ payload }) => payload.because },
  { id: 'time_wait', header: 'Wait time (s)', value: ({ timings }) => timings['wait']?.toFixed(1) ?? '' },
  {
    id: 'time_execute',
    header: 'Exec time (s)',
    value: ({ timings }) => timings['execute']?.toFixed(1) ?? '',
  },
];
const defaultColumns = ['id', 'created', 'description', 'progress', 'state', 'result'];

const texts = z.array(z.string()).optional();

const ListOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...tableOptions,
  all: z.boolean().optional(),
  limit: z.string(),
  type: texts,
  state: texts,
  result: texts,
});

export const listActivities: Run = async ({ options, terminal }) => {
  const {
    project: projectId,
    environment,
    all,
    limit,
    type,
    state,
    result,
    ...table
  } = ListOptions.parse(options);
  const count = numberOf('limit', limit, 1);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const place = await placeOf(api, terminal, project, all ? undefined : environment);
  const activities = await readActivities(api, place, { count: [String(count)], type, state, result });
  if (activities.length === 0) {
    terminal.tell('No activities found');
    return 1;
  }
  if ((table.format ?? 'table') === 'table') terminal.tell(`Activities on the ${place.name}:`);
  const defaults = place.environment ? defaultColumns : [...defaultColumns, 'environments'];
  printTable(terminal, activities, columns, defaults, table);
  terminal.tell('\nTo view the log for an activity, run: bough activity:log [id]');
  return 0;
};

const LogOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
  refresh: z.string(),
  timestamps: z.boolean().optional(),
});

export const showActivityLog: Run = async ({ args, options, terminal }) => {
  const { project: projectId, environment, refresh: seconds, timestamps } = LogOptions.parse(options);
  const refresh = numberOf('refresh', seconds, 0);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const place = await placeOf(api, terminal, project, environment);
  const activity = await selectActivity(api, place, args[0]);
  for (const [name, value] of Object.entries({
    'Activity ID': activity.id,
    Type: activity.type,
    Description: activity.text,
    Because: activity.payload.because,
    Created: formatDate(activity.created_at),
    State: formatState(activity.state),
  })) {
    terminal.tell(`${name}: ${printable(value)}`);
  }
  terminal.tell('Log:');
  const print = (line: string) => terminal.write(`${line}\n`);
  await followLog(api, terminal, project.id, activity.id, { print, timestamps, refresh });
  return 0;
};

/** Where activities are looked for. */
interface Place {
  url: string;
  name: string;
  environment: string | null;
}

async function placeOf(
  api: Api,
  terminal: Terminal,
  project: Project,
  id: string | undefined,
): Promise<Place> {
  if (id === undefined) {
    const name = `project ${printable(project.title)} (${project.id})`;
    return { url: path`/projects/${project.id}/activities`, name, environment: null };
  }
  const environment = await selectEnvironment(api, terminal, project, id);
  const url = path`/projects/${project.id}/environments/${environment.id}/activities`;
  return { url, name: `environment ${environment.id}`, environment: environment.id };
}

async function readActivities(
  api: Api,
  { url }: Place,
  query: Record<string, readonly string[] | undefined>,
): Promise<Activity[]> {
  const search = new URLSearchParams();
  for (const [name, values = []] of Object.entries(query))
    for (const value of values) search.append(name, value);
  return api.get(`${url}?${search}`, z.array(Activity));
}

/** The activity with this id or beginning of one; without, the latest. */
async function selectActivity(api: Api, place: Place, id: string | undefined): Promise<Activity> {
  const activities = await readActivities(api, place, { count: [id === undefined ? '1' : '500'] });
  const found = activities.filter((activity) => id === undefined || activity.id.startsWith(id));
  const [first, second] = found;
  if (!first) throw new CliError(id === undefined ? 'No activities found' : `Activity not found: ${id}`);
  if (!second || first.id === id) return first;
  throw new CliError(
    `The activity ID "${id}" is ambiguous: ${found.map((activity) => activity.id).join(', ')}`,
  );
}

function formatState(state: string): string {
  return state.replaceAll('_', ' ');
}

function numberOf(option: string, value: string, least: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= least) return number;
  throw new CliError(`Invalid value for '--${option}': ${value} (expected a whole number from ${least})`);
}
