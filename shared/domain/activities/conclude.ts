import { type Deployment, type Environment, isDefault, willBeDeleted } from '../environments/environment.ts';
import { type Decision, ignore, type Moment } from '../rules/decision.ts';
import { lastStatusOf } from '../statuses/last-status.ts';
import { sameCommit, shortCommit } from '../values/commit.ts';
import {
  type Activity,
  type ActivityQueue,
  type ActivityRequest,
  deploys,
  type Ending,
  enqueue,
  finish,
} from './activity.ts';
import { withSetback } from './setbacks.ts';

/** What an activity of an environment came to. */
export interface Outcome {
  activity: string;
  ending: Ending;
  /** The commit that the mirror now has. */
  commit?: string | undefined;
  /** The commit beside which Bitbucket is to show the end, when the commit does not count as tried. */
  reported_commit?: string | undefined;
  deployment?: Deployment | undefined;
  /** Set when neither the user's code nor the user's configuration is the reason of a failure: it is tried again, later. */
  setback?: boolean | undefined;
  /** Set when the commit was fetched and may not be deployed yet: what it waits for, in a sentence. */
  waits?: string | undefined;
  /** Set when reading again showed that the environment's source is gone for good, so that it must go too. */
  gone?: boolean | undefined;
  /** Set when a deletion found the source alive, at this commit: what it had superseded or stopped counts again. */
  source_commit?: string | undefined;
}

/** Ends an activity: what it brought about becomes the environment's state, and the next one starts. */
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

/** Null when the activity is not under way. */
function endActivity(outcome: Outcome, environment: Environment, moment: Moment): ActivityQueue | null {
  const { activity, ending, source_commit } = outcome;
  // The deletion comes before the end, so that nothing is started which it makes pointless.
  const before = mustBeDeleted(outcome, environment)
    ? enqueue(environment.activities, deletionOf(environment, outcome, moment), moment.now)
    : { open: environment.activities, finished: [] };
  const after = finish(before.open, activity, ending, moment.now);
  if (!after) return null;
  const finished = [...before.finished, ...after.finished];
  if (source_commit === undefined || !isBehind(environment, source_commit) || after.open.length > 0)
    return { ...after, finished };
  return { ...enqueue([], pushOf(environment, outcome, source_commit, moment), moment.now), finished };
}

/** An active one is at a commit when that is deployed: what was stopped for its deletion counts as tried, and is not. */
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
  // A teardown is of what is deployed, which may be older than the head. What was stopped for a deletion that fails or
  // is called off was not tried, where something else is deployed.
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

/** Only a `.bough/teardown` that ran and failed counts: with limits and outages a deletion goes on for ever. */
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
 * A push came while the environment was being deleted: it starts over, with nothing of what it was. Only what a
 * pull request was once given to run on, it need not be given again.
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
    activities: open,
    created_at: moment.now,
    updated_at: moment.now,
  };
}

function mustBeDeleted({ gone }: Outcome, environment: Environment): boolean {
  const mayGo = !isDefault(environment) && !environment.protected;
  return gone === true && mayGo && !willBeDeleted(environment);
}

function deletionOf({ id }: Environment, { ending }: Outcome, moment: Moment): ActivityRequest {
  const { because } = ending;
  return { id: moment.activityId, type: 'environment.delete', text: `Delete ${id}`, because };
}

function pushOf({ id }: Environment, { ending }: Outcome, commit: string, moment: Moment): ActivityRequest {
  const text = `Push ${shortCommit(commit)} to ${id}`;
  return { id: moment.activityId, type: 'environment.push', text, because: ending.because, commit };
}
