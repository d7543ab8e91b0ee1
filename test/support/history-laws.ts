import { isDeepStrictEqual } from 'node:util';
import { running } from '../../shared/domain/activities/activity.ts';
import type { Build } from '../../shared/domain/builds/build.ts';
import type { QueuedEvent } from '../../shared/domain/deliveries/delivery.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import type { Integration, IntegrationOptions } from '../../shared/domain/integrations/integration.ts';
import { anActiveEnvironment, nameOf } from './builders.ts';
import type { World } from './world.ts';

/** The facts of a history that the laws depend on. */
export function aLedger() {
  return {
    /** Failed builds: `<environment> <commit>` for a deployment, `<environment>` for a teardown. */
    failed: new Set<string>(),
    /** The number of failed deletions by environment. */
    failedDeletions: new Map<string, number>(),
    /** Accepted actions of users, like `deactivate pr-1`, and `resync` once that option was on. */
    acceptedActions: new Set<string>(),
    /** The accepted action of the current step. */
    currentAction: null as string | null,
    /** Commits of forks. */
    forkCommits: new Set<string>(),
    /** Approved commits: `<commit>` under `always`, `<environment> <commit>` by a user. */
    approved: new Set<string>(),
    /** Environments created with `environment:branch`. */
    branched: new Set<string>(),
    /** Branches that the repository had at any time. */
    pushed: new Set<string>(),
    /** Environments that users have deactivated. */
    deactivated: new Set<string>(),
    /** Deleted environments, including recreated ones. */
    deleted: new Set<string>(),
  };
}

/** The ledger that `aLedger` creates. */
export type Ledger = ReturnType<typeof aLedger>;

/** One step of a history: the environments before and after it, and the builds that it started or stopped. */
interface Step {
  world: World;
  ledger: Ledger;
  options: IntegrationOptions;
  before: readonly Environment[];
  after: readonly Environment[];
  started: readonly Build[];
  stopped: readonly Build[];
}

/** The violations of the laws in a step. */
export function brokenLaws(step: Step): string[] {
  const { ledger, before, after } = step;
  const left = new Map(after.map((environment) => [environment.id, environment]));
  for (const { id, created_at } of before) {
    if (left.get(id)?.created_at === created_at) continue;
    ledger.deleted.add(id);
    ledger.deactivated.delete(id);
  }
  return [
    ...step.started.flatMap((build) =>
      build.action === 'deploy' ? wrongDeployment(step, build) : wrongTeardown(step, build),
    ),
    ...step.stopped.flatMap((build) => wrongStop(step, build)),
    ...wrongRemovals(step, left),
    ...before.flatMap((environment) => wrongStatus(step, environment, left.get(environment.id))),
    ...after.flatMap((environment) => wrongDeactivation(step, environment)),
    ...wrongDeletions(step),
    ...wrongParents(step, left),
    ...wrongQueues(after),
    ...wrongLosses(step),
    ...wrongUnrelatedChanges(after),
  ];
}

/** A deployment uses git's current commit, for a fork an approved one. Only the first deployment of a pull request copies data. */
function wrongDeployment(
  { world, ledger, options }: Step,
  { environment, activity, commit }: Build,
): string[] {
  const { id, pull_request, deployment, has_remote, head_commit } = environment;
  const head = headOf(world, environment) ?? (has_remote ? undefined : nameOf(head_commit));
  const wrong: string[] = [];
  if (nameOf(commit) !== head) wrong.push(`${id} got ${nameOf(commit)}, not ${head}`);
  if (pull_request?.fork && !isApproved(ledger, id, commit))
    wrong.push(`${id} got ${nameOf(commit)} of a fork, unapproved`);
  if (environment.status !== 'active') wrong.push(`${id} was deployed while inactive`);
  if (!pull_request || activity.requested || ledger.acceptedActions.has('resync')) return wrong;
  const shallCopy = deployment === null && options.pull_requests_clone_parent_data;
  if (activity.clone_data !== shallCopy) wrong.push(`${id} got ${shallCopy ? 'no' : 'new'} data`);
  return wrong;
}

/** A teardown needs a closed source or a user's request, and does not run scripts of an unapproved commit. */
function wrongTeardown({ world, ledger }: Step, { environment, activity, commit }: Build): string[] {
  const { id, pull_request } = environment;
  const wrong: string[] = [];
  if (!activity.requested && exists(world, environment)) wrong.push(`${id} was torn down`);
  if (pull_request?.fork && !/^0+$/.test(commit) && !isApproved(ledger, id, commit))
    wrong.push(`${id} was torn down by ${nameOf(commit)} of a fork, unapproved`);
  return wrong;
}

/** Only deployments are stopped, and only if their source is gone. */
function wrongStop({ world }: Step, { action, environment }: Build): string[] {
  const wasRight = action === 'deploy' && !exists(world, environment);
  return wasRight ? [] : [`the ${action} of ${environment.id} was stopped`];
}

function isApproved({ approved }: Ledger, environment: string, commit: string): boolean {
  return approved.has(commit) || approved.has(`${environment} ${commit}`);
}

function exists({ repository }: World, { id, pull_request }: Environment): boolean {
  return pull_request
    ? repository.pullRequests.get(pull_request.number)?.open === true
    : repository.heads.has(id);
}

/** An inactive environment is removed only if its source is gone or on a user's request. */
function wrongRemovals({ world, before }: Step, left: ReadonlyMap<string, Environment>): string[] {
  return before
    .filter(({ id, status }) => !left.has(id) && status === 'inactive')
    .filter((environment) => !running(environment.activities)?.requested && exists(world, environment))
    .map(({ id }) => `${id} was removed`);
}

