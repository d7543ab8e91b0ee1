import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';

/** What shells need to complete the other commands, which `specs` answers with. */
export function shellCommands(specs: () => readonly CommandSpec[]): readonly CommandSpec[] {
  return [
    {
      name: 'completion',
      aliases: [],
      summary: 'Print a script that completes commands, options and IDs in your shell',
      args: [['[shell]', 'bash, zsh or fish (default: that of SHELL)']],
      options: () => [],
      examples: ['bough completion bash', 'bough completion zsh'],
      load: async () => (await import('./completion.ts')).printCompletion(specs()),
    },
    {
      name: '__complete',
      aliases: [],
      isHidden: true,
      summary: 'Print the IDs that a shell completes',
      args: [
        ['<kind>', 'projects, integrations, environments or activities'],
        ['[word...]', 'the command line that is completed'],
      ],
      // Whoever waits for a word to be completed does not wait longer.
      options: () => [new Option('--patience <milliseconds>', 'when to give up').default('1000')],
      examples: ['bough __complete environments -- bough environment:info -p abcdefghijklm'],
      load: async () => (await import('./complete.ts')).printIds,
    },
  ];
}
