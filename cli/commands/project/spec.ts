import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { environment, project, properties, refreshList, sorting, wait } from '../flags.ts';

export const projectCommands: readonly CommandSpec[] = [
  {
    name: 'project:create',
    aliases: ['create'],
    summary: 'Create a new project',
    args: [],
    options: () => [new Option('--title <title>', "the project's title (default: Untitled Project)")],
    examples: ['bough project:create --title "My website"'],
    load: async () => (await import('./create.ts')).createProject,
  },
  {
    name: 'project:delete',
    aliases: [],
    summary: 'Delete a project with everything that belongs to it',
    args: [['[project]', 'the project (default: the only one, or BOUGH_PROJECT)']],
    options: () => [
      project(),
      new Option('--delete-protected', 'protected environments too, without asking a second time'),
      ...wait(),
    ],
    examples: [
      'bough project:delete abcdefghijklm',
      'bough project:delete abcdefghijklm --yes --delete-protected',
    ],
    load: async () => (await import('./delete.ts')).deleteProject,
  },
  {
    name: 'project:get',
    aliases: ['get'],
    summary: "Clone a project's code, from the mirror of its repository",
    args: [
      ['[project]', 'the project (default: the only one, or BOUGH_PROJECT)'],
      ['[directory]', "where to (default: the project's title)"],
    ],
    options: () => [
      project(),
      environment('the environment whose code is checked out (default: the default one)'),
      new Option('--depth <number>', 'a shallow clone, with so many commits of the history'),
    ],
    examples: ['bough get abcdefghijklm my-project', 'bough get -e pr-1 --depth 1'],
    load: async () => (await import('./get.ts')).getProject,
  },
  {
    name: 'project:info',
    aliases: [],
    summary: 'Read or set properties of the project',
    args: [
      ['[property]', 'the property to read (default: all)'],
      ['[value]', 'a new value: title and default_branch can be set'],
    ],
    options: () => [project(), refreshList(), ...wait()],
    columns: properties,
    examples: ['bough project:info default_branch develop'],
    load: async () => (await import('./info.ts')).showProjectInfo,
  },
  {
    name: 'project:list',
    aliases: ['projects', 'pro'],
    summary: 'Get a list of all projects',
    args: [],
    options: () => [
      new Option('--title <text>', 'only those with this in their title'),
      new Option('--region <region>', 'only those in this region'),
      ...sorting(['id', 'title', 'region', 'default_branch', 'created_at', 'updated_at']),
      new Option('--page <number>', 'only so many, from this page'),
      new Option('--count <number>', 'how many are on a page (default: all; 20 with --page)'),
      new Option('--pipe', 'output a simple list of project IDs'),
      refreshList(),
    ],
    columns: ['id*', 'title*', 'region*', 'default_branch', 'status', 'created_at'],
    examples: [
      'bough projects',
      'bough projects --title shop --sort created_at --reverse',
      'bough projects --pipe',
    ],
    load: async () => (await import('./list.ts')).listProjects,
  },
];
