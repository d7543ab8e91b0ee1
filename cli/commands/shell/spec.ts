import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';

/** The commands for shell completion. `specs` returns the commands to complete. */
export function shellCommands(specs: () => readonly CommandSpec[]): readonly CommandSpec[] {
  return [
    {
      name: 'completion',
      aliases: [],
      summary: 'Print a script that completes commands, options and IDs in your shell',
      args: [['[shell]', 'bash, zsh or fish (default: from SHELL)']],
      options: () => [],
      examples: ['bough completion bash', 'bough completion zsh'],
      load: async () => (await import('./completion.ts')).printCompletion(specs()),
    },
    {
      name: '__complete',
      aliases: [],
      isHidden: true,
      summary: 'Print IDs for shell completion',
      args: [
        ['<kind>', 'projects, integrations, environments or activities'],
        ['[word...]', 'the command line to complete'],
      ],
      // A user does not wait longer for a completion.
      options: () => [new Option('--patience <milliseconds>', 'the time limit').default('1000')],
      examples: ['bough __complete environments -- bough environment:info -p abcdefghijklm'],
      load: async () => (await import('./complete.ts')).printIds,
    },
  ];
}
