import { decide } from './decide.ts';
import type { State } from './decision.ts';
import type { Environment } from './environment.ts';
import {
  type EnvironmentEvent,
  environmentOf,
  type PullRequest,
  pullRequestEnvironment,
} from './source-event.ts';

/** A complete reading of a repository. A partial one must never get here. */
export interface Observation {
  /** Branch name → commit. */
  branches: ReadonlyMap<string, string>;
  /** The open pull requests; null when they were not asked for. */
  pullRequests: readonly PullRequest[] | null;
  /** True when the mirror has every one of the branches' commits. */
  mirrored: boolean;
}

/**
 * The events that Bitbucket should have sent, had all of them arrived: what is missing is created and brought
 * up to date, what is gone is deleted. Only those are returned by which `decide` would change something.
 */
export function reconcile(
  observation: Observation,
  environments: readonly Environment[],
  state: Omit<State, 'environment'>,
): EnvironmentEvent[] {
  const known = new Map(environments.map((environment) => [environment.id, environment]));
  const events = [
    ...pushes(observation),
    ...deletions(observation, environments),
    ...(observation.pullRequests ? pullRequestEvents(observation.pullRequests, environments) : []),
  ];
  return events.filter((event) => {
    const environment = known.get(environmentOf(event)) ?? null;
    return decide(event, { ...state, environment }, { now: '', activityId: '' }).verdict === 'change';
  });
}

function pushes(observation: Observation): EnvironmentEvent[] {
  return [...observation.branches].map(([branch, commit]) => ({
    type: 'branch.pushed',
    branch,
    commit,
    ...(observation.mirrored ? { mirrored: true } : {}),
  }));
}

function deletions({ branches }: Observation, environments: readonly Environment[]): EnvironmentEvent[] {
  // An empty listing is also what a broken server gives, so it deletes nothing: doubt keeps.
  if (branches.size === 0) return [];
  return environments
    .filter((environment) => !environment.pull_request && !branches.has(environment.id))
    .map(({ id }) => ({ type: 'branch.deleted', branch: id }));
}

function pullRequestEvents(
  open: readonly PullRequest[],
  environments: readonly Environment[],
): EnvironmentEvent[] {
  const ids = new Set(open.map(({ number }) => pullRequestEnvironment(number)));
  const ended = environments.flatMap((environment) =>
    environment.pull_request && !ids.has(environment.id) ? [environment.pull_request.number] : [],
  );
  return [
    ...open.map((pull_request) => ({ type: 'pull_request.updated' as const, pull_request })),
    ...ended.map((number) => ({ type: 'pull_request.deleted' as const, number })),
  ];
}
