import type { Integration } from '../../../../shared/api/integration.ts';
import type { IntegrationType } from './integration-type.ts';

/** The texts and choices of the form of an integration. */
export interface FormValues {
  readonly repository: string;
  readonly key: string;
  readonly secret: string;
  readonly url: string;
  readonly username: string;
  readonly token: string;
  readonly project: string;
  readonly fetch_branches: boolean;
  readonly prune_branches: boolean;
  readonly build_pull_requests: boolean;
  readonly resync_pull_requests: boolean;
  readonly pull_requests_clone_parent_data: boolean;
  readonly public_pages: boolean;
  readonly environment_init_resources: string;
  readonly build_fork_pull_requests: string;
  readonly prune_grace_hours: string;
  readonly 'prune_limit.environments': string;
  readonly 'prune_limit.percent': string;
  readonly pull_requests_max_pages: string;
  readonly adopt: boolean;
}

/** A field of the form. */
export type FieldName = keyof FormValues;

/** The form of a new integration, with the defaults of the API. */
export const newValues: FormValues = {
  repository: '',
  key: '',
  secret: '',
  url: '',
  username: '',
  token: '',
  project: '',
  fetch_branches: true,
  prune_branches: true,
  build_pull_requests: true,
  resync_pull_requests: false,
  pull_requests_clone_parent_data: true,
  public_pages: true,
  environment_init_resources: 'default',
  build_fork_pull_requests: 'approved',
  prune_grace_hours: '0',
  'prune_limit.environments': '5',
  'prune_limit.percent': '20',
  pull_requests_max_pages: '',
  adopt: false,
};

/** The form of an existing integration. Secrets are never returned, so their fields are empty. */
export function valuesOf(integration: Integration): FormValues {
  const isCloud = integration.type === 'bitbucket';
  const pages = isCloud ? integration.pull_requests_max_pages : null;
  return {
    ...newValues,
    repository: integration.repository,
    ...(isCloud
      ? { key: integration.app_credentials.key }
      : { url: integration.url, username: integration.username, project: integration.project }),
    fetch_branches: integration.fetch_branches,
    prune_branches: integration.prune_branches,
    build_pull_requests: integration.build_pull_requests,
    resync_pull_requests: integration.resync_pull_requests,
    pull_requests_clone_parent_data: integration.pull_requests_clone_parent_data,
    public_pages: integration.public_pages,
    environment_init_resources: integration.environment_init_resources,
    build_fork_pull_requests: integration.build_fork_pull_requests,
    prune_grace_hours: String(integration.prune_grace_hours),
    'prune_limit.environments': String(integration.prune_limit.environments),
    'prune_limit.percent': String(integration.prune_limit.percent),
    pull_requests_max_pages: pages === null ? '' : String(pages),
  };
}

const options = [
  'fetch_branches',
  'prune_branches',
  'build_pull_requests',
  'resync_pull_requests',
  'pull_requests_clone_parent_data',
  'public_pages',
  'environment_init_resources',
  'build_fork_pull_requests',
  'prune_grace_hours',
  'prune_limit.environments',
  'prune_limit.percent',
] as const satisfies readonly FieldName[];

/** The fields of a form in their order. The first wrong one gets the focus. */
export function fieldsOf(type: IntegrationType): readonly FieldName[] {
  return type === 'bitbucket'
    ? ['repository', 'key', 'secret', ...options, 'pull_requests_max_pages', 'adopt']
    : ['url', 'username', 'token', 'project', 'repository', ...options, 'adopt'];
}
