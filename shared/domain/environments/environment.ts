import type { HttpAccess } from '../access/http-access.ts';
import type { Activity, LastActivity } from '../activities/activity.ts';
import { pauseAfter, type Setbacks } from '../activities/setbacks.ts';
import type { IntegrationOptions, Resources } from '../integrations/integration.ts';
import type { LastStatus } from '../statuses/build-status.ts';
import { isFullCommit, sameCommit } from '../values/commit.ts';
import type { Route } from './routes.ts';

/** The types of environments; the default branch's environment has the type production. */
export type EnvironmentType = 'production' | 'staging' | 'development';

/** The last successful run of the builder. */
export interface Deployment {
  /** The id of the activity of the deployment. */
  id: string;
  commit: string;
  routes: Route[];
  created_at: string;
}

/** The pull request of an environment. */
export interface PullRequestLink {
  number: number;
  source_branch: string;
  target_branch: string;
  /** The fork with the source branch; null for the integration's own repository. */
  fork: Fork | null;
}

/** The fork of a pull request's source. */
export interface Fork {
  /** The full name of the fork, such as `stranger/website`. */
  repository: string;
  /** The last commit that an administrator approved; null before the first. */
  approved_commit: string | null;
}

/** A place to run for one branch or pull request. */
export interface Environment {
  /** The branch's name, or `pr-<number>`. */
  id: string;
  /** Distinguishes environments that had the same id one after the other; '' in records from before this field. */
  incarnation: string;
  project: string;
  /** The id of the integration that created the environment or adopted it. */
  integration: string;
  title: string;
  type: EnvironmentType;
  /** Inactive environments have code only. `shownStatus` adds the state of current work for users. */
  status: 'inactive' | 'active';
  parent: string | null;
  /** True when a user chose the parent of a pull request's environment, which follows the target otherwise. */
  parent_is_chosen: boolean;
  /** The newest commit that was mirrored; null before the first. */
  head_commit: string | null;
  pull_request: PullRequestLink | null;
  /** False for an environment of `environment:branch` as long as the repository has no such branch. */
  has_remote: boolean;
  /** The resources that the activation chose; null before the first activation. */
  resources: Resources | null;
  deployment: Deployment | null;
  /** The number of failed teardowns since the last deployment. */
  failed_deletions: number;
  /** Set by a user: only a user who confirms it deletes the environment. */
  protected: boolean;
  /** Whether search engines are asked not to index the site; null for the default of the environment's type. */
  restrict_robots: boolean | null;
  /** The access control of the site; null to inherit the parent's. */
  http_access: HttpAccess | null;
  /** The mark of the rule that the distribution has for the site: see `markOf`; null when it has none. */
  published_access: string | null;
  /** The start of the grace period of a deleted branch; null while the branch exists. */
  gone_since: string | null;
  /** The last build status; null before the first. */
  build_status: LastStatus | null;
  /** Consecutive failures that the user did not cause; null after any other end. */
  setbacks: Setbacks | null;
  /** The last activity that ended; null before the first, and while there are activities. */
  last_activity: LastActivity | null;
  /** Activities that have not ended, in the order of their execution; only the first may be in progress. */
  activities: Activity[];
  created_at: string;
  updated_at: string;
  /** Incremented by each stored decision. */
  version: number;
}

/** The fields that the creator of an environment chooses. */
type NewEnvironment = Pick<Environment, 'id' | 'project' | 'integration' | 'title' | 'parent'> &
  Partial<Environment>;

/** A new environment without code or activities; inactive and of the type development unless `fields` differ. */
export function newEnvironment(
  fields: NewEnvironment,
  { now, activityId }: { now: string; activityId: string },
): Environment {
  return {
    incarnation: activityId,
    type: 'development',
    status: 'inactive',
    head_commit: null,
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
    created_at: now,
    updated_at: now,
    version: 0,
    ...fields,
  };
}

/** The status that users see. `dirty` means that the environment has activities. */
export function shownStatus(environment: Environment): 'inactive' | 'active' | 'dirty' | 'deleting' {
  if (environment.activities.some(({ type }) => type === 'environment.delete')) return 'deleting';
  return environment.activities.length > 0 ? 'dirty' : environment.status;
}

