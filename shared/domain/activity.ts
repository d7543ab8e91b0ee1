import type { IntegrationType } from './integration-type.ts';

export type ActivityType =
  | 'environment.push'
  | 'environment.activate'
  | 'environment.branch'
  | 'environment.redeploy'
  | 'environment.synchronize'
  | 'environment.deactivate'
  | 'environment.delete'
  | `integration.${IntegrationType}.${'fetch' | 'register_hooks'}`;

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
  /** When Bitbucket delivered what it is for: since then people wait. */
  delivered_at?: string;
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
    completed_at: now,
  };
}

export interface ActivityQueue {
  open: Activity[];
  finished: Activity[];
}

/**
 * Puts a request behind what is running. Whatever waits and is made pointless by it is cancelled:
 * a newer push replaces a waiting one (and takes over its wishes), a deletion replaces everything.
 */
export function enqueue(open: readonly Activity[], request: ActivityRequest, now: string): ActivityQueue {
  const superseded = open.filter((activity) => activity.state === 'pending' && replaces(request, activity));
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

/** Takes a waiting activity off the queue; null when it does not wait there. */
export function cancel(
  open: readonly Activity[],
  id: string,
  because: string,
  now: string,
): ActivityQueue | null {
  const waits = open.some((activity) => activity.id === id && activity.state === 'pending');
  return waits ? finish(open, id, { result: 'cancelled', because }, now) : null;
}

/** The activity that is under way. There is never more than one. */
export function running(open: readonly Activity[]): Activity | undefined {
  return open.find((activity) => activity.state === 'in_progress');
}

function startFirst(open: Activity[], now: string): Activity[] {
  const [first, ...rest] = open;
  if (!first || first.state === 'in_progress') return open;
  return [{ ...first, state: 'in_progress', started_at: now }, ...rest];
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

/** True for what ends with the builder bringing a commit to life. */
export function deploys({ type }: Pick<Activity, 'type'>): boolean {
  return deployments.includes(type);
}

function replaces(request: ActivityRequest, waiting: Activity): boolean {
  if (request.type === 'environment.delete') return true;
  return request.type === waiting.type || (deploys(request) && deploys(waiting));
}
