import type { CommandSpec } from './command.ts';
import { activityCommands } from './specs/activities.ts';
import { deadLetterCommands } from './specs/dead-letters.ts';
import { doctorCommands } from './specs/doctor.ts';
import { environmentActions } from './specs/environment-actions.ts';
import { environmentCommands } from './specs/environments.ts';
import { integrationActivityCommands } from './specs/integration-activities.ts';
import { integrationCommands } from './specs/integrations.ts';
import { mirrorCommands } from './specs/mirror.ts';
import { projectCommands } from './specs/projects.ts';
import { shellCommands } from './specs/shell.ts';

/** All commands, in the order in which the help lists them. */
export const specs: readonly CommandSpec[] = [
  ...projectCommands,
  ...integrationCommands,
  ...integrationActivityCommands,
  ...environmentCommands,
  ...environmentActions,
  ...activityCommands,
  ...mirrorCommands,
  ...deadLetterCommands,
  ...doctorCommands,
  ...shellCommands(() => specs),
];

/** The heading of the commands without a namespace. */
export const otherCommands = 'Other';

/** The heading under which a command is listed: that of its namespace. */
export function groupOf({ name }: CommandSpec): string {
  const [namespace = '', command] = name.split(':');
  return command === undefined ? otherCommands : namespace.charAt(0).toUpperCase() + namespace.slice(1);
}
