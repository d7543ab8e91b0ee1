import type { CommandSpec } from '../command.ts';
import { integrationId } from './integrations.ts';
import { activityFilters, logReading, project, table } from './options.ts';

export const integrationActivityCommands: readonly CommandSpec[] = [
  {
    name: 'integration:activity:list',
    aliases: ['integration:activities'],
    summary: 'Get a list of activities of an integration',
    args: [integrationId],
    options: () => [project(), ...activityFilters(), ...table()],
    example: 'bough integration:activities --result failure',
    load: async () => (await import('../commands/integration-activities.ts')).listIntegrationActivities,
  },
  {
    name: 'integration:activity:log',
    aliases: [],
    summary: "Display the log of an integration's activity, and follow it",
    args: [
      ['[integration]', integrationId[1]],
      ['[activity]', 'an activity ID, or the beginning of one (default: the latest)'],
    ],
    options: () => [project(), ...logReading()],
    example: 'bough integration:activity:log',
    load: async () => (await import('../commands/integration-activities.ts')).showIntegrationActivityLog,
  },
];
