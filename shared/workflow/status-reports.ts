import { type Activity, deploys, isAsleep } from '../domain/activity.ts';
import type { Outcome } from '../domain/conclude.ts';
import type { Environment } from '../domain/environment.ts';
import { withoutAccount } from '../domain/redact.ts';
import { primaryRoute } from '../domain/routes.ts';
import { isWhole } from '../domain/source-event.ts';
import { shallRun } from '../domain/waiting.ts';
import type { Effect, Report } from '../ports.ts';

/** The build status of a deployment that ended, or that waits for a person. */
export function reportsOfEnd(environment: Environment, activity: Activity, outcome: Outcome): Effect[] {
  const { deployment, ending, waits } = outcome;
  const commit = outcome.commit ?? outcome.reported_commit ?? announcedCommit(activity, outcome);
  if (!deploys(activity) || !commit) return [];
  if (!waits && !shallRun(environment)) return [];
  const isReady = ending.result === 'success' && !waits;
  const routes = (deployment ?? environment.deployment)?.routes ?? [];
  return [
    reportOf(environment, {
      activity: activity.id,
      commit,
      state: waits ? 'stopped' : states[ending.result],
      url: isReady ? (primaryRoute(routes)?.url ?? null) : null,
      description: isReady ? `${environment.id} is ready` : (waits ?? withoutAccount(ending.because)),
    }),
  ];
}

/** The build statuses of sleeping deployments that a decision has cancelled: Bitbucket shows them as in progress. */
export function reportsOfCancelled(before: Environment, finished: readonly Activity[]): Effect[] {
  const asleep = before.activities.filter((activity) => deploys(activity) && isAsleep(activity));
  return finished.flatMap(({ id, state, commit, because }) => {
    const wasAsleep = state === 'cancelled' && asleep.some((activity) => activity.id === id);
    if (!wasAsleep || !commit || !isWhole(commit) || !shallRun(before)) return [];
    const description = withoutAccount(because);
    return [reportOf(before, { activity: id, commit, state: 'stopped', url: null, description })];
  });
}

const states = { success: 'successful', failure: 'failed', cancelled: 'stopped' } as const;

/** The commit that an activity was given up for; Bitbucket takes statuses of whole ids only. */
function announcedCommit({ commit }: Activity, { setback }: Outcome): string | undefined {
  return setback && commit && isWhole(commit) ? commit : undefined;
}

function reportOf(
  environment: Environment,
  status: Pick<Report, 'activity' | 'commit' | 'state' | 'url' | 'description'>,
): Effect {
  const { project, integration } = environment;
  return { type: 'status.report', project, integration, report: { ...statusOf(environment), ...status } };
}

/** The fields that say where a status of an environment belongs. */
export function statusOf({ id, pull_request }: Environment) {
  return {
    environment: id,
    branch: pull_request?.source_branch ?? id,
    fork: pull_request?.fork?.repository ?? null,
    pull_request: pull_request?.number ?? null,
  };
}
