import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { project, properties, wait } from '../flags.ts';

/** The argument that names an integration. */
export const integrationId = [
  '[id]',
  'an integration ID or a prefix of it (default: the only integration)',
] as const;

const connection = () => [
  new Option('--repository <repository>', 'the repository: owner/name, PROJECT/name, or its URL'),
  new Option('--key <key>', 'bitbucket: the key of the OAuth consumer'),
  new Option('--secret <secret>', 'bitbucket: the secret of the OAuth consumer'),
  new Option('--bitbucket-url <url>', "bitbucket_server: the server's URL"),
  new Option('--username <name>', "bitbucket_server: the username of the token's owner"),
  new Option('--token <token>', 'bitbucket_server: the HTTP access token'),
];

const behaviour = () => [
  new Option('--fetch-branches <true|false>', 'create an environment for every branch (default: true)'),
  new Option(
    '--prune-branches <true|false>',
    'delete environments whose branch is gone (default: true); requires fetch-branches',
  ),
  new Option(
    '--prune-grace <hours>',
    'hours to keep an active environment after its branch is gone, at most 2160 (default: 0)',
  ),
  new Option(
    '--prune-limit <limit>',
    'environments that one prune may delete without confirmation: a number, a percentage, or both, of which the greater counts (default: 5,20%)',
  ),
  new Option(
    '--build-pull-requests <true|false>',
    'create an environment for every pull request (default: true)',
  ),
  new Option(
    '--build-fork-pull-requests <when>',
    'build pull requests from forks: never, approved (each commit, with environment:activate), always (default: approved)',
  ).choices(['never', 'approved', 'always']),
  new Option(
    '--pull-requests-clone-parent-data <true|false>',
    "start pull requests with a copy of the parent's data (default: true)",
  ),
  new Option(
    '--resync-pull-requests <true|false>',
    "copy the parent's data again on every push to a pull request (default: false)",
  ),
  new Option(
    '--resources-init <strategy>',
    'the resources of new environments; manual leaves them inactive until they are activated (default: default)',
  ).choices(['default', 'minimum', 'parent', 'manual']),
  new Option(
    '--public-pages <true|false>',
    'let everybody with a link open the status pages and the board (default: true)',
  ),
];

/** The commands of the namespace `integration`, without those of activities. */
export const integrationCommands: readonly CommandSpec[] = [
  {
    name: 'integration:add',
    aliases: [],
    summary: 'Add an integration to the project',
    args: [],
    options: () => [
      project(),
      new Option('--type <type>', 'the integration type: bitbucket or bitbucket_server'),
      ...connection(),
      ...behaviour(),
      new Option('--adopt', 'take over environments left by an integration with another repository'),
      ...wait(),
    ],
    columns: properties,
    examples: ['bough integration:add --type bitbucket --repository acme/website --key KEY --secret SECRET'],
    load: async () => (await import('./add.ts')).addIntegration,
  },
  {
    name: 'integration:delete',
    aliases: [],
    summary: 'Delete an integration from the project',
    args: [integrationId],
    options: () => [project(), ...wait()],
    examples: ['bough integration:delete --yes'],
    load: async () => (await import('./delete.ts')).deleteIntegration,
  },
  {
    name: 'integration:get',
    aliases: [],
    summary: 'View details of an integration',
    args: [integrationId],
    options: () => [
      project(),
      new Option('-P, --property <name>', 'the property to view, such as hook_url or hook_secret'),
    ],
    columns: properties,
    examples: ['bough integration:get --property hook_url'],
    load: async () => (await import('./view.ts')).getIntegration,
  },
  {
    name: 'integration:list',
    aliases: ['integrations'],
    summary: 'View a list of project integrations',
    args: [],
    options: () => [project(), new Option('-t, --type <type>', 'only integrations of this type')],
    columns: ['id*', 'type*', 'summary*'],
    examples: ['bough integrations'],
    load: async () => (await import('./view.ts')).listIntegrations,
  },
  {
    name: 'integration:prune',
    aliases: [],
    summary: 'Synchronize environments with the branches and pull requests of the repository now',
    args: [integrationId],
    options: () => [
      project(),
      new Option('--dry-run', 'show the changes and their reasons without making them'),
      new Option('--confirm', 'confirm the deletions that are held back'),
      ...wait(),
    ],
    columns: ['environment*', 'change*', 'because*'],
    examples: ['bough integration:prune --dry-run', 'bough integration:prune --confirm'],
    load: async () => (await import('./prune.ts')).pruneIntegration,
  },
  {
    name: 'integration:update',
    aliases: [],
    summary: 'Update an integration',
    args: [integrationId],
    options: () => [
      project(),
      new Option('--type <type>').hideHelp(),
      ...connection(),
      ...behaviour(),
      ...wait(),
    ],
    columns: properties,
    examples: ['bough integration:update --resync-pull-requests true'],
    load: async () => (await import('./update.ts')).updateIntegration,
  },
  {
    name: 'integration:validate',
    aliases: [],
    summary: 'Validate an existing integration',
    args: [integrationId],
    options: () => [project()],
    examples: ['bough integration:validate'],
    load: async () => (await import('./validate.ts')).validateIntegration,
  },
];
