import type { Report } from '../statuses/build-status.ts';
import type { Activity } from './activity.ts';

/** A message that follows from a committed decision. Its work may run more than once. */
export type Effect = (
  | { type: 'environment.run'; project: string; environment: string; activity: Activity; again?: boolean }
  | { type: 'integration.run'; project: string; integration: string; activity: Activity; again?: boolean }
  /** `build` is the id of the activity of the build. */
  | { type: 'build.stop'; project: string; environment: string; build: string }
  | { type: 'status.report'; project: string; integration: string; report: Report }
  /** Reports on a pull request that a branch has the id of its environment. */
  | { type: 'conflict.report'; project: string; integration: string; pull_request: number }
  | { type: 'mirror.tags'; project: string; integration: string }
  | { type: 'mirror.compact'; project: string; integration: string }
  /**
   * Brings the rules that the distribution has for a project's sites up to date: those of an environment and the ones
   * `below` it, or that of an `environment` that may have been deleted, or else all.
   */
  | { type: 'access.publish'; project: string; environment?: string; below?: string }
  /** `peers` is the number of integrations on the account; absent in messages from before it existed. */
  | { type: 'integration.prune'; project: string; integration: string; peers?: number }
  /**
   * Continues the deletion of a project. `requested_at` is the time of a user's request; `after` is the environment at
   * which the last message of the same deletion stopped; `again` is the number of delayed repetitions that are left.
   */
  | { type: 'project.purge'; project: string; requested_at?: string; after?: string; again?: number }
) & {
  /** The time since which a limit or an outage delays an effect without an activity. */
  delayed_since?: string;
};

/** The effects that run an activity. `again` is set when the function of an earlier start may have terminated. */
export type RunEffect = Extract<Effect, { activity: unknown }>;
