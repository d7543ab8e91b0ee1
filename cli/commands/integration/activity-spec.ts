import type { CommandSpec } from '../../command.ts';
import { activityColumns, marked } from '../activity/spec.ts';
import {
  activityLimits,
  activityStates,
  activityTypes,
  logReading,
  project,
  properties,
  propertyToView,
} from '../flags.ts';
import { integrationId } from './spec.ts';

const one = [
  ['[integration]', integrationId[1]],
  ['[activity]', 'an activity ID or a prefix of it (default: the latest activity)'],
] as const;

/** The commands of the namespace `integration:activity`. */
export const integrationActivityCommands: readonly CommandSpec[] = [
  {
    name: 'integration:activity:get',
    aliases: [],
    summary: 'View detailed information on a single activity of an integration',
    args: one,
    options: () => [project(), propertyToView('the property to view, such as duration or payload.because')],
    columns: properties,
    examples: ['bough integration:activity:get', 'bough integration:activity:get -P payload.because'],
    load: async () => (await import('./activities.ts')).getIntegrationActivity,
  },
  {
    name: 'integration:activity:list',
    aliases: ['integration:activities'],
    summary: 'Get a list of activities of an integration',
    args: [integrationId],
    options: () => [
      project(),
      ...activityTypes('-t, --type <type>'),
      ...activityStates(),
      ...activityLimits(),
    ],
    columns: marked(activityColumns, ['id', 'created', 'description', 'type', 'state', 'result']),
    examples: ['bough integration:activities --result failure', 'bough integration:activities --type fetch'],
    load: async () => (await import('./activities.ts')).listIntegrationActivities,
  },
  {
    name: 'integration:activity:log',
    aliases: [],
    summary: "Display and follow the log of an integration's activity",
    args: one,
    options: () => [project(), ...logReading()],
    examples: ['bough integration:activity:log'],
    load: async () => (await import('./activities.ts')).showIntegrationActivityLog,
  },
];
