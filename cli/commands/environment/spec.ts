import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { environment, project, properties, refreshList, several, sorting, wait } from '../flags.ts';

export const environmentCommands: readonly CommandSpec[] = [
  {
    name: 'environment:info',
    aliases: [],
    hiddenAliases: ['environment:metadata'],
    summary: 'Read or set properties of an environment',
    args: [
      ['[property]', 'the property to read, also url (default: all)'],
      ['[value]', 'a new value: title, type, parent (- for none) and protected can be set'],
    ],
    options: () => [
      project(),
      environment('the environment (default: the default one)'),
      refreshList(),
      ...wait(),
    ],
    columns: properties,
    examples: [
      'bough environment:info head_commit -e pr-1',
      'bough environment:info -e develop title "What comes next"',
      'bough environment:info -e feature/x parent develop',
      'bough environment:info -e staging protected true',
    ],
    load: async () => (await import('./info.ts')).showEnvironmentInfo,
  },
  {
    name: 'environment:list',
    aliases: ['environments', 'env'],
    summary: "Get a list of the project's environments",
    args: [],
    options: () => [
      project(),
      new Option('-I, --no-inactive', 'do not show inactive environments'),
      several('--status <status>', 'only those with this status: active, inactive, dirty or deleting'),
      several('--type <type>', 'only those of this type: development, staging or production'),
      ...sorting(['id', 'title', 'status', 'name', 'machine_name', 'parent', 'created_at', 'updated_at']),
      new Option('--pipe', 'output a simple list of environment IDs'),
      refreshList(),
    ],
    columns: ['id*', 'machine_name', 'title*', 'status*', 'type*', 'created', 'updated'],
    examples: ['bough environments', 'bough environments --status active,dirty --sort updated_at --reverse'],
    load: async () => (await import('./list.ts')).listEnvironments,
  },
  {
    name: 'environment:url',
    aliases: ['url'],
    summary: 'Get the public URLs of an environment',
    args: [],
    options: () => [
      project(),
      environment('the environment (default: the default one)'),
      new Option('-1, --primary', 'only the URL of the primary route'),
      new Option('--pipe', 'output all URLs, also where nobody reads along'),
      new Option('--browser <browser>', 'taken and not heeded: URLs are printed, and opened by nobody'),
    ],
    examples: ['bough environment:url -e pr-1 --primary', 'bough environment:url -e pr-1 --pipe'],
    load: async () => (await import('./url.ts')).showEnvironmentUrl,
  },
];
