import type { CommandSpec } from '../../command.ts';

/** The command `self:update`. */
export const selfCommands: readonly CommandSpec[] = [
  {
    name: 'self:update',
    aliases: ['update'],
    summary: 'Install the version of this command that fits the deployment',
    args: [],
    options: () => [],
    examples: ['bough self:update'],
    load: async () => (await import('./update.ts')).update,
  },
];
