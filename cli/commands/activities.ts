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

export const FilterOptions = z.object({
  ...tableOptions,
  limit: wholeNumber('limit', 1),
  type: texts,
  state: texts,
  result: texts,
});

const ListOptions = z.object({
  ...projectOptions,
  ...environmentOptions,
  ...FilterOptions.shape,
  all: z.boolean().optional(),
});

export const listActivities: Run = async ({ options, terminal }) => {
  const { project: projectId, environment, all, ...filters } = ListOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  return printActivities(
    api,
    terminal,
    await placeOf(api, terminal, project, all ? undefined : environment),
    filters,
  );
};

/** Prints a place's activities as a table. Resolves to the exit code. */
export async function printActivities(
  api: Api,
  terminal: Terminal,
  place: Place,
  { limit, type, state, result, ...table }: z.infer<typeof FilterOptions>,
): Promise<number> {
  const activities = await readActivities(api, place, { count: [String(limit)], type, state, result });
  if (activities.length === 0) {
    terminal.tell('No activities found');
    return 1;
  }
  if ((table.format ?? 'table') === 'table') terminal.tell(`Activities on the ${place.name}:`);
  const defaults = place.isWhole ? [...defaultColumns, 'environments'] : defaultColumns;
  printTable(terminal, activities, columns, defaults, table);
  terminal.tell('\nTo view the log for an activity, run: bough activity:log [id]');
  return 0;
}

export const ReadingOptions = z.object({
  refresh: wholeNumber('refresh', 0),
  timestamps: z.boolean().optional(),
});

const LogOptions = z.object({ ...projectOptions, ...environmentOptions, ...ReadingOptions.shape });

export const showActivityLog: Run = async ({ args, options, terminal }) => {
  const { project: projectId, environment, ...reading } = LogOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const place = await placeOf(api, terminal, project, environment);
  return printActivityLog(api, terminal, project, place, args[0], reading);
};

/** Prints the log of the activity with this id or beginning of one; without, of the latest. Resolves to the exit code. */
export async function printActivityLog(
  api: Api,
  terminal: Terminal,
  project: Project,
  place: Place,
  id: string | undefined,
  { refresh, timestamps }: z.infer<typeof ReadingOptions>,
): Promise<number> {
  const activity = await selectActivity(api, place, id);
  for (const [name, value] of Object.entries({
    ...place.header,
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
}

/** Where activities are looked for. */
export interface Place {
  url: string;
  name: string;
  /** A project, whose activities are on different environments. */
  isWhole: boolean;
  /** What a log begins with. */
  header?: Record<string, string>;
}

async function placeOf(
  api: Api,
  terminal: Terminal,
  project: Project,
  id: string | undefined,
): Promise<Place> {
  if (id === undefined) {
    const name = `project ${printable(project.title)} (${project.id})`;
    return { url: path`/projects/${project.id}/activities`, name, isWhole: true };
  }
  const environment = await selectEnvironment(api, terminal, project, id);
  const url = path`/projects/${project.id}/environments/${environment.id}/activities`;
  return { url, name: `environment ${environment.id}`, isWhole: false };
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

function wholeNumber(option: string, least: number) {
  return z.string().transform((value) => {
    const number = Number(value);
    if (Number.isInteger(number) && number >= least) return number;
    throw new CliError(`Invalid value for '--${option}': ${value} (expected a whole number from ${least})`);
  });
}
