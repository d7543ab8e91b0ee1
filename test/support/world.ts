import type { Effect } from '../../shared/domain/activities/effect.ts';
import type { Build, BuildResult, EndedBuild } from '../../shared/domain/builds/build.ts';
import type { QueuedEvent } from '../../shared/domain/deliveries/delivery.ts';
import type { Action } from '../../shared/domain/environments/actions.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { defaultRoutes, resolveRoutes } from '../../shared/domain/environments/routes.ts';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import type { Project } from '../../shared/domain/projects/project.ts';
import { BoughError } from '../../shared/errors.ts';
import type { FinishedActivities, SecondStarts } from '../../shared/ports/activities.ts';
import type { ApiChecksStore } from '../../shared/ports/api-checks.ts';
import type { Deliveries } from '../../shared/ports/deliveries.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { Integrations } from '../../shared/ports/integrations.ts';
import type { Projects } from '../../shared/ports/projects.ts';
import { bind } from '../../shared/runtime/bind.ts';
import { hashPassword } from '../../shared/runtime/hash-password.ts';
import { machineNameOf } from '../../shared/runtime/machine-name.ts';
import { publishProjectRules } from '../../shared/workflow/access/publish-project-rules.ts';
import { failActivity } from '../../shared/workflow/activities/fail-activity.ts';
import { runEnvironmentActivity } from '../../shared/workflow/activities/run-environment-activity.ts';
import { runIntegrationActivity } from '../../shared/workflow/activities/run-integration-activity.ts';
import { concludeActivity } from '../../shared/workflow/activities/steps/conclude-activity.ts';
import { concludeBuild } from '../../shared/workflow/builds/conclude-build.ts';
import { stopBuild } from '../../shared/workflow/builds/stop-build.ts';
import { processEvent } from '../../shared/workflow/deliveries/process-event.ts';
import { type Acted, actOnEnvironment } from '../../shared/workflow/environments/act-on-environment.ts';
import { pruneIntegration } from '../../shared/workflow/integrations/prune-integration.ts';
import { compactMirror } from '../../shared/workflow/mirror/compact-mirror.ts';
import { mirrorTags } from '../../shared/workflow/mirror/mirror-tags.ts';
import { deleteProject } from '../../shared/workflow/projects/delete-project.ts';
import { purgeProject } from '../../shared/workflow/projects/purge-project.ts';
import { resumeDeletions } from '../../shared/workflow/projects/resume-deletions.ts';
import { reportConflict } from '../../shared/workflow/statuses/report-conflict.ts';
import { reportStatus } from '../../shared/workflow/statuses/report-status.ts';
import { anIntegration, aProject, aServerIntegration, integrationId, nameOf, projectId } from './builders.ts';
import { collect } from './chunks.ts';
import {
  aBuilder,
  aClock,
  aGitHost,
  aLog,
  anActivityLog,
  aRepository,
  aRepositoryUrl,
  openSecrets,
  type Repository,
} from './doubles.ts';
import { aMirror } from './memory-mirror.ts';
import { memorySiteRules } from './memory-site-rules.ts';
import { memoryStores } from './memory-stores.ts';

interface Stores {
  projects: Projects;
  integrations: Integrations;
  environments: Environments;
  finished: FinishedActivities;
  deliveries: Deliveries;
  secondStarts: SecondStarts;
  checks: ApiChecksStore;
}

interface Setting {
  project?: Partial<Project>;
  integration?: Parameters<typeof anIntegration>[0];
  /** Replaces the integration by one with a Bitbucket Server. */
  server?: Parameters<typeof aServerIntegration>[0];
  environments?: readonly Environment[];
  repository?: Repository;
  /** Stores that have environments already, in place of empty ones in memory. */
  stores?: Stores;
}

