import { type Deployment, type Environment, isDefault, willBeDeleted } from '../environments/environment.ts';
import { type Decision, ignore, type Moment } from '../rules/decision.ts';
import { lastStatusOf } from '../statuses/last-status.ts';
import { sameCommit } from '../values/commit.ts';
import { type Activity, type ActivityQueue, deploys, type Ending, enqueue, finish } from './activity.ts';
import { deletionRequest, pushRequest } from './requests.ts';
import { withSetback } from './setbacks.ts';

/** The outcome of an activity of an environment. */
export interface Outcome {
  activity: string;
  ending: Ending;
  /** The commit that was mirrored. */
  commit?: string | undefined;
  /** The commit whose build status shows the end, when the activity does not count as an attempt at it. */
  reported_commit?: string | undefined;
  deployment?: Deployment | undefined;
  /** Set when a failure has neither the user's code nor configuration as its cause: a later prune retries the work. */
  setback?: boolean | undefined;
  /** The obstacle to the deployment of a fetched commit, in a sentence. */
  waits?: string | undefined;
  /** Set when a second read confirmed that the environment's source is gone, so the environment must be deleted. */
  gone?: boolean | undefined;
  /** The commit at which a deletion found its source. Work that the deletion superseded or stopped is due again. */
  source_commit?: string | undefined;
}

/** Ends an activity: its outcome becomes the environment's state, and the next activity starts. */
export function conclude(outcome: Outcome, environment: Environment | null, moment: Moment): Decision {
  const queue = environment && endActivity(outcome, environment, moment);
  if (!environment || !queue) return ignore(`activity ${outcome.activity} has ended already`);
  return {
    verdict: 'change',
    because: outcome.ending.because,
    environment: afterwards(outcome, environment, queue, moment),
    finished: queue.finished,
  };
}

/** Null when the activity is not in the queue. */
function endActivity(outcome: Outcome, environment: Environment, moment: Moment): ActivityQueue | null {
  const { activity, ending, source_commit } = outcome;
  // The deletion is queued before the activity ends, so that no superseded activity starts.
  const before = mustBeDeleted(outcome, environment)
    ? enqueue(
        environment.activities,
        { ...deletionRequest(environment, ending.because), id: moment.activityId },
        moment.now,
      )
    : { open: environment.activities, finished: [] };
  const after = finish(before.open, activity, ending, moment.now);
  if (!after) return null;
  const finished = [...before.finished, ...after.finished];
  if (source_commit === undefined || !isBehind(environment, source_commit) || after.open.length > 0)
    return { ...after, finished };
  const push = pushRequest(source_commit, environment.id);
  const request = { ...push, because: ending.because, id: moment.activityId };
  return { ...enqueue([], request, moment.now), finished };
}

/** Active environments compare the deployed commit: a stopped build can advance `head_commit` without deploying. */
function isBehind({ status, head_commit, deployment }: Environment, commit: string): boolean {
  if (!sameCommit(commit, head_commit)) return true;
  return status === 'active' && !sameCommit(commit, deployment?.commit ?? null);
}

function afterwards(
  outcome: Outcome,
  environment: Environment,
  { open, finished }: ActivityQueue,
  moment: Moment,
): Environment | null {
  const { activity, ending, commit, deployment, source_commit, setback } = outcome;
  const before = environment.activities.find(({ id }) => id === activity);
  const ended = finished.find(({ id }) => id === activity);
  const done = ending.result === 'success' ? ended?.type : undefined;
  if (done === 'environment.delete') {
    return open.length === 0 ? null : recreated(environment, open, moment);
  }
  if (done === 'environment.deactivate') {
    const updated_at = moment.now;
    return { ...environment, status: 'inactive', deployment: null, activities: open, updated_at };
  }
  // A teardown uses the deployed commit, which may be older than the head. A build stopped for a deletion does not count
  // as an attempt at its commit while an older deployment exists.
  const isStopped = ending.result === 'cancelled' && open[0]?.type === 'environment.delete';
  const isTried = ended && deploys(ended) && !(isStopped && environment.deployment);
  const fetched = isTried ? commit : undefined;
  return {
    ...environment,
    activities: open,
    head_commit: fetched ?? environment.head_commit,
    deployment: deployment ?? environment.deployment,
    gone_since: source_commit === undefined ? environment.gone_since : null,
    build_status: (before && lastStatusOf(environment, before, outcome)) ?? environment.build_status,
    failed_deletions: deployment ? 0 : environment.failed_deletions + failedDeletions(ended, setback),
    setbacks: setbacksAfter(environment, ended, { ending, setback }, moment),
    updated_at: moment.now,
  };
}

/** Only a `.bough/teardown` that ran and failed counts: after limits and outages, a deletion is always retried. */
function failedDeletions(ended: Activity | undefined, setback: boolean | undefined): number {
  return ended?.type === 'environment.delete' && ended.result === 'failure' && !setback ? 1 : 0;
}

function setbacksAfter(
  { setbacks }: Environment,
  ended: Activity | undefined,
  { ending, setback }: Pick<Outcome, 'ending' | 'setback'>,
  { now }: Moment,
): Environment['setbacks'] {
  if (ending.result === 'cancelled') return setbacks;
  return setback && ended ? withSetback(setbacks, ended.commit, now) : null;
}

/**
 * The environment after its deletion when a push arrived meanwhile: a new one without state. The environment of a pull
 * request keeps its resources, which a user may have chosen.
 */
function recreated(environment: Environment, open: Environment['activities'], moment: Moment): Environment {
  const resources = environment.pull_request ? environment.resources : null;
  return {
    ...environment,
    status: resources === null ? 'inactive' : 'active',
    resources,
    head_commit: null,
    deployment: null,
    failed_deletions: 0,
    gone_since: null,
    build_status: null,
    setbacks: null,
    last_activity: null,
    activities: open,
    created_at: moment.now,
    updated_at: moment.now,
  };
}

function mustBeDeleted({ gone }: Outcome, environment: Environment): boolean {
  const mayGo = !isDefault(environment) && !environment.protected;
  return gone === true && mayGo && !willBeDeleted(environment);
}
