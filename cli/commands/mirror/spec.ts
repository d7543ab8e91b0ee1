import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { project } from '../flags.ts';

/** The commands of the namespace `mirror`. */
export const mirrorCommands: readonly CommandSpec[] = [
  {
    name: 'mirror:clone',
    aliases: [],
    summary: "Clone the mirror of the project's repository with git",
    args: [
      ['[project]', 'the project (default: BOUGH_PROJECT, or the only project)'],
      ['[directory]', "the directory to create (default: the repository's name)"],
    ],
    options: () => [
      project(),
      new Option('--bare, --mirror', 'create a bare repository with all references'),
    ],
    examples: ['bough mirror:clone abcdefghijklm website'],
    load: async () => (await import('./clone.ts')).cloneMirror,
  },
];
