import { createHandler } from '../../functions/api/handler.ts';
import type { ApiPorts } from '../../functions/api/ports.ts';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { Effect } from '../../shared/domain/activities/effect.ts';
import type { BuildScope } from '../../shared/domain/builds/build.ts';
import type { Facts } from '../../shared/domain/deployment/diagnose.ts';
import type { MessageFailure } from '../../shared/domain/deployment/message-failure.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import type { Integration } from '../../shared/domain/integrations/integration.ts';
import { BoughError } from '../../shared/errors.ts';
import type { ApiChecksStore } from '../../shared/ports/api-checks.ts';
import type { EnvironmentRights } from '../../shared/ports/builder.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { DeadLetter } from '../../shared/ports/dead-letters.ts';
import type { Deliveries } from '../../shared/ports/deliveries.ts';
import type { GitHost } from '../../shared/ports/git-host.ts';
import type { LinkedMirror } from '../../shared/ports/mirror-links.ts';
import type { Secrets } from '../../shared/ports/secrets.ts';
import type { VariableSecrets } from '../../shared/ports/variables.ts';
import { hashPassword } from '../../shared/runtime/hash-password.ts';
import { newActivityId, newId } from '../../shared/runtime/ids.ts';
import { machineNameOf } from '../../shared/runtime/machine-name.ts';
import { concludeOnIntegration } from '../../shared/workflow/commit/integration-activities.ts';
import type { FoundRepository } from '../../shared/workflow/integrations/steps/check-repository.ts';
import { anEnvironment as anyEnvironment, start } from './builders.ts';
import { describedRoutes } from './described-routes.ts';
import { aGitHost, aPullRequestUrl, aRepository, aRepositoryUrl } from './doubles.ts';
import { memoryStores } from './memory-stores.ts';

/** The API's base URL. */
export const apiUrl = 'https://api.example.org';
/** The consumer of `apiWorld`'s Bitbucket. */
export const credentials = { key: 'consumer-key', secret: 'consumer-secret' };
/** The secret of every new webhook. */
export const webhookSecret = 'webhook-secret';
/** The key of every new integration's log links. */
export const logKey = 'log-key';

/** The key of the distribution of sites. */
export const distributionKey = 'distribution-key';

/** A clock that advances by one second per read. */
export function tickingClock(): Clock & {
  peek(): string;
  advance(seconds: number): void;
  set(now: string): void;
} {
  let time = Date.parse(start);
  return {
    now: () => {
      time += 1000;
      return new Date(time).toISOString();
    },
    activityId: () => newActivityId(new Date(time)),
    peek: () => new Date(time).toISOString(),
    advance: (seconds) => {
      time += seconds * 1000;
    },
    set: (now) => {
      time = Date.parse(now);
    },
  };
}

/** Reversible sealing whose result does not contain the secret in plain text. */
export const plainSecrets: Secrets = {
  seal: async (purpose, { project, id }, text) =>
    Buffer.from(JSON.stringify([purpose, project, id, text])).toString('base64'),
  open: async (purpose, { project, id }, sealed) => {
    const [...bound] = JSON.parse(Buffer.from(sealed, 'base64').toString());
    if (bound[0] !== purpose || bound[1] !== project || bound[2] !== id) throw new Error('bound elsewhere');
    return bound[3];
  },
};

/** Reversible sealing, bound to the level and the name as by KMS. */
const plainVariables: VariableSecrets = {
  seal: async ({ project, environment }, name, text) => [
    Buffer.from(JSON.stringify([project, environment?.id ?? null, name, text])).toString('base64'),
  ],
  open: async ({ project, environment }, name, [sealed = '']) => {
    const [...bound] = JSON.parse(Buffer.from(sealed, 'base64').toString());
    if (bound[0] !== project || bound[1] !== (environment?.id ?? null) || bound[2] !== name)
      throw new Error('bound elsewhere');
    return bound[3];
  },
};

type Stores = Pick<
  ApiPorts,
  'projects' | 'integrations' | 'environments' | 'finished' | 'changes' | 'variables'
> & {
  deliveries: Deliveries;
  checks: ApiChecksStore;
};

