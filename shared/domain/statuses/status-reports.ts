import type { Activity } from '../activities/activity.ts';
import type { Effect } from '../activities/effect.ts';
import type { Environment } from '../environments/environment.ts';
import { primaryRoute } from '../environments/routes.ts';
import { withoutAccount } from '../values/redact.ts';
import type { LastStatus, Report } from './build-status.ts';

/** The effect that sends a status to Bitbucket. */
export function statusEffect({ project, integration }: Environment, report: Report): Effect {
  return { type: 'status.report', project, integration, report };
}

/** The report of a status that the environment stores: a finished deployment, or one that waits for an approval. */
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

/** The primary URL of the deployment; null without one. */
export function urlOf(environment: Environment | null): string | null {
  return primaryRoute(environment?.deployment?.routes ?? [])?.url ?? null;
}

/** The description of a successful status. */
export function readyText(environment: string): string {
  return `${environment} is ready`;
}

/** The report of a running or delayed deployment. */
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

/** The fields of a report that identify its environment and branch. */
function placeOf({ id, pull_request }: Environment) {
  return {
    environment: id,
    branch: pull_request?.source_branch ?? id,
    fork: pull_request?.fork?.repository ?? null,
    pull_request: pull_request?.number ?? null,
  };
}
