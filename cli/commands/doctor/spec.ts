import type { CommandSpec } from '../../command.ts';

/** The command `doctor`. */
export const doctorCommands: readonly CommandSpec[] = [
  {
    name: 'doctor',
    aliases: [],
    summary: 'Check quotas, permissions and integrations for problems',
    args: [],
    options: () => [],
    columns: ['state*', 'id*', 'subject*', 'because*', 'remedy*'],
    examples: ['bough doctor', 'bough doctor --format json'],
    load: async () => (await import('./doctor.ts')).examine,
  },
];
