import type { Report } from '../statuses/build-status.ts';
import type { Activity } from './activity.ts';

/** Work to do after a decision was committed. Each may be done more than once. */
export type Effect = (
  | { type: 'environment.run'; project: string; environment: string; activity: Activity; again?: boolean }
  | { type: 'integration.run'; project: string; integration: string; activity: Activity; again?: boolean }
  /** `build` is the activity that has it. */
  | { type: 'build.stop'; project: string; environment: string; build: string }
  | { type: 'status.report'; project: string; integration: string; report: Report }
  /** A branch has the environment that a pull request ought to have. */
  | { type: 'conflict.report'; project: string; integration: string; pull_request: number }
  | { type: 'mirror.tags'; project: string; integration: string }
  | { type: 'mirror.compact'; project: string; integration: string }
  | { type: 'integration.prune'; project: string; integration: string }
  /** `again` is how often it is to be repeated, each time after a while; as often as it takes if it is not said. */
  | { type: 'project.purge'; project: string; again?: number }
) & {
  /** Since when a limit or an outage delays an effect that is no activity's. */
  delayed_since?: string;
};

/** Asks for an activity to be done; `again` when it was begun before and its runner may have died. */
export type RunEffect = Extract<Effect, { activity: unknown }>;
