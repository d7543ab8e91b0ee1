import * as z from 'zod';
import { type Api, connectApi } from '../../api/client.ts';
import type { Activity } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { formatState } from '../../output/outcomes.ts';
import { type Column, printTable } from '../../output/table.ts';
import { formatDate } from '../../output/text.ts';
import { namedEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { environmentOptions, projectOptions, tableOptions, wholeNumber } from '../options.ts';
import { FilterOptions, filterOf } from './filters.ts';
import { type ActivityScope, environmentOrProjectScope, readActivities } from './scopes.ts';

const columns: Column<Activity>[] = [
  { id: 'id', header: 'ID', importance: 'essential', value: ({ id }) => id },
  {
    id: 'created',
    header: 'Created',
    importance: 'medium',
    value: ({ created_at }) => formatDate(created_at),
  },
  {
    id: 'completed',
    header: 'Completed',
    importance: 'low',
    value: ({ completed_at }) => formatDate(completed_at),
  },
  { id: 'description', header: 'Description', importance: 'high', wraps: 'words', value: ({ text }) => text },
  { id: 'type', header: 'Type', importance: 'medium', value: ({ type }) => type },
  {
    id: 'progress',
    header: 'Progress',
    importance: 'low',
    value: ({ completion_percent }) => `${completion_percent}%`,
  },
  { id: 'state', header: 'State', importance: 'essential', value: ({ state }) => formatState(state) },
  { id: 'result', header: 'Result', importance: 'essential', value: ({ result }) => result ?? '' },
  {
    id: 'environments',
    header: 'Environment(s)',
    importance: 'medium',
    wraps: 'items',
    value: ({ environments }) => environments.join(', '),
  },
  {
    id: 'because',
    header: 'Because',
    importance: 'medium',
    wraps: 'words',
    value: ({ payload }) => payload.because,
  },
  { id: 'time_execute', header: 'Exec time (s)', importance: 'low', value: secondsOf('execute') },
  { id: 'time_wait', header: 'Wait time (s)', importance: 'low', value: secondsOf('wait') },
  { id: 'time_build', header: 'Build time (s)', importance: 'low', value: secondsOf('build') },
  { id: 'time_deploy', header: 'Deploy time (s)', importance: 'low', value: secondsOf('deploy') },
];

/** The parsed options of commands that list activities. */
export const ListOptions = z.object({
  ...projectOptions,
  ...FilterOptions.shape,
  ...tableOptions,
  limit: wholeNumber('limit', 1),
});

const OwnOptions = z.object({ ...ListOptions.shape, ...environmentOptions, all: z.boolean().optional() });

/** `activity:list`. */
export const listActivities: Run = async ({ options, terminal }) => {
  const given = OwnOptions.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = given.all ? undefined : namedEnvironment(terminal, given.environment);
  const scope = await environmentOrProjectScope(api, terminal, project, environment);
  const defaults = ['id', 'created', 'description', 'progress', 'state', 'result'];
  return printActivities(
    api,
    terminal,
    scope,
    given,
    scope.isProject ? [...defaults, 'environments'] : defaults,
  );
};

/** Prints a scope's activities as a table. Resolves to the exit code. */
export async function printActivities(
  api: Api,
  terminal: Terminal,
  scope: ActivityScope,
  given: z.infer<typeof ListOptions>,
  defaults: readonly string[],
): Promise<number> {
  const activities = await readActivities(api, scope, filterOf(terminal, given), given.limit);
  if (activities.length === 0) {
    terminal.info('No activities found');
    return 1;
  }
  const isTable = (given.format ?? 'table') === 'table';
  if (isTable) terminal.info(`Activities on the ${scope.name}:`);
  printTable(terminal, activities, columns, defaults, given);
  if (isTable) suggestCommands(terminal, scope, activities, given.limit);
  return 0;
}

function suggestCommands(
  { info }: Terminal,
  { commands: { prefix, placeholders } }: ActivityScope,
  activities: readonly Activity[],
  limit: number,
): void {
  if (activities.length === limit) {
    info('\nMore activities may be available.');
    info(
      `To display older activities, increase --limit above ${limit}, or set --start to a date in the past.`,
    );
    const frequent = mostFrequentTypes(activities);
    if (frequent.length > 0) {
      const types = frequent.length > 1 ? 'types' : 'type';
      info(`Exclude the most frequent activity ${types} by adding: -x ${frequent.join(' -x ')}`);
    }
  }
  info(`\nTo view the log for an activity, run: ${prefix}:log ${placeholders}`);
  info(`To view more information about an activity, run: ${prefix}:get ${placeholders}`);
  info(`\nFor more information, run: ${prefix}:list -h`);
}

/** Types that make up at least 40 % of the list, without their first part. */
function mostFrequentTypes(activities: readonly Activity[]): string[] {
  const counts = new Map<string, number>();
  for (const { type } of activities) counts.set(type, (counts.get(type) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count > 4 && count / activities.length >= 0.4);
  return frequent.map(([type]) => type.replace(/^[^.]+\./, ''));
}

function secondsOf(timing: string): (activity: Activity) => string {
  return (activity) => {
    const timings: Readonly<Record<string, number | undefined>> = activity.timings;
    return timings[timing]?.toFixed(1) ?? '';
  };
}
