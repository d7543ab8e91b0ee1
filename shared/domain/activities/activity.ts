import type { IntegrationType } from '../integrations/integration-type.ts';

/** The types of activities, with Upsun's names where Upsun has them. */
export type ActivityType =
  | 'environment.push'
  | 'environment.activate'
  | 'environment.branch'
  | 'environment.redeploy'
  | 'environment.synchronize'
  | 'environment.deactivate'
  | 'environment.delete'
  | `integration.${IntegrationType}.${'fetch' | 'prune' | 'register_hooks' | 'default_branch'}`;

/** A limit or an outage that delays an activity. A delay is neither an attempt nor a failure. */
export interface Delay {
  /** The obstacle, in a sentence or two. */
  because: string;
  /** The time of the first obstacle. */
  since: string;
  /** The time of the next try; null during a try. */
  next_try: string | null;
}

/** A line of an activity's log. */
export interface LoggedLine {
  at: string;
  text: string;
}

/** A unit of work on an environment or an integration, visible to users. */
export interface Activity {
  id: string;
  type: ActivityType;
  state: 'pending' | 'in_progress' | 'complete' | 'cancelled';
  result: 'success' | 'failure' | null;
  /** The work in one line: `Push 1a2b3c4 to main`. */
  text: string;
  /** The reason for the activity; after a failure or a cancellation, the reason for that. */
  because: string;
  /** The commit as announced by Bitbucket; the commit that git has is built. */
  commit: string | null;
  /** Copy the parent's data before deploying. */
  clone_data: boolean;
  /** A user requested the activity: it runs even if nothing changed or git's state contradicts it. */
  requested: boolean;
  /** For a fetch: the repository's new name, if Bitbucket announced one. */
  repository: string | null;
  /** For a change of the default branch: the new default branch. */
  branch?: string;
  /** For a prune: the digest of the deletions above the limit that a user confirmed. */
  confirms?: string;
  /** The time of the delivery that caused the activity. */
  delivered_at?: string;
  /** The number of starts. The decision that starts the activity counts as the first; delays do not count. */
  starts: number;
  /** Null unless a limit or an outage delays the activity. */
  delay: Delay | null;
  /** The reason for the cancellation of a running activity; null unless a user cancelled the activity. */
  cancelled_because: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
  /** The last lines of an ended activity's log, if they are not stored with the others. */
  log?: readonly LoggedLine[];
}

/** The activity that an environment's view shows: the running one, or the last that ended. */
export type LastActivity = Pick<
  Activity,
  'id' | 'type' | 'state' | 'result' | 'because' | 'created_at' | 'completed_at'
>;

/** The end of an activity and its reason. */
export interface Ending {
  result: 'success' | 'failure' | 'cancelled';
  because: string;
  /** Lines of the log to keep in the activity's record. */
  log?: readonly LoggedLine[];
}

/** A request for a new activity; the fields are those of `Activity`. */
export interface ActivityRequest {
  id: string;
  type: ActivityType;
  text: string;
  because: string;
  commit?: string | null;
  clone_data?: boolean;
  requested?: boolean;
  repository?: string | null;
  branch?: string;
  confirms?: string;
  delivered_at?: string;
}

function pending(request: ActivityRequest, now: string): Activity {
  return {
    commit: null,
    clone_data: false,
    requested: false,
    repository: null,
    ...request,
    state: 'pending',
    result: null,
    created_at: now,
    starts: 0,
    delay: null,
    cancelled_because: null,
    started_at: null,
    completed_at: null,
  };
}

function ended(activity: Activity, ending: Ending, now: string): Activity {
  return {
    ...activity,
    state: ending.result === 'cancelled' ? 'cancelled' : 'complete',
    result: ending.result === 'cancelled' ? null : ending.result,
    because: ending.result === 'success' ? activity.because : ending.because,
    delay: null,
    completed_at: now,
    ...(ending.log && ending.log.length > 0 ? { log: ending.log } : {}),
  };
}

/** The activities of an environment or integration after a change of its queue. */
export interface ActivityQueue {
  /** Activities that have not ended, in the order of their execution. */
  open: Activity[];
  /** Activities that ended by the change. */
  finished: Activity[];
}

/**
 * Adds an activity behind the running one, and cancels pending or delayed activities that the new one supersedes. A
 * newer push supersedes an older one and inherits its options; a deletion supersedes every other activity.
 */
