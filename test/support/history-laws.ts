import { isDeepStrictEqual } from 'node:util';
import { running } from '../../shared/domain/activities/activity.ts';
import type { Build } from '../../shared/domain/builds/build.ts';
import type { QueuedEvent } from '../../shared/domain/deliveries/delivery.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import type { Integration, IntegrationOptions } from '../../shared/domain/integrations/integration.ts';
import { anActiveEnvironment, nameOf } from './builders.ts';
import type { World } from './world.ts';

/** What a history has to remember, to tell what may be. */
export function aLedger() {
  return {
    /** Builds that failed: a deployment of a commit to an environment, or the teardown of one. */
    failed: new Set<string>(),
    /** How often an environment should have gone and could not be torn down. */
    failedDeletions: new Map<string, number>(),
    /** What users asked for and were not refused, like `deactivate pr-1`; and `resync`, once that was on. */
    wishes: new Set<string>(),
    /** The one of them that this step is about. */
    wish: null as string | null,
    /** Commits of forks. */
    strange: new Set<string>(),
    /** Those that were welcome when they were told, and approvals, each of a commit for an environment. */
    agreed: new Set<string>(),
    /** Environments that were made with `environment:branch`, and branches that the repository had at any time. */
    madeHere: new Set<string>(),
    pushed: new Set<string>(),
    /** Environments that users have put to sleep. */
    asleep: new Set<string>(),
    /** Environments that were deleted, whether or not they began anew. */
    deleted: new Set<string>(),
  };
}
export type Ledger = ReturnType<typeof aLedger>;

/** One step of a history: what was before, what is after it, and the builds that it has started or stopped. */
interface Step {
  world: World;
  ledger: Ledger;
  options: IntegrationOptions;
  before: readonly Environment[];
  after: readonly Environment[];
  started: readonly Build[];
  stopped: readonly Build[];
}

/** What should not have happened in this step. */
export function brokenLaws(step: Step): string[] {
  const { ledger, before, after } = step;
  const left = new Map(after.map((environment) => [environment.id, environment]));
  for (const { id, created_at } of before) {
    if (left.get(id)?.created_at === created_at) continue;
    ledger.deleted.add(id);
    ledger.asleep.delete(id);
  }
  return [
    ...step.started.flatMap((build) =>
      build.action === 'deploy' ? wrongDeployment(step, build) : wrongTeardown(step, build),
    ),
    ...step.stopped.flatMap((build) => wrongStop(step, build)),
    ...wrongRemovals(step, left),
    ...before.flatMap((environment) => wrongStatus(step, environment, left.get(environment.id))),
    ...after.flatMap((environment) => wrongSleep(step, environment)),
    ...wrongDeletions(step),
    ...wrongParents(step, left),
    ...wrongQueues(after),
    ...wrongLosses(step),
    ...wrongStrangers(after),
  ];
}

/** What is deployed is what git has now, and somebody has agreed to it; the first deployment brings the data. */
function wrongDeployment(
  { world, ledger, options }: Step,
  { environment, activity, commit }: Build,
): string[] {
  const { id, pull_request, deployment, has_remote, head_commit } = environment;
  const head = headOf(world, environment) ?? (has_remote ? undefined : nameOf(head_commit));
  const wrong: string[] = [];
  if (nameOf(commit) !== head) wrong.push(`${id} got ${nameOf(commit)}, not ${head}`);
  if (pull_request?.fork && !isAgreed(ledger, id, commit))
    wrong.push(`${id} got ${nameOf(commit)} of a fork, unapproved`);
  if (environment.status !== 'active') wrong.push(`${id} was deployed in its sleep`);
  if (!pull_request || activity.requested || ledger.wishes.has('resync')) return wrong;
  const shallCopy = deployment === null && options.pull_requests_clone_parent_data;
  if (activity.clone_data !== shallCopy) wrong.push(`${id} got ${shallCopy ? 'no' : 'new'} data`);
  return wrong;
}

/** What is torn down is gone, or a user wants it; a stranger's commit has no say in how. */
function wrongTeardown({ world, ledger }: Step, { environment, activity, commit }: Build): string[] {
  const { id, pull_request } = environment;
  const wrong: string[] = [];
  if (!activity.requested && exists(world, environment)) wrong.push(`${id} was torn down`);
  if (pull_request?.fork && !/^0+$/.test(commit) && !isAgreed(ledger, id, commit))
    wrong.push(`${id} was torn down by ${nameOf(commit)} of a fork, unapproved`);
  return wrong;
}

/** What is stopped is a deployment of what is gone. */
function wrongStop({ world }: Step, { action, environment }: Build): string[] {
  const wasRight = action === 'deploy' && !exists(world, environment);
  return wasRight ? [] : [`the ${action} of ${environment.id} was stopped`];
}

