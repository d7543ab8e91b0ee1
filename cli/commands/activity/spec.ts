import type { CommandSpec } from '../../command.ts';
import {
  activityLimits,
  activityStates,
  activityTypes,
  allActivities,
  environment,
  logReading,
  project,
  properties,
  propertyToView,
} from '../flags.ts';

/** The columns of a list of activities. */
export const activityColumns = [
  'id',
  'created',
  'completed',
  'description',
  'type',
  'progress',
  'state',
  'result',
  'environments',
  'because',
  'time_execute',
  'time_wait',
  'time_build',
  'time_deploy',
];

const id = ['[id]', 'an activity ID or a prefix of it (default: the latest activity)'] as const;
const onEnvironment = () => environment('only activities of this environment');

/** The commands of the namespace `activity`. */
export const activityCommands: readonly CommandSpec[] = [
  {
    name: 'activity:cancel',
    aliases: [],
    summary: 'Cancel an activity and stop its build',
    args: [['[id]', 'an activity ID or a prefix of it (default: the latest activity that can be cancelled)']],
    options: () => [project(), onEnvironment(), ...activityTypes('-t, --type <type>'), allActivities()],
    examples: ['bough activity:cancel -e pr-1', 'bough activity:cancel --type push'],
    load: async () => (await import('./cancel.ts')).cancelActivity,
  },
  {
    name: 'activity:get',
    aliases: [],
    summary: 'View detailed information on a single activity',
    args: [id],
    options: () => [
      project(),
      onEnvironment(),
      propertyToView('the property to view, such as duration or payload.because'),
      ...activityTypes('-t, --type <type>'),
      ...activityStates(),
      allActivities(),
    ],
    columns: properties,
    examples: ['bough activity:get -e pr-1', 'bough activity:get --type push -P duration'],
    load: async () => (await import('./get.ts')).getActivity,
  },
  {
    name: 'activity:list',
    aliases: ['activities', 'act'],
    summary: 'Get a list of activities of an environment or project',
    args: [],
    options: () => [
      project(),
      onEnvironment(),
      ...activityTypes('-t, --type <type>'),
      ...activityStates(),
      ...activityLimits(),
      allActivities(),
    ],
    columns: marked(activityColumns, [
      'id',
      'created',
      'description',
      'progress',
      'state',
      'result',
      'environments',
    ]),
    examples: [
      'bough activities -e pr-1',
      'bough activities --type push --start 2026-03-15',
      "bough activities --exclude-type '*.fetch' --limit 25",
      'bough activities -i --columns +type,because',
    ],
    load: async () => (await import('./list.ts')).listActivities,
  },
  {
    name: 'activity:log',
    aliases: [],
    summary: 'Display and follow the log of an activity',
    args: [id],
    options: () => [
      project(),
      onEnvironment(),
      ...logReading(),
      ...activityTypes('--type <type>'),
      ...activityStates(),
      allActivities(),
    ],
    examples: ['bough activity:log -e pr-1', 'bough activity:log --result failure --refresh 0'],
    load: async () => (await import('./log.ts')).showActivityLog,
  },
];

/** Adds a `*` to the default columns. */
export function marked(columns: readonly string[], defaults: readonly string[]): string[] {
  return columns.map((column) => (defaults.includes(column) ? `${column}*` : column));
}
