import type { CommandSpec } from '../command.ts';
import { activityCommands } from './activity/spec.ts';
import { consoleCommands } from './console/spec.ts';
import { deadLetterCommands } from './dead-letter/spec.ts';
import { doctorCommands } from './doctor/spec.ts';
import { environmentActions } from './environment/action-spec.ts';
import { environmentCommands } from './environment/spec.ts';
import { initCommands } from './init/spec.ts';
import { integrationActivityCommands } from './integration/activity-spec.ts';
import { integrationCommands } from './integration/spec.ts';
import { mirrorCommands } from './mirror/spec.ts';
import { projectCommands } from './project/spec.ts';
import { selfCommands } from './self/spec.ts';
import { shellCommands } from './shell/spec.ts';
import { variableCommands } from './variable/spec.ts';

/** All commands, in the order in which the help lists them. */
export const specs: readonly CommandSpec[] = [
  ...projectCommands,
  ...integrationCommands,
  ...integrationActivityCommands,
  ...environmentCommands,
  ...environmentActions,
  ...activityCommands,
  ...variableCommands,
  ...mirrorCommands,
  ...deadLetterCommands,
  ...selfCommands,
  ...doctorCommands,
  ...consoleCommands,
  ...initCommands,
  ...shellCommands(() => specs),
];

/** The heading of commands without a namespace. */
export const otherCommands = 'Other';

/** The heading under which the help lists a command: the capitalised namespace. */
export function groupOf({ name }: CommandSpec): string {
  const [namespace = '', command] = name.split(':');
  return command === undefined ? otherCommands : namespace.charAt(0).toUpperCase() + namespace.slice(1);
}