/** Only a user changes an environment from active to inactive or back. */
function wrongStatus({ ledger }: Step, before: Environment, after: Environment | undefined): string[] {
  if (!after || after.created_at !== before.created_at || after.status === before.status) return [];
  const { id } = before;
  if (after.status === 'inactive')
    return ledger.acceptedActions.has(`deactivate ${id}`) ? [] : [`${id} was deactivated`];
  const isNew = before.resources === null;
  return isNew || ledger.currentAction === `activate ${id}` ? [] : [`${id} was activated`];
}

/** An environment that a user deactivated becomes inactive, unless its build failed. */
function wrongDeactivation({ ledger }: Step, { id, status, activities }: Environment): string[] {
  const isDone = activities.length > 0 || status === 'inactive' || ledger.failed.has(id);
  return ledger.deactivated.has(id) && !isDone ? [`${id} did not become inactive`] : [];
}

/** With `prune_branches` off, the deletion of a branch does not delete its environment, unless that has no commit. */
function wrongDeletions(step: Step): string[] {
  const { options, before, after, started } = step;
  if (options.prune_branches) return [];
  const isBranch = ({ pull_request, head_commit }: Environment) => !pull_request && head_commit !== null;
  const left = new Set(after.map(({ id }) => id));
  const removed = before.filter(
    (environment) =>
      isBranch(environment) &&
      !left.has(environment.id) &&
      environment.status === 'inactive' &&
      !running(environment.activities)?.requested,
  );
  const tornDown = started.filter(
    ({ action, activity, environment }) =>
      action === 'teardown' && !activity.requested && isBranch(environment),
  );
  const known = new Set(before.flatMap(({ activities }) => activities.map(({ id }) => id)));
  const asked = after
    .filter(isBranch)
    .filter(({ activities }) =>
      activities.some(
        ({ id, type, requested }) => type === 'environment.delete' && !requested && !known.has(id),
      ),
    );
  const pruned = [...asked, ...removed, ...tornDown.map(({ environment }) => environment)];
  return pruned.map(({ id }) => `${id} is being pruned`);
}

/** No event takes down a protected environment, or a branch's environment within its grace period. */
function wrongLosses({ world, before, started, stopped, options }: Step): string[] {
  const guarded = new Set(before.filter((one) => one.protected).map(({ id }) => id));
  const lost = started.filter(({ action, activity }) => action === 'teardown' && !activity.requested);
  const early = lost.filter(({ environment: { pull_request, gone_since } }) => {
    if (pull_request || options.prune_grace_hours === 0) return false;
    const hours = (Date.parse(world.clock.now()) - Date.parse(gone_since ?? world.clock.now())) / 3_600_000;
    return hours < options.prune_grace_hours;
  });
  return [
    ...[...lost, ...stopped]
      .filter(({ environment }) => guarded.has(environment.id))
      .map(({ environment }) => `${environment.id} was taken down although it is protected`),
    ...early.map(({ environment }) => `${environment.id} was taken down within its grace period`),
  ];
}

/** One prune queues at most as many deletions as the limit allows, and none while deletions are held back. */
export function wrongPruneLimit(
  queued: readonly QueuedEvent['event'][],
  environments: readonly Environment[],
  { prune_limit, prune_grace_hours, held_back }: Integration,
): string[] {
  const isMarked = (branch: string) =>
    prune_grace_hours > 0 &&
    environments.some(({ id, status, gone_since }) => id === branch && status === 'active' && !gone_since);
  // The first event for a deleted branch only begins the grace period.
  const deletions = queued.filter(
    (event) =>
      event.type === 'pull_request.deleted' || (event.type === 'branch.deleted' && !isMarked(event.branch)),
  );
  const most = Math.max(prune_limit.environments, (environments.length * prune_limit.percent) / 100);
  const wrong = deletions.length > most ? [`${deletions.length} deletions at once, of at most ${most}`] : [];
  if (held_back && deletions.length > 0) wrong.push('deletions are held back, and others are done');
  return wrong;
}

/** The environments of a removed integration with another repository do not change. */
function wrongUnrelatedChanges(environments: readonly Environment[]): string[] {
  const found = environments.find(({ id }) => id === unrelatedEnvironment.id);
  return isDeepStrictEqual(found, unrelatedEnvironment)
    ? []
    : [`${unrelatedEnvironment.id} is of another repository, and was changed`];
}

/** An active environment of a removed integration with another repository. */
export const unrelatedEnvironment = anActiveEnvironment({
  id: 'unrelated',
  integration: 'removed',
  parent: null,
});

/** The children of a deleted environment move to its parent. */
function wrongParents({ before, after }: Step, left: ReadonlyMap<string, Environment>): string[] {
  const gone = new Set(before.filter(({ id }) => !left.has(id)).map(({ id }) => id));
  return after
    .filter(({ parent }) => parent !== null && gone.has(parent))
    .map(({ id, parent }) => `${id} is below ${parent}, which is gone`);
}

/** The first open activity is in progress, and all others are pending. */
function wrongQueues(environments: readonly Environment[]): string[] {
  return environments
    .filter(({ activities }) =>
      activities.some((activity, place) => (activity.state === 'in_progress') !== (place === 0)),
    )
    .map(
      ({ id, activities }) => `${id} runs ${running(activities)?.id ?? 'nothing'} of ${activities.length}`,
    );
}

/** The name of the current commit of an environment's source; undefined if the source is gone. */
export function headOf(
  { repository }: World,
  { id, pull_request }: Pick<Environment, 'id' | 'pull_request'>,
): string | undefined {
  const found = pull_request && repository.pullRequests.get(pull_request.number);
  if (!found) return repository.heads.get(id);
  // An environment can have an outdated name of its fork, so the name comes from Bitbucket.
  return (found.fork === null ? repository.heads : repository.forks.get(found.fork))?.get(found.source);
}
