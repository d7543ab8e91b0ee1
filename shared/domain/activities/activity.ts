import type { IntegrationType } from '../integrations/integration-type.ts';

export type ActivityType =
  | 'environment.push'
  | 'environment.activate'
  | 'environment.branch'
  | 'environment.redeploy'
  | 'environment.synchronize'
  | 'environment.deactivate'
  | 'environment.delete'
  | `integration.${IntegrationType}.${'fetch' | 'prune' | 'register_hooks' | 'default_branch'}`;

/** A limit or an outage that delays an activity. Waiting counts neither as an attempt nor as a failure. */
export interface Delay {
  /** The obstacle, in a sentence or two. */
  because: string;
  since: string;
  /** When the work is tried again; null while it is being tried. */
  next_try: string | null;
}

/** A unit of work on an environment or an integration, visible to users. */
export interface Activity {
  id: string;
  type: ActivityType;
  state: 'pending' | 'in_progress' | 'complete' | 'cancelled';
  result: 'success' | 'failure' | null;
  /** What it does, in one line: `Push 1a2b3c4 to main`. */
  text: string;
  /** Why it exists; once it ended without success, why that. */
  because: string;
  /** The commit that asked for it, as announced; git decides which one is built. */
  commit: string | null;
  /** Copy the parent's data before deploying. */
  clone_data: boolean;
  /** A user asked for it: it is done although nothing has changed, and although git may say otherwise. */
  requested: boolean;
  /** For a fetch: the repository's name as Bitbucket announced it, when it is another than the known one. */
  repository: string | null;
  /** For a change of the default branch: the new one. */
  branch?: string;
  /** For a prune: the digest of the deletions that a user has confirmed although they are too many. */
  confirms?: string;
  /** When Bitbucket delivered what it is for: since then people wait. */
  delivered_at?: string;
  /** How often its work was begun; the decision that makes it run counts the first time. Waiting adds nothing. */
  starts: number;
  /** Null unless a limit or an outage delays it. */
  delay: Delay | null;
  /** Set once a user has cancelled it while it runs: the reason that it ends with. */
  cancelled_because: string | null;
  created_at: string;
  started_at: string | null;
  completed_at: string | null;
}

/** How an activity ended. */
export interface Ending {
  result: 'success' | 'failure' | 'cancelled';
  because: string;
}

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
  };
}

export interface ActivityQueue {
  open: Activity[];
  finished: Activity[];
}

/**
 * Puts a request behind the activity that runs. Activities that have not begun, or sleep until their next try, are
 * cancelled when the request makes them pointless: a newer push replaces an older one (and takes over its wishes),
 * a deletion replaces everything.
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

/** Takes an ended activity off the queue and starts the one behind it; null when it is not on the queue. */
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
 * Cancels an activity. An activity that has not begun, or sleeps, ends at once; an activity under way is marked, and
 * ends when its work has stopped. Null when the activity is not on the queue.
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

/** True while an activity is worked on: it runs, and does not sleep until its next try. */
export function isUnderWay(activity: Pick<Activity, 'state' | 'delay'>): boolean {
  return activity.state === 'in_progress' && !isSuspended(activity);
}

/** True while a delayed activity sleeps until its next try. */
export function isSuspended({ delay }: Pick<Activity, 'delay'>): boolean {
  return delay !== null && delay.next_try !== null;
}

/** The state that users see: an activity that sleeps until its next try is pending. */
export function shownState(activity: Pick<Activity, 'state' | 'delay'>): Activity['state'] {
  return activity.state === 'in_progress' && isSuspended(activity) ? 'pending' : activity.state;
}

/** The queue with one of its activities replaced by its newer self. */
export function changed(open: readonly Activity[], activity: Activity): Activity[] {
  return open.map((candidate) => (candidate.id === activity.id ? activity : candidate));
}

/** The activity at the front of the queue, which is worked on or delayed. There is never more than one. */
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

/** The deletion that waits behind a deployment, which it makes pointless. No other work is: a teardown is half of it. */
export function deletionBehind(open: readonly Activity[]): Activity | undefined {
  const underWay = running(open);
  return underWay && deploys(underWay) ? open.find(({ type }) => type === 'environment.delete') : undefined;
}

/** Why the activity that runs is to be stopped; null while nothing asks for that. */
export function reasonToStop(open: readonly Activity[]): string | null {
  return running(open)?.cancelled_because ?? deletionBehind(open)?.because ?? null;
}

/** True for what ends with the builder bringing a commit to life. */
export function deploys({ type }: Pick<Activity, 'type'>): boolean {
  return deployments.includes(type);
}

/** True when a newer request makes an activity pointless that was not begun, or sleeps. */
export function replaces(request: Pick<ActivityRequest, 'type'>, waiting: Pick<Activity, 'type'>): boolean {
  if (request.type === 'environment.delete') return true;
  return request.type === waiting.type || (deploys(request) && deploys(waiting));
}
