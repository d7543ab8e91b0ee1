import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import {
  environment,
  project,
  properties,
  refreshList,
  refreshOne,
  repeatable,
  reverse,
  wait,
} from '../flags.ts';

/** The commands of the namespace `environment` that read or set properties. */
export const environmentCommands: readonly CommandSpec[] = [
  {
    name: 'environment:info',
    aliases: [],
    hiddenAliases: ['environment:metadata'],
    summary: 'Read or set properties of an environment',
    args: [
      ['[property]', 'the property to read, such as title or url (default: all)'],
      ['[value]', 'the new value, for title, type, parent (- for none), protected and restrict_robots'],
    ],
    options: () => [
      project(),
      environment('the environment (default: that of the branch checked out, or the default environment)'),
      refreshOne(),
      ...wait(),
    ],
    columns: properties,
    examples: [
      'bough environment:info head_commit -e pr-1',
      'bough environment:info -e develop title "Next release"',
      'bough environment:info -e feature/x parent develop',
      'bough environment:info -e staging protected true',
      'bough environment:info -e main restrict_robots true',
    ],
    load: async () => (await import('./info.ts')).showEnvironmentInfo,
  },
  {
    name: 'environment:http-access',
    aliases: ['httpaccess'],
    summary: 'Update HTTP access settings for an environment',
    args: [],
    options: () => [
      project(),
      environment('the environment (default: that of the branch checked out, or the default environment)'),
      repeatable(
        '--access <rule>',
        'an access restriction in the format permission:address; all replace the present ones, 0 clears them',
      ),
      repeatable(
        '--auth <credentials>',
        'HTTP Basic auth credentials in the format username:password; all replace the present ones, 0 clears them',
      ),
      new Option('--enabled <0|1>', 'whether access control is enabled'),
      new Option('--inherit', "remove the environment's own settings, so that it has those of its parent"),
      ...wait(),
    ],
    examples: [
      'bough environment:http-access -e pr-1 --auth myname:mypassword',
      'bough environment:http-access -e pr-1 --access allow:69.208.1.192 --access deny:any',
      'bough environment:http-access -e pr-1 --auth 0',
      'bough environment:http-access -e pr-1 --enabled 0',
    ],
    load: async () => (await import('./http-access.ts')).setHttpAccess,
  },
  {
    name: 'environment:list',
    aliases: ['environments', 'env'],
    summary: "Get a list of the project's environments",
    args: [],
    options: () => [
      project(),
      new Option('-I, --no-inactive', 'omit inactive environments'),
      repeatable(
        '--status <status>',
        'only environments with this status: active, inactive, dirty or deleting',
      ),
      repeatable('--type <type>', 'only environments of this type: development, staging or production'),
      new Option(
        '--sort <property>',
        'sort by this property (default: title; none for csv, tsv, plain and --pipe outside of a terminal, whose rows are printed as they arrive)',
      ).choices(['id', 'title', 'status', 'name', 'machine_name', 'parent', 'created_at', 'updated_at']),
      reverse(),
      new Option('--pipe', 'print the environment IDs only'),
      refreshList(),
    ],
    columns: [
      'id*',
      'machine_name',
      'title*',
      'status*',
      'type*',
      'parent',
      'url',
      'last_deployment',
      'created',
      'updated',
    ],
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
      environment('the environment (default: that of the branch checked out, or the default environment)'),
      new Option('-1, --primary', 'only the URL of the primary route'),
      new Option('--pipe', 'print all URLs, also when the output is not a terminal'),
      new Option('--browser <browser>', 'accepted for compatibility; URLs are printed, not opened'),
    ],
    examples: ['bough environment:url -e pr-1 --primary', 'bough environment:url -e pr-1 --pipe'],
    load: async () => (await import('./url.ts')).showEnvironmentUrl,
  },
];