/** True when the last queued activity is the deletion. A later push creates the environment again. */
export function willBeDeleted(environment: Environment): boolean {
  return environment.activities.at(-1)?.type === 'environment.delete';
}

/** True for the default branch's environment, which is never deleted. */
export function isDefault({ type }: Pick<Environment, 'type'>): boolean {
  return type === 'production';
}

/** True when search engines are asked not to index the site: by default everywhere but in production. */
export function restrictsRobots(environment: Pick<Environment, 'type' | 'restrict_robots'>): boolean {
  return environment.restrict_robots ?? !isDefault(environment);
}

/** The reason for which only a user may delete the environment; null when it is not protected. */
export function protection({ id, protected: isProtected }: Environment): string | null {
  return isProtected
    ? `${id} is protected: bough environment:info -e ${id} protected false lifts that`
    : null;
}

/** After this many failed teardowns, only a user deletes the environment. */
export const mostFailedDeletions = 3;

/** The reason for which failed teardowns are no longer retried; null as long as they are. */
export function deletionGivenUp({ id, failed_deletions }: Environment): string | null {
  if (failed_deletions < mostFailedDeletions) return null;
  return `taking down ${id} has failed ${failed_deletions} times: bough environment:delete ${id} does it without .bough/teardown`;
}

/** The reason for a pause after setbacks of the work on `commit` (null: the deletion); null when there is none. */
export function pauseOf(
  { activities, setbacks }: Environment,
  commit: string | null,
  { now }: { now: string },
): string | null {
  return activities.length === 0 ? pauseAfter(setbacks, commit, now) : null;
}

/** True for a pull request's environment before its first successful deployment. */
export function isNew(environment: Environment): boolean {
  return environment.pull_request !== null && environment.deployment === null;
}

/**
 * True when a deployment starts with a copy of the parent's data. The option decides for a new environment. A copy
 * replaces the data, so in a protected environment only a request of a user copies again.
 */
export function copiesData(
  environment: Environment,
  activity: Activity,
  { pull_requests_clone_parent_data }: IntegrationOptions,
): boolean {
  if (isNew(environment)) return pull_requests_clone_parent_data;
  return activity.clone_data && (activity.requested || !environment.protected);
}

/**
 * True when the environment has the commit, or its last queued activity is for the commit. False during a deletion, and
 * for an idle environment whose last work on the commit had a setback.
 */
export function expectsCommit(environment: Environment, commit: string | null): boolean {
  if (willBeDeleted(environment)) return false;
  const last = environment.activities.at(-1);
  const { setbacks } = environment;
  if (!last && commit !== null && setbacks && sameCommit(setbacks.commit, commit)) return false;
  return sameCommit(last ? last.commit : environment.head_commit, commit);
}

/** The commit whose scripts run the teardown; null when there is none. An unapproved commit of a fork is never used. */
export function teardownCommit({ deployment, head_commit, pull_request }: Environment): string | null {
  if (deployment) return deployment.commit;
  const approved = pull_request?.fork?.approved_commit ?? null;
  const isOurs = !pull_request?.fork;
  const agreed = isOurs || sameCommit(approved, head_commit) ? [approved, head_commit] : [approved];
  // Ids may be abbreviated; only a commit with a full id can be restored.
  return agreed.find((commit) => commit !== null && isFullCommit(commit)) ?? null;
}

/** The branch of the repository that a pull request's environment is built from; null for a branch's and for a fork's. */
export function builtBranch({ pull_request }: Pick<Environment, 'pull_request'>): string | null {
  return pull_request?.fork === null ? pull_request.source_branch : null;
}

/** The git reference that an environment is built from. */
export function sourceRef(environment: Environment): string {
  const branch = environment.pull_request?.source_branch ?? environment.id;
  return environment.pull_request && branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

/**
 * The mirror's reference for an environment's head. A pull request has its own reference, so that its commit stays
 * restorable when its source branch moves or is deleted.
 */
export function mirrorRef(environment: Environment): string {
  return environment.pull_request
    ? `refs/pull-requests/${environment.pull_request.number}/from`
    : `refs/heads/${environment.id}`;
}
