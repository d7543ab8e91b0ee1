import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { environment, project, properties, propertyToView, wait } from '../flags.ts';

const level = () =>
  new Option('-l, --level <level>', "the variable level ('project', 'environment', 'p' or 'e')");
const selection = () => [
  project(),
  environment('the environment (default: that of the branch checked out, or the default environment)'),
  level(),
];

/** The options that set properties of a variable. */
const fields = () => [
  new Option('--value <value>', "the variable's value"),
  new Option('--json <0|1>', 'whether the variable value is JSON-formatted'),
  new Option('--sensitive <0|1>', 'whether the variable value is encrypted, hidden in logs and never shown'),
  new Option('--enabled <0|1>', 'whether the variable is enabled on the environment'),
  new Option('--inheritable <0|1>', 'whether the variable is inheritable by child environments'),
  new Option('--visible-build <0|1>', 'whether scripts get the variable (default: true)'),
  new Option('--visible-runtime <0|1>', 'accepted for compatibility: all scripts run in builds').hideHelp(),
  new Option(
    '--visible-forks <0|1>',
    'whether builds of pull requests from forks get the variable (default: true, or false if sensitive)',
  ),
];

/** The commands of the namespace `variable`. */
export const variableCommands: readonly CommandSpec[] = [
  {
    name: 'variable:create',
    aliases: [],
    summary: 'Create a variable',
    args: [['[name]', 'the variable name']],
    options: () => [
      ...selection(),
      new Option('-u, --update', 'update the variable if it already exists'),
      new Option('--name <name>', 'the variable name'),
      new Option('--prefix <prefix>', "the prefix of the name: 'none' or 'env' (an environment variable)"),
      ...fields(),
      ...wait(),
    ],
    examples: [
      'bough variable:create env:SITE_COLOUR --level project --value green',
      'bough variable:create env:API_KEY --level environment -e main --sensitive true --inheritable false --value secret',
    ],
    load: async () => (await import('./create.ts')).createVariable,
  },
  {
    name: 'variable:delete',
    aliases: [],
    summary: 'Delete a variable',
    args: [['<name>', 'the variable name']],
    options: () => [...selection(), ...wait()],
    examples: ['bough variable:delete env:SITE_COLOUR --level project --yes'],
    load: async () => (await import('./delete.ts')).deleteVariable,
  },
  {
    name: 'variable:get',
    aliases: ['vget'],
    summary: 'View a variable',
    args: [['[name]', 'the name of the variable']],
    options: () => [
      ...selection(),
      propertyToView(),
      new Option('--pipe', 'print the value only (deprecated: use --property value)').hideHelp(),
    ],
    columns: properties,
    examples: ['bough variable:get env:SITE_COLOUR', 'bough variable:get env:SITE_COLOUR --property value'],
    load: async () => (await import('./get.ts')).getVariable,
  },
  {
    name: 'variable:list',
    aliases: ['variables', 'var'],
    summary: 'List variables',
    args: [],
    options: () => selection(),
    columns: ['name*', 'level*', 'value*', 'is_enabled*'],
    examples: ['bough variables', 'bough variables -e main --level environment'],
    load: async () => (await import('./list.ts')).listVariables,
  },
  {
    name: 'variable:update',
    aliases: [],
    summary: 'Update a variable',
    args: [['<name>', 'the variable name']],
    options: () => [
      ...selection(),
      new Option('--allow-no-change', 'return success (zero exit code) if no changes were provided'),
      ...fields(),
      ...wait(),
    ],
    examples: [
      'bough variable:update env:SITE_COLOUR --value blue',
      'bough variable:update env:API_KEY -e main --level environment --visible-build false',
    ],
    load: async () => (await import('./update.ts')).updateVariable,
  },
];
