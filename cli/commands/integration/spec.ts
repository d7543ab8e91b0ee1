import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { project, properties, wait } from '../flags.ts';

export const integrationId = [
  '[id]',
  'an integration ID, or the beginning of one (default: the only one)',
] as const;

const access = () => [
  new Option('--repository <repository>', 'the repository: owner/name, PROJECT/name, or its URL'),
  new Option('--key <key>', 'bitbucket: the key of the OAuth consumer'),
  new Option('--secret <secret>', 'bitbucket: the secret of the OAuth consumer'),
  new Option('--bitbucket-url <url>', "bitbucket_server: the server's URL"),
  new Option('--username <name>', "bitbucket_server: the name of the token's user"),
  new Option('--token <token>', 'bitbucket_server: the HTTP access token'),
];

const behaviour = () => [
  new Option('--fetch-branches <true|false>', 'create environments from all branches (default: true)'),
  new Option(
    '--prune-branches <true|false>',
    'delete what is gone from the repository (default: true); needs fetch-branches',
  ),
  new Option(
    '--prune-grace <hours>',
    'how long an active environment outlives its branch, up to 2160 hours (default: 0)',
  ),
  new Option(
    '--prune-limit <limit>',
    'how many environments are deleted at once without a confirmation: a number, a percentage of the environments, or both (the greater of them) (default: 5,20%)',
  ),
  new Option(
    '--build-pull-requests <true|false>',
    'build every pull request as an environment (default: true)',
  ),
  new Option(
    '--build-fork-pull-requests <when>',
    'build those from forks never, once a commit is approved with environment:activate, or always (default: approved)',
  ).choices(['never', 'approved', 'always']),
  new Option(
    '--pull-requests-clone-parent-data <true|false>',
    "start with the parent environment's data (default: true)",
  ),
  new Option(
    '--resync-pull-requests <true|false>',
    "copy the parent's data again on every push (default: false)",
  ),
  new Option(
    '--resources-init <strategy>',
    'what new environments run on (default: default); with manual each waits until it is activated',
  ).choices(['default', 'minimum', 'parent', 'manual']),
];

export const integrationCommands: readonly CommandSpec[] = [
  {
    name: 'integration:add',
    aliases: [],
    summary: 'Add an integration to the project',
    args: [],
    options: () => [
      project(),
      new Option('--type <type>', 'the integration type: bitbucket or bitbucket_server'),
      ...access(),
      ...behaviour(),
      new Option('--adopt', 'take over environments that an integration with another repository has left'),
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
      new Option('-P, --property <name>', 'the property to view: hook_url and hook_secret too'),
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
    summary: 'Bring environments in line with the repository now',
    args: [integrationId],
    options: () => [
      project(),
      new Option('--dry-run', 'only show what would be created, updated and deleted, and why'),
      new Option('--confirm', 'delete the environments whose deletion is held back, exactly these'),
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
      ...access(),
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
