import { Option } from 'commander';
import type { Run } from './command.ts';

/** A command as its user sees it. What it does is loaded when it is called. */
export interface CommandSpec {
  name: string;
  aliases: readonly string[];
  summary: string;
  args: readonly (readonly [name: string, description: string])[];
  options: () => Option[];
  example: string;
  load: () => Promise<Run>;
}

const collect = (value: string, all: string[] = []) => [...all, value];
const several = (flags: string, description: string) => new Option(flags, description).argParser(collect);

const project = () =>
  new Option('-p, --project <id>', 'the project (default: the only one, or BOUGH_PROJECT)');
const environment = (description: string) => new Option('-e, --environment <id>', description);
const table = () => [
  new Option('--format <format>', 'the output format: table, csv, tsv, plain or json'),
  several('-c, --columns <columns>', 'columns to show, comma-separated; + stands for the default ones'),
  new Option('--no-header', 'do not output the table header'),
];
const confirmation = () => [
  new Option('-y, --yes', 'answer "yes" to all questions'),
  new Option('-n, --no', 'answer "no" to all questions'),
];
const wait = () => [
  new Option('--wait', 'wait for the activities to end').default(true),
  new Option('-W, --no-wait', 'do not wait for the activities to end'),
];
const integrationSettings = () => [
  new Option('--type <type>', 'the integration type: bitbucket'),
  new Option('--repository <repository>', 'the repository: owner/name, or its URL'),
  new Option('--key <key>', 'the key of the OAuth consumer'),
  new Option('--secret <secret>', 'the secret of the OAuth consumer'),
  new Option('--fetch-branches <true|false>', 'create environments from all branches (default: true)'),
  new Option('--prune-branches <true|false>', 'delete what is gone from the repository (default: true)'),
  new Option(
    '--build-pull-requests <true|false>',
    'build every pull request as an environment (default: true)',
  ),
  new Option(
    '--pull-requests-clone-parent-data <true|false>',
    "start with the parent environment's data (default: true)",
  ),
  new Option(
    '--resync-pull-requests <true|false>',
    "copy the parent's data again on every push (default: false)",
  ),
  // Known so that they can be refused by name.
  ...['--bitbucket-url <url>', '--username <name>', '--token <token>'].map((flags) =>
    new Option(flags).hideHelp(),
  ),
];

export const specs: readonly CommandSpec[] = [
  {
    name: 'project:create',
    aliases: ['create'],
    summary: 'Create a new project',
    args: [],
    options: () => [new Option('--title <title>', "the project's title").default('Untitled Project')],
    example: 'bough project:create --title "My website"',
    load: async () => (await import('./commands/projects.ts')).createProject,
  },
  {
    name: 'project:list',
    aliases: ['projects', 'pro'],
    summary: 'Get a list of all projects',
    args: [],
    options: table,
    example: 'bough projects --format plain --columns id --no-header',
    load: async () => (await import('./commands/projects.ts')).listProjects,
  },
  {
    name: 'integration:add',
    aliases: [],
    summary: 'Add an integration to the project',
    args: [],
    options: () => [project(), ...integrationSettings(), ...confirmation(), ...wait(), ...table()],
    example: 'bough integration:add --type bitbucket --repository acme/website --key KEY --secret SECRET',
    load: async () => (await import('./commands/integration-add.ts')).addIntegration,
  },
  {
    name: 'integration:get',
    aliases: [],
    summary: 'View details of an integration',
    args: [['[id]', 'an integration ID, or the beginning of one (default: the only one)']],
    options: () => [project(), new Option('-P, --property <name>', 'the property to view'), ...table()],
    example: 'bough integration:get --property hook_url',
    load: async () => (await import('./commands/integrations.ts')).getIntegration,
  },
  {
    name: 'integration:list',
    aliases: ['integrations'],
    summary: 'View a list of project integrations',
    args: [],
    options: () => [project(), new Option('-t, --type <type>', 'only integrations of this type'), ...table()],
    example: 'bough integrations',
    load: async () => (await import('./commands/integrations.ts')).listIntegrations,
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
    load: async () => (await import('./commands/environments.ts')).listEnvironments,
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
    load: async () => (await import('./commands/environments.ts')).showEnvironmentUrl,
  },
  {
    name: 'activity:list',
    aliases: ['activities', 'act'],
    summary: 'Get a list of activities of an environment or project',
    args: [],
    options: () => [
      project(),
      environment('only activities of this environment'),
      new Option('-a, --all', "activities of all the project's environments (default)"),
      new Option('--limit <number>', 'how many, the newest first').default('10'),
      several('-t, --type <type>', 'only activities of this type'),
      several('--state <state>', 'only activities in this state'),
      several('--result <result>', 'only activities with this result'),
      ...table(),
    ],
    example: 'bough activities -e pr-1',
    load: async () => (await import('./commands/activities.ts')).listActivities,
  },
  {
    name: 'activity:log',
    aliases: [],
    summary: 'Display the log of an activity, and follow it',
    args: [['[id]', 'an activity ID, or the beginning of one (default: the latest)']],
    options: () => [
      project(),
      environment("only this environment's activities"),
      new Option('--refresh <seconds>', 'how often to look for more; 0 to look once').default('3'),
      new Option('-t, --timestamps', 'show the time of each line'),
    ],
    example: 'bough activity:log -e pr-1',
    load: async () => (await import('./commands/activities.ts')).showActivityLog,
  },
];
