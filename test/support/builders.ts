import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { PullRequest } from '../../shared/domain/deliveries/source-event.ts';
import type {
  Deployment,
  Environment,
  PullRequestLink,
} from '../../shared/domain/environments/environment.ts';
import type { Route } from '../../shared/domain/environments/routes.ts';
import {
  defaultOptions,
  type Integration,
  type IntegrationOptions,
} from '../../shared/domain/integrations/integration.ts';
import type { IntegrationType } from '../../shared/domain/integrations/integration-type.ts';
import type { Project } from '../../shared/domain/projects/project.ts';
import type { Change, Decision, DecisionState, Moment } from '../../shared/domain/rules/decision.ts';
import type { Variable } from '../../shared/domain/variables/variable.ts';

/** The id of the test project. */
export const projectId = 'abcdefghijklm';
/** The id of the test integration. */
export const integrationId = 'integration23';
/** Two branch names with the same machine name, found by brute force. */
export const collidingBranches = ['main=,,,%', 'main!;_+,+'] as const;
/** The time at which every test starts. */
export const start = '2026-11-22T10:00:00.000Z';

/** The clock reading and the next activity id of a decision. */
export const moment: Moment = { now: '2026-11-22T10:05:00.000Z', activityId: 'next' };

const names = new Map<string, string>();

/** The full id of a commit; equal names give equal ids. */
export function commit(name: string): string {
  const id = createHash('sha1').update(name).digest('hex');
  names.set(id, name);
  return id;
}

/** The test's name of a commit id. An unknown id is returned unchanged. */
export function nameOf(id: string | null | undefined): string | null {
  return id ? (names.get(id) ?? id) : null;
}

/** The id of a commit with 12 characters, as in Bitbucket Cloud's pull requests. */
export function abbreviated(name: string): string {
  return commit(name).slice(0, 12);
}

/** A project with the default branch `main`. */
export function aProject(changes: Partial<Project> = {}): Project {
  return {
    id: projectId,
    title: 'Website',
    default_branch: 'main',
    deletion: null,
    former_integrations: [],
    created_at: start,
    updated_at: start,
    version: 1,
    ...changes,
  };
}

/** A plain variable. */
export function aVariable(changes: Partial<Variable> = {}): Variable {
  return {
    name: 'COLOUR',
    value: 'green',
    sealed_value: [],
    bytes: 5,
    is_json: false,
    is_sensitive: false,
    is_enabled: true,
    is_inheritable: true,
    visible_build: true,
    visible_forks: true,
    incarnation: 'v1',
    created_at: start,
    updated_at: start,
    version: 1,
    ...changes,
  };
}

type OfType<Type extends IntegrationType> = Extract<Integration, { type: Type }>;

/** An integration with Bitbucket Cloud. */
export function anIntegration(changes: Partial<OfType<'bitbucket'>> = {}): OfType<'bitbucket'> {
  return {
    ...integrationCore,
    type: 'bitbucket',
    repository: 'acme/website',
    repository_uuid: '{0f1e}',
    app_credentials: { key: 'consumer-key' },
    ...changes,
  };
}

/** An integration with a Bitbucket Server under a context path. */
export function aServerIntegration(
  changes: Partial<OfType<'bitbucket_server'>> = {},
): OfType<'bitbucket_server'> {
  return {
    ...integrationCore,
    type: 'bitbucket_server',
    repository: 'ACME/website',
    repository_uuid: '42',
    url: 'https://git.example.org/bitbucket',
    username: 'wile',
    ...changes,
  };
}

const integrationCore = {
  ...defaultOptions,
  id: integrationId,
  project: projectId,
  sealed_credentials: 'sealed:consumer-secret',
  sealed_webhook_secret: 'sealed:webhook-secret',
  sealed_log_key: 'sealed:log-key',
  activities: [],
  adopts: [],
  held_back: null,
  last_delivery_at: null,
  refused_deliveries: null,
  created_at: start,
  updated_at: start,
  version: 1,
};

/** The inactive environment of a branch at commit A. */
export function anEnvironment(changes: Partial<Environment> = {}): Environment {
  return {
    id: 'feature/x',
    incarnation: 'first',
    project: projectId,
    integration: integrationId,
    title: changes.id ?? 'feature/x',
    type: 'development',
    status: 'inactive',
    parent: 'main',
    head_commit: commit('A'),
    pull_request: null,
    has_remote: true,
    resources: null,
    deployment: null,
    failed_deletions: 0,
    parent_is_chosen: false,
    protected: false,
    restrict_robots: null,
    http_access: null,
    published_access: null,
    gone_since: null,
    build_status: null,
    setbacks: null,
    last_activity: null,
    activities: [],
    created_at: start,
    updated_at: start,
    version: 1,
    ...changes,
  };
}

