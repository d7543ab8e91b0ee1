import { eventProblem } from '../deliveries/event-problem.ts';
import {
  type EnvironmentEvent,
  environmentOf,
  type PullRequest,
  pullRequestEnvironment,
} from '../deliveries/source-event.ts';
import { type Environment, willBeDeleted } from '../environments/environment.ts';
import { decide } from './decide.ts';
import type { Change, DecisionState } from './decision.ts';
import { hasTarget } from './placement.ts';

/** The observed state of a repository. The branches must be complete: an absent branch is deleted. */
export interface Observation {
  /** Branch name → commit. */
  branches: ReadonlyMap<string, string>;
  /** References whose names are not UTF-8; invalid bytes are replaced by U+FFFD. */
  unreadable: ReadonlySet<string>;
  /** The open pull requests, or the first of them; null when they were not read. */
  pullRequests: { list: readonly PullRequest[]; has_more: boolean } | null;
  /** True when the mirror has all commits of the branches. */
  mirrored: boolean;
}

/** An event that changes its environment, with the kind of change. */
export interface PlannedChange {
  event: EnvironmentEvent;
  environment: string;
  change: 'create' | 'update' | 'delete';
  because: string;
}

/** An environment that is kept although its branch or pull request is gone. */
export interface Kept {
  environment: string;
  because: string;
}

/**
 * Compares the observed repository with the stored environments, and returns the events of missed deliveries: creations,
 * updates and deletions. An event is included only if `decide` changes an environment by it. Names that
 * `explainLeftOut` lists are excluded.
 */
export function reconcile(
  observation: Observation,
  environments: readonly Environment[],
  state: Omit<DecisionState, 'environment'>,
  now: string,
): { changes: PlannedChange[]; kept: Kept[] } {
  const known = new Map(environments.map((environment) => [environment.id, environment]));
  const events = [
    ...pushes(observation, known).filter(isPossible),
    ...deletions(observation, environments),
    ...(observation.pullRequests
      ? pullRequestEvents(observation.pullRequests, environments).filter(isPossible)
      : []),
  ];
  const changes: PlannedChange[] = [];
  const kept: Kept[] = [];
  for (const event of events) {
    const id = environmentOf(event);
    const environment = known.get(id) ?? null;
    const has_target = hasTarget(event, known);
    const decision = decide(event, { ...state, environment, has_target }, { now, activityId: '' });
    const { because } = decision;
    if (decision.verdict === 'change') {
      changes.push({ event, environment: id, change: kindOf(environment, decision), because });
    } else if (observation.mirrored && decision.is_name_taken) {
      // A full fetch is rare, so it reports again that a branch has the id of the environment.
      changes.push({ event, environment: id, change: 'update', because });
    } else if (environment && isEnd(event) && !willBeDeleted(environment)) {
      kept.push({ environment: id, because });
    }
  }
  return { changes, kept };
}

function kindOf(before: Environment | null, { environment: after }: Change): PlannedChange['change'] {
  if (!before) return 'create';
  return after && !willBeDeleted(after) ? 'update' : 'delete';
}

function isEnd({ type }: EnvironmentEvent): boolean {
  return type === 'branch.deleted' || type === 'pull_request.deleted';
}

/** True for an event with valid names. Deletions are not filtered: an earlier version may have stored invalid names. */
function isPossible(event: EnvironmentEvent): boolean {
  return eventProblem(event) === null;
}

function pushes(observation: Observation, known: ReadonlyMap<string, Environment>): EnvironmentEvent[] {
  const targets = new Set([...known.values()].map(({ pull_request }) => pull_request?.target_branch));
  const isNewTarget = (branch: string) => targets.has(branch) && !known.has(branch);
  return [...observation.branches].map(([branch, commit]) => ({
    type: 'branch.pushed',
    branch,
    commit,
    ...(observation.mirrored ? { mirrored: true } : {}),
    ...(observation.mirrored && isNewTarget(branch) ? { is_target: true } : {}),
  }));
}

function deletions(
  { branches, unreadable }: Observation,
  environments: readonly Environment[],
): EnvironmentEvent[] {
  // A broken server may also send an empty listing, so an empty listing deletes nothing.
  if (branches.size === 0) return [];
  const exists = (branch: string) => branches.has(branch) || unreadable.has(`refs/heads/${branch}`);
  return environments
    .filter(({ pull_request, id }) => !pull_request && !exists(id))
    .map(({ id }) => ({ type: 'branch.deleted', branch: id }));
}

function pullRequestEvents(
  { list: open, has_more }: NonNullable<Observation['pullRequests']>,
  environments: readonly Environment[],
): EnvironmentEvent[] {
  const ids = new Set(open.map(({ number }) => pullRequestEnvironment(number)));
  // A pull request that is absent from an incomplete listing may still be open.
  const absent = has_more ? [] : environments.filter(({ id }) => !ids.has(id));
  const ended = absent.flatMap(({ pull_request }) => (pull_request ? [pull_request.number] : []));
  return [
    ...open.map((pull_request) => ({ type: 'pull_request.updated' as const, pull_request })),
    ...ended.map((number) => ({ type: 'pull_request.deleted' as const, number })),
  ];
}
