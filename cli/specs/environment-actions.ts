import { Option } from 'commander';
import type { CommandSpec } from '../command.ts';
import { confirmation, environment, project, wait } from './options.ts';

const one = ['[environment]', 'the environment (default: the default one)'] as const;
const any = ['[environment...]', 'the environments (default: the default one)'] as const;

const common = () => [project(), environment('the environment'), ...confirmation(), ...wait()];
const resources = () =>
  new Option('--resources-init <strategy>', "what it runs on (default: as the integration's)").choices([
    'default',
    'minimum',
    'parent',
  ]);

/** What may be done to an environment, as far as its integration lets it. */
export const environmentActions: readonly CommandSpec[] = [
  {
    name: 'environment:activate',
    aliases: [],
    summary: "Activate environments; approves the commit of a fork's pull request",
    args: [any],
    options: () => [...common(), resources()],
    example: 'bough environment:activate pr-1 --resources-init minimum',
    load: async () => (await import('../commands/environment-activate.ts')).activateEnvironments,
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
    ],
    example: 'bough environment:branch experiment main --no-clone-parent',
    load: async () => (await import('../commands/environment-branch.ts')).branchEnvironment,
  },
  {
    name: 'environment:deactivate',
    aliases: [],
    summary: 'Deactivate environments: their sites and data go, their code stays',
    args: [any],
    options: common,
    example: 'bough environment:deactivate pr-1',
    load: async () => (await import('../commands/environment-delete.ts')).deactivateEnvironments,
  },
  {
    name: 'environment:delete',
    aliases: [],
    summary: 'Deactivate active environments, and delete inactive ones',
    args: [any],
    options: () => [
      ...common(),
      new Option('--delete-branch', 'delete active environments too, rather than deactivate them'),
      new Option('--no-delete-branch', 'do not delete inactive environments'),
    ],
    example: 'bough environment:delete experiment --delete-branch',
    load: async () => (await import('../commands/environment-delete.ts')).deleteEnvironments,
  },
  {
    name: 'environment:merge',
    aliases: ['merge'],
    summary: 'Merge an environment: this is done in the repository',
    args: [one],
    options: common,
    example: 'bough environment:merge pr-1',
    load: async () => (await import('../commands/environment-merge.ts')).mergeEnvironment,
  },
  {
    name: 'environment:redeploy',
    aliases: ['redeploy'],
    summary: 'Redeploy an environment',
    args: [one],
    options: common,
    example: 'bough environment:redeploy pr-1',
    load: async () => (await import('../commands/environment-redeploy.ts')).redeployEnvironment,
  },
  {
    name: 'environment:synchronize',
    aliases: ['sync'],
    summary: "Synchronize an environment's data from its parent",
    args: [['[what...]', 'data; code is merged in the repository']],
    options: common,
    example: 'bough environment:synchronize data -e pr-1',
    load: async () => (await import('../commands/environment-synchronize.ts')).synchronizeEnvironment,
  },
];