/** All workflows over stores in memory: one project, one integration, one repository, two queues and a builder. */
export async function aWorld(setting: Setting = {}) {
  const stores: Stores = setting.stores ?? memoryStores();
  const clock = aClock();
  const repository = setting.repository ?? aRepository();
  const bitbucket = aGitHost(repository);
  const mirror = aMirror();
  const { builder, builds, stopped, end } = aBuilder();
  const { log, lines } = aLog();
  const { activityLog, logOf, storedLogs } = anActivityLog();
  const events: QueuedEvent[] = [];
  const effects: Effect[] = [];
  /** Effects that were sent with a delay. */
  const delayed: Effect[] = [];
  /** Effects that wait for the end of a build, whose data they copy. */
  const unready: Effect[] = [];
  /** Projects with objects in the buckets. */
  const files = new Set([projectId]);
  const rules = memorySiteRules();
  const results = new Map<string, BuildResult>();

  const ports = {
    ...stores,
    clock,
    log,
    activityLog,
    builder,
    secrets: openSecrets,
    mirrors: mirror.mirrors,
    connect: async (_integration: Integration) => bitbucket.host,
    events: { send: async (sent: readonly QueuedEvent[]) => void events.push(...structuredClone(sent)) },
    effects: {
      send: async (sent: readonly Effect[], delay = 0) =>
        void (delay > 0 ? delayed : effects).push(...structuredClone(sent)),
    },
    siteRules: rules.siteRules,
    hashPassword,
    machineName: machineNameOf,
    chance: () => 0,
    files: { purge: async (project: string): Promise<number> => (files.delete(project) ? 1 : 0) },
    results: { read: async (_project: string, activity: string) => results.get(activity) ?? null },
    repositoryUrl: aRepositoryUrl,
    hookUrl: ({ id }: Integration) => `https://api.example.org/${id}/hook`,
    logUrl: async (_integration: Integration, activity: string) => `https://api.example.org/${activity}/log`,
    statusPageUrl: async ({ public_pages }: Integration, environment: string, activity: string) =>
      public_pages ? `https://api.example.org/status/${environment}?activity=${activity}` : null,
  };

  await stores.projects.save(aProject(setting.project));
  const integration = setting.server
    ? aServerIntegration(setting.server)
    : anIntegration(setting.integration);
  if (setting.server) Object.assign(repository, { uuid: '42', full_name: 'ACME/website' });
  await stores.integrations.save(integration);
  for (const environment of setting.environments ?? []) await stores.environments.save(environment);

  const performOnce = (effect: Effect, attempt: number) => {
    switch (effect.type) {
      case 'environment.run':
        return runEnvironmentActivity(ports, effect, attempt);
      case 'integration.run':
        return runIntegrationActivity(ports, effect, attempt);
      case 'build.stop':
        return stopBuild(ports, effect);
      case 'conflict.report':
        return reportConflict(ports, effect);
      case 'mirror.tags':
        return mirrorTags(ports, effect.project, effect.integration);
      case 'mirror.compact':
        return compactMirror(ports, effect.project, effect.integration);
      case 'integration.prune':
        return pruneIntegration(ports, effect.project, effect.integration, effect.peers).then(
          () => undefined,
        );
      case 'access.publish':
        return publishProjectRules(ports, effect.project, effect);
      case 'project.purge':
        return purgeProject(ports, effect.project, effect);
      default:
        return reportStatus(ports, effect);
    }
  };

  /** Retries once when git does not show the announced commit yet, as a redelivery by the queue does. */
  const perform = (effect: Effect, attempt?: number): Promise<void> =>
    performOnce(effect, attempt ?? 1).catch((error: unknown) => {
      const isBehind = error instanceof BoughError && error.code === 'git_host_behind';
      if (attempt !== undefined || !isBehind) throw error;
      return performOnce(effect, 2);
    });

  /** The result of a successful build. */
  const resultOf = ({ action, environment, commit }: Build): BuildResult => ({
    result: 'success',
    because: action === 'deploy' ? `Deployed ${nameOf(commit)}` : 'Removed',
    commit,
    routes:
      action === 'deploy' ? resolveRoutes(defaultRoutes, `https://sites.example.org/${environment.id}/`) : [],
  });

  const world = {
    ...stores,
    ports,
    clock,
    repository,
    bitbucket,
    mirror,
    builds,
    results,
    /** Activities whose builds were stopped. */
    stopped,
    events,
    effects,
    delayed,
    rules,
    files,
    lines,
    logOf,
    storedLogs,

    environment: (id: string) => stores.environments.get(projectId, id),
    integration: async (): Promise<Integration> => {
      const integration = await stores.integrations.get(projectId, integrationId);
      if (!integration) throw new Error('The integration was removed');
      return integration;
    },
    /** The finished activities, oldest first. */
    history: async () => (await collect(stores.finished.listOf(projectId))).toReversed(),

    /** Passes an event to the processor. */
    process: (event: QueuedEvent['event'], isRepeated = false) =>
      processEvent(
        ports,
        { project: projectId, integration: integrationId, event, origin: 'a test' },
        isRepeated,
      ),
    /** Performs all effects of the activities queue. Builds only start. Work that copies data waits for the end of its build. */
    async work() {
      for (let effect = effects.shift(); effect; effect = effects.shift()) {
        const waiting = effect;
        await perform(waiting).catch((error: unknown) => {
          if (!(error instanceof BoughError) || error.code !== 'data_not_ready') throw error;
          unready.push(waiting);
        });
      }
    },
    perform,
    /** Ends a build without a state change event. */
    hasEnded: (build: Build) => end(build.activity.id),
    /** Ends a build with CodeBuild's state change event. A stopped build has no result. */
    async endBuild(build: Build, given: Partial<BuildResult> | null = {}, ended: Partial<EndedBuild> = {}) {
      end(build.activity.id);
      const isStopped = stopped.has(build.activity.id);
      const result = isStopped ? null : given;
      if (result) results.set(build.activity.id, { ...resultOf(build), ...result });
      const { environment, activity, commit } = build;
      const failed = isStopped ? 'STOPPED' : 'FAILED';
      const status = result && result.result !== 'failure' ? 'SUCCEEDED' : failed;
      await concludeBuild(ports, {
        project: projectId,
        environment: environment.id,
        activity: activity.id,
        commit,
        build: `bough:${activity.id}`,
        status,
        ...ended,
      });
      effects.push(...unready.splice(0));
    },
    /** Processes all events, effects and builds until none is left. Builds succeed. */
    async settle() {
      while (events.length + effects.length + builds.length > 0) {
        for (let queued = events.shift(); queued; queued = events.shift())
          await processEvent(ports, queued, false);
        await world.work();
        for (let build = builds.shift(); build; build = builds.shift()) await world.endBuild(build);
      }
    },
    /** Performs a user's action on an environment. */
    act: (id: string, action: Action): Promise<Acted> => actOnEnvironment(ports, projectId, id, action),
    /** @param peers the integrations on the account; 0 makes every check by the API due */
    prune: (peers = 0) => pruneIntegration(ports, projectId, integrationId, peers),
    deleteProject: (confirmed = false) => deleteProject(ports, projectId, confirmed),
    resumeDeletions: bind(resumeDeletions, ports),
    conclude: bind(concludeActivity, ports),
    fail: bind(failActivity, ports),
  };
  return world;
}

/** The world that `aWorld` creates. */
export type World = Awaited<ReturnType<typeof aWorld>>;
