import { Option } from 'commander';
import type { CommandSpec } from '../command.ts';
import { activityFilters, environment, logReading, project, table } from './options.ts';

export const activityCommands: readonly CommandSpec[] = [
  {
    name: 'activity:list',
    aliases: ['activities', 'act'],
    summary: 'Get a list of activities of an environment or project',
    args: [],
    options: () => [
      project(),
      environment('only activities of this environment'),
      new Option('-a, --all', "activities of all the project's environments (default)"),
      ...activityFilters(),
      ...table(),
    ],
    example: 'bough activities -e pr-1',
    load: async () => (await import('../commands/activities.ts')).listActivities,
  },
  {
    name: 'activity:log',
    aliases: [],
    summary: 'Display the log of an activity, and follow it',
    args: [['[id]', 'an activity ID, or the beginning of one (default: the latest)']],
    options: () => [project(), environment("only this environment's activities"), ...logReading()],
    example: 'bough activity:log -e pr-1',
    load: async () => (await import('../commands/activities.ts')).showActivityLog,
  },
];