function isAgreed({ agreed }: Ledger, environment: string, commit: string): boolean {
  return agreed.has(commit) || agreed.has(`${environment} ${commit}`);
}

function exists({ repository }: World, { id, pull_request }: Environment): boolean {
  return pull_request
    ? repository.pullRequests.get(pull_request.number)?.open === true
    : repository.heads.has(id);
}

/** What had nothing to tear down is removed in the same step in which git is read. */
function wrongRemovals({ world, before }: Step, left: ReadonlyMap<string, Environment>): string[] {
  return before
    .filter(({ id, status }) => !left.has(id) && status === 'inactive')
    .filter((environment) => !running(environment.activities)?.requested && exists(world, environment))
    .map(({ id }) => `${id} was removed`);
}

/** Who was put to sleep sleeps on, and who is awake stays awake, until a user says otherwise. */
function wrongStatus({ ledger }: Step, before: Environment, after: Environment | undefined): string[] {
  if (!after || after.created_at !== before.created_at || after.status === before.status) return [];
  const { id } = before;
  if (after.status === 'inactive')
    return ledger.wishes.has(`deactivate ${id}`) ? [] : [`${id} was put to sleep`];
  const isNew = before.resources === null;
  return isNew || ledger.wish === `activate ${id}` ? [] : [`${id} was woken`];
}

/** A user's wish is done, unless its build has failed. */
function wrongSleep({ ledger }: Step, { id, status, activities }: Environment): string[] {
  const isDone = activities.length > 0 || status === 'inactive' || ledger.failed.has(id);
  return ledger.asleep.has(id) && !isDone ? [`${id} did not fall asleep`] : [];
}

/** Where branches are not pruned, no branch takes its environment with it, unless there was never anything in that. */
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

/** A protected environment loses nothing unless a user confirms it, and one whose branch has gone has its grace period. */
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

/**
 * One reading of the repository queues no more deletions than the limit allows, and none where they are held back.
 */
export function wrongHold(
  queued: readonly QueuedEvent['event'][],
  environments: readonly Environment[],
  { prune_limit, prune_grace_hours, held_back }: Integration,
): string[] {
  const isMarked = (branch: string) =>
    prune_grace_hours > 0 &&
    environments.some(({ id, status, gone_since }) => id === branch && status === 'active' && !gone_since);
  // The event that begins a grace period deletes nothing.
  const deletions = queued.filter(
    (event) =>
      event.type === 'pull_request.deleted' || (event.type === 'branch.deleted' && !isMarked(event.branch)),
  );
  const most = Math.max(prune_limit.environments, (environments.length * prune_limit.percent) / 100);
  const wrong = deletions.length > most ? [`${deletions.length} deletions at once, of at most ${most}`] : [];
  if (held_back && deletions.length > 0) wrong.push('deletions are held back, and others are done');
  return wrong;
}

/** Nothing changes the environments that an integration with another repository has left behind. */
function wrongStrangers(environments: readonly Environment[]): string[] {
  const found = environments.find(({ id }) => id === stranger.id);
  return isDeepStrictEqual(found, stranger)
    ? []
    : [`${stranger.id} is of another repository, and was changed`];
}

/** An active environment that an integration with another repository has left behind. */
export const stranger = anActiveEnvironment({ id: 'stranger', integration: 'removed', parent: null });

/** The children of what is gone have moved to its parent. */
function wrongParents({ before, after }: Step, left: ReadonlyMap<string, Environment>): string[] {
  const gone = new Set(before.filter(({ id }) => !left.has(id)).map(({ id }) => id));
  return after
    .filter(({ parent }) => parent !== null && gone.has(parent))
    .map(({ id, parent }) => `${id} is below ${parent}, which is gone`);
}

function wrongQueues(environments: readonly Environment[]): string[] {
  return environments
    .filter(({ activities }) =>
      activities.some((activity, place) => (activity.state === 'in_progress') !== (place === 0)),
    )
    .map(
      ({ id, activities }) => `${id} runs ${running(activities)?.id ?? 'nothing'} of ${activities.length}`,
    );
}

/** Where an environment's source is now; undefined where there is none. */
export function headOf(
  { repository }: World,
  { id, pull_request }: Pick<Environment, 'id' | 'pull_request'>,
): string | undefined {
  const found = pull_request && repository.pullRequests.get(pull_request.number);
  if (!found) return repository.heads.get(id);
  // Whatever an environment knows of its fork, Bitbucket knows its name.
  return (found.fork === null ? repository.heads : repository.forks.get(found.fork))?.get(found.source);
}
