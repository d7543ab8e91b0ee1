import { coerceOptions, defaultOptions, type Integration } from '../../domain/integrations/integration.ts';
import { belongTo, explainOrphans, originOf, orphansOf } from '../../domain/integrations/origin.ts';
import type { Project } from '../../domain/projects/project.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import type { Secrets } from '../../ports/secrets.ts';
import {
  enqueueAll,
  fetchRequest,
  hookRequest,
  runAgainOnIntegration,
} from '../commit/integration-activities.ts';
import {
  accessOf,
  mergeOptions,
  type NewIntegration,
  repositoryPath,
  secretOf,
} from './integration-input.ts';
import { checkRepository, invalid } from './steps/check-repository.ts';

/** The ports of `addIntegration`. */
export interface AddIntegrationPorts {
  projects: Projects;
  integrations: Integrations;
  environments: Pick<Environments, 'listOf'>;
  secrets: Secrets;
  connect: ConnectGitHost;
  effects: EffectQueue;
  clock: Clock;
  newId: () => string;
  newWebhookSecret: () => string;
  newLogKey: () => string;
  /** The URL that git fetches from. */
  repositoryUrl(integration: Integration): string;
}

/**
 * Adds an integration with a Bitbucket repository to a project, and queues its webhook and first fetch.
 * @throws BoughError `not_found`; `invalid` when Bitbucket refuses the access, when the project has an integration, or
 * when its environments belong to another repository and `adopt` is not set. An error creates nothing.
 */
export async function addIntegration(
  ports: AddIntegrationPorts,
  projectId: string,
  input: NewIntegration,
): Promise<Integration> {
  const project = await ports.projects.get(projectId);
  if (!project) throw new BoughError('not_found', `There is no project ${projectId}.`);
  await refuseSecond(ports.integrations, projectId);

  const now = ports.clock.now();
  const entered = await draftOf(ports, input, projectId, now);
  const draft = {
    ...entered,
    repository: repositoryPath(entered.repository, ports.repositoryUrl(entered)),
  };
  const found = await checkRepository(ports.connect, draft);
  const identified = { ...draft, repository: found.full_name, repository_uuid: found.uuid };
  const { adopts, isEmpty } = await chooseOrphans(ports, project, identified, input.adopt ?? false);
  const named = { ...identified, adopts };
  const because = 'the integration was added';
  // The webhook comes first, so that no push between the fetch and the webhook's registration is missed.
  const { open } = enqueueAll([], [hookRequest(named, because), fetchRequest(named, because)], ports.clock);
  const integration: Integration = { ...named, activities: open, version: 1 };

  // The conditional write to the project comes first, so that one of two concurrent additions fails.
  const default_branch = (isEmpty ? null : project.default_branch) ?? found.default_branch;
  const known = { ...project, default_branch };
  await ports.projects
    .save({ ...known, updated_at: now, version: project.version + 1 })
    .catch(async (conflict: unknown) => {
      await refuseSecond(ports.integrations, projectId);
      throw conflict;
    });
  await ports.integrations.save(integration);
  await runAgainOnIntegration(ports.effects, integration);
  return integration;
}

/**
 * The former integrations whose environments the new integration adopts.
 * @throws BoughError `invalid` when environments belong to another repository and `adopt` is false
 */
async function chooseOrphans(
  { environments, connect }: AddIntegrationPorts,
  { id, former_integrations }: Project,
  integration: Integration,
  adopt: boolean,
): Promise<{ adopts: string[]; isEmpty: boolean }> {
  const all = await environments.listOf(id);
  const orphans = orphansOf(all, former_integrations);
  const isUnknown = orphans.some(({ origin }) => origin === null);
  const refs = isUnknown && !adopt ? await readRefs(connect, integration) : null;
  const unrelated = orphans.filter((group) => !belongTo(group, originOf(integration), refs));
  if (unrelated.length > 0 && !adopt) throw invalid('repository', explainOrphans(unrelated, all.length));
  return { adopts: orphans.map((group) => group.integration), isEmpty: all.length === 0 };
}

async function readRefs(
  connect: ConnectGitHost,
  integration: Integration,
): Promise<ReadonlyMap<string, string>> {
  const source = await (await connect(integration)).source();
  return (await source.listRefs(['refs/heads/'])).refs;
}

/** A project has one repository: two integrations would delete each other's environments. */
async function refuseSecond(integrations: Integrations, project: string): Promise<void> {
  const [existing] = await integrations.listOf(project);
  if (!existing) return;
  throw invalid(
    'type',
    `The project already has a ${existing.type} integration: ${existing.id}, with ${existing.repository}`,
  );
}

/** The new integration before its repository is read from Bitbucket, with sealed secrets. */
async function draftOf(
  { secrets, newId, newWebhookSecret, newLogKey }: AddIntegrationPorts,
  input: NewIntegration,
  project: string,
  now: string,
): Promise<Integration> {
  const key = { project, id: newId() };
  return {
    ...key,
    ...coerceOptions(mergeOptions(defaultOptions, input)),
    ...accessOf(input),
    repository: input.repository,
    repository_uuid: '',
    sealed_credentials: await secrets.seal('credentials', key, secretOf(input)),
    sealed_webhook_secret: await secrets.seal('webhook', key, newWebhookSecret()),
    sealed_log_key: await secrets.seal('log', key, newLogKey()),
    activities: [],
    adopts: [],
    held_back: null,
    last_delivery_at: null,
    refused_deliveries: null,
    created_at: now,
    updated_at: now,
    version: 0,
  };
}
