import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { environment, project, properties, refreshList, refreshOne, sorting, wait } from '../flags.ts';

/** The commands of the namespace `project`. */
export const projectCommands: readonly CommandSpec[] = [
  {
    name: 'project:board',
    aliases: [],
    summary: "Print the address of the project's board, which everybody with the link can open",
    args: [],
    options: () => [
      project(),
      new Option('--renew', 'end all links to the board, to status pages and to logs, and print a new one'),
    ],
    examples: ['bough project:board', 'bough project:board --renew --yes'],
    load: async () => (await import('./board.ts')).showBoard,
  },
  {
    name: 'project:create',
    aliases: ['create'],
    summary: 'Create a new project',
    args: [],
    options: () => [
      new Option('--title <title>', "the project's title (default: Untitled Project)"),
      // Options of Upsun's CLI: the deployment has one region and no organizations, and a checkout stays as it is.
      new Option('--region <region>').hideHelp(),
      new Option('-o, --org <organization>').hideHelp(),
      new Option('--set-remote').hideHelp(),
      new Option('--no-set-remote').hideHelp(),
    ],
    examples: ['bough project:create --title "My website"'],
    load: async () => (await import('./create.ts')).createProject,
  },
  {
    name: 'project:delete',
    aliases: [],
    summary: 'Delete a project with its environments, data and code mirror',
    args: [['[project]', 'the project (default: BOUGH_PROJECT, or the only project)']],
    options: () => [
      project(),
      new Option('--delete-protected', 'include protected environments, without another confirmation'),
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
    summary: "Clone a project's code from its mirror",
    args: [
      ['[project]', 'the project (default: BOUGH_PROJECT, or the only project)'],
      ['[directory]', "the directory to create (default: from the project's title)"],
    ],
    options: () => [
      project(),
      environment('check out the code of this environment (default: the default environment)'),
      new Option('--depth <number>', 'create a shallow clone with this number of commits'),
    ],
    examples: ['bough get abcdefghijklm my-project', 'bough get -e pr-1 --depth 1'],
    load: async () => (await import('./get.ts')).getProject,
  },
  {
    name: 'project:info',
    aliases: [],
    summary: 'Read or set properties of the project',
    args: [
      ['[property]', 'the property to read, such as git or url (default: all)'],
      ['[value]', 'the new value, for title and default_branch'],
    ],
    options: () => [project(), refreshOne(), ...wait()],
    columns: properties,
    examples: ['bough project:info default_branch develop', 'bough project:info git'],
    load: async () => (await import('./info.ts')).showProjectInfo,
  },
  {
    name: 'project:list',
    aliases: ['projects', 'pro'],
    summary: 'Get a list of all projects',
    args: [],
    options: () => [
      new Option('--title <text>', 'only projects whose title contains this text'),
      new Option('--region <region>', 'only projects in this region'),
      ...sorting(['id', 'title', 'region', 'default_branch', 'created_at', 'updated_at']),
      new Option('--page <number>', 'show this page'),
      new Option('--count <number>', 'the number of projects per page (default: all; 20 with --page)'),
      new Option('--pipe', 'print the project IDs only'),
      // Options of Upsun's CLI: projects have no owners and no organizations.
      new Option('--my').hideHelp(),
      new Option('-o, --org <organization>').hideHelp(),
      refreshList(),
    ],
    columns: ['id*', 'title*', 'region*', 'default_branch', 'status', 'repository', 'created_at'],
    examples: [
      'bough projects',
      'bough projects --title shop --sort created_at --reverse',
      'bough projects --pipe',
    ],
    load: async () => (await import('./list.ts')).listProjects,
  },
];
