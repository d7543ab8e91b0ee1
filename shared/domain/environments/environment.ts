import type { Activity } from '../activities/activity.ts';
import { pauseAfter, type Setbacks } from '../activities/setbacks.ts';
import type { IntegrationOptions, Resources } from '../integrations/integration.ts';
import type { LastStatus } from '../statuses/build-status.ts';
import { isFullCommit, sameCommit } from '../values/commit.ts';
import type { Route } from './routes.ts';

export type EnvironmentType = 'production' | 'staging' | 'development';

/** What the last successful run of the builder left behind. */
export interface Deployment {
  /** The activity that made it. */
  id: string;
  commit: string;
  routes: Route[];
  created_at: string;
}

/** Which pull request an environment is for. */
export interface PullRequestLink {
  number: number;
  source_branch: string;
  target_branch: string;
  /** The fork that the source is in; null for the integration's own repository. */
  fork: Fork | null;
}

export interface Fork {
  /** Its full name, such as `stranger/website`. */
  repository: string;
  /** The last commit that was allowed to be deployed. */
  approved_commit: string | null;
}

/** A branch's or a pull request's place to run. */
export interface Environment {
  /** The branch's name, or `pr-<number>`. */
  id: string;
  /** Tells an environment from a later one of the same id, whose versions begin anew; '' in records that predate it. */
  incarnation: string;
  project: string;
  /** The integration that it mirrors. */
  integration: string;
  title: string;
  type: EnvironmentType;
  /** Inactive environments hold code only. What users are shown also tells of work under way: `shownStatus`. */
  status: 'inactive' | 'active';
  parent: string | null;
  /** True when a user chose the parent of a pull request's environment, which follows the target otherwise. */
  parent_is_chosen: boolean;
  /** The newest commit that the mirror is known to have; null before the first. */
  head_commit: string | null;
  pull_request: PullRequestLink | null;
  /** False for one that a user made with `environment:branch`, while the repository has no such branch. */
  has_remote: boolean;
  /** What it was given to run on when it was activated; null before it ever was. */
  resources: Resources | null;
  deployment: Deployment | null;
  /** How often it should have gone and could not be taken down. */
  failed_deletions: number;
  /** Set by a user: nothing but a user who confirms it deletes the environment. */
  protected: boolean;
  /** When the branch of an active environment was found to be gone; null while it exists. */
  gone_since: string | null;
  /** The last build status; null before the first. */
  build_status: LastStatus | null;
  /** Failures in a row that are none of the user's; null after any other end. */
  setbacks: Setbacks | null;
  /** Work that has not ended, in the order in which it will be done; at most the first is running. */
  activities: Activity[];
  created_at: string;
  updated_at: string;
  /** Grows by one with every commit of a decision. */
  version: number;
}

/** The fields of an environment that its maker chooses. */
type NewEnvironment = Pick<Environment, 'id' | 'project' | 'integration' | 'title' | 'parent'> &
  Partial<Environment>;

/** An environment without code, work or history: an inactive development one unless `fields` say otherwise. */
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
    gone_since: null,
    build_status: null,
    setbacks: null,
    activities: [],
    created_at: now,
    updated_at: now,
    version: 0,
    ...fields,
  };
}

/** The status that users see. `dirty` means that an activity is under way. */
export function shownStatus(environment: Environment): 'inactive' | 'active' | 'dirty' | 'deleting' {
  if (environment.activities.some(({ type }) => type === 'environment.delete')) return 'deleting';
  return environment.activities.length > 0 ? 'dirty' : environment.status;
}

/** True when all that is under way ends with its deletion. A push that came after that lets it begin anew. */
export function willBeDeleted(environment: Environment): boolean {
  return environment.activities.at(-1)?.type === 'environment.delete';
}

/** True for the default branch's own, which is never deleted. */
export function isDefault({ type }: Pick<Environment, 'type'>): boolean {
  return type === 'production';
}

/** Why only a user may delete the environment; null when it is not protected. */
export function protection({ id, protected: isProtected }: Environment): string | null {
  return isProtected
    ? `${id} is protected: bough environment:info -e ${id} protected false lifts that`
    : null;
}

/** After this many failed teardowns only a user deletes the environment. */
export const mostFailedDeletions = 3;

/** Why it is not tried again to take down what could not be; null as long as it is. */
export function deletionGivenUp({ id, failed_deletions }: Environment): string | null {
  if (failed_deletions < mostFailedDeletions) return null;
  return `taking down ${id} has failed ${failed_deletions} times: bough environment:delete ${id} does it without .bough/teardown`;
}

/** Why an idle environment is left alone after setbacks of the work on `commit` (null: its deletion); null when it is not. */
export function pauseOf(
  { activities, setbacks }: Environment,
  commit: string | null,
  { now }: { now: string },
): string | null {
  return activities.length === 0 ? pauseAfter(setbacks, commit, now) : null;
}

/** True for a pull request's until a deployment has succeeded, however many were tried. */
export function isNew(environment: Environment): boolean {
  return environment.pull_request !== null && environment.deployment === null;
}

/**
 * Whether a deployment begins with a copy of the parent's data: one of a new environment does if it ever shall. A copy
 * replaces the data, so a protected environment gets another one only when a user asks for it.
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
 * True when the environment has the commit or is on its way to it. An environment that is being deleted is on its way to
 * none, and an idle one whose last work on the commit met a setback does not have it.
 */
export function expectsCommit(environment: Environment, commit: string | null): boolean {
  if (willBeDeleted(environment)) return false;
  const last = environment.activities.at(-1);
  const { setbacks } = environment;
  if (!last && commit !== null && setbacks && sameCommit(setbacks.commit, commit)) return false;
  return sameCommit(last ? last.commit : environment.head_commit, commit);
}

/**
 * The commit whose own scripts take down what was deployed. Of a fork it is never one that nobody has agreed to;
 * null when there is none.
 */
export function teardownCommit({ deployment, head_commit, pull_request }: Environment): string | null {
  if (deployment) return deployment.commit;
  const approved = pull_request?.fork?.approved_commit ?? null;
  const isOurs = !pull_request?.fork;
  const agreed = isOurs || sameCommit(approved, head_commit) ? [approved, head_commit] : [approved];
  // Any of them may be abbreviated; only a whole one can be restored.
  return agreed.find((commit) => commit !== null && isFullCommit(commit)) ?? null;
}

/** The git reference from which an environment is built. */
export function sourceRef(environment: Environment): string {
  const branch = environment.pull_request?.source_branch ?? environment.id;
  return environment.pull_request && branch.startsWith('refs/') ? branch : `refs/heads/${branch}`;
}

/**
 * Where the mirror keeps an environment's head. A pull request has its own reference,
 * so that its commit stays restorable when its source branch moves on or goes.
 */
export function mirrorRef(environment: Environment): string {
  return environment.pull_request
    ? `refs/pull-requests/${environment.pull_request.number}/from`
    : `refs/heads/${environment.id}`;
}
