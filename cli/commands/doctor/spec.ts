import type { CommandSpec } from '../../command.ts';

export const doctorCommands: readonly CommandSpec[] = [
  {
    name: 'doctor',
    aliases: [],
    summary: 'Check which quota, permission or integration is in the way of the deployment',
    args: [],
    options: () => [],
    columns: ['state*', 'id*', 'subject*', 'because*', 'remedy*'],
    examples: ['bough doctor', 'bough doctor --format json'],
    load: async () => (await import('./doctor.ts')).examine,
  },
];