/** The active environment of the default branch, with A deployed. */
export function theProductionEnvironment(changes: Partial<Environment> = {}): Environment {
  return anActiveEnvironment({ id: 'main', type: 'production', parent: null, ...changes });
}

/** The active environment of a branch, with A deployed. */
export function anActiveEnvironment(changes: Partial<Environment> = {}): Environment {
  return anEnvironment({ status: 'active', resources: 'default', deployment: aDeployment(), ...changes });
}

/** The active environment of `aPullRequest()`, with A deployed. */
export function aPullRequestEnvironment(changes: Partial<Environment> = {}): Environment {
  return anActiveEnvironment({
    id: 'pr-1',
    title: 'A better header',
    pull_request: aLink(),
    ...changes,
  });
}

/** An environment's link to pull request #1. */
export function aLink(changes: Partial<PullRequestLink> = {}): PullRequestLink {
  return { number: 1, source_branch: 'feature/x', target_branch: 'main', fork: null, ...changes };
}

/** A link to pull request #1 from a fork, by default without an approved commit. */
export function aForkLink(approved: string | null = null): PullRequestLink {
  return aLink({ fork: { repository: 'stranger/website', approved_commit: approved && commit(approved) } });
}

/** A deployment of commit A with one route. */
export function aDeployment(changes: Partial<Deployment> = {}): Deployment {
  return { id: 'first', commit: commit('A'), routes: [aRoute()], created_at: start, ...changes };
}

/** A primary upstream route. */
export function aRoute(changes: Partial<Route> = {}): Route {
  return { url: 'https://sites.example.org/x/', type: 'upstream', primary: true, ...changes };
}

/** Pull request #1 from `feature/x` at A to `main`. */
export function aPullRequest(
  changes: Partial<Omit<PullRequest, 'source' | 'target'>> & {
    source?: Partial<PullRequest['source']>;
    target?: string;
  } = {},
): PullRequest {
  const { source, target = 'main', ...rest } = changes;
  return {
    number: 1,
    title: 'A better header',
    source: { branch: 'feature/x', commit: commit('A'), repository: 'acme/website', ...source },
    target: { branch: target },
    fork: false,
    ...rest,
  };
}

/** Pull request #1 from the branch `feature/x` of a fork. */
export function aForkPullRequest(changes: Parameters<typeof aPullRequest>[0] = {}): PullRequest {
  const source = { repository: 'stranger/website', ...changes.source };
  return aPullRequest({ fork: true, ...changes, source });
}

/** An activity in progress, by default a push. */
export function aRunningActivity(changes: Partial<Activity> = {}): Activity {
  return anActivity({ id: 'running', state: 'in_progress', started_at: start, ...changes });
}

/** A pending activity, by default a push. */
export function aWaitingActivity(changes: Partial<Activity> = {}): Activity {
  return anActivity({ id: 'waiting', ...changes });
}

function anActivity(changes: Partial<Activity>): Activity {
  const type = changes.type ?? 'environment.push';
  return {
    id: 'activity',
    type,
    state: 'pending',
    result: null,
    text: `${type} ${nameOf(changes.commit) ?? ''}`.trim(),
    because: 'it was asked for',
    commit: null,
    clone_data: false,
    requested: false,
    repository: null,
    starts: changes.state === 'in_progress' ? 1 : 0,
    delay: null,
    cancelled_because: null,
    created_at: start,
    started_at: null,
    completed_at: null,
    ...changes,
  };
}

/** The state that a decision is made from. Omitted options have their defaults. */
export function aState({
  environment = null,
  default_branch = 'main',
  ...options
}: {
  environment?: Environment | null;
  default_branch?: string;
} & Partial<IntegrationOptions> = {}): DecisionState {
  return { default_branch, environment, integration: anIntegration(options) };
}

/** Asserts that a decision is a change that keeps the environment, and returns it. */
export function changeOf(decision: Decision): Change & { environment: Environment } {
  expect(decision).toMatchObject({ verdict: 'change', environment: { id: expect.any(String) } });
  return decision as Change & { environment: Environment };
}

/** Open activities in short: `push B, running`, `delete, waiting`, `activate A with data, waiting`. */
export function queueOf({ activities }: Pick<Environment, 'activities'>): string[] {
  return activities.map(
    (activity) => `${inShort(activity)}, ${activity.state === 'in_progress' ? 'running' : 'waiting'}`,
  );
}

/** Ended activities in short: `push B: success`, `push B: cancelled`. */
export function endedOf(activities: readonly Activity[]): string[] {
  return activities.map((activity) => `${inShort(activity)}: ${activity.result ?? activity.state}`);
}

/** An activity in short: `push B`, `activate A with data`. */
export function inShort({ type, commit: id, clone_data }: Activity): string {
  const verb = type.replace(/^(environment|integration\.\w+)\./, '');
  return [verb, nameOf(id), clone_data ? 'with data' : null].filter(Boolean).join(' ');
}
