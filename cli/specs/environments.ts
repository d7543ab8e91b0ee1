import { Option } from 'commander';
import type { CommandSpec } from '../command.ts';
import { environment, project, table } from './options.ts';

export const environmentCommands: readonly CommandSpec[] = [
  {
    name: 'environment:info',
    aliases: [],
    summary: 'Read properties of an environment',
    args: [['[property]', 'the property to read (default: all)']],
    options: () => [project(), environment('the environment (default: the default one)'), ...table()],
    example: 'bough environment:info head_commit -e pr-1',
    load: async () => (await import('../commands/environment-info.ts')).showEnvironmentInfo,
  },
  {
    name: 'environment:list',
    aliases: ['environments', 'env'],
    summary: "Get a list of the project's environments",
    args: [],
    options: () => [
      project(),
      new Option('-I, --no-inactive', 'do not show inactive environments'),
      new Option('--pipe', 'output a simple list of environment IDs'),
      ...table(),
    ],
    example: 'bough environments',
    load: async () => (await import('../commands/environments.ts')).listEnvironments,
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
      new Option('--pipe', 'output the URLs only'),
    ],
    example: 'bough environment:url -e pr-1 --primary',
    load: async () => (await import('../commands/environment-url.ts')).showEnvironmentUrl,
  },
];
