import type { FieldName } from './form-values.ts';
import type { IntegrationType } from './integration-type.ts';

/** A field for a text. */
export interface TextField {
  readonly name: 'repository' | 'key' | 'secret' | 'url' | 'username' | 'token' | 'project';
  readonly label: string;
  readonly description: string;
  readonly placeholder: string;
  readonly isSecret?: boolean;
}

const repository = {
  name: 'repository',
  label: 'Repository',
  description: 'The repository in the form owner/repository',
  placeholder: 'owner/repository',
} as const;

/** The fields that give access to a repository. */
export const accessFields: Readonly<Record<IntegrationType, readonly TextField[]>> = {
  bitbucket: [
    repository,
    {
      name: 'key',
      label: 'Key',
      description: 'The key of the OAuth consumer that you created in Bitbucket',
      placeholder: '',
    },
    {
      name: 'secret',
      label: 'Secret',
      description: 'The secret of the OAuth consumer',
      placeholder: '',
      isSecret: true,
    },
  ],
  bitbucket_server: [
    {
      name: 'url',
      label: 'Server URL',
      description: 'The URL of your Bitbucket server',
      placeholder: 'https://bitbucket.example.com',
    },
    {
      name: 'username',
      label: 'Bitbucket username',
      description: 'The user that the token belongs to',
      placeholder: '',
    },
    {
      name: 'token',
      label: 'Token',
      description:
        'The token that you generated, with read access to projects and admin access to repositories',
      placeholder: '',
      isSecret: true,
    },
    {
      name: 'project',
      label: 'Bitbucket server project name – optional',
      description: 'The key of the project, unless the repository has it',
      placeholder: '',
    },
    repository,
  ],
};

/** An option that is on or off. */
export interface Choice {
  readonly name:
    | 'fetch_branches'
    | 'prune_branches'
    | 'build_pull_requests'
    | 'resync_pull_requests'
    | 'pull_requests_clone_parent_data'
    | 'public_pages';
  readonly label: string;
  readonly description: string;
}

/** The options that are on or off, as the documentation of Upsun describes them. */
export const choices: readonly Choice[] = [
  {
    name: 'fetch_branches',
    label: 'Fetch branches',
    description:
      'Whether to mirror and update branches on Bough and create inactive environments from them. When enabled, merging on a Bough environment isn’t possible.',
  },
  {
    name: 'prune_branches',
    label: 'Prune branches',
    description:
      'Whether to delete branches from Bough that don’t exist in the Bitbucket repository. Automatically disabled when fetching branches is disabled.',
  },
  {
    name: 'build_pull_requests',
    label: 'Build pull requests',
    description:
      'Whether to track all pull requests and create active environments from them, which builds the pull request.',
  },
  {
    name: 'pull_requests_clone_parent_data',
    label: 'Pull requests clone parent data',
    description:
      'Whether to clone data from the parent environment when creating a pull request environment.',
  },
  {
    name: 'resync_pull_requests',
    label: 'Resync pull requests',
    description: 'Whether to sync data from the parent environment on every push to a pull request.',
  },
  {
    name: 'public_pages',
    label: 'Public pages',
    description:
      'Whether build statuses link to a status page that opens without an AWS account. Everybody with the link can read it.',
  },
];

/** An option with some values. */
export interface Selection {
  readonly name: 'environment_init_resources' | 'build_fork_pull_requests';
  readonly label: string;
  readonly description: string;
  readonly options: readonly {
    readonly value: string;
    readonly label: string;
    readonly description: string;
  }[];
}

/** The options with some values. */
export const selections: readonly Selection[] = [
  {
    name: 'environment_init_resources',
    label: 'Resources init',
    description: 'The resource initialization strategy for new environments.',
    options: [
      { value: 'default', label: 'Default', description: 'The resources that .bough/deploy chooses' },
      { value: 'minimum', label: 'Minimum', description: 'The smallest resources' },
      { value: 'parent', label: 'Parent', description: 'The resources of the parent' },
      { value: 'manual', label: 'Manual', description: 'Wait until a user activates the environment' },
    ],
  },
  {
    name: 'build_fork_pull_requests',
    label: 'Build fork pull requests',
    description: 'Code from forks runs with your rights.',
    options: [
      { value: 'approved', label: 'Approved', description: 'Build a commit when a user has approved it' },
      { value: 'never', label: 'Never', description: 'Ignore pull requests from forks' },
      { value: 'always', label: 'Always', description: 'Build them like any other' },
    ],
  },
];

/** An option with a number. */
export interface NumberField {
  readonly name: Extract<FieldName, `prune_${'grace_hours' | `limit.${string}`}` | 'pull_requests_max_pages'>;
  readonly label: string;
  readonly description: string;
  readonly only?: IntegrationType;
}

/** The options with a number. */
export const numbers: readonly NumberField[] = [
  {
    name: 'prune_grace_hours',
    label: 'Prune grace, in hours',
    description: 'How long an active environment outlives its branch. 0 deletes it at once.',
  },
  {
    name: 'prune_limit.environments',
    label: 'Prune limit, in environments',
    description: 'A prune that would delete more waits for your confirmation.',
  },
  {
    name: 'prune_limit.percent',
    label: 'Prune limit, in percent of all environments',
    description: 'Counts when it is more than the number above.',
  },
  {
    name: 'pull_requests_max_pages',
    label: 'Pull requests max pages – optional',
    description: 'The pages of open pull requests to read, 50 each. Empty reads all.',
    only: 'bitbucket',
  },
];
