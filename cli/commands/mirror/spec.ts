import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { project } from '../flags.ts';

export const mirrorCommands: readonly CommandSpec[] = [
  {
    name: 'mirror:clone',
    aliases: [],
    summary: "Clone the project's mirror of its repository, with git",
    args: [
      ['[project]', 'the project (default: the only one, or BOUGH_PROJECT)'],
      ['[directory]', "where to (default: the repository's name)"],
    ],
    options: () => [
      project(),
      new Option('--bare, --mirror', 'a bare repository with all references as they are'),
    ],
    examples: ['bough mirror:clone abcdefghijklm website'],
    load: async () => (await import('./clone.ts')).cloneMirror,
  },
];
