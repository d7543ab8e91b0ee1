import { type Activity, enqueue } from '../domain/activity.ts';
import {
  coerceOptions,
  defaultOptions,
  type Integration,
  type IntegrationOptions,
} from '../domain/integration.ts';
import { BoughError, explain } from '../errors.ts';
import type { Clock, ConnectGitHost, EffectQueue, Integrations, Projects, Secrets } from '../ports.ts';
import { fetchRequest } from './integration-activities.ts';

export interface AddIntegrationPorts {
  projects: Projects;
  integrations: Integrations;
  secrets: Secrets;
  connect: ConnectGitHost;
  effects: EffectQueue;
  clock: Clock;
  newId: () => string;
  newWebhookSecret: () => string;
}

/** What a user says about a new integration; options that are left out have their defaults. */
export type NewIntegration = Pick<Integration, 'type'> & {
  /** `owner/name`, or the repository's URL. */
  repository: string;
  app_credentials: { key: string; secret: string };
} & { [Option in keyof IntegrationOptions]?: boolean | undefined };

/**
 * Links a project to a Bitbucket repository that can be read with the given credentials, and starts to fetch it.
 * When Bitbucket refuses, or there is such an integration already, it throws `invalid` and creates nothing.
 */
export async function addIntegration(
  ports: AddIntegrationPorts,
  projectId: string,
  input: NewIntegration,
): Promise<Integration> {
  const project = await ports.projects.get(projectId);
  if (!project) throw new BoughError('not_found', `There is no project ${projectId}.`);
  const repository = repositoryPath(input.repository);
  if (!repository) throw invalid('repository', 'Must be `owner/name`, for example `acme/website`');
  await refuseSecond(ports.integrations, projectId, input.type);

  const now = ports.clock.now();
  const draft = await sealed(ports, { ...input, repository }, projectId, now);
  const found = await readRepository(ports.connect, draft);
  const activities = firstActivities(ports, found.full_name, now);
  const integration: Integration = {
    ...draft,
    repository: found.full_name,
    repository_uuid: found.uuid,
    activities,
    version: 1,
  };

  // The project is written first and under a condition: of two that are added at once, one is told of the conflict.
  await ports.projects.save({
    ...project,
    default_branch: found.default_branch ?? project.default_branch,
    updated_at: now,
    version: project.version + 1,
  });
  await ports.integrations.save(integration);
  await ports.effects.send(
    activities
      .filter(({ state }) => state === 'in_progress')
      .map((activity) => ({
        type: 'integration.run',
        project: projectId,
        integration: integration.id,
        activity,
      })),
  );
  return integration;
}

async function refuseSecond(
  integrations: Integrations,
  project: string,
  type: Integration['type'],
): Promise<void> {
  const existing = (await integrations.listOf(project)).find((integration) => integration.type === type);
  if (!existing) return;
  throw invalid(
    'type',
    `The project has a ${type} integration already: ${existing.id}, with ${existing.repository}`,
  );
}

/** The integration as far as it is known before Bitbucket was asked. */
async function sealed(
  ports: AddIntegrationPorts,
  input: NewIntegration,
  project: string,
  now: string,
): Promise<Integration> {
  const { secrets, newId, newWebhookSecret } = ports;
  const key = { project, id: newId() };
  return {
    ...key,
    ...optionsOf(input),
    type: input.type,
    repository: input.repository,
    repository_uuid: '',
    app_credentials: { key: input.app_credentials.key },
    sealed_credentials: await secrets.seal('credentials', key, input.app_credentials.secret),
    sealed_webhook_secret: await secrets.seal('webhook', key, newWebhookSecret()),
    activities: [],
    created_at: now,
    updated_at: now,
    version: 0,
  };
}

function optionsOf(input: NewIntegration): IntegrationOptions {
  return coerceOptions({
    fetch_branches: input.fetch_branches ?? defaultOptions.fetch_branches,
    prune_branches: input.prune_branches ?? defaultOptions.prune_branches,
    build_pull_requests: input.build_pull_requests ?? defaultOptions.build_pull_requests,
    pull_requests_clone_parent_data:
      input.pull_requests_clone_parent_data ?? defaultOptions.pull_requests_clone_parent_data,
    resync_pull_requests: input.resync_pull_requests ?? defaultOptions.resync_pull_requests,
  });
}

async function readRepository(connect: ConnectGitHost, draft: Integration) {
  try {
    const host = await connect(draft);
    return await host.repository();
  } catch (error) {
    if (!(error instanceof BoughError)) throw error;
    if (error.code === 'git_host_credentials') throw invalid('app_credentials', explain(error), error);
    if (error.code === 'git_host_not_found' || error.code === 'git_host_forbidden') {
      throw invalid('repository', explain(error), error);
    }
    throw error;
  }
}

/** The webhook comes first, so that nothing is missed between the fetch and its registration. */
function firstActivities({ clock }: AddIntegrationPorts, repository: string, now: string): Activity[] {
  const because = 'the integration was added';
  const text = `Register the webhook on ${repository}`;
  // Ids of one millisecond are in no order of their own.
  const [one, other] = [clock.activityId(), clock.activityId()];
  const [first, second] = one < other ? [one, other] : [other, one];
  const { open } = enqueue(
    [],
    { type: 'integration.bitbucket.register_hooks', id: first, text, because },
    now,
  );
  return enqueue(open, { ...fetchRequest({ repository }, because), id: second }, now).open;
}

function repositoryPath(text: string): string | null {
  const path = URL.canParse(text) && /^https?:/i.test(text) ? new URL(text).pathname : text;
  const trimmed = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  const [, owner, name] = /^([\w.{}-]+)\/([\w.{}-]+)$/.exec(trimmed) ?? [];
  const isPath =
    owner !== undefined && name !== undefined && ![owner, name].some((part) => /^\.+$/.test(part));
  return isPath ? `${owner}/${name}` : null;
}

function invalid(field: string, message: string, cause?: unknown): BoughError {
  return new BoughError('invalid', 'The integration is invalid.', { fields: { [field]: message }, cause });
}