/** The management API over stores in memory, with a Bitbucket that has one repository and one consumer or token. */
export function apiWorld(options: { hostFails?: BoughError; repository?: string; stores?: Stores } = {}) {
  const clock = tickingClock();
  const stores: Stores = options.stores ?? memoryStores(clock.peek);
  const repository = aRepository();
  const bitbucket = aGitHost(repository);
  const logs = new Map<string, string[]>();
  /** The mirrors of projects. */
  const mirrors = new Map<string, LinkedMirror>();
  /** The permits of builds, by `<project>/<activity>/<permit>`. */
  const permits = new Map<string, BuildScope>();
  /** The error pages of sites. */
  /** Files of published sites, by their keys in the sites bucket. */
  const siteFiles = new Map<string, string>();
  /** The archive of the command's package. */
  const commandPackage: { content: Buffer | null } = { content: null };
  const effects: Effect[] = [];
  const post = deadLetterQueues();
  const aws = aDeploymentWithoutFaults();
  const reported: { message: string; fields: unknown }[] = [];
  const told: { message: string; fields: unknown }[] = [];
  /** The result of integrations' activities; null leaves them pending. */
  const work: { ending: Parameters<typeof concludeOnIntegration>[3] | null } = { ending: null };

  const writeLog = (project: string, activity: string, ...messages: string[]) => {
    const lines = messages.map((message) =>
      JSON.stringify({ data: { timestamp: start, message: `${message}\n` } }),
    );
    const key = `${project}/${activity}`;
    logs.set(key, [...(logs.get(key) ?? []), ...lines]);
  };
  const queue = {
    send: async (sent: readonly Effect[]) => {
      effects.push(...sent);
      for (const effect of sent) {
        if (effect.type !== 'integration.run' || !work.ending) continue;
        const { project, integration: id, activity } = effect;
        writeLog(project, activity.id, `${activity.text}...`, '  done');
        await concludeOnIntegration(
          { ...stores, effects: queue, clock },
          { project, id },
          activity.id,
          work.ending,
        );
      }
    },
  };
  const ports = {
    ...stores,
    clock,
    secrets: plainSecrets,
    variableSecrets: plainVariables,
    effects: queue,
    apiUrl,
    repositoryUrl: aRepositoryUrl,
    pullRequestUrl: aPullRequestUrl,
    deadLetters: post.deadLetters,
    failures: post.failures,
    machineName: machineNameOf,
    permits: {
      scopeOf: async (project: string, activity: string, permit: string) =>
        permits.get(`${project}/${activity}/${permit}`) ?? null,
    },
    rights: {
      issue: async (scope: Parameters<EnvironmentRights['issue']>[0]) => ({
        access_key_id: JSON.stringify(scope),
        secret_access_key: 'secret',
        session_token: 'token',
      }),
    },
    deployment: aws.deployment,
    commandPackage: async () => commandPackage.content,
    pause: () => new Promise<void>(() => undefined),
    sitePages: {
      async read(site: string, name: string) {
        const content = siteFiles.get(`${site}/${name}`);
        return content === undefined ? null : { content, headers: { 'x-own': name } };
      },
      hasIndex: async (site: string, directory: string) =>
        siteFiles.has(`${site}/${directory && `${directory}/`}index.html`),
    },
    mirrorLinks: { of: async (project: string) => mirrors.get(project) ?? null },
    hookUrl: ({ project, id }: Integration) => `${apiUrl}/projects/${project}/integrations/${id}/hook`,
    sitesUrl: 'https://sites.example.org',
    region: 'eu-west-1',
    newId,
    newWebhookSecret: () => webhookSecret,
    newLogKey: () => logKey,
    hashPassword,
    distributionKey,
    connect: async (integration: Integration): Promise<GitHost> => {
      const secret = await plainSecrets.open('credentials', integration, integration.sealed_credentials);
      return { ...bitbucket.host, repository: async () => findRepository(integration, secret, options) };
    },
    logs: { read: async (project: string, activity: string) => logs.get(`${project}/${activity}`) ?? [] },
    log: {
      info: (message: string, fields?: unknown) => void told.push({ message, fields }),
      warn: () => undefined,
      error: (message: string, fields?: unknown) => void reported.push({ message, fields }),
    },
  };
  return {
    ...stores,
    ports,
    aws,
    repository,
    bitbucket,
    handler: createHandler(ports, describedRoutes(ports)),
    clock,
    effects,
    siteFiles,
    commandPackage,
    mirrors,
    permits,
    post,
    work,
    reported,
    told,
    writeLog,
  };
}

