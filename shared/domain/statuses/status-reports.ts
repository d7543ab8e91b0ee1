import type { Activity } from '../activities/activity.ts';
import type { Effect } from '../activities/effect.ts';
import type { Environment } from '../environments/environment.ts';
import { primaryRoute } from '../environments/routes.ts';
import { withoutAccount } from '../values/redact.ts';
import type { LastStatus, Report } from './build-status.ts';

/** Asks for a status to be shown on Bitbucket. */
export function statusEffect({ project, integration }: Environment, report: Report): Effect {
  return { type: 'status.report', project, integration, report };
}

/** The status of a deployment that ended, or that waits for a person. */
export function reportOf(environment: Environment, status: LastStatus): Report {
  const { commit, activity, state, description } = status;
  return {
    ...placeOf(environment),
    activity,
    commit,
    state,
    url: state === 'successful' ? urlOf(environment) : null,
    description: description ?? readyText(environment.id),
  };
}

/** The URL of what is deployed; null when it has none. */
export function urlOf(environment: Environment | null): string | null {
  return primaryRoute(environment?.deployment?.routes ?? [])?.url ?? null;
}

export function readyText(environment: string): string {
  return `${environment} is ready`;
}

/** The status of a deployment that is under way, or that a limit or an outage delays. */
export function reportOfProgress(
  environment: Environment,
  { id: activity, delay }: Pick<Activity, 'id' | 'delay'>,
  commit: string,
): Report {
  const description = delay?.next_try
    ? `Waiting: ${withoutAccount(delay.because)}`
    : `${environment.id} is being deployed`;
  return { ...placeOf(environment), activity, commit, state: 'in_progress', url: null, description };
}

/** The fields that say where a status of an environment belongs. */
function placeOf({ id, pull_request }: Environment) {
  return {
    environment: id,
    branch: pull_request?.source_branch ?? id,
    fork: pull_request?.fork?.repository ?? null,
    pull_request: pull_request?.number ?? null,
  };
}
