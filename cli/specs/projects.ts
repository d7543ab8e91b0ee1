import { Option } from 'commander';
import type { CommandSpec } from '../command.ts';
import { project, table } from './options.ts';

export const projectCommands: readonly CommandSpec[] = [
  {
    name: 'project:create',
    aliases: ['create'],
    summary: 'Create a new project',
    args: [],
    options: () => [new Option('--title <title>', "the project's title").default('Untitled Project')],
    example: 'bough project:create --title "My website"',
    load: async () => (await import('../commands/projects.ts')).createProject,
  },
  {
    name: 'project:info',
    aliases: [],
    summary: 'Read or set properties of the project',
    args: [
      ['[property]', 'the property to read (default: all)'],
      ['[value]', 'a new value: title and default_branch can be set'],
    ],
    options: () => [project(), ...table()],
    example: 'bough project:info default_branch develop',
    load: async () => (await import('../commands/project-info.ts')).showProjectInfo,
  },
  {
    name: 'project:list',
    aliases: ['projects', 'pro'],
    summary: 'Get a list of all projects',
    args: [],
    options: table,
    example: 'bough projects --format plain --columns id --no-header',
    load: async () => (await import('../commands/projects.ts')).listProjects,
  },
];