/** The world that `apiWorld` creates. */
export type ApiWorld = ReturnType<typeof apiWorld>;

function findRepository(
  integration: Integration,
  secret: string,
  { hostFails, repository: name = 'acme/website' }: { hostFails?: BoughError; repository?: string },
): FoundRepository {
  if (hostFails) throw hostFails;
  const key = integration.type === 'bitbucket' ? integration.app_credentials.key : integration.username;
  if (key !== credentials.key || secret !== credentials.secret) {
    throw new BoughError('git_host_credentials', 'Bitbucket refused the credentials.');
  }
  if (integration.repository.toLowerCase() !== name) {
    throw new BoughError('git_host_not_found', `Bitbucket has no repository ${integration.repository}.`);
  }
  return { uuid: '{0f1e}', full_name: name, default_branch: 'main' };
}

/** An environment, by default that of the default branch. */
export function anEnvironment(changes: Partial<Environment> = {}): Environment {
  return anyEnvironment({ id: 'main', head_commit: '1a2b3c4d5e6f', ...changes });
}

/** An open activity of an environment. */
export function anActivity(changes: Partial<Activity> = {}): Activity {
  return {
    id: 'activity23456',
    type: 'environment.push',
    state: 'in_progress',
    result: null,
    text: 'Push 1a2b3c4 to main',
    because: '1a2b3c4 was pushed to main',
    commit: '1a2b3c4d5e6f',
    clone_data: false,
    requested: false,
    repository: null,
    starts: 1,
    delay: null,
    cancelled_because: null,
    created_at: start,
    started_at: start,
    completed_at: null,
    ...changes,
  };
}

/** An ended activity. */
export function anEndedActivity(changes: Partial<Activity> = {}): Activity {
  return anActivity({
    state: 'complete',
    result: 'success',
    completed_at: '2026-11-22T10:00:30.000Z',
    ...changes,
  });
}

/** Facts about a deployment, which tests can change. */
function aDeploymentWithoutFaults() {
  const facts: Pick<Facts, 'builds' | 'executions' | 'schedule' | 'alarms' | 'deadLetters'> = {
    builds: { value: 10 },
    executions: { value: 1000 },
    schedule: { value: true },
    alarms: { value: 'confirmed' },
    deadLetters: { value: { events: 0 } },
  };
  return {
    facts,
    deployment: {
      buildQuotaCode: 'L-5ED1D25B',
      neededExecutions: 10,
      builds: async () => facts.builds,
      executions: async () => facts.executions,
      schedule: async () => facts.schedule,
      alarms: async () => facts.alarms,
      deadLetters: async () => facts.deadLetters,
    },
  };
}

/** Two dead-letter queues in memory, and the recorded failures of their letters. */
function deadLetterQueues() {
  const letters: DeadLetter[] = [];
  const replayed: DeadLetter[] = [];
  const reasons = new Map<string, MessageFailure>();
  const take = (ids: readonly string[]) => {
    const taken = letters.filter(({ id }) => ids.includes(id));
    letters.splice(0, letters.length, ...letters.filter(({ id }) => !ids.includes(id)));
    return taken;
  };
  return {
    letters,
    replayed,
    reasons,
    deadLetters: {
      list: async () => ({ letters: [...letters], hasMore: letters.length >= 100 }),
      replay: async (ids: readonly string[]) => {
        const taken = take(ids);
        replayed.push(...taken);
        return taken;
      },
      drop: async (ids: readonly string[]) => take(ids),
    },
    failures: { get: async (messageId: string) => reasons.get(messageId) ?? null },
  };
}

/** A dead letter with an event. */
export function aDeadLetter(changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id: 'letter-1',
    queue: 'events',
    body: JSON.stringify({ project: 'p1', integration: 'i1', event: { type: 'branch.pushed' } }),
    sent_at: start,
    undelivered: null,
    ...changes,
  };
}

/** The recorded failure of a message. */
export function aMessageFailure(changes: Partial<MessageFailure> = {}): MessageFailure {
  return {
    code: 'internal',
    because: 'DynamoDB is away',
    attempts: 5,
    failed_at: '2026-11-22T10:20:00.000Z',
    ...changes,
  };
}
