import type { CommandSpec } from './command.ts';
import { activityCommands } from './specs/activities.ts';
import { environmentActions } from './specs/environment-actions.ts';
import { environmentCommands } from './specs/environments.ts';
import { integrationActivityCommands } from './specs/integration-activities.ts';
import { integrationCommands } from './specs/integrations.ts';
import { mirrorCommands } from './specs/mirror.ts';
import { projectCommands } from './specs/projects.ts';

/** All commands, in the order in which the help lists them. */
export const specs: readonly CommandSpec[] = [
  ...projectCommands,
  ...integrationCommands,
  ...integrationActivityCommands,
  ...environmentCommands,
  ...environmentActions,
  ...activityCommands,
  ...mirrorCommands,
];