export function enqueue(open: readonly Activity[], request: ActivityRequest, now: string): ActivityQueue {
  const superseded = open.filter((activity) => !isUnderWay(activity) && replaces(request, activity));
  const next = pending(request, now);
  const inherits = (wish: 'clone_data' | 'requested') =>
    next[wish] || (deploys(request) && superseded.some((activity) => deploys(activity) && activity[wish]));
  const merged = { ...next, clone_data: inherits('clone_data'), requested: inherits('requested') };
  return {
    open: startFirst([...open.filter((activity) => !superseded.includes(activity)), merged], now),
    finished: superseded.map((activity) =>
      ended(activity, { result: 'cancelled', because: `superseded: ${request.text}` }, now),
    ),
  };
}

/** Removes an ended activity from the queue and starts the next one; null when the queue does not contain it. */
export function finish(
  open: readonly Activity[],
  id: string,
  ending: Ending,
  now: string,
): ActivityQueue | null {
  const activity = open.find((candidate) => candidate.id === id);
  if (!activity) return null;
  return {
    open: startFirst(
      open.filter((candidate) => candidate.id !== id),
      now,
    ),
    finished: [ended(activity, ending, now)],
  };
}

/**
 * Cancels an activity. A pending or delayed activity ends at once; a running one is marked, and ends when its work has
 * stopped. Null when the queue does not contain the activity.
 */
export function cancel(
  open: readonly Activity[],
  id: string,
  because: string,
  now: string,
): ActivityQueue | null {
  const activity = open.find((candidate) => candidate.id === id);
  if (!activity) return null;
  if (!isUnderWay(activity)) return finish(open, id, { result: 'cancelled', because }, now);
  return { open: changed(open, { ...activity, cancelled_because: because }), finished: [] };
}

/** True while work on the activity is in progress, and not delayed until the next try. */
export function isUnderWay(activity: Pick<Activity, 'state' | 'delay'>): boolean {
  return activity.state === 'in_progress' && !isSuspended(activity);
}

/** True while a delayed activity waits for its next try. */
export function isSuspended({ delay }: Pick<Activity, 'delay'>): boolean {
  return delay !== null && delay.next_try !== null;
}

/** The state that users see: a suspended activity is shown as pending. */
export function shownState(activity: Pick<Activity, 'state' | 'delay'>): Activity['state'] {
  return activity.state === 'in_progress' && isSuspended(activity) ? 'pending' : activity.state;
}

/** The queue with an updated version of one of its activities. */
export function changed(open: readonly Activity[], activity: Activity): Activity[] {
  return open.map((candidate) => (candidate.id === activity.id ? activity : candidate));
}

/** The activity in progress, which may be delayed. A queue has at most one. */
export function running(open: readonly Activity[]): Activity | undefined {
  return open.find((activity) => activity.state === 'in_progress');
}

function startFirst(open: Activity[], now: string): Activity[] {
  const [first, ...rest] = open;
  if (!first || first.state === 'in_progress') return open;
  return [{ ...first, state: 'in_progress', starts: 1, started_at: now }, ...rest];
}

const deployments: readonly ActivityType[] = [
  'environment.push',
  'environment.activate',
  'environment.branch',
  'environment.redeploy',
  'environment.synchronize',
];

/** The deletion that is queued behind a running deployment, which the deletion supersedes. */
export function deletionBehind(open: readonly Activity[]): Activity | undefined {
  const underWay = running(open);
  return underWay && deploys(underWay) ? open.find(({ type }) => type === 'environment.delete') : undefined;
}

/** The reason to stop the running activity; null when there is none. */
export function reasonToStop(open: readonly Activity[]): string | null {
  return running(open)?.cancelled_because ?? deletionBehind(open)?.because ?? null;
}

/** True for activities that deploy a commit. */
export function deploys({ type }: Pick<Activity, 'type'>): boolean {
  return deployments.includes(type);
}

/** True when a request supersedes an activity that is pending or suspended. */
export function replaces(request: Pick<ActivityRequest, 'type'>, waiting: Pick<Activity, 'type'>): boolean {
  if (request.type === 'environment.delete') return true;
  return request.type === waiting.type || (deploys(request) && deploys(waiting));
}
