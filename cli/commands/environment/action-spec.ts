import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { environment, project, several, wait } from '../flags.ts';

const one = ['[environment]', 'the environment (default: the default one)'] as const;
const any = ['[environment...]', 'the environments (default: the default one)'] as const;

const common = () => [project(), environment('the environment'), ...wait()];
const resources = () =>
  new Option('--resources-init <strategy>', "what it runs on (default: as the integration's)").choices([
    'default',
    'minimum',
    'parent',
  ]);

const deleteProtected = () =>
  new Option('--delete-protected', 'protected environments too, without asking a second time');

/** What may be done to an environment, as far as its integration lets it. */
export const environmentActions: readonly CommandSpec[] = [
  {
    name: 'environment:activate',
    aliases: [],
    summary: "Activate environments; approves the commit of a fork's pull request",
    args: [any],
    options: () => [
      ...common(),
      new Option('--parent <environment>', 'a new parent, set before activating'),
      resources(),
    ],
    examples: [
      'bough environment:activate pr-1 --resources-init minimum',
      'bough environment:activate develop stage',
    ],
    load: async () => (await import('./activate.ts')).activateEnvironments,
  },
  {
    name: 'environment:branch',
    aliases: ['branch'],
    summary: "Branch an environment; without a branch of its name in the repository it won't last",
    args: [
      ['[id]', 'the name of the new branch'],
      ['[parent]', 'the environment to branch (default: the default one)'],
    ],
    options: () => [
      ...common(),
      new Option('--title <title>', "the new environment's title (default: its name)"),
      new Option('--type <type>', "the new environment's type (default: development)").choices([
        'development',
        'staging',
      ]),
      new Option('--no-clone-parent', "do not copy the parent's data"),
      resources(),
      // Nothing is ever checked out here.
      new Option('--no-checkout').hideHelp(),
      new Option('--dry-run', 'do not create the environment').hideHelp(),
    ],
    examples: ['bough environment:branch experiment main --no-clone-parent'],
    load: async () => (await import('./branch.ts')).branchEnvironment,
  },
  {
    name: 'environment:deactivate',
    aliases: [],
    summary: 'Deactivate environments: their sites and data go, their code stays',
    args: [any],
    options: () => [...common(), deleteProtected()],
    examples: ['bough environment:deactivate pr-1'],
    load: async () => (await import('./deactivate.ts')).deactivateEnvironments,
  },
  {
    name: 'environment:delete',
    aliases: [],
    summary: 'Deactivate active environments, and delete inactive ones',
    args: [
      [
        '[environment...]',
        'the environments, separated by commas or spaces; * and % stand for any characters',
      ],
    ],
    options: () => [
      ...common(),
      new Option(
        '--delete-branch',
        'delete active environments too, rather than deactivate them; inactive ones without asking',
      ),
      new Option('--no-delete-branch', 'do not delete inactive environments'),
      several('--type <type>', 'all environments of this type (adding to any others selected)'),
      several('-t, --only-type <type>', 'only environments of this type'),
      several('--exclude <environment>', 'not these environments'),
      several('--exclude-type <type>', 'no environments of this type'),
      new Option('--inactive', 'all inactive environments (adding to any others selected)'),
      several('--status <status>', 'all environments with this status (adding to any others selected)'),
      several('--only-status <status>', 'only environments with this status'),
      several('--exclude-status <status>', 'no environments with this status'),
      new Option(
        '--merged',
        'all merged environments: there are none, as each is deleted when it is merged in the repository',
      ),
      new Option('--allow-delete-parent', 'environments that have children too, which move to their parent'),
      deleteProtected(),
    ],
    examples: [
      'bough environment:delete experiment --delete-branch',
      "bough environment:delete 'test-*' example-1",
      'bough environment:delete --inactive --exclude staging',
    ],
    load: async () => (await import('./delete.ts')).deleteEnvironments,
  },
  {
    name: 'environment:merge',
    aliases: ['merge'],
    summary: 'Merge an environment: this is done in the repository',
    args: [one],
    options: () => [
      ...common(),
      new Option('--resources-init <strategy>', 'what the parent then runs on').choices([
        'child',
        'default',
        'minimum',
        'manual',
      ]),
    ],
    examples: ['bough environment:merge pr-1'],
    load: async () => (await import('./merge.ts')).mergeEnvironment,
  },
  {
    name: 'environment:redeploy',
    aliases: ['redeploy'],
    summary: 'Redeploy an environment',
    args: [one],
    options: common,
    examples: ['bough environment:redeploy pr-1'],
    load: async () => (await import('./redeploy.ts')).redeployEnvironment,
  },
  {
    name: 'environment:synchronize',
    aliases: ['sync'],
    summary: "Synchronize an environment's data from its parent",
    args: [['[what...]', 'data; code is merged in the repository']],
    options: () => [
      ...common(),
      deleteProtected(),
      new Option('--rebase', 'taken and not heeded: it is about code, which is merged in the repository'),
    ],
    examples: ['bough environment:synchronize data -e pr-1'],
    load: async () => (await import('./synchronize.ts')).synchronizeEnvironment,
  },
];
