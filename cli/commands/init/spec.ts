import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { examples } from './examples.ts';

/** The command `init`. */
export const initCommands: readonly CommandSpec[] = [
  {
    name: 'init',
    aliases: [],
    summary: 'Write the .bough/ scripts of an example into a repository',
    args: [['[directory]', 'the repository, or a directory in it (default: the current directory)']],
    options: () => [
      new Option('--example <name>', "the example (default: proposed from the repository's files)").choices(
        examples.map(({ name }) => name),
      ),
      new Option('--force', 'replace existing files'),
    ],
    examples: ['bough init', 'bough init --example vite-spa', 'bough init --example static-site --force'],
    load: async () => (await import('./init.ts')).initialise,
  },
];
