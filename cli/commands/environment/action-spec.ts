import { Option } from 'commander';
import type { CommandSpec } from '../../command.ts';
import { environment, project, repeatable, wait } from '../flags.ts';

const one = ['[environment]', 'the environment (default: that of the branch checked out)'] as const;
const any = ['[environment...]', 'the environments (default: that of the branch checked out)'] as const;

const common = () => [project(), environment('the environment'), ...wait()];
const resources = () =>
  new Option(
    '--resources-init <strategy>',
    "the environment's resources (default: the integration's setting)",
  ).choices(['default', 'minimum', 'parent']);

const deleteProtected = () =>
  new Option('--delete-protected', 'include protected environments, without another confirmation');

/** The commands of the namespace `environment` that start activities. */
export const environmentActions: readonly CommandSpec[] = [
  {
    name: 'environment:activate',
    aliases: [],
    summary: "Activate environments, and approve the commit of a fork's pull request",
    args: [any],
    options: () => [
      ...common(),
      new Option('--parent <environment>', 'set this parent before activating'),
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
    summary: 'Branch an environment; a prune deletes it unless the repository has a branch of that name',
    args: [
      ['[id]', 'the name of the new branch'],
      [
        '[parent]',
        'the environment to branch (default: that of the branch checked out, or the default environment)',
      ],
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
      // Accepted for compatibility: nothing is checked out.
      new Option('--no-checkout').hideHelp(),
      new Option('--dry-run', 'do not create the environment').hideHelp(),
    ],
    examples: ['bough environment:branch experiment main --no-clone-parent'],
    load: async () => (await import('./branch.ts')).branchEnvironment,
  },
  {
    name: 'environment:deactivate',
    aliases: [],
    summary: 'Deactivate environments: delete their sites and data, keep their code',
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
      ['[environment...]', 'the environments, separated by commas or spaces; * and % match any characters'],
    ],
    options: () => [
      ...common(),
      new Option(
        '--delete-branch',
        'delete active environments instead of deactivating them, and inactive ones without confirmation',
      ),
      new Option('--no-delete-branch', 'do not delete inactive environments'),
      repeatable('--type <type>', 'select all environments of this type, in addition to others'),
      repeatable('-t, --only-type <type>', 'only environments of this type'),
      repeatable('--exclude <environment>', 'exclude these environments'),
      repeatable('--exclude-type <type>', 'exclude environments of this type'),
      new Option('--inactive', 'select all inactive environments, in addition to others'),
      repeatable('--status <status>', 'select all environments with this status, in addition to others'),
      repeatable('--only-status <status>', 'only environments with this status'),
      repeatable('--exclude-status <status>', 'exclude environments with this status'),
      new Option(
        '--merged',
        'accepted for compatibility; environments of merged pull requests are deleted automatically',
      ),
      new Option(
        '--allow-delete-parent',
        'include environments with children; the children move to their parent',
      ),
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
    summary: 'Merge an environment (refused: merge the branch in the repository)',
    args: [one],
    options: () => [
      ...common(),
      new Option('--resources-init <strategy>', "the parent's resources after the merge").choices([
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
    args: [['[what...]', 'data (code is refused: merge it in the repository)']],
    options: () => [
      ...common(),
      deleteProtected(),
      new Option(
        '--rebase',
        'accepted for compatibility; applies to code, which is merged in the repository',
      ),
    ],
    examples: ['bough environment:synchronize data -e pr-1'],
    load: async () => (await import('./synchronize.ts')).synchronizeEnvironment,
  },
];
