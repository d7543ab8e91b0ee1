import type { Environment } from '../environments/environment.ts';
import { type IntegrationOptions, whyNotPruned } from '../integrations/integration.ts';
import { secondsAfter } from '../values/time.ts';

type Subject = Pick<Environment, 'id' | 'status' | 'pull_request' | 'protected' | 'gone_since'>;

/**
 * The time after which the first prune deletes the environment of a deleted branch. Null when the branch exists or the
 * environment is kept.
 */
export function gracePeriodEnd(environment: Subject, options: IntegrationOptions): string | null {
  const { gone_since, status, protected: isProtected } = environment;
  const isKept = isProtected || whyNotPruned(options) !== null;
  if (gone_since === null || isKept) return null;
  const hours = status === 'active' ? options.prune_grace_hours : 0;
  return secondsAfter(gone_since, hours * 3600);
}

/** True when the grace period of an environment has to start before its deletion. */
export function needsMark(
  { status, gone_since }: Subject,
  { prune_grace_hours }: IntegrationOptions,
): boolean {
  return status === 'active' && prune_grace_hours > 0 && gone_since === null;
}

/** The reason for which the environment of a deleted branch is kept for now; null without a grace period or after it. */
export function reasonToWait(environment: Subject, options: IntegrationOptions, now: string): string | null {
  const { id, pull_request } = environment;
  if (pull_request) return null;
  if (needsMark(environment, options)) return `${id} has a grace period of ${hoursOf(options)}`;
  const at = gracePeriodEnd(environment, options);
  return at !== null && now < at ? `the branch ${id} has gone: its environment goes after ${at}` : null;
}

/** The grace period as text: `1 hour`. */
export function hoursOf({ prune_grace_hours: hours }: IntegrationOptions): string {
  return hours === 1 ? '1 hour' : `${hours} hours`;
}
