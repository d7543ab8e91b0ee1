import type { Activity } from '../../shared/domain/activities/activity.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { runOf } from '../../shared/workflow/commit/commit-decision.ts';
import { aRunningActivity, nameOf } from './builders.ts';
import { aRepository } from './doubles.ts';
import { aWorld, type World } from './world.ts';

/** A world with one environment, on which one activity is running. */
export async function busyWorld(
  environment: Environment,
  activity: Partial<Activity>,
  repository = aRepository(),
) {
  const running = aRunningActivity(activity);
  const busy = { ...environment, activities: [running, ...environment.activities] };
  const world = await aWorld({ environments: [busy], repository });
  const run = () => world.perform(runOf(busy, running));
  return { world, run, environment: () => world.environment(environment.id) };
}

/** All builds in short: `deploy B of feature/x`. */
export function built({ builds }: World): string[] {
  return builds.map(({ action, commit, environment }) => `${action} ${nameOf(commit)} of ${environment.id}`);
}

/** A repository with `main` at A, and `feature/x` at the named commit. */
export function withBranch(name: string) {
  return aRepository({ main: 'A', 'feature/x': name });
}

/** The repository of `withBranch` with pull request #1 from `feature/x`. */
export function withPullRequest(name: string) {
  const repository = withBranch(name);
  repository.open('feature/x');
  return repository;
}

/** A repository whose pull request #1 is closed and whose source branch is deleted. */
export function withClosedPullRequest() {
  const repository = withPullRequest('A');
  repository.end(1);
  repository.deleteBranch('feature/x');
  return repository;
}
